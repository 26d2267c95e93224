//! Passwords on a record. Hashing takes tens of milliseconds, so a try is two commits: it is counted as wrong before
//! anything is compared ([`ReserveAttempt`]), and the count is taken back when it was right ([`SettleAttempt`]).

use super::effect::{Effect, Notice};
use super::{Command, Env, Rejection, Transition, check_open};
use crate::account::{AccountRecord, EventKind, FailureBudget};
use crate::freeze::Scopes;
use crate::password::{PasswordState, Phc, RotationDue};
use crate::types::Timestamp;

/// Counts a try as wrong before it is compared.
#[derive(Clone, Copy, Debug)]
pub struct ReserveAttempt;

/// What came of [`ReserveAttempt`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// Compare, then settle or abandon.
    Compare(Reservation),
    /// Not to be looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
}

/// A try that is counted and not yet compared.
#[derive(Clone, PartialEq, Eq)]
pub struct Reservation {
    /// The PHC string to compare with; `None` = compare with a dummy, the answer is "no" either way.
    pub stored: Option<String>,
    /// The budget before this try was counted.
    pub before: FailureBudget,
    /// The budget with this try counted as wrong.
    pub counted: FailureBudget,
}

impl std::fmt::Debug for Reservation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reservation").field("counted", &self.counted).finish_non_exhaustive()
    }
}

/// Takes the count back: the try was right. A wrong try needs no second commit, it is counted already.
#[derive(Clone)]
pub struct SettleAttempt {
    /// The PHC string that was compared; another one set meanwhile is left alone.
    pub compared: String,
    /// A stronger hash of the same password, where the stored one was weaker than today's settings.
    pub renewed: Option<Phc>,
}

impl std::fmt::Debug for SettleAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SettleAttempt").field("renews", &self.renewed.is_some()).finish_non_exhaustive()
    }
}

/// Takes the count back because the try could not be compared: no memory, a lost key. Nothing was learned from it. Only
/// where nobody else's try was counted or forgiven since; otherwise it stays counted, which is the safe side.
#[derive(Clone, Copy, Debug)]
pub struct AbandonAttempt {
    /// [`Reservation::before`].
    pub before: FailureBudget,
    /// [`Reservation::counted`].
    pub counted: FailureBudget,
}

/// Stores the hash of a new password. The old one joins the history.
#[derive(Clone, Debug)]
pub struct SetPassword {
    /// The hash.
    pub phc: Phc,
}

impl Command for ReserveAttempt {
    type Record = AccountRecord;
    type Reply = Reserved;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        if let Some(until) = record.password_budget.blocked_until(env.now) {
            return Ok(Transition::unchanged(record, Reserved::Blocked { until }));
        }
        let Some(password) = &record.password else {
            // An account that does not exist is never written: a stranger's typing must not fill the store.
            let before = record.password_budget;
            let reserved = Reservation { stored: None, before, counted: before };
            return Ok(Transition::unchanged(record, Reserved::Compare(reserved)));
        };
        let before = record.password_budget;
        let budget = before.after_failure(&env.settings.throttle, env.now);
        let reply = Reserved::Compare(Reservation { stored: Some(password.phc().to_owned()), before, counted: budget });
        let effects = Effect::warning(&budget, &env.settings.throttle);
        let record = AccountRecord { password_budget: budget, ..record };
        Ok(Transition { record, events: vec![EventKind::PasswordAttempted { budget }], effects, reply })
    }
}

impl Command for SettleAttempt {
    type Record = AccountRecord;
    /// Whether the password is due to be changed; `None` when the compared one is the account's no more.
    type Reply = Option<RotationDue>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let Some(password) = record.password.as_ref().filter(|password| password.phc() == self.compared) else {
            return Ok(Transition::unchanged(record, None));
        };
        let reply = Some(password.rotation_due(&env.settings.password, env.now));
        let renewed = self.renewed.as_ref().map(|phc| password.rehashed(phc));
        let events = vec![EventKind::PasswordAccepted { rehashed: renewed.is_some() }];
        let record = AccountRecord {
            // This try was counted among the failures in a row and was none, so a lock that rests on it never was due.
            password_budget: FailureBudget::default(),
            password: renewed.or_else(|| record.password.clone()),
            ..record
        };
        Ok(Transition { record, events, effects: Vec::new(), reply })
    }
}

impl Command for AbandonAttempt {
    type Record = AccountRecord;
    /// Whether it was taken back.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, _env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        if record.password_budget != self.counted || self.before == self.counted {
            return Ok(Transition::unchanged(record, false));
        }
        let record = AccountRecord { password_budget: self.before, ..record };
        let events = vec![EventKind::PasswordUndecided { budget: self.before }];
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}

impl Command for SetPassword {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        check_open(&record, Scopes::CHANGE_FACTORS, env.now)?;
        let changed = record.password.is_some();
        let password = PasswordState::set(record.password.as_ref(), &self.phc, &env.settings.password, env.now);
        let effects = match changed {
            true => vec![Effect::NotifyOwner { notice: Notice::PasswordChanged }],
            false => Vec::new(),
        };
        let security_changed_at = if changed { Some(env.now) } else { record.security_changed_at };
        // Who may set a password has proven more than the old one: tries against that one are over, a lock included.
        let password_budget = FailureBudget::default();
        let record = AccountRecord { password: Some(password), password_budget, security_changed_at, ..record };
        Ok(Transition { record, events: vec![EventKind::PasswordSet { changed }], effects, reply: () })
    }
}
