//! Lockout: one failure budget per account and kind of proof. It is not a freeze and never writes one.
//!
//! Five wrong tries in a row block for 30 seconds, each further one doubles the block up to an hour, and 44 in a row lock
//! until recovery (NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures, growing delays; PSD2 RTS 2018/389 art.
//! 4(3)(b): at most five before a block). The rest of the hundred is for known devices, which have budgets of their own.
//! Tries while blocked are refused unseen and do not push the end out: a peer's users were locked out for good by their own
//! retries.

use serde::{Deserialize, Serialize};

use crate::types::time::{DAY_MS, HOUR_MS, SECOND_MS};
use crate::types::{SetBack, Timestamp};

/// When wrong tries block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThrottlePolicy {
    /// This many wrong tries in a row, and the account is blocked.
    pub failures_before_block: u32,
    /// Length of the first block.
    pub first_block_ms: u64,
    /// Longest block.
    pub block_ms_max: u64,
    /// This many wrong tries in a row, and only recovery helps.
    pub hard_lock_at: u32,
    /// This many wrong tries in a row, and the owner is alerted.
    pub alert_at: u32,
}

impl ThrottlePolicy {
    pub(crate) const DEFAULT: Self = Self {
        failures_before_block: 5,
        first_block_ms: 30 * SECOND_MS,
        block_ms_max: HOUR_MS,
        hard_lock_at: 44,
        alert_at: 10,
    };
}

impl Default for ThrottlePolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Most tries of a row that are told from others: what their ten bits hold, far above the longest row.
const TOLD_APART_MAX: u32 = (1 << COUNT_BITS) - 1;
const COUNT_BITS: u32 = 10;
/// Most wrong tries at a second factor in a row, at all doors together (NIST SP 800-63B-4 §3.2.2).
const ROW_MAX: u32 = 100;

/// Wrong tries in a row, across every challenge, resend and session.
///
/// ```
/// use account_security::account::{Admission, FailureBudget, ThrottlePolicy};
/// use account_security::types::Timestamp;
/// let (policy, now) = (ThrottlePolicy::default(), Timestamp::from_unix_s(1_700_000_000)?);
/// let mut budget = FailureBudget::default();
/// for _ in 0..5 {
///     budget = budget.after_failure(&policy, now);
/// }
/// assert_eq!(budget.admit(now), Admission::Wait { until: now.plus_ms(30_000) });
/// assert_eq!(budget.admit(now.plus_ms(30_000)), Admission::Go);
/// # Ok::<(), account_security::types::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Stored")]
pub struct FailureBudget {
    failures_in_a_row: u32,
    /// How many of them were wrong codes that had been sent to a contact.
    sent_codes: u32,
    /// How many of them were tried without the right password.
    elsewhere: u32,
    /// Until when tries are refused. In a row that has blocked nothing yet it is when the row before it ended, so that a
    /// count of one row is not taken for the same count of another. A hard lock has no end: there it names the sign-in
    /// that lifts the lock of a device.
    blocked_until: Option<Timestamp>,
    hard_locked: bool,
    /// Whether tries without the right password are over.
    elsewhere_locked: bool,
}

/// Where a second factor is tried, as far as that tells what was proven before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// At a sign-in, behind the right password; or where this library does not see it. Passwords themselves are here too.
    SignIn,
    /// In a step-up, a reset, a resynchronisation: whoever sits in a session gets there, or whoever holds one contact.
    Elsewhere,
}

/// The stored form. The last field was the hard lock alone once, one byte of 0 or 1; it is its lowest bit now, so that old
/// records open and a row without the newer counts is written as before. The other lock follows, then ten bits for each of
/// the two counts.
#[derive(Serialize, Deserialize)]
struct Stored {
    failures_in_a_row: u32,
    blocked_until: Option<Timestamp>,
    marks: u32,
}

/// Whether a try is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Compare it.
    Go,
    /// Refuse it unseen until then.
    Wait {
        /// First moment at which a try is looked at again.
        until: Timestamp,
    },
    /// Refuse it unseen; only recovery or support helps.
    HardLocked,
}

impl FailureBudget {
    /// Whether a try at `now` is looked at, at a sign-in.
    #[must_use]
    pub fn admit(&self, now: Timestamp) -> Admission {
        self.admit_at(Door::SignIn, now)
    }

