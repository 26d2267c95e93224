//! Signing in: the right password opens a ticket, a second factor on that ticket lets the owner in.
//!
//! ```text
//! ReserveAttempt -> (hash outside) -> OpenSignIn -> SendProofCode* -> ProveSignIn -> in
//!                                          |                              \-> SetPassword, where a change is required -> in
//!                                          \-> in, on a known device, where the policy says so
//! ```
//! Each step is one commit. Nothing is told before the password is right: not that the account is frozen, not which second
//! factors it has. The second factor's budget is reached with a ticket only. Who has no password can fill it in a
//! step-up, a reset or a resynchronisation, and so make a sign-in wait, an hour at a time; but the lock of such tries closes
//! such tries alone ([`Door`](crate::account::Door)), so only who has the password can lock the sign-in. No right password
//! resets it; a whole sign-in does, as far as its own second factor tells.

use super::effect::{Effect, Notice};
use super::notify::notify;
use super::offers::Offers;
use super::passwords::{accepted, rotation_of};
use super::proving::{self, ProofStep, Refusal, Refused, TypedProof};
use super::settings::SecondFactorRule;
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{
    AccountRecord, Device, DeviceLabel, DeviceLost, DeviceTag, DeviceToken, Errand, EventKind, FailureBudget, Proofs,
    ReviewDue, Ticket, TicketId,
};
use crate::freeze::Scopes;
use crate::password::{Phc, RotationDue};

/// The password was right: takes the count back and opens the sign-in.
///
/// ```
/// use account_security::command::*;
/// use account_security::password::{HashParams, Hasher, Password, Verified, VerifyCeiling};
/// use account_security::prelude::*;
/// # use rand::SeedableRng;
/// # let ring = || Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![7; 32]))]);
/// # let now = Timestamp::from_unix_s(1_767_225_600)?;
/// # let (keys, alice) = (ring()?, AccountId::parse("alice")?);
/// # let security = Service::new(MemoryStore::new(), ring()?, Settings::default())?;
/// # let hasher = Hasher::new(HashParams::new(64, 1, 1)?, VerifyCeiling::DEFAULT, 64)?;
/// # let typed = Password::parse(b"Vx9#qLm2-tide")?;
/// # let phc = hasher.hash(&typed, &keys, &mut rand::rngs::StdRng::seed_from_u64(1))?;
/// # let (contact, sender) = (Destination::parse(Channel::Sms, "+8613812345678")?, Sender::new("Example Pay")?);
/// # security.execute(&alice, &SignUp { phc, contact, second: None, sender, locale: Locale::En }, now)?;
/// let Reserved::Compare(reserved) = security.execute(&alice, &ReserveAttempt { device: None }, now)? else { panic!() };
/// let Verified::Match { .. } = hasher.verify_text(reserved.stored.as_deref(), &typed, &keys)? else { panic!() };
/// let compared = reserved.stored.unwrap_or_default();
/// let (device, locked_device) = (reserved.device, reserved.locked_device);
/// let open = OpenSignIn { compared, renewed: None, device, locked_device };
/// let SignInStep::SecondFactor { offers, .. } = security.execute(&alice, &open, now)? else { panic!() };
/// assert_eq!(offers.phone_masked.as_deref(), Some("+86 ****5678"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OpenSignIn {
    /// The PHC string that was compared, [`Reservation::stored`](super::Reservation::stored).
    pub compared: String,
    /// A stronger hash of the same password, where the stored one was weaker than today's settings.
    pub renewed: Option<Phc>,
    /// The known device it came from, [`Reservation::device`](super::Reservation::device).
    pub device: Option<DeviceTag>,
    /// The device it came from, where that is a stranger for its wrong passwords only,
    /// [`Reservation::locked_device`](super::Reservation::locked_device): known again once this sign-in is complete.
    pub locked_device: Option<DeviceTag>,
}

/// Tries a second factor and, if it is right, lets the owner in.
#[derive(Clone, Debug)]
pub struct ProveSignIn {
    /// The ticket.
    pub ticket: TicketId,
    /// The second factor as typed.
    pub proof: TypedProof,
    /// The owner wants this device to be known from now on, under this label.
    pub remember: Option<DeviceLabel>,
}

/// Where a sign-in stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInStep {
    /// The owner is in.
    SignedIn(SignedIn),
    /// A second factor is needed. Without an offer only support can help.
    SecondFactor {
        /// The ticket.
        ticket: TicketId,
        /// How it can be given.
        offers: Offers,
    },
    /// All is proven, but the password must be changed first: [`SetBy::SignIn`](super::SetBy::SignIn) takes the ticket,
    /// and then the owner is in.
    ChangePassword {
        /// The ticket.
        ticket: TicketId,
    },
    /// The account is frozen for signing in; told only to who has the password. `diagnose` says whom to ask.
    Frozen,
    /// No.
    Refused(Refused),
}

