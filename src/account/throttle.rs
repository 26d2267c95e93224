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

/// Most wrong sent codes that are told from other wrong tries.
const SENT_CODES_MAX: u32 = u32::MAX >> 1;

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
#[serde(try_from = "Stored", into = "Stored")]
pub struct FailureBudget {
    failures_in_a_row: u32,
    /// How many of them were wrong codes that had been sent to a contact.
    sent_codes: u32,
    blocked_until: Option<Timestamp>,
    hard_locked: bool,
}

/// The stored form. The last field was the hard lock alone once, one byte of 0 or 1; it is its lowest bit now, so that old
/// records open and one without wrong sent codes is written as before.
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
            sent_codes: self.sent_codes,
            blocked_until,
            hard_locked: self.hard_locked || failures_in_a_row >= policy.hard_lock_at,
        }
    }

    /// The same, where the wrong try was a code that had been sent to a contact.
    #[must_use]
    pub fn after_wrong_sent_code(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        // No row is as long as what the stored form has room for.
        let sent_codes = self.sent_codes.saturating_add(1).min(SENT_CODES_MAX);
        Self { sent_codes, ..self.after_failure(policy, now) }
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

    /// A shorter row, with no block: what was right had been admitted.
    fn with_row(&self, failures_in_a_row: u32, sent_codes: u32) -> Self {
        if self.hard_locked { *self } else { Self { failures_in_a_row, sent_codes, ..Self::default() } }
    }

    /// The budget after a right answer that was admitted: forgotten, unless hard-locked.
    #[must_use]
    pub fn after_success(&self) -> Self {
        if self.hard_locked { *self } else { Self::default() }
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

impl TryFrom<Stored> for FailureBudget {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { failures_in_a_row, blocked_until, marks } = stored;
        let (sent_codes, hard_locked) = (marks >> 1, marks & 1 == 1);
        if sent_codes <= failures_in_a_row {
            Ok(Self { failures_in_a_row, sent_codes, blocked_until, hard_locked })
        } else {
            Err("more wrong sent codes than wrong tries")
        }
    }
}

impl From<FailureBudget> for Stored {
    fn from(budget: FailureBudget) -> Self {
        let FailureBudget { failures_in_a_row, sent_codes, blocked_until, hard_locked } = budget;
        Self { failures_in_a_row, blocked_until, marks: sent_codes << 1 | u32::from(hard_locked) }
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
    fn the_44th_locks_until_recovery() {
        assert_eq!(after(44).admit(at(1_000_000)), Admission::HardLocked);
        assert_eq!(after(44).after_success().admit(at(1_000_000)), Admission::HardLocked);
        assert_eq!(after(43).after_success(), FailureBudget::default());
    }

    #[test]
    fn a_right_code_makes_up_for_wrong_ones_of_its_own_kind() {
        let policy = ThrottlePolicy::default();
        let mixed = (0..2).fold(after(3), |budget, _| budget.after_wrong_sent_code(&policy, at(0)));
        assert_eq!(mixed.failures_in_a_row(), 5);
        assert_eq!((mixed.after_right_sent_code(), mixed.after_right_own_code().failures_in_a_row()), (after(3), 2));
        assert_eq!(mixed.after_right_own_code().after_right_sent_code(), FailureBudget::default());
        assert_eq!(mixed.after_success(), FailureBudget::default());
    }

    #[test]
    fn a_budget_is_stored_as_it_was_before_kinds_were_told_apart_and_one_that_cannot_be_is_corrupt() {
        let written = |budget: FailureBudget| postcard::to_allocvec(&budget).unwrap();
        let (locked, of_codes) = (after(44), after(1).after_wrong_sent_code(&ThrottlePolicy::default(), at(0)));
        assert_eq!(written(locked), postcard::to_allocvec(&(44_u32, locked.blocked_until, true)).unwrap());
        for budget in [locked, of_codes, after(3)] {
            assert_eq!(postcard::from_bytes::<FailureBudget>(&written(budget)), Ok(budget));
        }
        let more_than_all = postcard::to_allocvec(&(1_u32, None::<Timestamp>, 4_u32)).unwrap();
        assert!(postcard::from_bytes::<FailureBudget>(&more_than_all).is_err());
    }
}
