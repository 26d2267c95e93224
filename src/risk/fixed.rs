//! Fixed-point logarithms, powers and probabilities, so that every platform reaches the same decision.
//!
//! Two tables are computed by the compiler from integer square roots; nothing here has ever been a float.

use serde::{Deserialize, Serialize};

use super::score::Millibans;

/// One in Q16, the format of ratios, deviations and logarithms.
pub(super) const ONE_Q16: i64 = 1 << 16;
/// ln(2) in Q16.
pub(super) const LN_2_Q16: i64 = 45_426;

/// A probability in Q28, never 0 and never 1: a belief that can still change its mind.
///
/// ```
/// use account_security::risk::Belief;
/// assert_eq!(Belief::from_ppm(500_000).to_ppm(), 500_000);
/// assert_eq!(Belief::from_ppm(0), Belief::MIN);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Belief(u32);

/// One in Q28.
const ONE: u32 = 1 << 28;

impl Belief {
    /// The smallest belief, about 4 in 10^9.
    pub const MIN: Self = Self(1);
    pub(super) const HALF: Self = Self(ONE / 2);
    pub(super) const TWENTIETH: Self = Self(ONE / 20);
    /// The largest belief.
    pub const MAX: Self = Self(ONE - 1);

    /// A belief from parts per million, moved off 0 and 1.
    #[must_use]
    pub fn from_ppm(ppm: u32) -> Self {
        Self::from_q28(u64::from(ppm.min(1_000_000)) * u64::from(ONE) / 1_000_000)
    }

    /// The belief in parts per million, rounded.
    #[must_use]
    pub fn to_ppm(self) -> u32 {
        u32_saturating((u64::from(self.0) * 1_000_000 + u64::from(ONE / 2)) >> 28)
    }

    /// The log-odds of the belief.
    #[must_use]
    pub fn log_odds(self) -> Millibans {
        millibans_of_bits(log2_q16(u64::from(self.0)) - log2_q16(u64::from(ONE - self.0)))
    }

    /// The belief with these log-odds.
    #[must_use]
    pub fn of_log_odds(log_odds: Millibans) -> Self {
        let odds = u128::from(exp2_q32(bits_of_millibans(log_odds)));
        Self::from_q28(share_q28(odds, odds + (1 << 32)))
    }

    pub(super) fn from_q28(value: u64) -> Self {
        Self(u32_saturating(value).clamp(1, ONE - 1))
    }

    /// This belief times a share in permille.
    pub(super) fn share(self, permille: u16) -> Self {
        Self::from_q28(u64::from(self.0) * u64::from(permille) / 1_000)
    }

    /// Bayes: the odds times a likelihood ratio in Q16.
    pub(super) fn times(self, ratio_q16: u64) -> Self {
        let against = u128::from(ONE - self.0) << 16;
        let for_it = u128::from(self.0) * u128::from(ratio_q16);
        Self::from_q28(share_q28(for_it, for_it + against))
    }

    /// Moves towards `resting`: what is left after `elapsed_ms` of a chain that forgets.
    pub(super) fn relax(self, resting: Self, elapsed_ms: u64, forgetting: Forgetting) -> Self {
        if elapsed_ms == 0 || self == resting {
            return self;
        }
        // At most 1 in Q32 and 28 bits of distance: the product fits.
        let kept_q32 = i64_saturating(exp2_q32(-forgetting.bits_q16(elapsed_ms)));
        let distance = i64::from(self.0) - i64::from(resting.0);
        let value = i64::from(resting.0) + ((distance * kept_q32) >> 32);
        Self::from_q28(u64::try_from(value).unwrap_or(1))
    }

    /// The log-odds of "at least one of two independent causes".
    pub(super) fn either(self, other: Self) -> Millibans {
        let neither_q56 = u64::from(ONE - self.0) * u64::from(ONE - other.0);
        millibans_of_bits(log2_q16((1 << 56) - neither_q56) - log2_q16(neither_q56))
    }

    /// The complement in Q8, 0 to 256.
    pub(super) fn complement_q8(self) -> u32 {
        (ONE - self.0 + (1 << 19)) >> 20
    }

