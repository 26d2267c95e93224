//! Integer time. Milliseconds since 1970-01-01T00:00:00Z, between the years 1970 and 9999.
//!
//! Milliseconds rather than the microseconds of some audit formats: every store keeps them exactly (PostgreSQL
//! rounds nanoseconds, Lua numbers are doubles), so the MAC over a time never fails on an intact log.

use serde::{Deserialize, Serialize};

/// One second in milliseconds.
pub const SECOND_MS: u64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE_MS: u64 = 60 * SECOND_MS;
/// One hour in milliseconds.
pub const HOUR_MS: u64 = 60 * MINUTE_MS;
/// Twenty-four hours in milliseconds. A local day may be 23 or 25 hours long.
pub const DAY_MS: u64 = 24 * HOUR_MS;

/// A moment: milliseconds since the Unix epoch, UTC, `0 ..= 253_402_300_799_999` (9999-12-31T23:59:59.999Z).
///
/// ```
/// use account_security::types::Timestamp;
/// let noon = Timestamp::from_unix_ms(43_200_000)?;
/// assert_eq!(noon.plus_ms(1_000).ms_since(noon), 1_000);
/// assert!(Timestamp::from_unix_ms(-1).is_err());
/// # Ok::<(), account_security::types::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Timestamp(i64);

/// Why a number is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Before 1970 or after 9999: such a clock is broken.
    #[error("time {0} ms is outside the years 1970 to 9999; check the clock that produced it")]
    OutOfRange(i64),
}

/// Longest length of time that [`parse_span_ms`] reads: ten thousand days, in milliseconds.
pub const SPAN_MS_MAX: u64 = 10_000 * DAY_MS;

/// Reads a length of time as people write it, a whole number and a unit, into milliseconds. `None` for anything else, and
/// beyond [`SPAN_MS_MAX`].
///
/// ```
/// use account_security::types::time::{DAY_MS, parse_span_ms};
/// assert_eq!(parse_span_ms("7d"), Some(7 * DAY_MS));
/// assert_eq!(["12h", "30m", "45s", "0s"].map(parse_span_ms), [43_200_000, 1_800_000, 45_000, 0].map(Some));
/// assert_eq!(parse_span_ms("1.5h"), None);
/// ```
#[must_use]
pub fn parse_span_ms(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit_ms = match unit {
        "d" => DAY_MS,
        "h" => HOUR_MS,
        "m" => MINUTE_MS,
        "s" => SECOND_MS,
        _ => return None,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit_ms).filter(|ms| *ms <= SPAN_MS_MAX)
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// Reads Unix milliseconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] before 1970 and after 9999.
    pub const fn from_unix_ms(unix_ms: i64) -> Result<Self, TimeError> {
        if unix_ms < Self::MIN.0 || unix_ms > Self::MAX.0 {
            return Err(TimeError::OutOfRange(unix_ms));
        }
        Ok(Self(unix_ms))
    }

    /// Reads Unix seconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] before 1970 and after 9999.
    pub const fn from_unix_s(unix_s: i64) -> Result<Self, TimeError> {
        match unix_s.checked_mul(1_000) {
            Some(unix_ms) => Self::from_unix_ms(unix_ms),
            None => Err(TimeError::OutOfRange(unix_s)),
        }
    }

    /// Unix milliseconds, never negative.
    #[must_use]
    pub const fn unix_ms(self) -> i64 {
        self.0
    }

    /// Whole Unix seconds, never negative.
    #[must_use]
    pub const fn unix_s(self) -> i64 {
        self.0 / 1_000
    }

    /// This moment and `ms` more; stops at [`Timestamp::MAX`] instead of wrapping.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        let sum = i64::try_from(ms).ok().and_then(|ms| self.0.checked_add(ms));
        Self(sum.unwrap_or(Self::MAX.0).min(Self::MAX.0))
    }

    /// This moment less `ms`; stops at [`Timestamp::MIN`].
    #[must_use]
    pub fn minus_ms(self, ms: u64) -> Self {
        let difference = i64::try_from(ms).ok().and_then(|ms| self.0.checked_sub(ms));
        Self(difference.unwrap_or(Self::MIN.0).max(Self::MIN.0))
    }

    /// Milliseconds passed since `earlier`; 0 when `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0 - earlier.0).unwrap_or(0)
    }
}

impl TryFrom<i64> for Timestamp {
    type Error = TimeError;
    fn try_from(unix_ms: i64) -> Result<Self, TimeError> {
        Self::from_unix_ms(unix_ms)
    }
}

impl From<Timestamp> for i64 {
    fn from(at: Timestamp) -> Self {
        at.0
    }
}

impl std::fmt::Display for Timestamp {
    /// RFC 3339 in UTC, e.g. `2026-03-01T12:00:00Z`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_the_ends_of_time() {
        assert_eq!(Timestamp::MAX.plus_ms(1), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.plus_ms(u64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.minus_ms(u64::MAX), Timestamp::MIN);
        assert_eq!(Timestamp::MIN.ms_since(Timestamp::MAX), 0);
    }

    #[test]
    fn a_clock_before_1970_or_after_9999_is_refused() {
        for bad in [-1, i64::MIN, i64::MAX, Timestamp::MAX.unix_ms() + 1] {
            assert_eq!(Timestamp::from_unix_ms(bad), Err(TimeError::OutOfRange(bad)));
        }
        assert!(Timestamp::from_unix_s(i64::MAX).is_err());
    }

    #[test]
    fn shows_as_rfc_3339() {
        assert_eq!(Timestamp::from_unix_s(951_782_400).unwrap().to_string(), "2000-02-29T00:00:00Z");
    }
}
