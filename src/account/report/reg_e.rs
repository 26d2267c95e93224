//! United States: Regulation E, liability of the consumer (12 CFR 1005.6) and resolution of errors (12 CFR 1005.11).
//!
//! Every limit is a moment, exclusive: at it, it is too late. What the rule leaves to judgement (a hospital stay or a
//! long journey extends the times, 1005.6(b)(4)) is left to people.

use super::{BusinessCalendar, ReportKind, UnauthorisedReport};
use crate::types::Timestamp;

/// How far a consumer is liable for transfers before the notice. State law and network rules may say less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liability {
    /// Nothing for a transfer told in time, where no access device was lost.
    None,
    /// At most $50 (1005.6(b)(1)).
    UpTo50,
    /// At most $500 (1005.6(b)(2)).
    UpTo500,
    /// As before up to this moment, and without a limit for transfers from it to the notice (1005.6(b)(3)).
    UnlimitedFrom {
        /// The close of the sixtieth day after the statement was sent.
        from: Timestamp,
    },
}

/// What kind of error is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCase {
    /// The ordinary times.
    Ordinary,
    /// A point-of-sale debit, or a transfer not begun in the United States: 90 days instead of 45 (1005.11(c)(3)(ii)).
    PointOfSaleOrForeign,
    /// Within 30 days of the first deposit to the account: 20 business days instead of 10, and 90 days instead of 45
    /// (1005.11(c)(3)).
    NewAccount,
}

/// By when an institution that was told of an error must have done what; each moment is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorDeadlines {
    /// Found out, or credited the amount provisionally (1005.11(c)(1), (c)(2)(i)).
    pub determine_or_credit_until: Timestamp,
    /// Found out, where it was credited provisionally (1005.11(c)(2)).
    pub investigate_until: Timestamp,
}

/// Up to when a report of a lost device keeps liability at $50: the close of the second business day after the one on
/// which the loss was learned of, whatever the hour (1005.6(b)(1), comment 6(b)(1)-3).
#[must_use]
pub fn two_business_days_until(learned_at: Timestamp, calendar: &BusinessCalendar<'_>) -> Timestamp {
    calendar.business_days_after(learned_at, 2)
}

/// Up to when a report keeps the later transfers on the institution: the close of the sixtieth day after the statement
/// that first shows one was sent (1005.6(b)(3)).
#[must_use]
pub fn sixty_days_until(statement_sent_at: Timestamp, calendar: &BusinessCalendar<'_>) -> Timestamp {
    calendar.days_after(statement_sent_at, 60)
}

/// How far the consumer is liable. `statement_sent_at` is when the first statement that shows an unauthorised transfer
/// was sent; `None` = none was.
///
/// ```
/// use account_security::account::report::reg_e::{Liability, liability};
/// use account_security::account::report::{BusinessCalendar, ReportKind, UnauthorisedReport};
/// use account_security::types::{RandomId, Zone};
/// let zone: Zone = "America/New_York".parse()?;
/// let calendar = BusinessCalendar { zone: &zone, closed_weekdays: BusinessCalendar::WEEKEND, holidays: &[] };
/// let (friday, tuesday) = (zone.read_time("2026-03-06 18:00:00")?, zone.read_time("2026-03-10 23:59:59")?);
/// let (id, kind) = (RandomId([1; 16]), ReportKind::DeviceLost);
/// let report = UnauthorisedReport { id, kind, reported_at: tuesday, learned_at: friday, tx_id: None };
/// assert_eq!(liability(&report, None, &calendar), Liability::UpTo50);
/// # Ok::<(), account_security::types::ZoneError>(())
/// ```
#[must_use]
pub fn liability(
    report: &UnauthorisedReport,
    statement_sent_at: Option<Timestamp>,
    calendar: &BusinessCalendar<'_>,
) -> Liability {
    let sixty_days = statement_sent_at.map(|sent_at| sixty_days_until(sent_at, calendar));
    if let Some(from) = sixty_days.filter(|until| *until <= report.reported_at) {
        return Liability::UnlimitedFrom { from };
    }
    match report.kind {
        ReportKind::Unauthorised => Liability::None,
        ReportKind::DeviceLost if report.reported_at < two_business_days_until(report.learned_at, calendar) => {
            Liability::UpTo50
        }
        ReportKind::DeviceLost => Liability::UpTo500,
    }
}

/// By when the institution must act on an error it was told of at `reported_at`. The day of the report does not count.
#[must_use]
pub fn error_deadlines(reported_at: Timestamp, case: ErrorCase, calendar: &BusinessCalendar<'_>) -> ErrorDeadlines {
    let (business_days, days) = match case {
        ErrorCase::Ordinary => (10, 45),
        ErrorCase::PointOfSaleOrForeign => (10, 90),
        ErrorCase::NewAccount => (20, 90),
    };
    ErrorDeadlines {
        determine_or_credit_until: calendar.business_days_after(reported_at, business_days),
        investigate_until: calendar.days_after(reported_at, days),
    }
}

