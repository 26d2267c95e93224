//! What both sides of a TOTP must agree on: algorithm, digits, period, T0; and the step arithmetic that follows.

use serde::{Deserialize, Serialize};

use super::error::ParametersError;
use crate::types::Timestamp;
use crate::types::time::SECOND_MS;

/// The furthest T0 from 1970 in either direction, in seconds: the year 9999. Keeps every step inside 64 bits.
pub const T0_S_MAX: i64 = Timestamp::MAX.unix_s();

/// The shortest and longest period, in seconds. RFC 6238 §5.2 recommends 30; NIST SP 800-63B wants at most 120.
const PERIOD_S: std::ops::RangeInclusive<u32> = 15..=120;

/// The hash under the HMAC (RFC 6238 §1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// HMAC-SHA-1: what every authenticator app speaks. The known collisions do not touch HMAC (RFC 4226 app. B.2).
    #[default]
    Sha1,
    /// HMAC-SHA-256. Some apps ignore the choice in silence and show SHA-1 codes.
    Sha256,
    /// HMAC-SHA-512. Same caution.
    Sha512,
}

impl Algorithm {
    /// The name as key URIs write it: `SHA1`, `SHA256`, `SHA512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads a name, also as vendors spell it: any case, `SHA-256`, `HmacSHA1`.
    ///
    /// ```
    /// use account_security::totp::Algorithm;
    /// assert_eq!(Algorithm::parse("HmacSHA-256"), Some(Algorithm::Sha256));
    /// assert_eq!(Algorithm::parse("MD5"), None);
    /// ```
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name.len() > 16 {
            return None;
        }
        let bare: String =
            name.chars().filter(|mark| !matches!(mark, '-' | '_')).collect::<String>().to_ascii_uppercase();
        match bare.strip_prefix("HMAC").unwrap_or(&bare) {
            "SHA1" => Some(Self::Sha1),
            "SHA256" => Some(Self::Sha256),
            "SHA512" => Some(Self::Sha512),
            _ => None,
        }
    }
}

/// The parameters of one credential. Valid by construction, also when read from a store.
///
/// ```
/// use account_security::totp::{Algorithm, TotpParameters};
/// let parameters = TotpParameters::new(Algorithm::Sha256, 8, 60, 0)?;
/// assert_eq!(parameters.period_s(), 60);
/// assert!(TotpParameters::new(Algorithm::Sha1, 7, 30, 0).is_err());
/// # Ok::<(), account_security::totp::ParametersError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredParameters")]
pub struct TotpParameters {
    algorithm: Algorithm,
    digits: u8,
    period_s: u32,
    t0_s: i64,
}

impl TotpParameters {
    /// SHA-1, 6 digits, 30 s, T0 = 0: the defaults of RFC 6238 §4 and the only set every app honours.
    pub const STANDARD: Self = Self { algorithm: Algorithm::Sha1, digits: 6, period_s: 30, t0_s: 0 };

    /// Checks and takes parameters: 6 or 8 digits, a period of 15 to 120 seconds, T0 in Unix seconds within
    /// ±[`T0_S_MAX`].
    ///
    /// # Errors
    /// [`ParametersError`] names the number that is out of bounds.
    pub fn new(algorithm: Algorithm, digits: u8, period_s: u32, t0_s: i64) -> Result<Self, ParametersError> {
        if !matches!(digits, 6 | 8) {
            return Err(ParametersError::Digits(digits));
        }
        if !PERIOD_S.contains(&period_s) {
            return Err(ParametersError::Period(period_s));
        }
        if !(-T0_S_MAX..=T0_S_MAX).contains(&t0_s) {
            return Err(ParametersError::T0(t0_s));
        }
        Ok(Self { algorithm, digits, period_s, t0_s })
    }

    /// The hash under the HMAC.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The number of digits of a code, 6 or 8. Parse typed codes with it.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.digits
    }

    /// How long a step lasts, in seconds.
    #[must_use]
    pub const fn period_s(&self) -> u32 {
        self.period_s
    }

    /// Where counting begins, in Unix seconds.
    #[must_use]
    pub const fn t0_s(&self) -> i64 {
        self.t0_s
    }

    /// The step in force at `now`: `from <= now < from + period`. Negative before T0, where no code exists.
    pub(super) fn step_at(&self, now: Timestamp) -> i64 {
        // Both operands are within ±T0_S_MAX, so the difference cannot overflow.
        (now.unix_s() - self.t0_s).div_euclid(i64::from(self.period_s))
    }

    /// The moment at which `step` is over; the last one there is, if it never is.
    pub(super) fn end_of(&self, step: u64) -> Timestamp {
        let end_s = i128::from(self.t0_s) + (i128::from(step) + 1) * i128::from(self.period_s);
        let end_s = i64::try_from(end_s).unwrap_or(i64::MAX);
        // No step begins before T0 and none that is stored after the end of time, so it is too late if anything.
        Timestamp::from_unix_s(end_s).unwrap_or(Timestamp::MAX)
    }

    /// The last step that began before this moment; `None` when none had.
    pub(super) fn last_begun_before(&self, moment: Timestamp) -> Option<u64> {
        u64::try_from(self.step_at(moment.minus_ms(1))).ok()
    }

    /// Milliseconds from `now` until the next step begins, 1 to the period.
    pub(super) fn remaining_ms(&self, now: Timestamp) -> u64 {
        let period_ms = u64::from(self.period_s) * SECOND_MS;
        let elapsed_s = (now.unix_s() - self.t0_s).rem_euclid(i64::from(self.period_s));
        let elapsed_ms = elapsed_s.unsigned_abs() * SECOND_MS + now.unix_ms().unsigned_abs() % SECOND_MS;
        period_ms - elapsed_ms
    }

    /// The last step any clock can show under these parameters.
    pub(super) fn step_max(&self) -> u64 {
        u64::try_from(self.step_at(Timestamp::MAX)).unwrap_or(0)
    }
}

