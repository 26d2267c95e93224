//! Every operation is a value: `settle_and_decide(record, &mut env) -> Transition { record, events, effects, reply }`.
//!
//! The record goes in and comes out by value: a decision is on the path of every payment, and copying what did not
//! change was a sixth of its cost.
//!
//! A decision is pure: time, randomness and keys come in through [`Env`], everything it wants done goes out in the
//! [`Transition`]. The service commits the new record and its events in one atomic write and hands the reply out only
//! after that write is confirmed, so a wrong guess is counted before it is answered. A caller that keeps the record in
//! a transaction of its own calls it directly and stores the result itself:
//!
//! ```
//! use account_security::account::{AccountRecord, Keyring};
//! use account_security::command::{Command, Env, PlaceFreeze, Settings, Subject};
//! use account_security::freeze::{FreezeRequest, Scopes, restriction};
//! use account_security::types::{AccountId, ActorId, KeyId, SecretBytes, Timestamp};
//! use rand::{SeedableRng, rngs::StdRng};
//!
//! let (lookup_key, root_key) = (SecretBytes::new(vec![1; 32]), SecretBytes::new(vec![2; 32]));
//! let keys = Keyring::new(lookup_key, KeyId(1), vec![(KeyId(1), root_key)])?;
//! let (alice, settings) = (AccountId::parse("c-1001")?, Settings::default());
//! let now = Timestamp::from_unix_s(1_767_225_600)?;
//! let mut env = Env {
//!     now,
//!     subject: Subject::Account(&alice),
//!     owner: keys.account_key(&alice),
//!     keys: &keys,
//!     settings: &settings,
//!     rng: &mut StdRng::seed_from_u64(1), // outside examples the generator of the system
//! };
//!
//! let request = FreezeRequest::by_owner(ActorId::parse("c-1001")?, Scopes::ALL);
//! let decided = PlaceFreeze { request, caused_by: None }.settle_and_decide(AccountRecord::default(), &mut env)?;
//! // Yours: store `record` and `events`, with `effects` beside them, in one transaction. Then give the reply out.
//! assert_eq!(restriction(&decided.record.freezes, now), Scopes::ALL);
//! assert_eq!(decided.events.len(), 1);
//! assert!(decided.reply.is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clearing;
pub mod clock;
pub mod codes;
pub mod contacts;
pub mod correcting;
pub mod decoys;
mod delicate;
pub mod effect;
pub mod ended;
pub mod erasing;
pub mod explaining;
pub mod factors;
pub mod freezing;
pub mod lockout;
mod notify;
pub mod offers;
pub mod own_lift;
pub mod passwords;
pub mod payments;
pub mod pending;
pub mod proof_code;
pub mod proving;
pub mod recovery;
pub mod releasing;
pub mod reports;
pub mod reset;
pub mod review;
pub mod sending;
pub mod set_password;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod snoozing;
pub mod step_up;
pub mod text;

use rand::CryptoRng;

