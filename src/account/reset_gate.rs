//! What a stranger may do at an account's reset: ask for a code a few times, and guess.
//!
//! Anybody can begin a reset, so it has a budget of its own: guesses here never block the owner's sign-in, and blocks
//! grow to an hour and end by themselves, since a lock would be a weapon in a stranger's hand. Names without an account
//! have the same gate in their [decoy](super::decoy), so that the two look alike.

use serde::{Deserialize, Serialize};

use super::throttle::{FailureBudget, ThrottlePolicy};
use crate::types::time::{DAY_MS, HOUR_MS};
use crate::types::{SetBack, Timestamp};
use crate::verification::VerificationPolicy;

/// Most codes of resets in a row with less than a day between them. Half of what one account or one phone gets in a day
/// ([`SendPolicy`](crate::verification::budget::SendPolicy)): a stranger who asks for resets all day must leave the owner
/// messages enough to sign in with.
pub const RESET_CODES_A_DAY_MAX: u8 = 5;

/// Tries and messages of the reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetGate {
    budget: FailureBudget,
    asks: Option<Asks>,
}

/// Codes asked for one after another. A count goes on until nobody asks for an hour, or for a day: so no hour holds more
/// than the one, no day more than the other, wherever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asks {
    last_at: Timestamp,
    in_hour: u8,
    in_day: u8,
}

impl ResetGate {
    /// The gate after one more code was asked for; `None` when none may be asked for now.
    ///
    /// A minute or two apart, three in an hour, five in a day ([`VerificationPolicy::resend_wait_ms`],
    /// [`VerificationPolicy::sends`], [`RESET_CODES_A_DAY_MAX`]), and counted whether a code is sent or not: what is written,
    /// and when, must not tell an account from a name without one.
    #[must_use]
    pub fn ask(&self, policy: &VerificationPolicy, now: Timestamp) -> Option<Self> {
        if self.blocked_until(now).is_some() {
            return None;
        }
        let Some(before) = self.asks else {
            return Some(Self { asks: Some(Asks { last_at: now, in_hour: 1, in_day: 1 }), ..*self });
        };
        let waited_ms = now.ms_since(before.last_at);
        let in_hour = if waited_ms < HOUR_MS { before.in_hour.saturating_add(1) } else { 1 };
        let in_day = if waited_ms < DAY_MS { before.in_day.saturating_add(1) } else { 1 };
        let has_waited = waited_ms >= policy.resend_wait_ms_after(before.in_hour);
        let may_ask = has_waited && in_hour <= policy.sends && in_day <= RESET_CODES_A_DAY_MAX;
        may_ask.then_some(Self { asks: Some(Asks { last_at: now, in_hour, in_day }), ..*self })
    }

    /// The gate after one more wrong guess. A day after its last block the row begins anew, so that an owner who mistypes
    /// a year after a stranger went away does not wait for an hour.
    #[must_use]
    pub fn after_failure(&self, policy: &ThrottlePolicy, now: Timestamp) -> Self {
        let row = if self.budget.has_rested(DAY_MS, now) { FailureBudget::default() } else { self.budget };
        Self { budget: row.after_failure(&Self::throttle(policy), now), ..*self }
    }

    /// The gate without its row of guesses, for an owner who signed in and so proved more than a code of the reset does.
    /// Codes asked for stay counted: they are messages, and somebody pays for them.
    #[must_use]
    pub fn forgiven(&self) -> Self {
        Self { budget: FailureBudget::default(), ..*self }
    }

    /// The gate once the clock is right again: what was asked for at the wrong time was asked for now.
    pub(super) fn set_back(&mut self, back: SetBack) {
        self.budget.set_back(back);
        self.asks = self.asks.map(|asks| Asks { last_at: back.moved(asks.last_at), ..asks });
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

    /// Wrong guesses in a row. No right code ends the row: a thief with one of two proofs gets no fresh guesses at the other
    /// by giving the first again. A finished reset does, a whole sign-in, the desk, or a day of rest.
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
    fn codes_minutes_apart_three_in_an_hour_five_in_a_day() {
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
        let hour_later = 3 * MINUTE_MS + HOUR_MS;
        assert_eq!(gate.ask(&policy, at(5 * MINUTE_MS)), None);
        assert_eq!(gate.ask(&policy, at(hour_later - 1)), None);
        gate = gate.ask(&policy, at(hour_later)).unwrap();
        gate = gate.ask(&policy, at(hour_later + MINUTE_MS)).unwrap();
        assert_eq!(gate.ask(&policy, at(hour_later + 3 * HOUR_MS)), None, "the day's five");
        assert_eq!(gate.ask(&policy, at(hour_later + MINUTE_MS + DAY_MS - 1)), None);
        assert!(gate.ask(&policy, at(hour_later + MINUTE_MS + DAY_MS)).is_some());
    }

    proptest::proptest! {
        #[test]
        fn whoever_asks_whenever_no_hour_holds_four_codes_and_no_day_six(waits_s in proptest::collection::vec(0_u64..40_000, 0..60)) {
            let (policy, mut gate, mut now) = (VerificationPolicy::default(), ResetGate::default(), at(0));
            let mut sent: Vec<Timestamp> = Vec::new();
            for wait_s in waits_s {
                now = now.plus_ms(wait_s * 1_000 / 7);
                if let Some(asked) = gate.ask(&policy, now) {
                    gate = asked;
                    sent.push(now);
                }
                let within = |ms| sent.iter().filter(|at| now.ms_since(**at) < ms).count();
                proptest::prop_assert!(within(HOUR_MS) <= 3 && within(DAY_MS) <= 5, "{sent:?}");
            }
        }
    }

    #[test]
    fn guesses_block_for_an_hour_at_most_and_never_lock() {
        let policy = ThrottlePolicy::default();
        let gate = (0..1_000).fold(ResetGate::default(), |gate, _| gate.after_failure(&policy, at(0)));
        assert_eq!(gate.blocked_until(at(0)), Some(at(HOUR_MS)));
        assert_eq!(gate.blocked_until(at(HOUR_MS)), None);
        assert_eq!(gate.ask(&VerificationPolicy::default(), at(1)), None, "no message for a code nobody may type");
    }

    #[test]
    fn a_row_begins_anew_a_day_after_its_last_block_and_not_a_millisecond_earlier() {
        let policy = ThrottlePolicy::default();
        let gate = (0..20).fold(ResetGate::default(), |gate, _| gate.after_failure(&policy, at(0)));
        let rested = HOUR_MS + DAY_MS;
        for (ms, failures) in [(HOUR_MS, 21), (rested - 1, 21), (rested, 1)] {
            assert_eq!(gate.after_failure(&policy, at(ms)).budget().failures_in_a_row(), failures, "{ms}");
        }
        assert_eq!(gate.after_failure(&policy, at(rested)).blocked_until(at(rested)), None);
    }

    #[test]
    fn a_sign_in_forgives_the_guesses_and_no_message() {
        let policy = VerificationPolicy::default();
        let asked = ResetGate::default().ask(&policy, at(0)).unwrap();
        let gate = (0..9).fold(asked, |gate, _| gate.after_failure(&ThrottlePolicy::default(), at(0)));
        assert_eq!(gate.forgiven(), asked);
        assert_eq!(gate.forgiven().ask(&policy, at(1)), None);
    }
}