    pub(super) const fn q28(self) -> u32 {
        self.0
    }
}

/// How fast a chain forgets: exponentially, with a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forgetting {
    stay_ms: u64,
    /// log2(e) over the mean, in Q56: multiplied by milliseconds it gives bits.
    bits_per_ms_q56: u64,
}

impl Forgetting {
    /// With a mean of `stay_ms`; policies give an hour to ten years.
    pub(super) fn with_mean(stay_ms: u64) -> Self {
        let stay_ms = stay_ms.max(1);
        // log2(e) in Q56.
        Self { stay_ms, bits_per_ms_q56: 103_957_224_306_148_240 / stay_ms }
    }

    /// Bits forgotten, in Q16. Beyond 64 mean stays nothing is left.
    fn bits_q16(self, elapsed_ms: u64) -> i64 {
        let elapsed_ms = elapsed_ms.min(self.stay_ms.saturating_mul(64));
        let bits_q56 = u128::from(elapsed_ms) * u128::from(self.bits_per_ms_q56);
        i64_saturating(u64_saturating((bits_q56 + (1 << 39)) >> 40))
    }
}

/// `part / whole` in Q28. Both are cut to 36 bits first: a long division costs as much as the rest of a rule.
fn share_q28(part: u128, whole: u128) -> u64 {
    let surplus = (128 - whole.leading_zeros()).saturating_sub(36);
    let (part, whole) = (u64_saturating(part >> surplus), u64_saturating(whole >> surplus));
    (part << 28) / whole.max(1)
}

impl TryFrom<u32> for Belief {
    type Error = &'static str;
    fn try_from(value: u32) -> Result<Self, Self::Error> {
        if value == 0 || value >= ONE { Err("a belief lies strictly between 0 and 1") } else { Ok(Self(value)) }
    }
}

impl From<Belief> for u32 {
    fn from(belief: Belief) -> Self {
        belief.0
    }
}

/// Base-2 logarithm in Q16; the logarithm of 0 is taken as that of 1.
pub(super) fn log2_q16(value: u64) -> i64 {
    let value = value.max(1);
    let zeros = value.leading_zeros();
    let mantissa = value << zeros;
    let fraction = (mantissa << 1) >> 40;
    let index = usize::try_from(fraction >> 16).unwrap_or(255);
    let within = i64::try_from(fraction & 0xFFFF).unwrap_or(0);
    let (low, high) = (i64::from(LOG2_Q16[index]), i64::from(LOG2_Q16[index + 1]));
    (i64::from(63 - zeros) << 16) + low + (((high - low) * within) >> 16)
}

/// `2^x` in Q32 for `x` in Q16; 0 below `2^-32`, saturating above `2^31`.
pub(super) fn exp2_q32(x_q16: i64) -> u64 {
    let (whole, fraction) = (x_q16 >> 16, x_q16 & 0xFFFF);
    let index = usize::try_from(fraction >> 8).unwrap_or(0);
    let (low, high) = (EXP2_Q32[index], EXP2_Q32[index + 1]);
    let within = u64::try_from(fraction & 0xFF).unwrap_or(0);
    let mantissa = low + (((high - low) * within) >> 8);
    match u32::try_from(whole.unsigned_abs()) {
        Ok(shift) if whole >= 0 && shift <= 30 => mantissa << shift,
        Ok(shift) if whole < 0 && shift <= 33 => mantissa >> shift,
        _ if whole < 0 => 0,
        _ => u64::MAX,
    }
}

/// Bits of evidence (Q16) as millibans: a bit is 301.03 of them.
pub(super) fn millibans_of_bits(bits_q16: i64) -> Millibans {
    let scaled = bits_q16.saturating_mul(301_030);
    Millibans(i32_saturating((scaled + if scaled < 0 { -32_768_000 } else { 32_768_000 }) / 65_536_000))
}

fn bits_of_millibans(millibans: Millibans) -> i64 {
    i64::from(millibans.0) * 65_536_000 / 301_030
}

