//! How an account spends: its own mean and spread, and how much better a thief's amounts would explain a payment.
//!
//! The profile is linear in the amount but free of its scale: everything but the mean is a ratio. A normal curve
//! around the account's own mean stands against a wide log-normal at a multiple of it. Payments that are likely not
//! the owner's hardly move the profile, and no payment moves it by more than three deviations.

use super::derived::ThiefAmounts;
use super::error::RiskError;
use super::fixed::{Belief, ONE_Q16, exp2_q32, log2_q16, u32_saturating, u64_saturating};
use super::policy::AmountPolicy;
use crate::types::money::AMOUNT_MINOR_MAX;

/// Half of log2(e) in Q16: squares of deviations as bits.
const HALF_LOG2_E_Q16: i64 = 47_274;
/// Deviations beyond six say no more than six.
const DEVIATION_MAX_Q16: i64 = 6 * ONE_Q16;
/// Beyond three deviations a payment does not pull the profile further, once there is a profile.
const WINSOR_Q16: i64 = 3 * ONE_Q16;
/// Evidence of one amount against its owner stays within 2^17, about five bans.
const BITS_MAX_Q16: i64 = 17 * ONE_Q16;
/// Evidence for its owner stays within a factor of five: one thief in five imitates ordinary amounts.
const BITS_MIN_Q16: i64 = -152_170;
/// Every payment that passes counts for the owner by a twentieth at least. Without it a profile that began with a few
/// unusual payments would disbelieve everything after them for ever.
const OWN_MIN_Q8: u32 = 13;

/// Mean and spread of the account's own amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AmountProfile {
    /// The mean in 1/256 minor units.
    mean_q8: u64,
    /// How many payments the mean stands on, in 1/256, up to the policy's memory.
    weight_q8: u32,
    /// Sum of squared relative deviations in Q16.
    squares_q16: u64,
}

/// An amount seen against the profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct AmountView {
    /// Likelihood of a thief's amount over the owner's, as bits in Q16; 0 with too little history.
    pub(super) bits_q16: i64,
    /// The amount over the mean in permille.
    pub(super) multiple_permille: i64,
    ratio_q16: i64,
    deviation_q16: i64,
    spread_q16: i64,
}

impl AmountProfile {
    /// As it is written down: mean in 1/256, weight in 1/256, sum of squares in Q16.
    pub(super) const fn fields(&self) -> (u64, u32, u64) {
        (self.mean_q8, self.weight_q8, self.squares_q16)
    }

    /// As it was written down; [`AmountProfile::validate`] says whether it can be.
    pub(super) const fn of_fields(mean_q8: u64, weight_q8: u32, squares_q16: u64) -> Self {
        Self { mean_q8, weight_q8, squares_q16 }
    }

    /// The mean of the account's own amounts; 0 before the first.
    pub(super) const fn mean_minor(&self) -> u64 {
        self.mean_q8 >> 8
    }

    /// Whether enough was seen to compare an amount with.
    pub(super) fn is_known(&self, policy: &AmountPolicy) -> bool {
        self.mean_q8 > 0 && self.weight_q8 >= u32::from(policy.min_history) << 8
    }

    pub(super) fn view(&self, amount: u64, policy: &AmountPolicy, thief: &ThiefAmounts) -> AmountView {
        let spread_q16 = self.spread_q16(thief);
        if self.mean_q8 == 0 {
            return AmountView {
                bits_q16: 0,
                multiple_permille: 1_000,
                ratio_q16: ONE_Q16,
                deviation_q16: 0,
                spread_q16,
            };
        }
        let ratio_q16 = i64::try_from(divided_q24(amount, self.mean_q8)).unwrap_or(i64::MAX).min(1 << 46);
        let deviation_q16 = (((ratio_q16 - ONE_Q16) << 16) / spread_q16).clamp(-DEVIATION_MAX_Q16, DEVIATION_MAX_Q16);
        let enough = self.is_known(policy);
        // One bit per payment seen: who is hardly known is hardly accused.
        let bits_max_q16 = i64::from(self.weight_q8) << 8;
        let bits_q16 =
            if enough { thief_bits_q16(ratio_q16, deviation_q16, spread_q16, thief).min(bits_max_q16) } else { 0 };
        AmountView { bits_q16, multiple_permille: (ratio_q16 * 1_000) >> 16, ratio_q16, deviation_q16, spread_q16 }
    }

