//! Tries of passwords on a record. Hashing takes tens of milliseconds, so a try is two commits: it is counted as wrong
//! before anything is compared ([`ReserveAttempt`]), and the count is taken back when it was right ([`SettleAttempt`], or
//! [`OpenSignIn`](super::OpenSignIn) in a sign-in).

use super::notify::{of_failures, to_app};
use super::{Command, Env, Notice, Rejection, Transition};
use crate::account::{AccountRecord, DeviceTag, DeviceToken, Door, EventKind, FailureBudget};
use crate::password::{Phc, RotationDue};
use crate::types::Timestamp;

/// Counts a try as wrong before it is compared.
///
/// A known device has a budget of its own: strangers who type wrong passwords block strangers, and never the owner on
/// his device. A token that is not this account's, or no longer known, is no token; nothing says so.
#[derive(Clone, Debug, Default)]
pub struct ReserveAttempt {
    /// What the device presents, if it presents anything.
    pub device: Option<DeviceToken>,
}

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
    /// The PHC string to compare with; `None` = there is none: count the try in the name's decoy, compare with a dummy,
    /// and answer "no".
    pub stored: Option<String>,
    /// The budget before this try was counted.
    pub before: FailureBudget,
    /// The budget with this try counted as wrong.
    pub counted: FailureBudget,
    /// The known device whose budget it was; `None` = the strangers'.
    pub device: Option<DeviceTag>,
    /// The device it came from, where that is a stranger for its wrong passwords only.
    pub locked_device: Option<DeviceTag>,
}

/// Takes the count back: the try was right. A wrong try needs no second commit, it is counted already. A sign-in does it
/// with [`OpenSignIn`](super::OpenSignIn), which goes on to the second factor in the same commit.
#[derive(Clone)]
pub struct SettleAttempt {
    /// The PHC string that was compared; another one set meanwhile is left alone.
    pub compared: String,
    /// A stronger hash of the same password, where the stored one was weaker than today's settings.
    pub renewed: Option<Phc>,
    /// [`Reservation::device`].
    pub device: Option<DeviceTag>,
}

/// Takes the count back because the try could not be compared: no memory, a lost key. Nothing was learned from it. Only
/// where nobody else's try was counted or forgiven since; otherwise it stays counted, which is the safe side. A budget
/// says when the row before it ended, so a count of the same size that somebody ran up after a right password is not
/// this one.
#[derive(Clone, Copy, Debug)]
pub struct AbandonAttempt {
    /// [`Reservation::before`].
    pub before: FailureBudget,
    /// [`Reservation::counted`].
    pub counted: FailureBudget,
    /// [`Reservation::device`].
    pub device: Option<DeviceTag>,
}

impl Command for ReserveAttempt {
    type Record = AccountRecord;
    type Reply = Reserved;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Reserved>, Rejection> {
        let (device, locked_device) = self.devices(&record, env)?;
        let before = budget_of(&record, device);
        if let Some(until) = before.blocked_until(env.now) {
            return Ok(Transition::unchanged(record, Reserved::Blocked { until }));
        }
        let Some(stored) = record.password.as_ref().map(|password| password.phc().to_owned()) else {
            // An account that does not exist is never written: a stranger's typing must not fill the store.
            let reserved = Reservation { stored: None, before, counted: before, device: None, locked_device: None };
            return Ok(Transition::unchanged(record, Reserved::Compare(reserved)));
        };
        let throttle = match device {
            Some(_) => env.settings.sign_in.device_throttle(&env.settings.throttle),
            None => env.settings.throttle,
        };
        let budget = before.after_failure(&throttle, env.now);
        let stored = Some(stored);
        let reply = Reserved::Compare(Reservation { stored, before, counted: budget, device, locked_device });
        let effects = match device {
            // The device only becomes a stranger, and its owner can go on as one.
            Some(_) if budget.failures_in_a_row() >= throttle.hard_lock_at => {
                vec![to_app(Notice::ManyFailures { failures_in_a_row: budget.failures_in_a_row() })]
            }
            Some(_) => Vec::new(),
            None => of_failures(&record, &budget, Door::SignIn, &throttle, env),
        };
        let events = vec![EventKind::PasswordAttempted { budget, device }];
        Ok(Transition { record: with_budget(record, device, budget), events, effects, reply })
    }
}