pub(super) fn u32_saturating(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub(super) fn u64_saturating(value: u128) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

pub(super) fn i32_saturating(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

pub(super) fn i64_saturating(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

static LOG2_Q16: [u32; 257] = log2_table();
static EXP2_Q32: [u64; 257] = exp2_table();

/// `log2(1 + i/256)` in Q16, one binary digit per squaring.
const fn log2_table() -> [u32; 257] {
    let mut table = [0; 257];
    let mut index: u32 = 0;
    while index < 257 {
        let mut mantissa_q30 = (256 + index as u64) << 22;
        let mut log_q20 = 0_u32;
        let mut digit = 1 << 20;
        if mantissa_q30 >= 1 << 31 {
            mantissa_q30 >>= 1;
            log_q20 += 1 << 20;
        }
        while digit > 1 {
            digit >>= 1;
            mantissa_q30 = (mantissa_q30 * mantissa_q30) >> 30;
            if mantissa_q30 >= 1 << 31 {
                mantissa_q30 >>= 1;
                log_q20 += digit;
            }
        }
        table[index as usize] = (log_q20 + 8) >> 4;
        index += 1;
    }
    table
}

/// `2^(i/256)` in Q32, as products of repeated square roots of two.
const fn exp2_table() -> [u64; 257] {
    let mut table = [0; 257];
    let mut index: u32 = 0;
    while index < 257 {
        let (mut power_q62, mut root_q62, mut bit) = (1_u128 << 62, 2_u128 << 62, 256);
        while bit > 0 {
            if index & bit != 0 {
                power_q62 = (power_q62 * root_q62) >> 62;
            }
            root_q62 = (root_q62 << 62).isqrt();
            bit >>= 1;
        }
        let [.., a, b, c, d, e, f, g, h] = ((power_q62 + (1 << 29)) >> 30).to_be_bytes();
        table[index as usize] = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_agree_with_their_definitions() {
        for exponent in 0..63_u32 {
            assert_eq!(log2_q16(1 << exponent), i64::from(exponent) << 16);
        }
        assert_eq!(log2_q16(10), 217_706);
        assert_eq!(exp2_q32(0), 1 << 32);
        assert_eq!(exp2_q32(ONE_Q16), 2 << 32);
        assert_eq!(exp2_q32(-ONE_Q16), 1 << 31);
        assert_eq!(exp2_q32(ONE_Q16 / 2), 6_074_001_000);
        assert_eq!((exp2_q32(-40 * ONE_Q16), exp2_q32(31 * ONE_Q16)), (0, u64::MAX));
    }

    #[test]
    fn even_odds_are_zero_millibans_and_ten_to_one_a_thousand() {
        assert_eq!(Belief::from_ppm(500_000).log_odds(), Millibans(0));
        assert_eq!(Belief::from_ppm(909_091).log_odds(), Millibans(1_000));
        assert!(Belief::of_log_odds(Millibans(-1_000)).to_ppm().abs_diff(90_909) <= 2);
        for log_odds in (-6_000..6_000).step_by(111) {
            let back = Belief::of_log_odds(Millibans(log_odds)).log_odds().0;
            assert!((back - log_odds).abs() <= 5, "{log_odds} came back as {back}");
        }
    }

    #[test]
    fn a_belief_relaxes_half_way_in_one_half_life() {
        let (start, rest) = (Belief::from_ppm(900_000), Belief::from_ppm(100_000));
        let after = start.relax(rest, 693_147, Forgetting::with_mean(1_000_000));
        assert!(after.to_ppm().abs_diff(500_000) < 20, "{}", after.to_ppm());
        assert_eq!(start.relax(rest, u64::MAX, Forgetting::with_mean(1)), rest);
        assert_eq!(start.relax(rest, 0, Forgetting::with_mean(1)), start);
    }

    #[test]
    fn two_causes_are_likelier_than_one() {
        let (half, little) = (Belief::from_ppm(500_000), Belief::from_ppm(1_000));
        assert!(half.either(little) > half.log_odds());
        assert_eq!(half.either(half), Belief::from_ppm(750_000).log_odds());
    }
}