/// The owner is in: the caller opens the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Whether the password is due to be changed; never [`RotationDue::Required`].
    pub rotation: RotationDue,
    /// Whether the registered information is due to be looked over.
    pub review_due: bool,
    /// The device that became known, if the owner asked for it; none does while the factors are frozen.
    pub device: Option<NewDevice>,
}

/// A device became known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// Names it in lists and events.
    pub tag: DeviceTag,
    /// What it presents from now on. This library does not give it out again.
    pub token: DeviceToken,
}

/// Makes a known device a stranger: lost, sold, not the owner's.
#[derive(Clone, Copy, Debug)]
pub struct ForgetDevice {
    /// The device to forget.
    pub device: DeviceTag,
}

impl SignInStep {
    /// What the customer is told, if this is a refusal. It has the shape of the one for a wrong password.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refused) => Some(refused.public()),
            _ => None,
        }
    }
}

impl Command for OpenSignIn {
    type Record = AccountRecord;
    type Reply = SignInStep;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, SignInStep>, Rejection> {
        let (mut record, event) = match accepted(record, &self.compared, self.renewed.as_ref(), self.device, env.now) {
            Ok(accepted) => accepted,
            Err(record) => {
                let refused = SignInStep::Refused(Refused::PasswordChanged);
                return Ok(Transition::unchanged(record, refused));
            }
        };
        let (mut events, mut effects) = (vec![event], Vec::new());
        let reply = if proving::is_frozen(&record, Errand::SignIn, env.now) {
            events.push(EventKind::StoppedByFreeze { errand: Errand::SignIn });
            SignInStep::Frozen
        } else if self.is_enough(&record, env) {
            let device = self.device;
            events.push(EventKind::SignedIn { proven: Proofs::PASSWORD, device });
            SignInStep::SignedIn(welcome(&mut record, None, env))
        } else {
            let ticket = self.open_ticket(&mut record, &mut events, env);
            settle(&mut record, ticket, None, &mut events, &mut effects, env)?
        };
        Ok(Transition { record, events, effects, reply })
    }
}

impl OpenSignIn {
    /// Opens the ticket. No two sign-ins end at the same moment, so the end says which one a locked device waits for: a
    /// thief who has the device and the password must not have it known again by a sign-in of the owner's elsewhere. The
    /// ticket's own name will not do, since it changes with every proof.
    fn open_ticket(&self, record: &mut AccountRecord, events: &mut Vec<EventKind>, env: &mut Env<'_>) -> TicketId {
        let ticket = TicketId::generate(env.rng);
        let (errand, proven) = (Errand::SignIn, Proofs::PASSWORD);
        record.tickets.open(ticket, errand, proven, env.now);
        let devices = &mut record.devices;
        let ends_at = record.tickets.set_apart(ticket, |end| devices.awaits_sign_in(end));
        if let (Some(tag), Some(ends_at)) = (self.locked_device, ends_at) {
            devices.await_sign_in(tag, ends_at);
        }
        events.push(EventKind::TicketOpened { errand, proven });
        ticket
    }

    /// Whether the device stands for the second factor. Not where the password must be changed: that is asked for after a
    /// leak, and a leak is no time for short cuts.
    fn is_enough(&self, record: &AccountRecord, env: &Env<'_>) -> bool {
        env.settings.sign_in.second_factor == SecondFactorRule::UnknownDevices
            && self.device.is_some_and(|tag| record.devices.get(tag).is_some())
            && rotation_of(record, env) != RotationDue::Required
    }
}

impl Command for ProveSignIn {
    type Record = AccountRecord;
    type Reply = SignInStep;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, SignInStep>, Rejection> {
        let proven = proving::prove(record, self.ticket, Errand::SignIn, &self.proof, env)?;
        let Transition { mut record, mut events, mut effects, reply } = proven;
        let reply = match reply {
            ProofStep::Complete { ticket } => {
                settle(&mut record, ticket, self.remember.as_ref(), &mut events, &mut effects, env)?
            }
            ProofStep::MoreNeeded { ticket, offers } => SignInStep::SecondFactor { ticket, offers },
            ProofStep::Frozen => SignInStep::Frozen,
            ProofStep::Refused(refused) => SignInStep::Refused(refused),
        };
        Ok(Transition { record, events, effects, reply })
    }
}