impl Default for TotpParameters {
    /// [`TotpParameters::STANDARD`].
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The same fields, not yet checked.
#[derive(Deserialize)]
struct StoredParameters {
    algorithm: Algorithm,
    digits: u8,
    period_s: u32,
    t0_s: i64,
}

impl TryFrom<StoredParameters> for TotpParameters {
    type Error = ParametersError;
    fn try_from(stored: StoredParameters) -> Result<Self, ParametersError> {
        Self::new(stored.algorithm, stored.digits, stored.period_s, stored.t0_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(unix_ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(unix_ms).unwrap()
    }

    #[test]
    fn a_step_is_half_open() {
        let standard = TotpParameters::STANDARD;
        assert_eq!(standard.step_at(at_ms(29_999)), 0);
        assert_eq!(standard.step_at(at_ms(30_000)), 1);
        assert_eq!(standard.remaining_ms(at_ms(29_999)), 1);
        assert_eq!(standard.remaining_ms(at_ms(30_000)), 30_000);
    }

    #[test]
    fn the_end_of_a_step_is_where_the_next_one_begins() {
        let late = TotpParameters::new(Algorithm::Sha1, 6, 30, 100).unwrap();
        assert_eq!(late.end_of(0), at_ms(130_000));
        for step in [0, 1, 1_000_000] {
            assert_eq!(late.last_begun_before(late.end_of(step)), Some(step));
            assert_eq!(late.last_begun_before(late.end_of(step).plus_ms(1)), Some(step + 1));
        }
        assert_eq!(late.last_begun_before(at_ms(100_000)), None);
        assert_eq!((late.end_of(late.step_max()), late.end_of(u64::MAX)), (Timestamp::MAX, Timestamp::MAX));
    }

    #[test]
    fn steps_before_t0_are_negative_and_do_not_round_up_to_zero() {
        let late = TotpParameters::new(Algorithm::Sha1, 6, 30, 100).unwrap();
        assert_eq!(late.step_at(at_ms(99_999)), -1);
        assert_eq!(late.step_at(at_ms(100_000)), 0);
        assert_eq!(late.remaining_ms(at_ms(99_999)), 1);
        let far = TotpParameters::new(Algorithm::Sha1, 6, 15, T0_S_MAX).unwrap();
        assert_eq!(far.step_at(Timestamp::MIN), -16_893_486_720);
        assert_eq!(far.step_max(), 0);
        let early = TotpParameters::new(Algorithm::Sha1, 6, 15, -T0_S_MAX).unwrap();
        assert_eq!(early.step_max(), 33_786_973_439);
    }

    #[test]
    fn nothing_out_of_bounds_can_be_built_or_read() {
        for digits in (0..=u8::MAX).filter(|digits| !matches!(digits, 6 | 8)) {
            assert_eq!(TotpParameters::new(Algorithm::Sha1, digits, 30, 0), Err(ParametersError::Digits(digits)));
        }
        for period_s in [0, 1, 14, 121, u32::MAX] {
            assert_eq!(TotpParameters::new(Algorithm::Sha1, 6, period_s, 0), Err(ParametersError::Period(period_s)));
        }
        for t0_s in [i64::MIN, -T0_S_MAX - 1, T0_S_MAX + 1, i64::MAX] {
            assert_eq!(TotpParameters::new(Algorithm::Sha1, 6, 30, t0_s), Err(ParametersError::T0(t0_s)));
        }
        let bytes = postcard::to_allocvec(&(Algorithm::Sha1, 6_u8, 0_u32, 0_i64)).unwrap();
        assert!(postcard::from_bytes::<TotpParameters>(&bytes).is_err());
    }

    #[test]
    fn parameters_read_back_and_keep_their_bytes() {
        let parameters = TotpParameters::new(Algorithm::Sha512, 8, 60, -5).unwrap();
        let bytes = postcard::to_allocvec(&parameters).unwrap();
        assert_eq!(bytes, [2, 8, 60, 9]);
        assert_eq!(postcard::from_bytes::<TotpParameters>(&bytes).unwrap(), parameters);
    }

    #[test]
    fn vendors_spellings_of_algorithms_are_known_and_others_refused() {
        for name in ["SHA1", "sha1", "SHA-1", "HmacSHA1", "HMAC-SHA-1", "hmac_sha1"] {
            assert_eq!(Algorithm::parse(name), Some(Algorithm::Sha1), "{name}");
        }
        for name in ["", "MD5", "SHA", "SHA224", "HMAC", "SHA3-256", "HmacHmacSHA1", "SHA1 "] {
            assert_eq!(Algorithm::parse(name), None, "{name}");
        }
    }
}