/// By when the consumer must be told the result: three business days after it was found (1005.11(c)(1)).
#[must_use]
pub fn tell_result_until(determined_at: Timestamp, calendar: &BusinessCalendar<'_>) -> Timestamp {
    calendar.business_days_after(determined_at, 3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{RandomId, Zone};

    fn new_york() -> Zone {
        "America/New_York".parse().unwrap()
    }

    fn on(zone: &Zone, text: &str) -> Timestamp {
        zone.read_time(text).unwrap()
    }

    fn days(zone: &Zone, texts: &[&str]) -> Vec<i32> {
        texts.iter().map(|text| zone.local_day(on(zone, &format!("{text} 12:00:00")))).collect()
    }

    fn lost(learned_at: Timestamp, reported_at: Timestamp) -> UnauthorisedReport {
        let (id, kind) = (RandomId([1; 16]), ReportKind::DeviceLost);
        UnauthorisedReport { id, kind, reported_at, learned_at, tx_id: None }
    }

    /// The example of the official comment: learned at 6 p.m. on Friday, Saturday is a business day, Sunday is not; the
    /// two days end at 11:59 p.m. on Monday.
    #[test]
    fn the_comments_own_example_and_the_millisecond_around_it() {
        let zone = new_york();
        let closed_weekdays = [true, false, false, false, false, false, false];
        let calendar = BusinessCalendar { zone: &zone, closed_weekdays, holidays: &[] };
        let friday = on(&zone, "2026-06-05 18:00:00");
        let until = two_business_days_until(friday, &calendar);
        assert_eq!(until, on(&zone, "2026-06-09 00:00:00"));
        assert_eq!(liability(&lost(friday, until.minus_ms(1)), None, &calendar), Liability::UpTo50);
        assert_eq!(liability(&lost(friday, until), None, &calendar), Liability::UpTo500);
    }

    #[test]
    fn holidays_weekends_and_a_day_of_23_hours_are_counted_as_days() {
        let zone = new_york();
        let holidays = days(&zone, &["2026-12-25", "2027-01-01"]);
        let calendar =
            BusinessCalendar { zone: &zone, closed_weekdays: BusinessCalendar::WEEKEND, holidays: &holidays };
        let until = |text| two_business_days_until(on(&zone, text), &calendar);
        assert_eq!(until("2026-12-23 00:00:00"), on(&zone, "2026-12-29 00:00:00"), "24th, 28th");
        assert_eq!(until("2026-12-23 23:59:59"), on(&zone, "2026-12-29 00:00:00"));
        // Clocks go forward on Sunday, 8 March 2026.
        let until = until("2026-03-06 12:00:00");
        assert_eq!(until, on(&zone, "2026-03-11 00:00:00"));
        assert_eq!(until.ms_since(on(&zone, "2026-03-07 00:00:00")), (4 * 24 - 1) * 3_600_000);
    }

    #[test]
    fn ten_business_days_and_forty_five_days_of_the_ordinary_case() {
        let zone = new_york();
        let calendar = BusinessCalendar { zone: &zone, closed_weekdays: BusinessCalendar::WEEKEND, holidays: &[] };
        let reported_at = on(&zone, "2026-06-01 09:00:00");
        let by = |case| {
            let deadlines = error_deadlines(reported_at, case, &calendar);
            (deadlines.determine_or_credit_until, deadlines.investigate_until)
        };
        let (ten, twenty) = (on(&zone, "2026-06-16 00:00:00"), on(&zone, "2026-06-30 00:00:00"));
        let (in_45, in_90) = (on(&zone, "2026-07-17 00:00:00"), on(&zone, "2026-08-31 00:00:00"));
        assert_eq!(by(ErrorCase::Ordinary), (ten, in_45));
        assert_eq!(by(ErrorCase::PointOfSaleOrForeign), (ten, in_90));
        assert_eq!(by(ErrorCase::NewAccount), (twenty, in_90));
        assert_eq!(tell_result_until(reported_at, &calendar), on(&zone, "2026-06-05 00:00:00"));
    }

    #[test]
    fn after_sixty_days_from_the_statement_nothing_bounds_what_comes_later() {
        let zone = new_york();
        let calendar = BusinessCalendar { zone: &zone, closed_weekdays: BusinessCalendar::WEEKEND, holidays: &[] };
        let sent_at = on(&zone, "2026-01-15 08:00:00");
        let from = sixty_days_until(sent_at, &calendar);
        assert_eq!(from, on(&zone, "2026-03-17 00:00:00"));
        let told = |reported_at, kind| {
            let report = UnauthorisedReport { kind, ..lost(reported_at, reported_at) };
            liability(&report, Some(sent_at), &calendar)
        };
        assert_eq!(told(from.minus_ms(1), ReportKind::Unauthorised), Liability::None);
        assert_eq!(told(from, ReportKind::Unauthorised), Liability::UnlimitedFrom { from });
        assert_eq!(told(from, ReportKind::DeviceLost), Liability::UnlimitedFrom { from });
    }

    #[test]
    fn a_calendar_that_never_opens_is_not_counted_for_ever() {
        let zone = Zone::default();
        let calendar = BusinessCalendar { zone: &zone, closed_weekdays: [true; 7], holidays: &[] };
        assert!(
            two_business_days_until(on(&zone, "2026-01-01 00:00:00"), &calendar) > on(&zone, "2026-12-31 00:00:00")
        );
        assert_eq!(calendar.business_days_after(Timestamp::MAX, 10), Timestamp::MAX);
    }
}