    /// Whether a try at `now` is looked at.
    #[must_use]
    pub fn admit_at(&self, door: Door, now: Timestamp) -> Admission {
        match self.blocked_until {
            _ if self.is_locked_at(door) => Admission::HardLocked,
            Some(until) if now < until => Admission::Wait { until },
            _ => Admission::Go,
        }
    }

    /// The budget after one wrong try at `now`, at a sign-in.
    #[must_use]
    pub fn after_failure(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        let failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let blocked_until = failures_in_a_row.checked_sub(policy.failures_before_block.max(1)).map(|beyond| {
            let doubled = 1_u64.checked_shl(beyond).and_then(|factor| policy.first_block_ms.checked_mul(factor));
            now.plus_ms(doubled.unwrap_or(u64::MAX).min(policy.block_ms_max))
        });
        let counted = Self { failures_in_a_row, blocked_until: blocked_until.or(self.blocked_until), ..*self };
        let is_full = counted.row_at(Door::SignIn) >= policy.hard_lock_at;
        Self { hard_locked: self.hard_locked || is_full || counted.is_at_row_max(policy), ..counted }
    }

    /// The budget after one wrong try at `now`. Elsewhere than at a sign-in it blocks like every other; but its lock closes
    /// tries elsewhere only, and it takes none from those that a sign-in has, so that nobody without the password keeps the
    /// owner out for good. Both together stay within a hundred.
    #[must_use]
    pub fn after_failure_at(&self, door: Door, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        if door == Door::SignIn {
            return self.after_failure(policy, now);
        }
        let elsewhere = self.elsewhere.saturating_add(1).min(TOLD_APART_MAX);
        let counted = Self { elsewhere, ..*self }.after_failure(policy, now);
        let is_full = counted.row_at(Door::Elsewhere) >= policy.hard_lock_at;
        Self { elsewhere_locked: self.elsewhere_locked || is_full, ..counted }
    }

    /// The same, where the wrong try was a code that had been sent to a contact.
    #[must_use]
    pub fn after_wrong_sent_code(&self, door: Door, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        let sent_codes = self.sent_codes.saturating_add(1).min(TOLD_APART_MAX);
        Self { sent_codes, ..self.after_failure_at(door, policy, now) }
    }

    /// Whether the row is as long as it may be at all doors together. Where none was elsewhere the policy's own lock says so.
    const fn is_at_row_max(&self, policy: &ThrottlePolicy) -> bool {
        self.elsewhere > 0 && self.failures_in_a_row >= ROW_MAX && self.failures_in_a_row >= policy.hard_lock_at
    }

    /// Wrong tries of the row at this door.
    #[must_use]
    pub const fn row_at(&self, door: Door) -> u32 {
        match door {
            Door::SignIn => self.failures_in_a_row.saturating_sub(self.elsewhere),
            Door::Elsewhere => self.elsewhere,
        }
    }

    /// Whether only recovery helps at this door. What is locked elsewhere alone opens by a whole sign-in, too.
    #[must_use]
    pub fn is_locked_at(&self, door: Door) -> bool {
        self.hard_locked || (self.elsewhere_locked && door == Door::Elsewhere)
    }

    /// The budget after a right code that had been sent to a contact: wrong ones of its kind are forgotten, and no others.
    /// A thief who holds the phone must not buy himself fresh guesses at the authenticator with it.
    #[must_use]
    pub fn after_right_sent_code(&self) -> Self {
        self.with_row(self.failures_in_a_row.saturating_sub(self.sent_codes), 0)
    }

    /// The budget after a right code of an authenticator or a recovery code: wrong codes that were sent stay counted.
    #[must_use]
    pub fn after_right_own_code(&self) -> Self {
        self.with_row(self.sent_codes, self.sent_codes)
    }

    /// A shorter row. Its last block is over, since what was right had been admitted; when it was stays known.
    fn with_row(&self, failures_in_a_row: u32, sent_codes: u32) -> Self {
        if self.hard_locked || self.elsewhere_locked {
            return *self;
        }
        // Where the forgiven ones were tried is not known; the rest counts as tried elsewhere as far as that can be.
        let elsewhere = self.elsewhere.min(failures_in_a_row);
        let blocked_until = self.blocked_until.filter(|_| failures_in_a_row > 0);
        Self { failures_in_a_row, sent_codes, elsewhere, blocked_until, ..Self::default() }
    }

