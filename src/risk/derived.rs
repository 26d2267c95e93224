//! What follows from a policy alone, computed once when it is checked: logarithms and odds of its constants.

use super::fixed::{Belief, Forgetting, LN_2_Q16, log2_q16};
use super::policy::{AmountPolicy, RiskPolicy};
use super::score::Millibans;
use crate::types::time::{DAY_MS, MINUTE_MS};

/// Constants of a checked policy.
#[derive(Clone, Debug)]
pub(super) struct Derived {
    /// What is believed of an account nothing is known of.
    pub(super) account_resting: Belief,
    /// What is believed of a payee nothing is known of.
    pub(super) payee_resting: Belief,
    pub(super) account_forgetting: Forgetting,
    pub(super) payee_forgetting: Forgetting,
    /// How an old run of frauds fades.
    pub(super) run_forgetting: Forgetting,
    /// How often a payment of an account nothing is known of is a thief's, and its log-odds.
    pub(super) usual: Belief,
    pub(super) usual_odds: Millibans,
    /// What a payee nothing is known of adds to that.
    pub(super) payee_usual: Millibans,
    pub(super) thief: ThiefAmounts,
}

/// The log-normal curve of a thief's amounts over the account's mean, and the prior on the account's own spread.
#[derive(Clone, Debug)]
pub(super) struct ThiefAmounts {
    /// Binary logarithm of the multiple.
    pub(super) multiple_log2_q16: i64,
    /// Deviations per binary digit: ln(2) over the spread.
    pub(super) per_bit_q16: i64,
    /// Binary logarithm of the spread in Q16, as [`log2_q16`] gives it.
    pub(super) spread_log2_q16: i64,
    /// The prior's weight times its variance, in Q8 and Q16.
    pub(super) prior_squares_q24: u64,
    pub(super) prior_weight_q8: u64,
}

impl Derived {
    pub(super) fn of(policy: &RiskPolicy) -> Self {
        let (amount, payee) = (&policy.amount, &policy.payee);
        let account_resting = resting(amount.enter_ppm_per_day, amount.stay_ms);
        let payee_resting = resting(payee.enter_ppm_per_day, payee.stay_ms);
        let usual = account_resting.share(amount.fraud_share_permille);
        let usual_odds = usual.log_odds();
        let payee_usual = usual.either(payee_resting.share(payee.fraud_share_permille)) - usual_odds;
        Self {
            account_resting,
            payee_resting,
            account_forgetting: Forgetting::with_mean(amount.stay_ms),
            payee_forgetting: Forgetting::with_mean(payee.stay_ms),
            run_forgetting: Forgetting::with_mean(payee.run_fade_ms),
            usual,
            usual_odds,
            payee_usual,
            thief: ThiefAmounts::of(amount),
        }
    }
}

impl ThiefAmounts {
    fn of(policy: &AmountPolicy) -> Self {
        let log2 = |value: i64| log2_q16(value.unsigned_abs().max(1));
        let spread_q16 = (i64::from(policy.spread_permille) << 16) / 1_000;
        let prior_deviation_q16 = (u64::from(policy.prior_deviation_permille) << 16) / 1_000;
        let prior_weight_q8 = u64::from(policy.prior_weight) << 8;
        Self {
            multiple_log2_q16: log2(i64::from(policy.multiple_permille) << 16) - log2(1_000 << 16),
            per_bit_q16: (LN_2_Q16 << 16) / spread_q16.max(1),
            spread_log2_q16: log2(spread_q16),
            prior_squares_q24: prior_weight_q8 * ((prior_deviation_q16 * prior_deviation_q16) >> 16),
            prior_weight_q8,
        }
    }
}

/// The share of time spent compromised: rate times stay.
fn resting(enter_ppm_per_day: u32, stay_ms: u64) -> Belief {
    let ppm_q8 = (u64::from(enter_ppm_per_day) << 8) * (stay_ms / MINUTE_MS) / (DAY_MS / MINUTE_MS);
    Belief::from_q28((ppm_q8 << 20) / 1_000_000)
}