/// The next step of a sign-in whose ticket is in the record.
fn settle(
    record: &mut AccountRecord,
    ticket: TicketId,
    remember: Option<&DeviceLabel>,
    events: &mut Vec<EventKind>,
    effects: &mut Vec<Effect>,
    env: &mut Env<'_>,
) -> Result<SignInStep, Rejection> {
    Ok(match proving::step(record, ticket, Errand::SignIn, env) {
        ProofStep::Complete { ticket } if rotation_of(record, env) == RotationDue::Required => {
            SignInStep::ChangePassword { ticket }
        }
        ProofStep::Complete { ticket } => match proving::spend(record, ticket, Errand::SignIn, env) {
            Ok(ticket) => {
                let from = known_again(record, &ticket, env);
                SignInStep::SignedIn(let_in(record, ticket.proven, from, remember, (events, effects), env)?)
            }
            Err(refused) => SignInStep::Refused(refused),
        },
        ProofStep::MoreNeeded { ticket, offers } => SignInStep::SecondFactor { ticket, offers },
        ProofStep::Frozen => SignInStep::Frozen,
        ProofStep::Refused(refused) => SignInStep::Refused(refused),
    })
}

/// The device on which a complete sign-in began, if wrong passwords had made it a stranger: who typed them has proven to be
/// the owner.
fn known_again(record: &mut AccountRecord, ticket: &Ticket, env: &Env<'_>) -> Option<DeviceTag> {
    may_know(record, env).then(|| record.devices.see_awaiting(ticket.expires_at, env.now)).flatten()
}

/// Whether a device may become known: one may stand for a second factor, so a freeze of the factors keeps it a stranger.
fn may_know(record: &AccountRecord, env: &Env<'_>) -> bool {
    check_open(record, Scopes::CHANGE_FACTORS, env.now).is_ok()
}

/// The owner is in, on a device that is known again or on another one; that one becomes known, if that was asked for. Wrong
/// second factors are forgotten; but a code that was sent makes up for few of an authenticator's.
pub(super) fn let_in(
    record: &mut AccountRecord,
    proven: Proofs,
    from: Option<DeviceTag>,
    remember: Option<&DeviceLabel>,
    (events, effects): (&mut Vec<EventKind>, &mut Vec<Effect>),
    env: &mut Env<'_>,
) -> Result<SignedIn, Rejection> {
    let (budget, own_code) = (record.second_factor_budget, Proofs::TOTP | Proofs::RECOVERY);
    record.second_factor_budget = if proven.without(own_code) == proven {
        budget.after_sign_in_by_sent_code(&env.settings.throttle, env.now)
    } else {
        budget.after_success()
    };
    let may_remember = may_know(record, env);
    let device = match remember.filter(|_| may_remember) {
        Some(label) => Some(remembered(record, label, events, env)?),
        None => None,
    };
    if device.is_some() {
        effects.extend(notify(record, Notice::NewDevice, env));
    }
    events.push(EventKind::SignedIn { proven, device: device.as_ref().map(|device| device.tag).or(from) });
    Ok(welcome(record, device, env))
}

/// What the owner should be asked for, now that the session opens. Guesses that strangers made at the reset are over.
fn welcome(record: &mut AccountRecord, device: Option<NewDevice>, env: &Env<'_>) -> SignedIn {
    record.reset = record.reset.forgiven();
    let review = record.review.due(&record.contacts, &env.settings.contacts, env.now);
    SignedIn { rotation: rotation_of(record, env), review_due: review != ReviewDue::NotDue, device }
}

fn remembered(
    record: &mut AccountRecord,
    label: &DeviceLabel,
    events: &mut Vec<EventKind>,
    env: &mut Env<'_>,
) -> Result<NewDevice, Rejection> {
    let account = env.account()?;
    let token = DeviceToken::generate(env.rng);
    let tag = env.keys.device_tag(account, &token);
    let (label, budget) = (label.clone(), FailureBudget::default());
    let device = Device { tag, label: label.clone(), added_at: env.now, seen_at: env.now, budget };
    if let Some(evicted) = record.devices.remember(device) {
        events.push(EventKind::DeviceForgotten { device: evicted.tag, because: DeviceLost::MadeWay });
    }
    events.push(EventKind::DeviceRemembered { device: tag, label });
    Ok(NewDevice { tag, token })
}

impl Command for ForgetDevice {
    type Record = AccountRecord;
    /// Whether it was known.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, _env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        let mut record = record;
        if record.devices.forget(self.device).is_none() {
            return Ok(Transition::unchanged(record, false));
        }
        let events = vec![EventKind::DeviceForgotten { device: self.device, because: DeviceLost::Removed }];
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}

impl std::fmt::Debug for OpenSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { renewed, device, locked_device, .. } = self;
        f.debug_struct("OpenSignIn")
            .field("renews", &renewed.is_some())
            .field("device", device)
            .field("locked_device", locked_device)
            .finish_non_exhaustive()
    }
}
