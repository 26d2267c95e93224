//! The zone an account lives in: its local days and hours, daylight saving included, and times as people write them.

use std::str::FromStr;

use super::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// A time zone of the IANA database (bundled: no file of the machine is read).
///
/// Limits count local days. A local day has 23 or 25 hours when clocks change, and which payments fall on it is settled
/// by the offset that held when each was made.
///
/// ```
/// use account_security::types::Zone;
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let before = berlin.read_time("2026-03-29T01:59:59")?;
/// let after = berlin.read_time("2026-03-29T03:00:00")?;
/// assert_eq!(before.plus_ms(1_000), after, "the hour between does not happen");
/// assert_eq!((berlin.offset_min(before), berlin.offset_min(after)), (60, 120));
/// # Ok::<(), account_security::types::ZoneError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Zone {
    zone: TimeZone,
    is_utc: bool,
}

/// Why a text is no zone or no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// Not in the IANA database.
    #[error("unknown time zone; give an IANA name such as Europe/Berlin, Asia/Shanghai or UTC")]
    Unknown,
    /// Not written as times are written.
    #[error(
        "not a time; write it like 2026-03-01T12:00:00Z, 2026-03-01T12:00:00+08:00 or, in the zone given, 2026-03-01 12:00:00"
    )]
    Malformed,
    /// Outside the years of [`Timestamp`].
    #[error("the time is outside the years 1970 to 9999; check the clock that wrote it")]
    OutOfRange,
}

impl Default for Zone {
    /// UTC.
    fn default() -> Self {
        Self { zone: TimeZone::UTC, is_utc: true }
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    /// Reads an IANA name.
    fn from_str(name: &str) -> Result<Self, ZoneError> {
        if matches!(name, "UTC" | "Z" | "Etc/UTC") {
            return Ok(Self::default());
        }
        let zone = TimeZone::get(name).map_err(|_| ZoneError::Unknown)?;
        Ok(Self { zone, is_utc: false })
    }
}

impl Zone {
    /// Reads a time: RFC 3339 (`2026-03-01T12:00:00Z`, `…+08:00`) or without an offset, then in this zone; a space
    /// may stand for the `T`. Fractions of a second are cut to milliseconds.
    ///
    /// A local time that happens twice when clocks go back is the first of the two; one that is skipped when clocks go
    /// forward is moved on by the gap (RFC 5545 §3.3.5).
    ///
    /// # Errors
    /// [`ZoneError::Malformed`] and [`ZoneError::OutOfRange`] say what to write instead.
    pub fn read_time(&self, text: &str) -> Result<Timestamp, ZoneError> {
        let (clock, offset) = split_time(text.as_bytes()).ok_or(ZoneError::Malformed)?;
        let moment = match offset {
            Some(offset) => offset.to_timestamp(clock),
            None if self.is_utc => Offset::UTC.to_timestamp(clock),
            None => self.zone.to_ambiguous_timestamp(clock).compatible(),
        };
        let unix_ms = moment.map_err(|_| ZoneError::OutOfRange)?.as_millisecond();
        Timestamp::from_unix_ms(unix_ms).map_err(|_| ZoneError::OutOfRange)
    }

    /// The local day `at` falls on, in days since 1970-01-01.
    #[must_use]
    pub fn local_day(&self, at: Timestamp) -> i32 {
        let offset_s = if self.is_utc { 0 } else { self.offset_s(at) };
        let day = (at.unix_s() + offset_s).div_euclid(86_400);
        i32::try_from(day).unwrap_or(i32::MAX)
    }

    /// The first moment of a local day, given in days since 1970-01-01 as [`local_day`](Self::local_day) does. Where
    /// clocks go forward at midnight the day begins after the gap. Days outside the years of [`Timestamp`] begin at its
    /// ends.
    #[must_use]
    pub fn day_start(&self, day: i32) -> Timestamp {
        let beyond = if day < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let Ok(midnight) = jiff::Timestamp::from_second(i64::from(day) * 86_400) else { return beyond };
        let midnight = Offset::UTC.to_datetime(midnight);
        let moment = match self.is_utc {
            true => Offset::UTC.to_timestamp(midnight),
            false => self.zone.to_ambiguous_timestamp(midnight).compatible(),
        };
        moment.map_or(beyond, |moment| Timestamp::from_unix_ms(moment.as_millisecond()).unwrap_or(beyond))
    }

    /// Minutes the local time is ahead of UTC at `at`. Offsets with seconds (before 1972 only) are cut to minutes.
    #[must_use]
    pub fn offset_min(&self, at: Timestamp) -> i32 {
        if self.is_utc { 0 } else { i32::try_from(self.offset_s(at) / 60).unwrap_or(0) }
    }