    /// Learns a payment as far as it is the owner's (`own_q8`, 0 to 256).
    pub(super) fn learn(&mut self, amount: u64, view: &AmountView, own_q8: u32, policy: &AmountPolicy) {
        let own_q8 = own_q8.clamp(OWN_MIN_Q8, 256);
        if self.mean_q8 == 0 || self.weight_q8 == 0 {
            *self =
                Self { mean_q8: amount << 8, weight_q8: if amount == 0 { 0 } else { own_q8.max(1) }, squares_q16: 0 };
            return;
        }
        let memory_q8 = u32::from(policy.memory) << 8;
        let weight_q8 = (self.weight_q8 + own_q8).min(memory_q8).max(1);
        let relative_q16 = (view.deviation_q16.clamp(-WINSOR_Q16, WINSOR_Q16) * view.spread_q16) >> 16;
        let young = self.weight_q8 < u32::from(policy.min_history) << 8;
        let pull_q16 = if young { view.ratio_q16 - ONE_Q16 } else { relative_q16 };
        let step_q16 = pull_q16 * i64::from(own_q8) / i64::from(weight_q8);
        let mean = i128::from(self.mean_q8) + ((i128::from(self.mean_q8) * i128::from(step_q16)) >> 16);
        if self.weight_q8 + own_q8 > memory_q8 {
            self.squares_q16 -= self.squares_q16 * u64::from(own_q8) / u64::from(weight_q8);
        }
        let square_q16 = (relative_q16 * relative_q16).unsigned_abs() >> 16;
        self.squares_q16 += (square_q16 * u64::from(own_q8)) >> 8;
        self.mean_q8 = u64::try_from(mean).unwrap_or(1).clamp(1, MEAN_Q8_MAX);
        self.weight_q8 = weight_q8;
    }

    pub(super) fn validate(&self) -> Result<(), RiskError> {
        let sound = self.mean_q8 <= MEAN_Q8_MAX && self.weight_q8 <= 1_000 << 8 && self.squares_q16 <= SQUARES_Q16_MAX;
        if sound { Ok(()) } else { Err(RiskError::CorruptProfile("amount profile")) }
    }

    /// Spread over mean, the prior included; at most eight.
    fn spread_q16(&self, thief: &ThiefAmounts) -> i64 {
        let squares_q24 = (self.squares_q16 << 8) + thief.prior_squares_q24;
        let variance_q16 = squares_q24 / (u64::from(self.weight_q8) + thief.prior_weight_q8);
        i64::try_from((variance_q16 << 16).isqrt()).unwrap_or(ONE_Q16).clamp(ONE_Q16 / 64, 8 * ONE_Q16)
    }
}

const MEAN_Q8_MAX: u64 = AMOUNT_MINOR_MAX.unsigned_abs() << 8;
/// A thousand payments at three deviations of eight times the mean each.
const SQUARES_Q16_MAX: u64 = (1_001 * 24 * 24) << 16;

/// `amount * 2^24 / mean_q8`. Only amounts of a billion and more need the long division.
fn divided_q24(amount: u64, mean_q8: u64) -> u128 {
    if amount < 1 << 40 {
        u128::from((amount << 24) / mean_q8.max(1))
    } else {
        (u128::from(amount) << 24) / u128::from(mean_q8.max(1))
    }
}

/// A thief's amount over the owner's. One who takes more than thieves do is no less a thief: above his typical multiple the
/// evidence only grows with what the owner never spent. Without this, a payment of a thousand times the mean would speak for
/// the owner, because it is like nobody's.
fn thief_bits_q16(ratio_q16: i64, deviation_q16: i64, spread_q16: i64, thief: &ThiefAmounts) -> i64 {
    let log2 = |value: i64| log2_q16(value.unsigned_abs().max(1));
    let ratio_log2 = (log2(ratio_q16) - (16 << 16)).min(thief.multiple_log2_q16);
    let thief_q16 = (((ratio_log2 - thief.multiple_log2_q16) * thief.per_bit_q16) >> 16)
        .clamp(-DEVIATION_MAX_Q16, DEVIATION_MAX_Q16);
    let square_bits = |deviation_q16: i64| (((deviation_q16 * deviation_q16) >> 16) * HALF_LOG2_E_Q16) >> 16;
    let bits =
        square_bits(deviation_q16) - square_bits(thief_q16) + log2(spread_q16) - ratio_log2 - thief.spread_log2_q16;
    bits.clamp(BITS_MIN_Q16, BITS_MAX_Q16)
}

/// The least an account is doubted, as a part of what is usual: a quarter. A quiet life is no proof against a thief.
fn least_doubt(resting: Belief) -> Belief {
    resting.share(250)
}

/// What the account belief becomes after a payment with this evidence: a thief makes only a share of the payments.
pub(super) fn believe(before: Belief, resting: Belief, bits_q16: i64, policy: &AmountPolicy) -> Belief {
    let ratio_q16 = exp2_q32(bits_q16) >> 16;
    let share = u64::from(policy.fraud_share_permille);
    let after = before.times((ratio_q16 * share + (1_000 - share) * ONE_Q16.unsigned_abs()) / 1_000);
    after.max(least_doubt(resting))
}

/// Weight of a mixed payment in Q8, for tests and profiles alike.
pub(super) fn own_share_q8(fraud: Belief) -> u32 {
    u32_saturating(u64_saturating(u128::from(fraud.complement_q8())))
}
