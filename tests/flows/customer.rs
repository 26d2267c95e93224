//! A customer at the counter: every step is one method of the service.

use std::net::IpAddr;

use account_security::account::{ContactKind, DeviceLabel, DeviceToken, Errand, TicketId};
use account_security::command::{
    BeginContactChange, BeginReset, CodeAnswer, CodeRefused, CodeSent, ConfirmContact, ConfirmTotp, ContactChangeBegun,
    ContactRefused, Effect, EnrolTotp, FinishContactChange, Notice, OldContactAgreed, PlaceFreeze, ProofStep,
    ProveNewContact, ProveOldContact, ProveReset, ProveSignIn, ProveStepUp, ResetStarted, SendConfirmation,
    SendContactCode, SendProofCode, SetBy, Settings, SignInStep, SignedIn, TotpOutcome, TypedProof, VerifyReset,
};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::password::{Password, UserContext};
use account_security::service::{
    ChangePassword, NewAccount, NewPassword, PasswordChange, Service, ServiceError, SignUpResult,
};
use account_security::totp::{TotpParameters, TotpSecret, code_at};
use account_security::types::{AccountId, ActorId, Locale, RandomId, Timestamp, TypedCode};
use account_security::verification::{Destination, SendRefused, VerifyOutcome};

use crate::support::owner::{MAIL, OLD, inbox, sender, to};
use crate::support::stores::Shared;
use crate::support::{account, at, ring, settings};

pub const RIGHT: &str = "Vx9#qLm2-tide";
pub const NEXT: &str = "Nq4!zz-harbour";
pub const PHONE: ContactKind = ContactKind::Phone;
pub const EMAIL: ContactKind = ContactKind::Email;

/// The service, and of whom the story is.
pub struct Customer {
    pub service: Service<Shared>,
    pub name: AccountId,
    /// From where the customer asks.
    pub from: Option<IpAddr>,
}

pub fn password(text: &str) -> Password {
    Password::parse(text.as_bytes()).unwrap()
}

impl Customer {
    pub fn named(name: &str, store: &Shared, settings: Settings) -> Self {
        let service = Service::new(store.clone(), ring(1, &[1]), settings).unwrap();
        Self { service, name: account(name), from: None }
    }

    /// Alice with a confirmed phone.
    pub fn alice(store: &Shared) -> Self {
        Self::alice_with(store, settings())
    }

    pub fn alice_with(store: &Shared, settings: Settings) -> Self {
        let alice = Self::named("alice", store, settings);
        alice.sign_up_confirmed(OLD, None, at(0));
        alice
    }

    /// Alice with a confirmed phone and a confirmed address.
    pub fn alice_with_mail(store: &Shared) -> Self {
        let alice = Self::named("alice", store, settings());
        alice.sign_up_confirmed(OLD, Some(MAIL), at(0));
        alice
    }

    pub fn sign_up(&self, typed: &str, contact: &str, second: Option<&str>, now: Timestamp) -> SignUpResult {
        self.try_sign_up(typed, contact, second, now).unwrap()
    }

    pub fn try_sign_up(
        &self,
        typed: &str,
        contact: &str,
        second: Option<&str>,
        now: Timestamp,
    ) -> Result<SignUpResult, ServiceError> {
        let (password, words) = (&password(typed), &UserContext::none());
        let (contact, second) = (to(contact), second.map(to));
        let new = NewAccount { password, words, contact, second, sender: sender(), locale: Locale::En };
        self.service.sign_up(&self.name, self.from, &new, now)
    }

    pub fn sign_up_confirmed(&self, contact: &str, second: Option<&str>, now: Timestamp) {
        let SignUpResult::Created(sent) = self.sign_up(RIGHT, contact, second, now) else { panic!("no account") };
        assert_eq!(self.confirm(kind(contact), sent.challenge, self.code(contact), now), accepted());
        if let Some(second) = second {
            let sent = self.send_confirmation(kind(second), now).unwrap().unwrap();
            assert_eq!(self.confirm(kind(second), sent.challenge, self.code(second), now), accepted());
        }
    }

    pub fn send_confirmation(&self, contact: ContactKind, now: Timestamp) -> Option<Result<CodeSent, SendRefused>> {
        let send = SendConfirmation { contact, sender: sender(), locale: Locale::En };
        self.service.send_confirmation(&self.name, self.from, &send, now).unwrap()
    }

    pub fn confirm(&self, contact: ContactKind, challenge: RandomId, code: TypedCode, now: Timestamp) -> CodeAnswer {
        self.service.confirm_contact(&self.name, &ConfirmContact { contact, challenge, code }, now).unwrap()
    }

    pub fn sign_in(&self, typed: &str, device: Option<&DeviceToken>, now: Timestamp) -> SignInStep {
        self.service.sign_in(&self.name, &password(typed), device, now).unwrap()
    }

