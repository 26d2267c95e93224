//! Passwords on a record. Hashing takes tens of milliseconds, so a try is two commits: it is counted as wrong before
//! anything is compared ([`ReserveAttempt`]), and the count is taken back when it was right ([`SettleAttempt`]).

use super::effect::{Effect, Notice};
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind};
use crate::password::{PasswordState, Phc};
use crate::types::Timestamp;

/// Counts a try as wrong before it is compared.
#[derive(Clone, Copy, Debug)]
pub struct ReserveAttempt;

/// What came of [`ReserveAttempt`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// Compare with this PHC string; `None` = compare with a dummy, the answer is "no" either way.
    Compare(Option<String>),
    /// Not to be looked at: too many wrong tries before.
    Blocked {
        /// First moment at which a try is looked at again; [`Timestamp::MAX`] = only recovery helps.
        until: Timestamp,
    },
}

/// Takes the count back: the try was right. A wrong try needs no second commit, it is counted already.
#[derive(Clone, Debug)]
pub struct SettleAttempt {
    /// The PHC string that was compared; another one set meanwhile is left alone.
    pub compared: String,
    /// A stronger hash of the same password, where the stored one was weaker than today's settings.
    pub renewed: Option<Phc>,
}

/// Takes the count back because the try could not be compared: no memory, a lost key. Nothing was learned from it.
#[derive(Clone, Copy, Debug)]
pub struct AbandonAttempt;

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
            return Ok(Transition::unchanged(record, Reserved::Compare(None)));
        };
        let reply = Reserved::Compare(Some(password.phc().to_owned()));
        let budget = record.password_budget.after_failure(&env.settings.throttle, env.now);
        let effects = Effect::warning(&budget, &env.settings.throttle);
        let record = AccountRecord { password_budget: budget, ..record };
        Ok(Transition { record, events: vec![EventKind::PasswordAttempted { budget }], effects, reply })
    }
}

impl Command for SettleAttempt {
    type Record = AccountRecord;
    /// Whether the compared password is still the account's.
    type Reply = bool;

    fn decide(
        &self,
        record: AccountRecord,
        _env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let Some(password) = record.password.as_ref().filter(|password| password.phc() == self.compared) else {
            return Ok(Transition::unchanged(record, false));
        };
        let renewed = self.renewed.as_ref().map(|phc| password.rehashed(phc));
        let events = vec![EventKind::PasswordAccepted { rehashed: renewed.is_some() }];
        let record = AccountRecord {
            password_budget: record.password_budget.after_success(),
            password: renewed.or_else(|| record.password.clone()),
            ..record
        };
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}

impl Command for AbandonAttempt {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        let budget = record.password_budget.after_undecided(&env.settings.throttle);
        let record = AccountRecord { password_budget: budget, ..record };
        let events = vec![EventKind::PasswordUndecided { budget }];
        Ok(Transition { record, events, effects: Vec::new(), reply: () })
    }
}

impl Command for SetPassword {
    type Record = AccountRecord;
    type Reply = ();

    fn decide(&self, record: AccountRecord, env: &mut Env<'_>) -> Result<Transition<AccountRecord, ()>, Rejection> {
        let changed = record.password.is_some();
        let password = PasswordState::set(record.password.as_ref(), &self.phc, &env.settings.password, env.now);
        let effects = match changed {
            true => vec![Effect::NotifyOwner { notice: Notice::PasswordChanged }],
            false => Vec::new(),
        };
        let security_changed_at = if changed { Some(env.now) } else { record.security_changed_at };
        let record = AccountRecord { password: Some(password), security_changed_at, ..record };
        Ok(Transition { record, events: vec![EventKind::PasswordSet { changed }], effects, reply: () })
    }
}
