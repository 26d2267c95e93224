//! What a stranger may do at an account's reset: ask for a code a few times, and guess.
//!
//! Anybody can begin a reset, so it has a budget of its own: guesses here never block the owner's sign-in, and blocks
//! grow to an hour and end by themselves, since a lock would be a weapon in a stranger's hand. Names without an account
//! have the same gate in their [decoy](super::decoy), so that the two look alike.

use serde::{Deserialize, Serialize};

use super::throttle::{FailureBudget, ThrottlePolicy};
use crate::types::Timestamp;
use crate::verification::VerificationPolicy;

/// Tries and messages of the reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetGate {
    budget: FailureBudget,
    asks: Option<Asks>,
}

/// Codes asked for in one run, as [`VerificationPolicy`] counts runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asks {
    closes_at: Timestamp,
    last_at: Timestamp,
    count: u8,
}

impl ResetGate {
    /// The gate after one more code was asked for; `None` when none may be asked for now.
    ///
    /// It keeps the same wait and the same number of messages as the codes themselves, and does so whether a code is sent
    /// or not: what is written, and when, must not tell an account from a name without one.
    #[must_use]
    pub fn ask(&self, policy: &VerificationPolicy, now: Timestamp) -> Option<Self> {
        if self.blocked_until(now).is_some() {
            return None;
        }
        let asks = match self.asks.filter(|asks| now < asks.closes_at) {
            None => Asks { closes_at: now.plus_ms(policy.life_max_ms), last_at: now, count: 1 },
            Some(asks) => {
                let is_too_soon = now < asks.last_at.plus_ms(policy.resend_wait_ms_after(asks.count));
                let is_too_late = asks.closes_at.ms_since(now) < policy.code_life_min_ms;
                if is_too_soon || is_too_late || asks.count >= policy.sends {
                    return None;
                }
                Asks { last_at: now, count: asks.count + 1, ..asks }
            }
        };
        Some(Self { asks: Some(asks), ..*self })
    }

    /// The gate after one more wrong guess.
    #[must_use]
    pub fn after_failure(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        Self { budget: self.budget.after_failure(&Self::throttle(policy), now), ..*self }
    }

    /// The numbers by which guesses block here: the given ones without a hard lock.
    #[must_use]
    pub const fn throttle(policy: &ThrottlePolicy) -> ThrottlePolicy {
        ThrottlePolicy { hard_lock_at: u32::MAX, ..*policy }
    }

    /// Until when guesses are refused unseen, if that lies after `now`.
    #[must_use]
    pub fn blocked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.budget.blocked_until(now)
    }

    /// Wrong guesses in a row. Only a finished reset ends the row: a thief with one of two proofs gets no fresh guesses at
    /// the other by giving the first again.
    #[must_use]
    pub const fn budget(&self) -> FailureBudget {
        self.budget
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::time::{HOUR_MS, MINUTE_MS};

    fn at(ms: u64) -> Timestamp {
        Timestamp::from_unix_s(1_700_000_000).unwrap().plus_ms(ms)
    }

    #[test]
    fn three_codes_in_ten_minutes_and_not_more() {
        let policy = VerificationPolicy::default();
        let mut gate = ResetGate::default().ask(&policy, at(0)).unwrap();
        assert_eq!(gate.ask(&policy, at(MINUTE_MS - 1)), None);
        assert_eq!(
            gate.ask(&policy, at(MINUTE_MS)).unwrap().ask(&policy, at(3 * MINUTE_MS - 1)),
            None,
            "the wait grows"
        );
        for minute in [1, 3] {
            gate = gate.ask(&policy, at(minute * MINUTE_MS)).unwrap();
        }
        assert_eq!(gate.ask(&policy, at(5 * MINUTE_MS)), None);
        assert_eq!(gate.ask(&policy, at(10 * MINUTE_MS - 1)), None);
        assert!(gate.ask(&policy, at(10 * MINUTE_MS)).is_some());
    }

    #[test]
    fn guesses_block_for_an_hour_at_most_and_never_lock() {
        let policy = ThrottlePolicy::default();
        let gate = (0..1_000).fold(ResetGate::default(), |gate, _| gate.after_failure(&policy, at(0)));
        assert_eq!(gate.blocked_until(at(0)), Some(at(HOUR_MS)));
        assert_eq!(gate.blocked_until(at(HOUR_MS)), None);
        assert_eq!(gate.ask(&VerificationPolicy::default(), at(1)), None, "no message for a code nobody may type");
    }
}
