//! Changing a registered phone number or e-mail address.
//!
//! A contact is where codes and warnings go, so whoever changes it owns the account a day later. Therefore:
//! - The contact in force agrees first, with a code that names the new one; only then the new one is even written to.
//!   The state enforces the order: a code from the new contact alone leads nowhere.
//! - A step-up with another proof comes before that, where the account has one ([`ContactPolicy::step_up`]).
//! - After both codes nothing changes for a day. Every confirmed contact is warned, with a handle that calls the change
//!   off without signing in, and support's numbers. Until then the old contact is the one in force.
//! - One change at a time. While one cools off, or an agent has checked who lost a contact, no other can begin: it has to
//!   be called off first, which the owner is told.
//! - Placing a freeze of the profile calls a change off: an owner who pulls the brake must not find a thief's number in
//!   force when the freeze is lifted. Calling off is never closed by a freeze.
//! - From its time on a change is in force for whatever is decided next ([`Command::settle_and_decide`]), a freeze too: what
//!   the owner was told does not hang on who came by. Only calling it off comes before it, as long as nobody has.
//! - A lost contact agrees to nothing, so the loss is reported with another proof, one agent checks the person, another
//!   approves, and the cooling-off is three days, with the warning sent at both ends.
//!
//! ```text
//! BeginContactChange -> ProveOldContact -> ProveNewContact -> (a day) -> FinishContactChange
//! BeginLostContactChange -> RecordIdentityCheck -> ApproveLostContact -> SendContactCode -> ProveNewContact -> …
//!                  CancelContactChange at any time before the end
//! ```
//!
//! ```
//! use account_security::account::{AccountRecord, Aggregate, Contact, ContactStep, Keyring};
//! use account_security::command::{BeginContactChange, Command, Env, Settings, Subject};
//! use account_security::types::{AccountId, KeyId, Locale, SecretBytes, Timestamp};
//! use account_security::verification::{Channel, Destination, Sender};
//! # use rand::SeedableRng;
//! # let keys = Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![7; 32]))])?;
//! # let (settings, account) = (Settings::default(), AccountId::parse("c-1001")?);
//! # let mut rng = rand::rngs::StdRng::seed_from_u64(1);
//! # let now = Timestamp::from_unix_s(1_800_000_000)?;
//! # let owner = keys.account_key(&account);
//! let mut record = AccountRecord::fresh();
//! record.contacts.replace(Contact::confirmed(Destination::parse(Channel::Sms, "+8613812345678")?, now));
//! # let subject = Subject::Account(&account);
//! # let mut env = Env { now, subject, owner, keys: &keys, settings: &settings, rng: &mut rng };
//!
//! let new = Destination::parse(Channel::Sms, "+8613987654321")?;
//! let sender = Sender::new("Example Pay")?;
//! let begin = BeginContactChange { new, ticket: None, sender, locale: Locale::En };
//! let begun = begin.decide(record, &mut env)?;
//! assert_eq!(begun.reply?.sent.destination_masked, "+86 ****5678"); // the number in force is asked first
//! assert_eq!(begun.record.contact_change.map(|change| change.step()), Some(ContactStep::ProveOld));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Command::settle_and_decide`]: super::Command::settle_and_decide
//! [`ContactPolicy::step_up`]: crate::account::ContactPolicy::step_up

mod begin;
mod cancel;
mod finish;
mod lost;
mod prove;
mod refused;
mod send;

pub use begin::{BeginContactChange, ContactChangeBegun};
pub use cancel::{CancelContactChange, CancelledChange, ContactCancel};
pub use finish::{ContactsInForce, FinishContactChange};
pub use lost::{ApproveLostContact, BeginLostContactChange, LostContactBegun, RecordIdentityCheck};
pub use prove::{OldContactAgreed, ProveNewContact, ProveOldContact};
pub use refused::ContactRefused;
pub use send::SendContactCode;

pub(super) use cancel::{call_off, call_off_told};
pub(super) use finish::settle_due;
pub(crate) use prove::AgreeOldContact;

use super::effect::Effect;
use super::{Env, Rejection, Transition, check_open, notify, text};
use crate::account::{AccountRecord, CancelHandle, ContactChange, EventKind, Stage};
use crate::freeze::Scopes;
use crate::types::{RandomId, Timestamp};

/// What a command has decided so far.
struct Draft {
    record: AccountRecord,
    events: Vec<EventKind>,
    effects: Vec<Effect>,
}

impl Draft {
    const fn of(record: AccountRecord) -> Self {
        Self { record, events: Vec::new(), effects: Vec::new() }
    }

    /// A beginning of a change: the profile is open and the policy is sound.
    fn opened(record: AccountRecord, env: &Env<'_>) -> Result<Self, Rejection> {
        check_open(&record, Scopes::CHANGE_PROFILE, env.now)?;
        env.settings.contacts.validate().map_err(|broken| Rejection::PolicyOutOfRange(broken.0))?;
        Ok(Self::of(record))
    }

    /// Takes another command's decision on; its answer comes out.
    fn absorb<T>(&mut self, transition: Transition<AccountRecord, T>) -> T {
        self.record = transition.record;
        self.events.extend(transition.events);
        self.effects.extend(transition.effects);
        transition.reply
    }

    fn reply<T>(self, reply: T) -> Transition<AccountRecord, T> {
        Transition { record: self.record, events: self.events, effects: self.effects, reply }
    }
}

/// The change of this id, if it is under way and did not wait too long.
fn under_way(record: &AccountRecord, id: RandomId, now: Timestamp) -> Result<&ContactChange, ContactRefused> {
    match &record.contact_change {
        Some(change) if change.id() != id => Err(ContactRefused::NoSuchChange),
        Some(change) if change.is_expired(now) => Err(ContactRefused::Expired),
        Some(change) => Ok(change),
        None => Err(ContactRefused::NoSuchChange),
    }
}

/// Whether another change may begin: none cools off, and none rests on a check of the desk's. Whoever found the lost phone
/// must not undo what its owner proved to two agents.
fn check_may_begin(record: &AccountRecord, now: Timestamp) -> Result<(), ContactRefused> {
    let Some(change) = record.contact_change.as_ref().filter(|change| !change.is_expired(now)) else {
        return Ok(());
    };
    match change.stage() {
        Stage::CoolingOff { until } => Err(ContactRefused::CoolingOff { until: *until }),
        Stage::AwaitApproval { .. } => Err(ContactRefused::AlreadyChecked),
        Stage::AwaitNew { .. } if change.is_lost() => Err(ContactRefused::AlreadyChecked),
        _ => Ok(()),
    }
}

/// The warning that lets every contact in force call the change off.
fn warn(record: &AccountRecord, change: &ContactChange, env: &Env<'_>) -> Result<Vec<Effect>, Rejection> {
    let handle = CancelHandle::of(env.keys, change.key_id(), env.owner, change.id())?;
    let warning =
        text::Warning { kind: change.kind(), new_masked: &change.new_contact().destination().masked(), handle };
    let locale = record.contacts.locale();
    let text = match change.stage() {
        Stage::CoolingOff { until } => warning.cooling_off(until.ms_since(env.now), locale, &env.settings.support),
        _ => warning.reported_lost(locale, &env.settings.support),
    };
    Ok(notify::to_all_confirmed(record, &text, env))
}
