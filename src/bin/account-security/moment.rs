//! Moments as people write them.

use account_security::types::Timestamp;

use crate::exit::Failure;

/// A day, which begins at midnight UTC, or a moment with its zone: `2026-03-01`, `2026-03-01T12:00:00Z`.
pub(crate) fn parse(option: &str, text: &str) -> Result<Timestamp, Failure> {
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let unix_ms = match day(text).filter(|_| text.len() == 10) {
        Some(day) => Some(day.timestamp().as_millisecond()),
        None => text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond()),
    };
    let at = unix_ms.and_then(|unix_ms| Timestamp::from_unix_ms(unix_ms).ok());
    at.ok_or_else(|| Failure::usage(format!("{option}: write a day, 2026-03-01, or a moment, 2026-03-01T12:00:00Z")))
}
