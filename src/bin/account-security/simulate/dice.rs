//! Chance that can be repeated: SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*,
//! 2014).
//!
//! Why not `rand`'s standard generator: its stream may change with any version, and the sample file must not. Nothing
//! here is a secret.

/// Dice thrown for one question; the same question gets the same throws.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

/// 2^(k/16) in units of 1/65,536.
const OCTAVE_SIXTEENTHS: [i64; 16] = [
    65_536, 68_438, 71_468, 74_632, 77_936, 81_386, 84_990, 88_752, 92_682, 96_785, 101_070, 105_545, 110_218, 115_098,
    120_194, 125_515,
];

impl Dice {
    /// Dice for the question that these numbers name.
    pub fn of(seed: u64, question: &[u64]) -> Self {
        let mut dice = Self { state: seed };
        for part in question {
            dice.state = dice.next() ^ part;
        }
        dice
    }

    /// 64 even bits.
    pub const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit - 1`; 0 for a limit of 0. The bias, below one in 2^32, does not matter here.
    pub fn below(&mut self, limit: u32) -> u32 {
        let wide = u64::from(limit) * (self.next() >> 32);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True `per_mille` times in a thousand.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1_000) < per_mille
    }

    /// A number below `limit` that favours the small: the lower of two throws.
    pub fn favourite(&mut self, limit: u32) -> u32 {
        self.below(limit).min(self.below(limit))
    }

    /// An amount about `middle`, spread like a log-normal: the exponent is a sum of six dice, two thirds of the time
    /// within a factor of 1.6.
    pub fn amount(&mut self, middle: i64) -> i64 {
        let throws: u32 = (0..6).map(|_| self.below(16)).sum();
        scale(middle, i64::from(throws) - 45)
    }
}

/// `amount` times 2^(`sixteenths`/16).
pub fn scale(amount: i64, sixteenths: i64) -> i64 {
    let fraction = usize::try_from(sixteenths.rem_euclid(16)).unwrap_or(0);
    let scaled = amount * OCTAVE_SIXTEENTHS.get(fraction).copied().unwrap_or(65_536);
    let octaves = sixteenths.div_euclid(16).clamp(-16, 16);
    let shift = u32::try_from(16 - octaves).unwrap_or(16);
    scaled >> shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        let mut dice = Dice::of(1_234_567, &[]);
        let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.next(), dice.next(), dice.next()], published);
    }

    #[test]
    fn throws_stay_inside_their_bounds_and_reach_both_ends() {
        let mut dice = Dice::of(1, &[2, 3]);
        let throws: Vec<u32> = (0..1_000).map(|_| dice.between(3, 7)).collect();
        assert_eq!((throws.iter().min(), throws.iter().max()), (Some(&3), Some(&7)));
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn scaling_follows_powers_of_two() {
        assert_eq!([scale(1_000, 0), scale(1_000, 16), scale(1_000, -32), scale(1_000, 8)], [1_000, 2_000, 250, 1_414]);
    }

    #[test]
    fn amounts_lie_about_their_middle() {
        let mut dice = Dice::of(7, &[]);
        let mut amounts: Vec<i64> = (0..10_001).map(|_| dice.amount(10_000)).collect();
        amounts.sort_unstable();
        assert!((9_500..10_500).contains(&amounts[5_000]), "{}", amounts[5_000]);
        assert!(amounts[100] > 2_500 && amounts[9_900] < 40_000);
    }
}