pub use clearing::{ClearLockout, LockoutCleared};
pub use clock::{ClockRequest, ClockSetBack, ClockSetBackAsked, RequestClockSetBack, SetClockBack};
pub use codes::{CancelCode, CodeAnswer, CodeSent, IssueCode, ResendCode, VerifyCode};
pub(crate) use contacts::AgreeOldContact;
pub use contacts::{
    ApproveLostContact, BeginContactChange, BeginLostContactChange, CancelContactChange, CancelledChange,
    ContactCancel, ContactChangeBegun, ContactRefused, ContactsInForce, FinishContactChange, LostContactBegun,
    OldContactAgreed, ProveNewContact, ProveOldContact, RecordIdentityCheck, SendContactCode,
};
pub use correcting::{ContactCorrection, CorrectContact};
pub use decoys::{AbandonDecoy, BeginDecoyReset, DecoyReset, ReserveDecoy, VerifyDecoyReset};
pub use effect::{Alert, Content, Effect, Notice};
pub use ended::{FreezesEnded, TellFreezesEnded};
pub use erasing::{EraseFreeText, TextErasure};
pub use explaining::{JudgedPayment, PaymentAsked, PaymentRelease, PaymentTrail, PaymentWord, explain};
pub use factors::{
    ConfirmTotp, EnrolTotp, EnrolledTotp, ImportTotp, ImportedTotp, ResyncAnswer, ResyncTotp, RevokeTotp, TotpOutcome,
    VerifyTotp,
};
pub use freezing::{FreezePlaced, LiftFreeze, PlaceFreeze, RequestLift};
pub use lockout::Lockout;
pub use offers::{Offers, provable};
pub use own_lift::LiftOwnFreeze;
pub use passwords::{AbandonAttempt, Reservation, ReserveAttempt, Reserved, SettleAttempt};
pub use payments::{AssessPayment, LabelPayment, PaymentDecision, TeachPayee};
pub use pending::SettlePending;
pub use proof_code::{CodeRefused, SendProofCode};
pub use proving::{ProofStep, Refusal, Refused, TypedProof, is_ticket_complete};
pub use recovery::{GenerateRecoveryCodes, NewRecoveryCodes, RecoveryAnswer, SpendRecoveryCode};
pub use releasing::{PaymentReleased, ReleasePayment};
pub use reports::{CloseReport, ReportRefused, ReportTaken, ReportUnauthorised};
pub(crate) use reset::CountReset;
pub use reset::{BeginReset, ProveReset, ResetStarted, VerifyReset};
pub use review::{ConfirmRegistered, Registered, RemindReview, ReviewAnswer, ReviewReminder};
pub use sending::{ChargeSend, SettleSend};
pub(crate) use set_password::CountNewPassword;
pub use set_password::{PasswordSet, RequirePasswordChange, SetBy, SetPassword};
pub use settings::{SecondFactorRule, Settings, SignInPolicy};
pub use sign_in::{ForgetDevice, NewDevice, OpenSignIn, ProveSignIn, SignInStep, SignedIn};
pub use sign_up::{ConfirmContact, SendConfirmation, SignUp, SignUpOutcome};
pub use snoozing::SnoozeRule;
pub use step_up::{BeginStepUp, ProveStepUp, StepUpOpened};

use crate::account::{
    AccountRecord, Aggregate, DecoyRecord, Event, EventKind, Keyring, KeyringError, PayeeRecord, SealError,
    SendBudgetRecord,
};
use crate::freeze::{self, Scopes};
use crate::password::PasswordState;
use crate::risk::RiskError;
use crate::totp::{RecoveryError, TotpError};
use crate::types::{AccountId, Fingerprint, StoreKey, Timestamp};
use crate::verification::budget::SendScope;
use crate::verification::{MessageError, VerificationError};

/// Most events one operation writes.
pub const EVENTS_MAX: usize = 8;

/// What a decision may look at besides the record.
pub struct Env<'a> {
    /// Decision time: the caller's clock, but never behind the highest time the record has seen.
    pub now: Timestamp,
    /// Whose record it is.
    pub subject: Subject<'a>,
    /// The record's key in the store; sealed parts of the record are bound to it.
    pub owner: StoreKey,
    /// Keys for tags, seals and pepper.
    pub keys: &'a Keyring,
    /// The numbers.
    pub settings: &'a Settings,
    /// Randomness for ids, codes, salts and nonces.
    pub rng: &'a mut dyn CryptoRng,
}