    fn offset_s(&self, at: Timestamp) -> i64 {
        jiff::Timestamp::from_second(at.unix_s()).map_or(0, |moment| i64::from(self.zone.to_offset(moment).seconds()))
    }
}

/// `YYYY-MM-DD` + `T` or space + `HH:MM:SS` + optional fraction + optional `Z` or `±HH:MM`.
fn split_time(text: &[u8]) -> Option<(DateTime, Option<Offset>)> {
    let (head, tail) = text.split_at_checked(19)?;
    let separators = [(4, b"-"), (7, b"-"), (13, b":"), (16, b":")];
    let is_formed =
        separators.iter().all(|&(at, separator)| head[at] == separator[0]) && matches!(head[10], b'T' | b't' | b' ');
    if !is_formed {
        return None;
    }
    let (nanosecond, tail) = split_fraction(tail)?;
    let year = i16::from(two_digits(head, 0)?) * 100 + i16::from(two_digits(head, 2)?);
    let [month, day, hour, minute, second] = [5, 8, 11, 14, 17].map(|at| two_digits(head, at));
    let clock = DateTime::new(year, month?, day?, hour?, minute?, second?, nanosecond).ok()?;
    Some((clock, split_offset(tail)?))
}

/// One to nine digits after a point, cut to milliseconds and given in nanoseconds.
fn split_fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&digits) {
        return None;
    }
    let (fraction, tail) = text.split_at(digits);
    let milliseconds = (0..3).fold(0, |sum, at| sum * 10 + fraction.get(at).map_or(0, |digit| i32::from(digit - b'0')));
    Some((milliseconds * 1_000_000, tail))
}

fn split_offset(text: &[u8]) -> Option<Option<Offset>> {
    match text {
        b"" => Some(None),
        b"Z" | b"z" => Some(Some(Offset::UTC)),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two_digits(text, 1)?, two_digits(text, 4)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i32::from(hours) * 3_600 + i32::from(minutes) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok().map(Some)
        }
        _ => None,
    }
}

fn two_digits(text: &[u8], at: usize) -> Option<i8> {
    let pair = text.get(at..at + 2)?;
    if !pair.iter().all(u8::is_ascii_digit) {
        return None;
    }
    i8::try_from((pair[0] - b'0') * 10 + (pair[1] - b'0')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(zone: &str, text: &str) -> Result<String, ZoneError> {
        zone.parse::<Zone>().unwrap().read_time(text).map(|at| at.to_string())
    }

    #[test]
    fn times_with_an_offset_mean_the_same_in_every_zone() {
        for zone in ["UTC", "Asia/Shanghai"] {
            for text in ["2026-03-01T12:00:00Z", "2026-03-01 20:00:00+08:00", "2026-03-01t07:00:00-05:00"] {
                assert_eq!(read(zone, text).as_deref(), Ok("2026-03-01T12:00:00Z"), "{text}");
            }
        }
        assert_eq!(read("UTC", "2026-03-01T12:00:00.1239Z").as_deref(), Ok("2026-03-01T12:00:00.123Z"));
    }

    #[test]
    fn times_without_an_offset_are_in_the_zone() {
        assert_eq!(read("UTC", "2018-04-01 00:00:31").as_deref(), Ok("2018-04-01T00:00:31Z"));
        assert_eq!(read("Asia/Shanghai", "2026-03-01T20:00:00").as_deref(), Ok("2026-03-01T12:00:00Z"));
        // Berlin, 2026-10-25: 02:30 happens twice; 2026-03-29: 02:30 does not happen.
        assert_eq!(read("Europe/Berlin", "2026-10-25T02:30:00").as_deref(), Ok("2026-10-25T00:30:00Z"));
        assert_eq!(read("Europe/Berlin", "2026-03-29T02:30:00").as_deref(), Ok("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "now",
            "1767225600",
            "2026-03-01",
            "2026-02-30T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T12:00:60Z",
            "2026-03-01T12:00Z",
            "2026-03-01T12:00:00.Z",
            "2026-03-01T12:00:00+8",
            "2026-03-01T12:00:00+24:00",
            "2026-03-01T12:00:00ZZ",
            "+2026-03-01T12:00:00Z",
            "12026-03-01T12:00:00Z",
            "２０２６-03-01T12:00:00Z",
            "2026-03-01T12:00:00Z\0",
        ] {
            assert_eq!(read("UTC", text), Err(ZoneError::Malformed), "{text}");
        }
    }

    #[test]
    fn the_years_are_1970_to_9999() {
        assert_eq!(read("UTC", "1969-12-31T23:59:59.999Z"), Err(ZoneError::OutOfRange));
        assert_eq!(read("UTC", "1970-01-01T00:00:00+00:01"), Err(ZoneError::OutOfRange));
        assert_eq!(read("UTC", "1970-01-01T00:00:00Z").as_deref(), Ok("1970-01-01T00:00:00Z"));
        assert_eq!(read("UTC", "9999-12-31T23:59:59-01:00"), Err(ZoneError::OutOfRange));
        assert_eq!(read("UTC", "0000-01-01T00:00:00Z"), Err(ZoneError::OutOfRange));
    }

    #[test]
    fn the_local_day_begins_at_local_midnight() {
        let shanghai: Zone = "Asia/Shanghai".parse().unwrap();
        let before = shanghai.read_time("2026-03-01T23:59:59").unwrap();
        assert_eq!(shanghai.local_day(before) + 1, shanghai.local_day(before.plus_ms(1_000)));
        assert_eq!(Zone::default().local_day(Timestamp::MIN), 0);
        assert_eq!("America/New_York".parse::<Zone>().unwrap().local_day(Timestamp::MIN), -1);
        assert!("Mars/Olympus".parse::<Zone>().is_err());
    }
}
