//! The code itself: drawn uniformly, wiped on drop, never printed.

use rand::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::VerificationError;

const DRAWS_MAX: usize = 64;

/// A code on its way into a message. It is nowhere stored; the state holds keyed tags.
///
/// ```
/// # use account_security::verification::Code;
/// fn deliver(code: &Code) {
///     assert_eq!(format!("{code:?}"), "Code(redacted)");
///     let digits = code.expose(); // wiped when it goes out of scope
///     # let _ = digits;
/// }
/// ```
pub struct Code {
    value: u32,
    digits: u8,
}

impl Code {
    /// Draws `digits` digits (at most 9), every value equally likely, leading zeros included.
    pub(super) fn generate(digits: u8, rng: &mut dyn CryptoRng) -> Result<Self, VerificationError> {
        let values = 10_u64.pow(u32::from(digits.min(9)));
        // Values at or above the largest multiple would make small codes likelier; they are drawn again.
        let fair_below = (1_u64 << 32) / values * values;
        (0..DRAWS_MAX)
            .map(|_| u64::from(rng.next_u32()))
            .find(|drawn| *drawn < fair_below)
            .and_then(|drawn| u32::try_from(drawn % values).ok())
            .map(|value| Self { value, digits })
            .ok_or(VerificationError::RandomnessFailed)
    }

    /// The digits, for the message; wiped on drop. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{:0width$}", self.value, width = usize::from(self.digits)))
    }

    #[cfg(test)]
    pub(super) const fn of(value: u32, digits: u8) -> Self {
        Self { value, digits }
    }

    pub(super) const fn value(&self) -> u32 {
        self.value
    }

    pub(super) const fn digits(&self) -> u8 {
        self.digits
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{SeedableRng, TryCryptoRng, TryRng};

    use super::*;

    /// Plays given words in a circle.
    struct Played(Vec<u32>, usize);

    impl TryRng for Played {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            self.1 += 1;
            Ok(self.0[(self.1 - 1) % self.0.len()])
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(u64::from(self.try_next_u32()?))
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(0);
            Ok(())
        }
    }
    impl TryCryptoRng for Played {}

    #[test]
    fn words_above_the_last_whole_million_are_drawn_again() {
        // 2^32 = 4294 * 10^6 + 967296: without rejection codes below 967296 would come 4295 times, the rest 4294 times.
        let code = Code::generate(6, &mut Played(vec![4_294_000_000, u32::MAX, 4_293_999_999], 0)).unwrap();
        assert_eq!(code.expose().as_str(), "999999");
        assert_eq!(Code::generate(8, &mut Played(vec![7], 0)).unwrap().expose().as_str(), "00000007");
    }

    #[test]
    fn a_stuck_generator_makes_no_code_instead_of_zeros() {
        let stuck = Code::generate(6, &mut Played(vec![u32::MAX], 0));
        assert_eq!(stuck.unwrap_err(), VerificationError::RandomnessFailed);
    }

    #[test]
    fn every_digit_in_every_place_is_equally_likely() {
        const DRAWS: u32 = 40_000;
        let mut rng = StdRng::seed_from_u64(2026);
        let mut seen = [[0_u32; 10]; 6];
        for _ in 0..DRAWS {
            let code = Code::generate(6, &mut rng).unwrap();
            for (place, digit) in code.expose().bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        for counts in seen {
            let expected = i64::from(DRAWS / 10);
            let squares: i64 = counts.iter().map(|count| (i64::from(*count) - expected).pow(2)).sum();
            // Chi-square with 9 degrees of freedom stays below 33.7 with probability 0.9999.
            assert!(squares < 337 * expected / 10, "{counts:?}");
        }
    }
}