    /// The budget after a right answer that was admitted: forgotten, unless hard-locked.
    #[must_use]
    pub fn after_success(&self) -> Self {
        if self.hard_locked { *self } else { Self::default() }
    }

    /// The budget after a whole sign-in whose second factor was a code that had been sent. It ends every lock and block that was
    /// not of sign-ins; but wrong codes of an authenticator stay counted, as many as the owner was not told of, until their
    /// last block is a day old. Or else whoever has password and phone signs in after every few guesses, and nobody hears of
    /// any. Owners who mistype now and then begin anew a day later.
    #[must_use]
    pub fn after_sign_in_by_sent_code(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        if self.hard_locked || self.has_rested(DAY_MS, now) {
            return self.after_success();
        }
        // Below the lock by more than one, whatever a policy says: what is kept must not lock by itself.
        let untold = policy.alert_at.saturating_sub(1).min(policy.hard_lock_at.saturating_sub(2));
        let kept = self.failures_in_a_row.saturating_sub(self.sent_codes).min(untold);
        Self { elsewhere_locked: false, ..*self }.with_row(kept, 0)
    }

    /// Whether only recovery helps.
    pub(super) const fn is_hard_locked(&self) -> bool {
        self.hard_locked
    }

    /// The same, hard-locked until the sign-in with this end is complete; unchanged, if it is not hard-locked.
    pub(super) const fn awaiting(self, ends_at: Timestamp) -> Self {
        if self.hard_locked { Self { blocked_until: Some(ends_at), ..self } } else { self }
    }

    /// Whether the sign-in with this end lifts the hard lock.
    pub(super) fn awaits(&self, ends_at: Timestamp) -> bool {
        self.hard_locked && self.blocked_until == Some(ends_at)
    }

    /// The row once the clock is right again: as long as it was, and blocked for as long as it still was.
    pub(super) fn set_back(&mut self, back: SetBack) {
        self.blocked_until = self.blocked_until.map(|until| back.moved(until));
    }

    /// Whether the last block ended this long ago. Nothing is counted while one stands, so nobody has guessed since.
    pub(super) fn has_rested(&self, rest_ms: u64, now: Timestamp) -> bool {
        !self.hard_locked && self.blocked_until.is_some_and(|until| until <= now && now.ms_since(until) >= rest_ms)
    }

    /// The budget after its row ended at `now`, a hard lock with it. What was counted before is told from what will be.
    pub(crate) fn ended(&self, now: Timestamp) -> Self {
        if self.is_fresh() { *self } else { Self { blocked_until: Some(now), ..Self::default() } }
    }

    /// Whether there is nothing to forget.
    pub(crate) const fn is_fresh(&self) -> bool {
        self.failures_in_a_row == 0 && !self.hard_locked
    }

    /// Wrong tries in a row.
    #[must_use]
    pub const fn failures_in_a_row(&self) -> u32 {
        self.failures_in_a_row
    }

    /// Until when tries at a sign-in are refused unseen, if that lies after `now`.
    #[must_use]
    pub fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.blocked_until_at(Door::SignIn, now)
    }

    /// Until when tries are refused unseen, if that lies after `now`. Elsewhere it is never sooner than at a sign-in.
    #[must_use]
    pub fn blocked_until_at(&self, door: Door, now: Timestamp) -> Option<Timestamp> {
        match self.admit_at(door, now) {
            Admission::Go => None,
            Admission::Wait { until } => Some(until),
            Admission::HardLocked => Some(Timestamp::MAX),
        }
    }
}

/// What auditors read: the fields of the first version, and the newer ones where they say something, so that what they kept
/// of old events is written the same again.
#[derive(Serialize)]
struct Shown {
    failures_in_a_row: u32,
    #[serde(skip_serializing_if = "is_nothing")]
    sent_codes: u32,
    #[serde(skip_serializing_if = "is_nothing")]
    elsewhere: u32,
    blocked_until: Option<Timestamp>,
    hard_locked: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    elsewhere_locked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_nothing(count: &u32) -> bool {
    *count == 0
}

impl Serialize for FailureBudget {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return Stored::from(*self).serialize(serializer);
        }
        let Self { failures_in_a_row, sent_codes, elsewhere, blocked_until, hard_locked, elsewhere_locked } = *self;
        let shown = Shown { failures_in_a_row, sent_codes, elsewhere, blocked_until, hard_locked, elsewhere_locked };
        shown.serialize(serializer)
    }
}

