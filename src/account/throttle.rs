//! Lockout: one failure budget per account and kind of proof. It is not a freeze and never writes one.
//!
//! Five wrong tries in a row block for 30 seconds, each further one doubles the block up to an hour, and 44 in a row lock
//! until recovery (NIST SP 800-63B-4 §3.2.2: at most 100 consecutive failures, growing delays; PSD2 RTS 2018/389 art.
//! 4(3)(b): at most five before a block). The rest of the hundred is for known devices, which have budgets of their own.
//! Tries while blocked are refused unseen and do not push the end out: a peer's users were locked out for good by their own
//! retries.

use serde::{Deserialize, Serialize};

use crate::types::Timestamp;
use crate::types::time::{HOUR_MS, SECOND_MS};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureBudget {
    failures_in_a_row: u32,
    /// Until when tries are refused. In a row that has blocked nothing yet it is when the row before it ended, so that a
    /// count of one row is not taken for the same count of another. A hard lock has no end: there it names the sign-in
    /// that lifts the lock of a device.
    blocked_until: Option<Timestamp>,
    hard_locked: bool,
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
    /// Whether a try at `now` is looked at.
    #[must_use]
    pub fn admit(&self, now: Timestamp) -> Admission {
        match self.blocked_until {
            _ if self.hard_locked => Admission::HardLocked,
            Some(until) if now < until => Admission::Wait { until },
            _ => Admission::Go,
        }
    }

    /// The budget after one wrong try at `now`.
    #[must_use]
    pub fn after_failure(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        let failures_in_a_row = self.failures_in_a_row.saturating_add(1);
        let blocked_until = failures_in_a_row.checked_sub(policy.failures_before_block.max(1)).map(|beyond| {
            let doubled = 1_u64.checked_shl(beyond).and_then(|factor| policy.first_block_ms.checked_mul(factor));
            now.plus_ms(doubled.unwrap_or(u64::MAX).min(policy.block_ms_max))
        });
        Self {
            failures_in_a_row,
            blocked_until: blocked_until.or(self.blocked_until),
            hard_locked: self.hard_locked || failures_in_a_row >= policy.hard_lock_at,
        }
    }

    /// The budget after a right answer that was admitted: forgotten, unless hard-locked.
    #[must_use]
    pub fn after_success(&self) -> Self {
        if self.hard_locked { *self } else { Self::default() }
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

    /// Until when tries are refused unseen, if that lies after `now`.
    #[must_use]
    pub fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.admit(now) {
            Admission::Go => None,
            Admission::Wait { until } => Some(until),
            Admission::HardLocked => Some(Timestamp::MAX),
        }
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
}