impl ReserveAttempt {
    /// The tag of the token, if this account knows it, or else if it would but for wrong passwords. The MAC is made for
    /// accounts that do not exist as well.
    fn devices(
        &self,
        record: &AccountRecord,
        env: &Env<'_>,
    ) -> Result<(Option<DeviceTag>, Option<DeviceTag>), Rejection> {
        let account = env.account()?;
        let tag = self.device.as_ref().map(|token| env.keys.device_tag(account, token));
        let idle_ms_max = env.settings.sign_in.device_idle_ms_max;
        let known = tag.filter(|tag| record.devices.known(*tag, idle_ms_max, env.now).is_some());
        Ok((known, tag.filter(|tag| record.devices.is_locked(*tag))))
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
        Ok(match accepted(record, &self.compared, self.renewed.as_ref(), self.device, env.now) {
            Ok((record, event)) => {
                let reply = rotation_of(&record, env);
                Transition { record, events: vec![event], effects: Vec::new(), reply: Some(reply) }
            }
            Err(record) => Transition::unchanged(record, None),
        })
    }
}

impl Command for AbandonAttempt {
    type Record = AccountRecord;
    /// Whether it was taken back.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, _env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        if budget_of(&record, self.device) != self.counted || self.before == self.counted {
            return Ok(Transition::unchanged(record, false));
        }
        let record = with_budget(record, self.device, self.before);
        let events = vec![EventKind::PasswordUndecided { budget: self.before, device: self.device }];
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}

/// The record after the right password, and the event; the record as it was when another password was set meanwhile.
#[expect(clippy::result_large_err, reason = "the record goes back as it came")]
pub(super) fn accepted(
    mut record: AccountRecord,
    compared: &str,
    renewed: Option<&Phc>,
    device: Option<DeviceTag>,
    now: Timestamp,
) -> Result<(AccountRecord, EventKind), AccountRecord> {
    let Some(password) = record.password.as_ref().filter(|password| password.phc() == compared) else {
        return Err(record);
    };
    if let Some(phc) = renewed {
        record.password = Some(password.rehashed(phc));
    }
    // This try was counted among the failures in a row and was none, so a lock that rests on it never was due. The second
    // factor's row is another one: who knows only the password must not get fresh guesses there.
    match device {
        Some(tag) => record.devices.see(tag, now),
        None => record.password_budget = record.password_budget.ended(now),
    }
    Ok((record, EventKind::PasswordAccepted { rehashed: renewed.is_some(), device }))
}

/// Whether the password is due to be changed; an account without one has nothing to change.
pub(super) fn rotation_of(record: &AccountRecord, env: &Env<'_>) -> RotationDue {
    record.password.as_ref().map_or(RotationDue::No, |password| password.rotation_due(&env.settings.password, env.now))
}

fn budget_of(record: &AccountRecord, device: Option<DeviceTag>) -> FailureBudget {
    match device {
        Some(tag) => record.devices.get(tag).map(|device| device.budget).unwrap_or_default(),
        None => record.password_budget,
    }
}

fn with_budget(mut record: AccountRecord, device: Option<DeviceTag>, budget: FailureBudget) -> AccountRecord {
    match device {
        Some(tag) => record.devices.charge(tag, budget),
        None => record.password_budget = budget,
    }
    record
}

impl std::fmt::Debug for Reservation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { counted, device, .. } = self;
        f.debug_struct("Reservation").field("counted", counted).field("device", device).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SettleAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { renewed, device, .. } = self;
        f.debug_struct("SettleAttempt")
            .field("renews", &renewed.is_some())
            .field("device", device)
            .finish_non_exhaustive()
    }
}
