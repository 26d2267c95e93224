//! Visits of a customer, or of a thief: sign-up, sign-in, step-up, reset, each as the chain of commands that a service runs.

use account_security::account::{ContactKind, DeviceLabel, DeviceToken, Errand, Keyring, TicketId};
use account_security::command::{
    BeginReset, BeginStepUp, CodeRefused, CodeSent, ConfirmContact, ConfirmTotp, Effect, EnrolTotp, OpenSignIn,
    PasswordSet, ProofStep, ProveReset, ProveSignIn, ProveStepUp, Refused, ReserveAttempt, Reserved, ResetStarted,
    SendConfirmation, SendProofCode, SetBy, SetPassword, Settings, SignInStep, SignUp, SignUpOutcome, SignedIn,
    StepUpOpened, TypedProof, VerifyReset,
};
use account_security::password::{Hasher, Password, Phc, Verified, VerifyCeiling};
use account_security::service::Service;
use account_security::totp::RecoveryCode;
use account_security::totp::{TotpParameters, TotpSecret, code_at};
use account_security::types::{AccountId, Locale, RandomId, Timestamp, TypedCode};
use account_security::verification::{Channel, Destination, Sender};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::acts::phone;
use super::stores::Shared;
use super::{account, at, ring, settings};

pub const RIGHT: &str = "Vx9#qLm2-tide";

/// A service, a hasher outside of it, and the account of whom the story is.
pub struct Visits {
    pub service: Service<Shared>,
    pub alice: AccountId,
    hasher: Hasher,
    ring: Keyring,
}

/// What came of a typed password.
#[derive(Debug, PartialEq)]
pub enum Typed {
    Wrong,
    Blocked(Timestamp),
    Right(SignInStep),
}

impl Visits {
    pub fn on(store: &Shared) -> Self {
        Self::with(store, settings())
    }

    pub fn with(store: &Shared, settings: Settings) -> Self {
        Self::of(Service::new(store.clone(), ring(1, &[1]), settings).unwrap())
    }

    /// Visits of a service that is there already.
    pub fn of(service: Service<Shared>) -> Self {
        let hasher = Hasher::new(service.settings().hashing, VerifyCeiling::DEFAULT, 1_024).unwrap();
        Self { service, alice: account("alice"), hasher, ring: ring(1, &[1]) }
    }

    /// Alice with a confirmed phone.
    pub fn with_alice(store: &Shared) -> Self {
        let visits = Self::on(store);
        visits.sign_up_confirmed(None);
        visits
    }

    pub fn hash(&self, password: &str) -> Phc {
        let password = Password::parse(password.as_bytes()).unwrap();
        self.hasher.hash(&password, &self.ring, &mut StdRng::seed_from_u64(7)).unwrap()
    }

    pub fn sign_up(&self, contact: Destination, second: Option<Destination>) -> SignUpOutcome {
        let sign_up = SignUp { phc: self.hash(RIGHT), contact, second, sender: sender(), locale: Locale::En };
        self.service.execute(&self.alice, &sign_up, at(0)).unwrap()
    }

    /// Signs up with the phone, and perhaps another contact, and confirms all of them.
    pub fn sign_up_confirmed(&self, second: Option<Destination>) {
        let has_second = second.is_some();
        let SignUpOutcome::Created(sent) = self.sign_up(phone(), second) else { panic!() };
        self.confirm(ContactKind::Phone, sent.challenge);
        if has_second {
            let send = SendConfirmation { contact: ContactKind::Email, sender: sender(), locale: Locale::En };
            let sent = self.service.execute(&self.alice, &send, at(0)).unwrap().unwrap().unwrap();
            self.confirm(ContactKind::Email, sent.challenge);
        }
    }

    fn confirm(&self, contact: ContactKind, challenge: RandomId) {
        let confirm = ConfirmContact { contact, challenge, code: self.code() };
        self.service.execute(&self.alice, &confirm, at(0)).unwrap();
        assert!(self.service.record(&self.alice).unwrap().contacts.confirmed(contact).is_some());
    }

    /// Enrols and confirms an authenticator, without the step-up that has stories of its own. Its codes from a minute
    /// after `now` on are fresh.
    pub fn enrol_totp(&self, now: Timestamp) -> TotpSecret {
        let in_force = self.service.settings();
        let mut lax = Settings::clone(&in_force);
        lax.contacts.step_up = false;
        self.service.swap_settings(lax);
        let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
        let enrol = EnrolTotp { issuer, account_name, parameters: TotpParameters::STANDARD, ticket: None };
        let enrolled = self.service.execute(&self.alice, &enrol, now).unwrap().unwrap();
        let secret = enrolled.key.secret().clone();
        self.service.execute(&self.alice, &ConfirmTotp { code: totp(&secret, now) }, now).unwrap();
        self.service.swap_settings(Settings::clone(&in_force));
        secret
    }

    /// The two commits of a typed password.
    pub fn type_password(&self, typed: &str, device: Option<&DeviceToken>, now: Timestamp) -> Typed {
        let reserve = ReserveAttempt { device: device.cloned() };
        let reserved = match self.service.execute(&self.alice, &reserve, now).unwrap() {
            Reserved::Compare(reserved) => reserved,
            Reserved::Blocked { until } => return Typed::Blocked(until),
        };
        let typed = Password::parse(typed.as_bytes()).unwrap();
        let verified = self.hasher.verify_text(reserved.stored.as_deref(), &typed, &self.ring).unwrap();
        let (Verified::Match { .. }, Some(compared)) = (verified, reserved.stored) else { return Typed::Wrong };
        let (device, locked_device) = (reserved.device, reserved.locked_device);
        let open = OpenSignIn { compared, renewed: None, device, locked_device };
        Typed::Right(self.service.execute(&self.alice, &open, now).unwrap())
    }

