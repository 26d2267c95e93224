//! Hard limits for a class of payments: to new, known or trusted payees, of one kind, or both.
//!
//! What a class has spent is counted in the sixteen remembered events while they reach over all the days asked for.
//! When they do not, the whole account's spend stands for it: a bound from above, told as not exact, never too low.

use serde::{Deserialize, Serialize};

use super::policy::Limits;
use super::rules::{LimitRow, Seen, enter_limit};
use super::score::Findings;
use super::state::Event;
use super::window::{local_day, local_days_sum};
use crate::types::time::{DAY_MS, MINUTE_MS};
use crate::types::{PaymentKind, ReasonCode};

/// Most class limits in a policy.
pub const CLASS_LIMITS_MAX: usize = 8;

/// How well the account knows a payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayeeClass {
    /// Not among the 24 payees the account paid last, so one paid long ago may be new again; or not named.
    New,
    /// Among the 24 payees the account paid last.
    Known,
    /// On an allow list, whether paid before or not.
    Trusted,
}

/// A limit for the payments of a class; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClassLimit {
    /// To whom; `None` is to anybody.
    pub payee: Option<PayeeClass>,
    /// Of which kind; `None` is of any.
    pub kind: Option<PaymentKind>,
    /// One payment, in minor units.
    pub transaction_minor: Option<u64>,
    /// One local day of the account.
    pub day_minor: Option<u64>,
    /// Seven local days, today included.
    pub week_minor: Option<u64>,
    /// Thirty local days, today included.
    pub month_minor: Option<u64>,
}

impl ClassLimit {
    /// The four limits as those of a whole account are written.
    pub(super) fn as_limits(&self) -> Limits {
        Limits {
            transaction_minor: self.transaction_minor,
            day_minor: self.day_minor,
            week_minor: self.week_minor,
            month_minor: self.month_minor,
            class: Vec::new(),
        }
    }

    fn has(&self, seen: &Seen<'_>) -> bool {
        self.kind.is_none_or(|kind| kind == seen.payment.kind)
            && self.payee.is_none_or(|payee| payee == seen.payee_class())
    }

    /// Whether an earlier payment may belong to the class. Who was trusted then is not remembered, so where trust
    /// matters every payment that may have been trusted counts.
    fn may_have(&self, event: &Event) -> bool {
        let payee = match self.payee {
            Some(PayeeClass::New) => event.new_payee || event.payee == 0,
            Some(PayeeClass::Known) => !event.new_payee && event.payee != 0,
            Some(PayeeClass::Trusted) | None => true,
        };
        payee && self.kind.is_none_or(|kind| kind == event.kind)
    }
}

impl Seen<'_> {
    /// How well the account knows the payee of the payment at hand.
    pub(super) fn payee_class(&self) -> PayeeClass {
        match self.signals.allow_listed {
            true => PayeeClass::Trusted,
            false if self.payment.payee.is_some() && !self.is_new_payee() => PayeeClass::Known,
            false => PayeeClass::New,
        }
    }
}

/// Asks the limits of every class the payment belongs to.
pub(super) fn class_limits(seen: &Seen<'_>, findings: &mut Findings) {
    for (number, class) in (1_u8..).zip(&seen.rules().limits.class) {
        if !class.has(seen) {
            continue;
        }
        let rows = [
            (class.transaction_minor, 0, ReasonCode::LimitTransaction),
            (class.day_minor, 1, ReasonCode::LimitDay),
            (class.week_minor, 7, ReasonCode::LimitWeek),
            (class.month_minor, 30, ReasonCode::LimitMonth),
        ];
        for (limit, days, code) in rows {
            let Some(limit) = limit else { continue };
            let (before, exact) = if days == 0 { (0, true) } else { spent(seen, class, days) };
            enter_limit(findings, seen.amount, &LimitRow { limit, days, code, before, exact, class: number });
        }
    }
}

/// The class's spend on `days` local days around the payment, and whether that is exact.
fn spent(seen: &Seen<'_>, class: &ClassLimit, days: u32) -> (u64, bool) {
    seen.ends_of_days(days)
        .map(|last_day| spent_until(seen, class, last_day, days))
        .fold((0, true), |(most, all_exact), (spent, exact)| (most.max(spent), all_exact && exact))
}

fn spent_until(seen: &Seen<'_>, class: &ClassLimit, last_day: u32, days: u32) -> (u64, bool) {
    let profile = seen.profile;
    let first_day = (last_day + 1).saturating_sub(days);
    let (low, high) = seen.zones(days);
    let begins_ms = i64::from(first_day) * DAY_MS.cast_signed() - i64::from(high) * MINUTE_MS.cast_signed();
    if profile.forgotten_until.unix_ms() >= begins_ms {
        let by_calendar = local_days_sum(profile, last_day, days);
        return (if days == 1 { by_calendar.max(seen.days_sum_before(1)) } else { by_calendar }, false);
    }
    // An event lies on the day its own zone had. It may lie on another where that is not known any more, and where the
    // account moves between zones, which must not begin a new day.
    let mut is_exact = class.payee != Some(PayeeClass::Trusted);
    let (mut spent, has_moved) = (0_u64, seen.has_moved(days));
    for (event, told) in profile.ring.oldest_first() {
        if !event.is_spend() || !class.may_have(event) {
            continue;
        }
        let own = told.offset_min.filter(|_| !has_moved);
        let (low, high) = own.map_or((low, high), |own| (own, own));
        if local_day(event.at, high) >= first_day && local_day(event.at, low) <= last_day {
            is_exact &= low == high;
            spent = spent.saturating_add(event.amount);
        }
    }
    (spent, is_exact)
}