    /// The right password; the ticket that waits for a second factor.
    pub fn ticket(&self, now: Timestamp) -> TicketId {
        match self.sign_in(RIGHT, None, now) {
            SignInStep::SecondFactor { ticket, .. } => ticket,
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
        self.service.send_proof_code(&self.name, self.from, &send, now).unwrap()
    }

    /// Asks for a code and reads it.
    pub fn proof(&self, ticket: TicketId, errand: Errand, via: ContactKind, now: Timestamp) -> TypedProof {
        let sent = self.send(ticket, errand, via, now).unwrap();
        let contact = if via == PHONE { OLD } else { MAIL };
        TypedProof::Code { challenge: sent.challenge, code: self.code(contact) }
    }

    pub fn prove(&self, ticket: TicketId, proof: &TypedProof, now: Timestamp) -> SignInStep {
        let proof = ProveSignIn { ticket, proof: proof.clone(), remember: None };
        self.service.prove_sign_in(&self.name, &proof, now).unwrap()
    }

    /// The whole sign-in by password and text message; the device is to be remembered.
    pub fn signed_in(&self, now: Timestamp) -> (SignedIn, DeviceToken) {
        let ticket = self.ticket(now);
        let proof = self.proof(ticket, Errand::SignIn, PHONE, now);
        let remember = Some(DeviceLabel::parse("Anna's phone").unwrap());
        match self.service.prove_sign_in(&self.name, &ProveSignIn { ticket, proof, remember }, now).unwrap() {
            SignInStep::SignedIn(signed_in) => {
                let token = signed_in.device.as_ref().unwrap().token.clone();
                (signed_in, token)
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn step_up(&self, now: Timestamp) -> TicketId {
        self.service.begin_step_up(&self.name, now).unwrap().unwrap().ticket
    }

    pub fn prove_step_up(&self, ticket: TicketId, proof: &TypedProof, now: Timestamp) -> ProofStep {
        self.service.prove_step_up(&self.name, &ProveStepUp { ticket, proof: proof.clone() }, now).unwrap()
    }

    /// A complete step-up by one contact.
    pub fn stepped_up(&self, via: ContactKind, now: Timestamp) -> TicketId {
        let ticket = self.step_up(now);
        let proof = self.proof(ticket, Errand::StepUp, via, now);
        complete(self.prove_step_up(ticket, &proof, now))
    }

    /// An authenticator beside the phone; its secret.
    pub fn enrol_totp(&self, now: Timestamp) -> TotpSecret {
        let ticket = Some(self.stepped_up(PHONE, now));
        let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
        let enrol = EnrolTotp { issuer, account_name, parameters: TotpParameters::STANDARD, ticket };
        let enrolled = self.service.execute(&self.name, &enrol, now).unwrap().unwrap();
        let code = shown(enrolled.key.secret(), now);
        let confirmed = self.service.execute(&self.name, &ConfirmTotp { code }, now).unwrap();
        assert_eq!(confirmed, TotpOutcome::Accepted);
        enrolled.key.secret().clone()
    }

    pub fn change_password(&self, current: &str, new: &str, now: Timestamp) -> Result<PasswordChange, ServiceError> {
        let (current, new, words) = (&password(current), &password(new), &UserContext::none());
        self.service.change_password(&self.name, &ChangePassword { current, new, words, device: None }, now)
    }

    pub fn set_new_password(&self, new: &str, by: SetBy, now: Timestamp) -> Result<PasswordChange, ServiceError> {
        let (new, words) = (&password(new), &UserContext::none());
        self.service.set_new_password(&self.name, &NewPassword { new, words, by }, now)
    }

    pub fn begin_reset(&self, via: ContactKind, now: Timestamp) -> ResetStarted {
        let begin = BeginReset { via, sender: sender(), locale: Locale::En };
        self.service.begin_reset(&self.name, self.from, &begin, now).unwrap()
    }

    pub fn verify_reset(&self, challenge: RandomId, code: TypedCode, now: Timestamp) -> ProofStep {
        self.service.verify_reset(&self.name, &VerifyReset { challenge, code }, now).unwrap()
    }

    pub fn prove_reset(&self, ticket: TicketId, proof: &TypedProof, now: Timestamp) -> ProofStep {
        self.service.prove_reset(&self.name, &ProveReset { ticket, proof: proof.clone() }, now).unwrap()
    }

    /// A reset by text message, up to where its code was right.
    pub fn reset_opened(&self, now: Timestamp) -> ProofStep {
        let started = self.begin_reset(PHONE, now);
        self.verify_reset(started.challenge, self.code(OLD), now)
    }

    pub fn begin_change(
        &self,
        new: &str,
        ticket: Option<TicketId>,
        now: Timestamp,
    ) -> Result<Result<ContactChangeBegun, ContactRefused>, ServiceError> {
        let begin = BeginContactChange { new: to(new), ticket, sender: sender(), locale: Locale::En };
        self.service.begin_contact_change(&self.name, self.from, &begin, now)
    }

    pub fn prove_old(
        &self,
        change: RandomId,
        code: TypedCode,
        now: Timestamp,
    ) -> Result<Result<OldContactAgreed, ContactRefused>, ServiceError> {
        let prove = ProveOldContact { change, code, sender: sender(), locale: Locale::En };
        self.service.prove_old_contact(&self.name, self.from, &prove, now)
    }

    pub fn prove_new(
        &self,
        change: RandomId,
        code: TypedCode,
        now: Timestamp,
    ) -> Result<Result<Timestamp, ContactRefused>, ServiceError> {
        self.service.prove_new_contact(&self.name, &ProveNewContact { change, code }, now)
    }

    pub fn send_contact_code(&self, change: RandomId, now: Timestamp) -> Result<CodeSent, ContactRefused> {
        let send = SendContactCode { change, sender: sender(), locale: Locale::En };
        self.service.send_contact_code(&self.name, self.from, &send, now).unwrap()
    }

    pub fn finish(
        &self,
        change: RandomId,
        now: Timestamp,
    ) -> Result<Result<ContactKind, ContactRefused>, ServiceError> {
        self.service.finish_contact_change(&self.name, &FinishContactChange { change }, now)
    }

    pub fn freeze(&self, scopes: Scopes, now: Timestamp) {
        let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), scopes);
        self.service.execute(&self.name, &PlaceFreeze { request, caused_by: None }, now).unwrap().unwrap();
    }

    /// The code in the newest message to this contact; all messages are taken.
    pub fn code(&self, contact: &str) -> TypedCode {
        self.code_if_any(contact).expect("a message went there")
    }

    pub fn code_if_any(&self, contact: &str) -> Option<TypedCode> {
        let messages = inbox(&self.service);
        let (_, text) = messages.iter().rfind(|(to, _)| to == contact)?;
        let mut runs = text.split(|mark: char| !mark.is_ascii_digit()).filter(|run| matches!(run.len(), 6 | 8));
        let run = runs.next().unwrap();
        TypedCode::parse(run, u8::try_from(run.len()).unwrap()).ok()
    }

    /// To whom messages went since the last look.
    pub fn written_to(&self) -> Vec<String> {
        inbox(&self.service).into_iter().map(|(to, _)| to).collect()
    }

    /// What the owner was told in the app since the last look; all messages are taken.
    pub fn notices(&self) -> Vec<Notice> {
        let waiting = self.service.drain(1_000).unwrap();
        self.service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
        let notices = waiting.into_iter().filter_map(|item| match item.effect.unwrap() {
            Effect::NotifyOwner { notice } => Some(notice),
            _ => None,
        });
        notices.collect()
    }

    pub fn in_force(&self, kind: ContactKind) -> Option<String> {
        let contacts = self.service.record(&self.name).unwrap().contacts;
        contacts.confirmed(kind).map(|contact| contact.destination().expose().to_owned())
    }

    /// Wrong tries in a row: at the password, the second factor, the reset.
    pub fn failures(&self) -> (u32, u32, u32) {
        let record = self.service.record(&self.name).unwrap();
        let budgets = [record.password_budget, record.second_factor_budget, record.reset.budget()];
        let [password, second, reset] = budgets.map(|budget| budget.failures_in_a_row());
        (password, second, reset)
    }
}

pub const fn accepted() -> CodeAnswer {
    CodeAnswer::Tried(VerifyOutcome::Accepted)
}

pub fn complete(step: ProofStep) -> TicketId {
    match step {
        ProofStep::Complete { ticket } => ticket,
        other => panic!("{other:?}"),
    }
}

/// What an authenticator shows.
pub fn shown(secret: &TotpSecret, now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(secret, &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap()
}

/// A code that an authenticator shows neither now nor within minutes of it.
pub fn not_shown(secret: &TotpSecret, now: Timestamp) -> TypedCode {
    let near: Vec<_> =
        (0..20).map(|step| shown(secret, now.minus_ms(300_000).plus_ms(step * 30_000)).value()).collect();
    let free = (0..).find(|value| !near.contains(value)).unwrap();
    TypedCode::parse(&format!("{free:06}"), 6).unwrap()
}

/// Another code of as many digits.
pub fn wrong(code: &TypedCode) -> TypedCode {
    crate::support::owner::wrong(code)
}

pub fn wrong_proof(proof: &TypedProof) -> TypedProof {
    match proof {
        TypedProof::Code { challenge, code } => TypedProof::Code { challenge: *challenge, code: wrong(code) },
        other => panic!("{other:?}"),
    }
}

fn kind(contact: &str) -> ContactKind {
    let to: Destination = to(contact);
    ContactKind::of(&to)
}