impl TryFrom<Stored> for FailureBudget {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { failures_in_a_row, blocked_until, marks } = stored;
        let (hard_locked, elsewhere_locked) = (marks & 1 == 1, marks & 2 == 2);
        let (sent_codes, elsewhere) = (marks >> 2 & TOLD_APART_MAX, marks >> (2 + COUNT_BITS));
        if sent_codes <= failures_in_a_row && elsewhere <= failures_in_a_row.min(TOLD_APART_MAX) {
            Ok(Self { failures_in_a_row, sent_codes, elsewhere, blocked_until, hard_locked, elsewhere_locked })
        } else {
            Err("more wrong tries of one sort than of all")
        }
    }
}

impl From<FailureBudget> for Stored {
    fn from(budget: FailureBudget) -> Self {
        let FailureBudget { failures_in_a_row, sent_codes, elsewhere, blocked_until, hard_locked, elsewhere_locked } =
            budget;
        let locks = u32::from(hard_locked) | u32::from(elsewhere_locked) << 1;
        Self { failures_in_a_row, blocked_until, marks: locks | sent_codes << 2 | elsewhere << (2 + COUNT_BITS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000 + second).unwrap()
    }

    fn after(failures: u32) -> FailureBudget {
        (0..failures)
            .fold(FailureBudget::default(), |budget, _| budget.after_failure(&ThrottlePolicy::default(), at(0)))
    }

    #[test]
    fn the_fifth_failure_blocks_for_thirty_seconds_and_each_more_doubles() {
        assert_eq!(after(4).admit(at(0)), Admission::Go);
        for (failures, block_s) in [(5, 30), (6, 60), (7, 120), (11, 1_920), (12, 3_600), (43, 3_600)] {
            assert_eq!(after(failures).admit(at(block_s - 1)), Admission::Wait { until: at(block_s) }, "{failures}");
            assert_eq!(after(failures).admit(at(block_s)), Admission::Go);
        }
    }

    #[test]
    fn a_count_is_not_taken_for_the_same_count_of_a_row_that_began_later() {
        let (policy, first) = (ThrottlePolicy::default(), after(1));
        let second = first.ended(at(1)).after_failure(&policy, at(2));
        assert_ne!(first, second);
        assert_eq!((second.failures_in_a_row(), second.admit(at(2))), (1, Admission::Go));
        assert_eq!(after(44).ended(at(1)).admit(at(1)), Admission::Go, "a hard lock ends as well");
        assert_eq!(after(0).ended(at(1)), after(0), "no row, nothing to tell apart");
        let fifth = (0..4).fold(second, |budget, _| budget.after_failure(&policy, at(3)));
        assert_eq!(fifth.admit(at(3)), Admission::Wait { until: at(33) });
    }

    #[test]
    fn the_44th_locks_until_recovery() {
        assert_eq!(after(44).admit(at(1_000_000)), Admission::HardLocked);
        assert_eq!(after(44).after_success().admit(at(1_000_000)), Admission::HardLocked);
        assert_eq!(after(43).after_success(), FailureBudget::default());
    }

    #[test]
    fn a_right_code_makes_up_for_wrong_ones_of_its_own_kind() {
        let policy = ThrottlePolicy::default();
        let mixed = (0..2).fold(after(3), |budget, _| budget.after_wrong_sent_code(Door::SignIn, &policy, at(0)));
        assert_eq!(mixed.failures_in_a_row(), 5);
        let left = |budget: FailureBudget| (budget.failures_in_a_row(), budget.admit(at(30)));
        assert_eq!(left(mixed.after_right_sent_code()), (3, Admission::Go));
        assert_eq!(left(mixed.after_right_own_code()), (2, Admission::Go));
        assert_eq!(mixed.after_right_own_code().after_right_sent_code(), FailureBudget::default());
        assert_eq!(mixed.after_success(), FailureBudget::default());
    }

    #[test]
    fn a_sign_in_by_a_sent_code_keeps_the_wrong_codes_of_an_authenticator_that_were_not_told_until_they_rested() {
        let policy = ThrottlePolicy::default();
        let kept = |budget: FailureBudget, second| budget.after_sign_in_by_sent_code(&policy, at(second));
        for (failures, left) in [(0, 0), (3, 3), (9, 9), (10, 9), (43, 9)] {
            assert_eq!(kept(after(failures), 3_600).failures_in_a_row(), left);
            assert_eq!(kept(after(failures), 3_600).admit(at(3_600)), Admission::Go);
        }
        let next = kept(after(20), 3_600).after_failure(&policy, at(3_600));
        assert_eq!((next.failures_in_a_row(), next.admit(at(3_601))), (10, Admission::Wait { until: at(3_600 + 960) }));
        let rested = 3_600 + 86_400;
        assert_eq!(kept(after(20), rested - 1).failures_in_a_row(), 9);
        assert_eq!(kept(after(20), rested), FailureBudget::default());
        let shut = after_elsewhere(&policy, 44);
        assert!(!kept(shut, 3_600).is_locked_at(Door::Elsewhere), "the lock of a session is over");
        assert_eq!(kept(after(44), rested), after(44), "and that of a sign-in is not");
        let of_codes = after(2).after_wrong_sent_code(Door::SignIn, &policy, at(0));
        assert_eq!(kept(of_codes, 3_600), after(2), "wrong codes that were sent are forgiven");
        let strict = ThrottlePolicy { hard_lock_at: 3, ..policy };
        assert_eq!(
            after(2).after_sign_in_by_sent_code(&strict, at(0)),
            after(1),
            "one try is left at least, and a warning"
        );
    }

    #[test]
    fn a_budget_is_stored_as_it_was_before_kinds_were_told_apart_and_one_that_cannot_be_is_corrupt() {
        let written = |budget: FailureBudget| postcard::to_allocvec(&budget).unwrap();
        let (locked, of_codes) =
            (after(44), after(1).after_wrong_sent_code(Door::Elsewhere, &ThrottlePolicy::default(), at(0)));
        assert_eq!(written(locked), postcard::to_allocvec(&(44_u32, locked.blocked_until, true)).unwrap());
        for budget in [locked, of_codes, after(3)] {
            assert_eq!(postcard::from_bytes::<FailureBudget>(&written(budget)), Ok(budget));
        }
        let more_than_all = postcard::to_allocvec(&(1_u32, None::<Timestamp>, 2_u32 << 2)).unwrap();
        assert!(postcard::from_bytes::<FailureBudget>(&more_than_all).is_err());
    }

    /// The budget after so many wrong tries elsewhere than at a sign-in.
    fn after_elsewhere(policy: &ThrottlePolicy, failures: u32) -> FailureBudget {
        (0..failures)
            .fold(FailureBudget::default(), |budget, _| budget.after_failure_at(Door::Elsewhere, policy, at(0)))
    }

    #[test]
    fn tries_without_the_password_lock_themselves_and_leave_a_sign_in_its_own() {
        let policy = ThrottlePolicy::default();
        let shut = after_elsewhere(&policy, 44);
        assert_eq!(shut.admit_at(Door::Elsewhere, at(1_000_000)), Admission::HardLocked);
        assert_eq!(shut.admit(at(0)), Admission::Wait { until: at(3_600) }, "no longer than an hour");
        assert_eq!((shut.after_right_own_code(), shut.after_success()), (shut, FailureBudget::default()));
        let nearly = (0..43).fold(shut, |budget, _| budget.after_failure(&policy, at(0)));
        assert_eq!(nearly.admit(at(1_000_000)), Admission::Go);
        assert_eq!(nearly.after_failure(&policy, at(0)).admit(at(1_000_000)), Admission::HardLocked);
    }

    #[test]
    fn no_row_is_longer_than_a_hundred_at_all_doors_together() {
        let policy = ThrottlePolicy { hard_lock_at: 60, ..ThrottlePolicy::default() };
        let shut = after_elsewhere(&policy, 60);
        let tried = (0..).scan(shut, |budget, _| {
            let is_open = !budget.is_locked_at(Door::SignIn);
            *budget = budget.after_failure(&policy, at(0));
            is_open.then_some(())
        });
        assert_eq!(tried.count(), 40);
    }
}