    /// The right password; the ticket that waits for a second factor.
    pub fn ticket(&self, now: Timestamp) -> TicketId {
        match self.type_password(RIGHT, None, now) {
            Typed::Right(SignInStep::SecondFactor { ticket, .. }) => ticket,
            other => panic!("{other:?}"),
        }
    }

    pub fn send(
        &self,
        ticket: TicketId,
        errand: Errand,
        via: ContactKind,
        now: Timestamp,
    ) -> Result<CodeSent, CodeRefused> {
        let send = SendProofCode { ticket, errand, via, sender: sender(), locale: Locale::En };
        self.service.execute(&self.alice, &send, now).unwrap()
    }

    /// Asks for a code by text message and reads it.
    pub fn code_for(&self, ticket: TicketId, errand: Errand, now: Timestamp) -> TypedProof {
        let sent = self.send(ticket, errand, ContactKind::Phone, now).unwrap();
        TypedProof::Code { challenge: sent.challenge, code: self.code() }
    }

    pub fn prove(&self, ticket: TicketId, proof: TypedProof, now: Timestamp) -> SignInStep {
        self.service.execute(&self.alice, &ProveSignIn { ticket, proof, remember: None }, now).unwrap()
    }

    /// The whole sign-in by password and text message, on a device that is to be remembered.
    pub fn sign_in_remembered(&self, now: Timestamp) -> (SignedIn, DeviceToken) {
        let ticket = self.ticket(now);
        let proof = self.code_for(ticket, Errand::SignIn, now);
        let remember = Some(DeviceLabel::parse("Anna's phone").unwrap());
        let prove = ProveSignIn { ticket, proof, remember };
        match self.service.execute(&self.alice, &prove, now).unwrap() {
            SignInStep::SignedIn(signed_in) => {
                let token = signed_in.device.as_ref().unwrap().token.clone();
                (signed_in, token)
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn begin_step_up(&self, now: Timestamp) -> StepUpOpened {
        self.service.execute(&self.alice, &BeginStepUp, now).unwrap().unwrap()
    }

    pub fn prove_step_up(&self, ticket: TicketId, proof: TypedProof, now: Timestamp) -> ProofStep {
        self.service.execute(&self.alice, &ProveStepUp { ticket, proof }, now).unwrap()
    }

    pub fn begin_reset(&self, via: ContactKind, now: Timestamp) -> Option<ResetStarted> {
        let begin = BeginReset { via, sender: sender(), locale: Locale::En };
        self.service.execute(&self.alice, &begin, now).unwrap()
    }

    pub fn verify_reset(&self, challenge: RandomId, code: TypedCode, now: Timestamp) -> ProofStep {
        self.service.execute(&self.alice, &VerifyReset { challenge, code }, now).unwrap()
    }

    pub fn prove_reset(&self, ticket: TicketId, proof: TypedProof, now: Timestamp) -> ProofStep {
        self.service.execute(&self.alice, &ProveReset { ticket, proof }, now).unwrap()
    }

    /// A reset up to its ticket, by text message.
    pub fn reset_ticket(&self, now: Timestamp) -> ProofStep {
        let started = self.begin_reset(ContactKind::Phone, now).unwrap();
        let code = self.code();
        self.verify_reset(started.challenge, code, now)
    }

    pub fn set_password(&self, new: &str, by: SetBy, now: Timestamp) -> PasswordSet {
        let set = SetPassword { phc: self.hash(new), by };
        self.service.execute(&self.alice, &set, now).unwrap()
    }

    /// The code in the last message that waits; all are taken.
    pub fn code(&self) -> TypedCode {
        self.texts().last().map(|text| code_in(text)).expect("a message waits")
    }

    /// Every message that waits; all are taken.
    pub fn texts(&self) -> Vec<String> {
        let waiting = self.service.drain(1_000).unwrap();
        let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
        self.service.delivered(&ids).unwrap();
        let texts = waiting.into_iter().filter_map(|waiting| match waiting.effect.unwrap() {
            Effect::Send { text, .. } => Some(text.to_string()),
            _ => None,
        });
        texts.collect()
    }
}

pub fn sender() -> Sender {
    Sender::new("Example Pay").unwrap()
}

pub fn email() -> Destination {
    Destination::parse(Channel::Email, "alice@example.com").unwrap()
}

pub fn totp(secret: &TotpSecret, now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(secret, &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap()
}

/// Another code of as many digits.
pub fn wrong(proof: &TypedProof) -> TypedProof {
    match proof {
        TypedProof::Totp(code) => TypedProof::Totp(other(code)),
        TypedProof::Code { challenge, code } => TypedProof::Code { challenge: *challenge, code: other(code) },
        TypedProof::Recovery(_) => TypedProof::Recovery(RecoveryCode::parse(&"0".repeat(24)).unwrap()),
    }
}

pub fn other(code: &TypedCode) -> TypedCode {
    let digits = usize::from(code.digits());
    let value = (code.value() + 1) % 10_u32.pow(u32::from(code.digits()));
    TypedCode::parse(&format!("{value:0digits$}"), code.digits()).unwrap()
}

/// The refusal of a step, whatever kind of step it is.
pub fn refused(step: &SignInStep) -> Refused {
    match step {
        SignInStep::Refused(refused) => *refused,
        other => panic!("{other:?}"),
    }
}

/// The only run of six or eight digits.
fn code_in(text: &str) -> TypedCode {
    let mut runs = text.split(|mark: char| !mark.is_ascii_digit()).filter(|run| matches!(run.len(), 6 | 8));
    let run = runs.next_back().unwrap();
    TypedCode::parse(run, u8::try_from(run.len()).unwrap()).unwrap()
}
