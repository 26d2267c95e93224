//! Days as the law counts them: local ones, and those on which the institution does business.

use crate::types::{Timestamp, Zone};

/// Local days and business days. Which days are holidays is the caller's to say: Regulation E means the days on which the
/// institution's offices are open for substantially all business (12 CFR 1005.2(d)), not a public list.
///
/// ```
/// use account_security::account::report::BusinessCalendar;
/// use account_security::types::Zone;
/// let zone: Zone = "America/New_York".parse()?;
/// let christmas = zone.local_day(zone.read_time("2026-12-25 12:00:00")?);
/// let calendar = BusinessCalendar { zone: &zone, closed_weekdays: BusinessCalendar::WEEKEND, holidays: &[christmas] };
/// let thursday = zone.read_time("2026-12-24 18:00:00")?;
/// assert_eq!(calendar.business_days_after(thursday, 1), zone.read_time("2026-12-29 00:00:00")?, "the close of Monday");
/// # Ok::<(), account_security::types::ZoneError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BusinessCalendar<'a> {
    /// Where the days begin and end.
    pub zone: &'a Zone,
    /// Weekdays without business, Sunday first.
    pub closed_weekdays: [bool; 7],
    /// Days without business, in local days since 1970-01-01 ([`Zone::local_day`]).
    pub holidays: &'a [i32],
}

/// No run of closed days is longer: a calendar without an open day must not be counted for ever.
const CLOSED_RUN_MAX: u32 = 366;

impl BusinessCalendar<'_> {
    /// Closed on Saturday and Sunday.
    pub const WEEKEND: [bool; 7] = [true, false, false, false, false, false, true];

    /// Whether business is done on this local day.
    #[must_use]
    pub fn is_open(&self, day: i32) -> bool {
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day.rem_euclid(7) + 4) % 7).unwrap_or(0);
        !self.closed_weekdays[weekday] && !self.holidays.contains(&day)
    }

    /// The close of the `count`th business day after the local day of `from`, exclusive. That day itself never counts
    /// (12 CFR 1005, Supplement I, comment 6(b)(1)-3).
    #[must_use]
    pub fn business_days_after(&self, from: Timestamp, count: u32) -> Timestamp {
        let mut day = self.zone.local_day(from);
        let (mut left, mut closed_run) = (count, 0);
        while left > 0 && closed_run < CLOSED_RUN_MAX {
            day = day.saturating_add(1);
            let is_open = self.is_open(day);
            closed_run = if is_open { 0 } else { closed_run + 1 };
            left -= u32::from(is_open);
        }
        self.zone.day_start(day.saturating_add(1))
    }

    /// The close of the `count`th calendar day after the local day of `from`, exclusive.
    #[must_use]
    pub fn days_after(&self, from: Timestamp, count: u32) -> Timestamp {
        let days = i32::try_from(count).unwrap_or(i32::MAX);
        self.zone.day_start(self.zone.local_day(from).saturating_add(days).saturating_add(1))
    }
}