/// Whose record a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An account's.
    Account(&'a AccountId),
    /// A payee's.
    Payee(Fingerprint),
    /// That of something messages are counted for.
    SendScope(&'a SendScope),
    /// A cell's of names without an account.
    Decoy(u16),
}

/// What a decision wants: the new record, the proof, the things to send, and the answer.
#[derive(Clone, Debug)]
pub struct Transition<R, T> {
    /// The record to store. When there are no events it is dropped: nothing changed.
    pub record: R,
    /// What happened, for the audit chain. No change without an event.
    pub events: Vec<EventKind>,
    /// What to send or tell, written to the outbox in the same commit.
    pub effects: Vec<Effect>,
    /// The answer, given only after the commit.
    pub reply: T,
}

/// Why a command cannot be decided. Wrong codes and locks are replies, not rejections.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The clock is far ahead of everything this account has seen.
    #[error("the clock says {now}, far ahead of the account's last time {last}; check the clock, nothing was changed")]
    ClockSuspect {
        /// What the clock says.
        now: Timestamp,
        /// The highest time in the record.
        last: Timestamp,
    },
    /// The account is frozen for this.
    #[error("the account is frozen for this; `diagnose` tells whom to ask")]
    Frozen,
    /// Closed in the cooling-off that follows the owner's lift of a freeze, and by no freeze.
    #[error("closed in the cooling-off after a lift, until {until}; it ends by itself")]
    CoolingOff {
        /// When it ends.
        until: Timestamp,
    },
    /// Only staff may do this.
    #[error("not authorised: this needs the authority `agent` or a higher one")]
    NotAuthorised,
    /// A command for an account was run on a payee, or the other way round.
    #[error("this command does not belong to this kind of record")]
    WrongSubject,
    /// A key is missing.
    #[error(transparent)]
    Key(#[from] KeyringError),
    /// A sealed part of the record does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A TOTP policy, secret or code was misused.
    #[error(transparent)]
    Totp(#[from] TotpError),
    /// A verification policy or binding was misused, or randomness failed.
    #[error(transparent)]
    Verification(#[from] VerificationError),
    /// A message cannot be rendered.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// A payment cannot be judged.
    #[error(transparent)]
    Risk(#[from] RiskError),
    /// Recovery codes cannot be made or judged.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A stored part of the record is damaged.
    #[error("a part of this account's record is damaged; restore it from a backup")]
    Damaged,
    /// A change of factors without a complete step-up.
    #[error("a step-up is needed first: have the owner prove once more, then pass its ticket")]
    StepUpNeeded,
    /// The last way to prove more than the password would go.
    #[error("this is the last way to prove more than the password; add another one first")]
    LastFactor,
    /// The password must be changed before anything delicate.
    #[error("the password must be changed first: have the owner sign in anew and change it")]
    PasswordChangeNeeded,
    /// The account's history went on since it was looked at; look again.
    #[error("something else happened to this account meanwhile; ask again")]
    Moved,
    /// A number of the settings is out of its range.
    #[error("the settings cannot be used: {0}")]
    PolicyOutOfRange(&'static str),
}

/// What has fallen due on a record by a moment, with what it says and sends.
type Settled = (Vec<EventKind>, Vec<Effect>);

/// A record on which something can fall due without anybody asking for it.
pub trait Due: Aggregate {
    /// Puts in force what has fallen due by now. Most records have nothing that could.
    fn settle(&mut self, _env: &Env<'_>) -> (Vec<EventKind>, Vec<Effect>) {
        Settled::default()
    }
}

impl Due for AccountRecord {
    fn settle(&mut self, env: &Env<'_>) -> Settled {
        contacts::settle_due(self, env)
    }
}

impl Due for PayeeRecord {}
impl Due for SendBudgetRecord {}
impl Due for DecoyRecord {}

/// An operation on one record.
pub trait Command {
    /// The record it is decided on.
    type Record: Due;
    /// Its answer.
    type Reply;

    /// Whether what has fallen due is put in force first. Not where that is what the command itself is about.
    const SETTLES: bool = true;

    /// Decides on a record as it stands now: what has fallen due is in force, e.g. a contact whose cooling-off is over, so
    /// that nothing is sent to a phone which another one has replaced. This is how the service decides, and how a caller
    /// with a transaction of its own does. Where the command changes nothing, nothing is written: the next one finds the
    /// same due.
    ///
    /// # Errors
    /// As of [`Command::decide`].
    fn settle_and_decide(
        &self,
        mut record: Self::Record,
        env: &mut Env<'_>,
    ) -> Result<Transition<Self::Record, Self::Reply>, Rejection> {
        let settled = if Self::SETTLES { record.settle(env) } else { Settled::default() };
        let decided = self.decide(record, env)?;
        if settled.0.is_empty() || decided.events.is_empty() {
            return Ok(decided);
        }
        // A repeat is answered from the first event of its commit.
        let is_repeatable = self.commit_id(&decided.record, &decided.reply).is_some();
        Ok(if is_repeatable { decided.before(settled) } else { decided.behind(settled) })
    }

    /// Decides on a record on which nothing is due; from outside call [`Command::settle_and_decide`]. Pure: the same inputs
    /// give the same transition.
    ///
    /// # Errors
    /// [`Rejection`] when there is nothing to decide on: a lost key, a broken clock, misuse.
    fn decide(
        &self,
        record: Self::Record,
        env: &mut Env<'_>,
    ) -> Result<Transition<Self::Record, Self::Reply>, Rejection>;

    /// A commit id derived from the operation's own id, where it has one (a transaction id): the same operation is
    /// then decided once, however often and from wherever it is asked for. `None` = a random one.
    fn commit_id(&self, _decided: &Self::Record, _reply: &Self::Reply) -> Option<[u8; 16]> {
        None
    }

    /// The first answer, from the event that the first commit wrote under [`Command::commit_id`].
    fn first_reply(&self, _first: &Event) -> Option<Self::Reply> {
        None
    }

    /// The same for a call that comes again, on the record as it stands now: what has happened since may forbid what was
    /// allowed then.
    fn answer_again(&self, first: &Event, _record: &Self::Record, _now: Timestamp) -> Option<Self::Reply> {
        self.first_reply(first)
    }
}

impl<R, T> Transition<R, T> {
    /// An answer that changes nothing and commits nothing.
    pub const fn unchanged(record: R, reply: T) -> Self {
        Self { record, events: Vec::new(), effects: Vec::new(), reply }
    }

    /// The same decision, told after what was settled before it.
    fn behind(self, (mut events, mut effects): Settled) -> Self {
        events.extend(self.events);
        effects.extend(self.effects);
        Self { events, effects, ..self }
    }

    /// The same decision, told first.
    fn before(mut self, (events, effects): Settled) -> Self {
        self.events.extend(events);
        self.effects.extend(effects);
        self
    }
}

/// Refuses what a freeze in force, or the cooling-off after one, closes. Checked inside the decision, so that a freeze
/// and the act it forbids can never both win.
pub(super) fn check_open(record: &AccountRecord, needs: Scopes, now: Timestamp) -> Result<(), Rejection> {
    if freeze::restriction(&record.freezes, now).intersects(needs) {
        return Err(Rejection::Frozen);
    }
    match freeze::cooling_off(&record.freezes, now).filter(|cooling_off| cooling_off.closed.intersects(needs)) {
        Some(cooling_off) => Err(Rejection::CoolingOff { until: cooling_off.until }),
        None => Ok(()),
    }
}

/// Refuses what was looked up in a history that has gone on since: what was found may not hold any more.
fn check_unmoved(record: &AccountRecord, seen_seq: Option<u64>) -> Result<(), Rejection> {
    if seen_seq.is_none_or(|seq| seq == record.head.seq) { Ok(()) } else { Err(Rejection::Moved) }
}

/// Refuses what is delicate while the password must be changed: whoever is in with the old one may be the one it leaked to.
fn check_password_stands(record: &AccountRecord) -> Result<(), Rejection> {
    let must_change = record.password.as_ref().is_some_and(PasswordState::must_change);
    if must_change { Err(Rejection::PasswordChangeNeeded) } else { Ok(()) }
}

impl<'a> Env<'a> {
    /// The account this decision is about.
    ///
    /// # Errors
    /// [`Rejection::WrongSubject`] on any other record.
    pub fn account(&self) -> Result<&'a AccountId, Rejection> {
        match self.subject {
            Subject::Account(account) => Ok(account),
            Subject::Payee(_) | Subject::SendScope(_) | Subject::Decoy(_) => Err(Rejection::WrongSubject),
        }
    }

    /// The scope this decision is about.
    ///
    /// # Errors
    /// [`Rejection::WrongSubject`] on any other record.
    pub fn send_scope(&self) -> Result<&'a SendScope, Rejection> {
        match self.subject {
            Subject::SendScope(scope) => Ok(scope),
            Subject::Account(_) | Subject::Payee(_) | Subject::Decoy(_) => Err(Rejection::WrongSubject),
        }
    }
}

impl std::fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Env").field("now", &self.now).field("owner", &self.owner).finish_non_exhaustive()
    }
}
