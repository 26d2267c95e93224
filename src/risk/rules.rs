//! The soft rules and the hard limits: each looks at the profile and says what it found.

use std::ops::RangeInclusive;

use super::amount::AmountView;
use super::check::CheckedPolicy;
use super::class_limit::class_limits;
use super::policy::{Measure, Mode, RiskPolicy, Rule, VelocityRule};
use super::score::{Findings, Millibans, Outcome, Reason, ReasonGroup};
use super::state::{Event, Known, KnownPayee, Profile};
use super::window::{Spend, distinct, hours_sum, local_days_sum, local_midnight, spend};
use super::{AssessContext, Signals, fixed::i64_saturating, travel};
use crate::types::time::{DAY_MS, HOUR_MS};
use crate::types::{Direction, Payment, ReasonCode, Timestamp};

/// Offsets of one place are as far apart where it has summer time, in minutes.
pub(super) const SUMMER_TIME_MIN: i16 = 60;

/// A payment beside everything it is judged by.
pub(super) struct Seen<'a> {
    pub(super) profile: &'a Profile,
    pub(super) payment: &'a Payment,
    pub(super) amount: u64,
    pub(super) offset_min: i16,
    pub(super) day: u32,
    /// The ring names of payee and device, 0 when unknown.
    pub(super) names: (u16, u16),
    pub(super) policy: &'a CheckedPolicy,
    pub(super) context: &'a AssessContext,
    /// What the caller knows and what the policy's lists say, together.
    pub(super) signals: Signals,
}

impl Seen<'_> {
    pub(super) fn rules(&self) -> &RiskPolicy {
        self.policy.policy()
    }

    /// The ends of the windows a payment belongs to. One that comes in order belongs to the window that ends with it. One
    /// that comes late also belongs to later windows: each that ends with an event, and where sums stand for events, each
    /// that ends an hour or a day further on.
    pub(super) fn window_ends(&self, window_ms: u64) -> impl Iterator<Item = Timestamp> {
        let own = self.payment.at;
        let last = own.plus_ms(window_ms.saturating_sub(1)).min(self.profile.newest);
        let step_ms = if window_ms <= DAY_MS { HOUR_MS } else { DAY_MS };
        let steps = (1..).map(move |step| own.plus_ms(step * step_ms)).take_while(move |end| *end < last);
        let events = self.profile.ring.between(own, last).map(|event| event.at);
        let later = (last > own).then(|| steps.chain(events).chain([last]));
        [own].into_iter().chain(later.into_iter().flatten())
    }

    /// The most events for which `is` holds, outgoing and held ones included, in any window the payment belongs to.
    pub(super) fn most_recent(&self, window_ms: u64, is: impl Fn(&Event) -> bool) -> u64 {
        let is = |event: &&Event| event.direction == Direction::Out && is(event);
        let count = |end: Timestamp| self.profile.ring.between(end.minus_ms(window_ms), end).filter(is).count() as u64;
        self.window_ends(window_ms).map(count).max().unwrap_or(0)
    }
}

impl Seen<'_> {
    pub(super) fn is_new_device(&self) -> bool {
        let known = &self.profile.known.devices;
        self.payment.device.is_some_and(|device| !known.contains_lately(&Known::short(device.0)))
    }

    pub(super) fn is_new_payee(&self) -> bool {
        self.payment.payee.is_some_and(|payee| self.profile.known.payee(payee.0).is_none())
    }

    pub(super) fn is_new_country(&self) -> bool {
        let known = &self.profile.known.countries;
        self.payment.country.is_some_and(|country| !known.contains_lately(&Known::country(country)))
    }

    /// The amount beside the account's own.
    pub(super) fn view(&self) -> AmountView {
        self.profile.amounts.view(self.amount, &self.rules().amount, &self.policy.derived().thief)
    }

    /// Whether every event of the window is still remembered, credits and held payments among them.
    pub(super) fn ring_reaches(&self, window_ms: u64) -> bool {
        self.profile.ring.is_whole_after(self.payment.at.minus_ms(window_ms))
    }

    /// The last days of the runs of `days` local days a payment belongs to: its own alone unless it comes late, then
    /// every later day of spend it can share them with.
    pub(super) fn ends_of_days(&self, days: u32) -> RangeInclusive<u32> {
        let newest_day = self.profile.days.newest().map_or(self.day, |newest| newest.max(self.day));
        self.day..=newest_day.min(self.day + days - 1)
    }

    /// The spend of `days` local days, this payment included.
    pub(super) fn days_sum(&self, days: u32) -> u64 {
        self.days_sum_before(days).saturating_add(self.amount)
    }

    /// The same without this payment.
    pub(super) fn days_sum_before(&self, days: u32) -> u64 {
        let sums = self.ends_of_days(days).map(|end| local_days_sum(self.profile, end, days));
        let by_calendar = sums.max().unwrap_or(0);
        if days == 1 && self.has_moved(1) { by_calendar.max(self.spent_today()) } else { by_calendar }
    }

    /// Whether the account has been in zones further apart than summer and winter. Each payment counts for the day its own
    /// zone has, so a phone that names another zone for each payment would begin a new day with each.
    pub(super) fn has_moved(&self, days: u32) -> bool {
        let (low, high) = self.zones(days);
        high - low > SUMMER_TIME_MIN
    }

    /// The lowest and the highest offset from UTC of what may count for `days` local days around this payment. One journey
    /// does not widen the days of all later years: where every event of those days is still remembered, only they count.
    pub(super) fn zones(&self, days: u32) -> (i16, i16) {
        let of_life = self.profile.offsets_min;
        let own = (self.offset_min, self.offset_min);
        let wider = |(low, high): (i16, i16), offset_min: i16| (low.min(offset_min), high.max(offset_min));
        let all = if self.profile.currency.is_some() { wider(of_life, self.offset_min) } else { own };
        // Nearly always: nothing further to look at.
        if all.1 - all.0 <= SUMMER_TIME_MIN {
            return all;
        }
        // A day more on each side, for the zones themselves.
        let from = self.payment.at.minus_ms(u64::from(days + 2) * DAY_MS);
        if !self.profile.ring.is_whole_after(from) {
            return all;
        }
        let near = self.profile.ring.oldest_first().filter(|(event, _)| event.at > from);
        near.map(|(_, told)| told.offset_min)
            .try_fold(own, |zones, offset_min| Some(wider(zones, offset_min?)))
            .unwrap_or(all)
    }

    /// What left in the hours since midnight where this payment is made, or three days' spend where hours do not reach.
    fn spent_today(&self) -> u64 {
        let midnight = local_midnight(self.day, self.offset_min);
        hours_sum(self.profile, midnight, midnight.plus_ms(DAY_MS))
            .unwrap_or_else(|| local_days_sum(self.profile, self.day + 1, 3))
    }

    /// The payee was paid as much before: rent is large and yet ordinary. What went there within a day counts with it: rent
    /// comes once, while whoever talked the owner out of one proof would go on at the same payee.
    pub(super) fn usual_at_payee(&self) -> bool {
        let known = self.payment.payee.and_then(|payee| self.profile.known.payee(payee.0));
        known.is_some_and(|payee| {
            KnownPayee::size(self.amount.saturating_add(self.sum_at_payee(DAY_MS))) <= payee.largest
        })
    }

    /// What the remembered events say went to the payee less than so long before this payment, or after it: whoever tells a
    /// payment late must not escape what came before.
    fn sum_at_payee(&self, window_ms: u64) -> u64 {
        let at = self.payment.at;
        let events = self.profile.ring.between(at.minus_ms(window_ms), at.plus_ms(window_ms.saturating_sub(1)));
        let spent = events.filter(|event| event.is_spend() && event.payee == self.names.0);
        spent.fold(0, |sum, event| sum.saturating_add(event.amount))
    }
}

/// What a rule found, before it is entered.
pub(super) struct Found {
    pub(super) observed: i64,
    pub(super) threshold: i64,
    pub(super) window_ms: u64,
    pub(super) exact: bool,
}

impl Found {
    pub(super) fn of(observed: u64, threshold: u64) -> Self {
        Self { observed: i64_saturating(observed), threshold: i64_saturating(threshold), window_ms: 0, exact: true }
    }

    pub(super) fn within(self, window_ms: u64) -> Self {
        Self { window_ms, ..self }
    }
}

pub(super) fn enter(findings: &mut Findings, rule: Rule, code: ReasonCode, group: ReasonGroup, found: &Found) {
    enter_points(findings, rule, Millibans::from_decibans(rule.points_db), code, group, found);
}

/// Enters a finding with points that are not simply the rule's.
pub(super) fn enter_points(
    findings: &mut Findings,
    rule: Rule,
    points: Millibans,
    code: ReasonCode,
    group: ReasonGroup,
    found: &Found,
) {
    enter_reason(findings, rule, Reason { points, ..Reason::bare(code, group) }, found);
}

/// Enters a finding with points of its own, by a rule's mode and floor. One without either says nothing.
pub(super) fn enter_reason(findings: &mut Findings, rule: Rule, reason: Reason, found: &Found) {
    if rule.mode == Mode::Off || (reason.points == Millibans(0) && rule.min_outcome.is_none()) {
        return;
    }
    let Found { observed, threshold, window_ms, exact } = *found;
    let shadow = rule.mode == Mode::Shadow;
    let counts = findings.add(Reason { shadow, exact, observed, threshold, window_ms, ..reason });
    if let Some(floor) = rule.min_outcome.filter(|_| counts) {
        findings.raise_floor(floor);
    }
}

/// Hard limits: no points, but no outcome below Hold.
pub(super) fn limits(seen: &Seen<'_>, findings: &mut Findings) {
    let limits = &seen.rules().limits;
    let rows = [
        (limits.transaction_minor, 0, ReasonCode::LimitTransaction),
        (limits.day_minor, 1, ReasonCode::LimitDay),
        (limits.week_minor, 7, ReasonCode::LimitWeek),
        (limits.month_minor, 30, ReasonCode::LimitMonth),
    ];
    for (limit, days, code) in rows {
        let Some(limit) = limit else { continue };
        let before = if days == 0 { 0 } else { seen.days_sum_before(days) };
        enter_limit(findings, seen.amount, &LimitRow { limit, days, code, before, exact: true, class: 0 });
    }
    class_limits(seen, findings);
}

/// One limit beside what was spent before.
pub(super) struct LimitRow {
    pub(super) limit: u64,
    pub(super) days: u32,
    pub(super) code: ReasonCode,
    pub(super) before: u64,
    pub(super) exact: bool,
    /// One more than the class limit's place in the policy, 0 for the account's own.
    pub(super) class: u8,
}

pub(super) fn enter_limit(findings: &mut Findings, amount: u64, row: &LimitRow) {
    let total = row.before.saturating_add(amount);
    if total <= row.limit {
        return;
    }
    findings.raise_floor(Outcome::Hold);
    findings.add(Reason {
        observed: i64_saturating(total),
        threshold: i64_saturating(row.limit),
        window_ms: u64::from(row.days) * DAY_MS,
        exact: row.exact,
        rule: row.class,
        ..Reason::bare(row.code, ReasonGroup::Limit)
    });
    if total == u64::MAX {
        findings.note(ReasonCode::SumSaturated, ReasonGroup::Record, Outcome::Hold);
    }
}

pub(super) fn velocity(seen: &Seen<'_>, findings: &mut Findings) {
    for velocity in &seen.rules().velocity {
        if velocity.rule.mode == Mode::Off || is_out_of_reach(seen, velocity) {
            continue;
        }
        let (observed, exact, code) = measure(seen, velocity.measure, velocity.window_ms);
        if observed > velocity.above {
            let found = Found { exact, ..Found::of(observed, velocity.above).within(velocity.window_ms) };
            enter(findings, velocity.rule, code, ReasonGroup::Velocity, &found);
        }
    }
}

/// A look at one event that spares most payments the counting: with `n` to be exceeded, the `n`-th event before this
/// payment must lie in the window. Only where the ring holds the whole window, and never for a sum.
fn is_out_of_reach(seen: &Seen<'_>, velocity: &VelocityRule) -> bool {
    let from = seen.payment.at.minus_ms(velocity.window_ms);
    let in_ring = velocity.measure != Measure::Count || seen.profile.forgotten_until <= from;
    if velocity.measure == Measure::Sum || !in_ring || seen.payment.at < seen.profile.newest {
        return false;
    }
    // Attempts are counted without the payment at hand: one more is needed.
    let needed = velocity.above + u64::from(velocity.measure == Measure::Attempts);
    match usize::try_from(needed) {
        Ok(0) => false,
        Ok(needed) => seen.profile.ring.nth_newest(needed - 1).is_none_or(|event| event.at <= from),
        Err(_) => true,
    }
}

/// What a measure comes to, whether that is exact, and the reason it gives.
pub(super) fn measure(seen: &Seen<'_>, measure: Measure, window_ms: u64) -> (u64, bool, ReasonCode) {
    let spent = || {
        let all = seen.window_ends(window_ms).map(|end| spend(seen.profile, end, window_ms));
        all.reduce(Spend::most).unwrap_or_default()
    };
    let names = |also: u16, name: fn(&Event) -> u16| {
        let counts = seen.window_ends(window_ms).map(|end| distinct(seen.profile, end, window_ms, also, name));
        counts.max().unwrap_or(0)
    };
    match measure {
        Measure::Count => {
            let spent = spent();
            (spent.count + 1, spent.exact, ReasonCode::VelocityCount)
        }
        Measure::Sum => {
            let spent = spent();
            (spent.sum.saturating_add(seen.amount), spent.exact, ReasonCode::VelocitySum)
        }
        Measure::Payees => {
            (names(seen.names.0, |event| event.payee), seen.ring_reaches(window_ms), ReasonCode::VelocityPayees)
        }
        Measure::Devices => {
            (names(seen.names.1, |event| event.device), seen.ring_reaches(window_ms), ReasonCode::VelocityDevices)
        }
        Measure::Attempts => {
            let held = seen.most_recent(window_ms, |event| event.outcome >= Outcome::Hold);
            (held, seen.ring_reaches(window_ms), ReasonCode::VelocityAttempts)
        }
    }
}

/// New device, payee, country; and a new device that pays a stranger: a new payee that is on no allow list.
pub(super) fn novelty(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().novelty;
    let (device, payee, country) = (seen.is_new_device(), seen.is_new_payee(), seen.is_new_country());
    let rows = [
        (device, 0, policy.device, ReasonCode::NewDevice),
        (payee, 1, policy.payee, ReasonCode::NewPayee),
        (country, 2, policy.country, ReasonCode::NewCountry),
    ];
    for (new, axis, rule, code) in rows {
        if new {
            enter_new(seen, findings, rule, code, &[axis]);
        }
    }
    if device && payee && !seen.signals.allow_listed {
        enter_new(seen, findings, policy.device_and_payee, ReasonCode::NewDeviceNewPayee, &[0, 1]);
    }
    if device && country {
        enter_new(seen, findings, policy.device_and_country, ReasonCode::NewDeviceNewCountry, &[0, 2]);
    }
}

fn enter_new(seen: &Seen<'_>, findings: &mut Findings, rule: Rule, code: ReasonCode, axes: &[usize]) {
    let known = &seen.profile.known;
    let least = axes.iter().filter_map(|axis| known.named.get(*axis)).min().copied().unwrap_or(0);
    let usual_q16 = axes.iter().filter_map(|axis| known.novelty_q16.get(*axis)).max().copied().unwrap_or(0);
    let wanted = seen.rules().novelty.min_history;
    if u16::from(least) < wanted {
        return;
    }
    let share_q16 = (65_536 - 2 * i32::from(usual_q16)).max(0);
    let points = Millibans((Millibans::from_decibans(rule.points_db).0 * (share_q16 >> 6)) >> 10);
    let usual_permille = (u64::from(usual_q16) * 1_000) >> 16;
    enter_points(findings, rule, points, code, ReasonGroup::Novelty, &Found::of(usual_permille, 500));
}

pub(super) fn journey(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().travel;
    if policy.rule.mode == Mode::Off {
        return;
    }
    let Some((last, position)) = seen.profile.last_place.zip(seen.payment.position) else { return };
    if let Some(journey) = travel::impossible(&last, position, seen.payment.at, policy) {
        let found = Found {
            observed: journey.speed_kmh,
            threshold: i64::from(policy.speed_kmh),
            window_ms: journey.elapsed_ms,
            exact: true,
        };
        enter(findings, policy.rule, ReasonCode::ImpossibleTravel, ReasonGroup::Location, &found);
    }
}

/// An amount that ordinary accounts do not reach.
pub(super) fn large_amount(seen: &Seen<'_>, findings: &mut Findings) {
    let policy = &seen.rules().large_amount;
    if let Some(from) = policy.from_minor.filter(|from| seen.amount >= *from) {
        enter(findings, policy.rule, ReasonCode::AmountOutlier, ReasonGroup::Amount, &Found::of(seen.amount, from));
    }
}

/// Two readings of the account's amounts: this one, and the run of them.
pub(super) fn amounts(
    findings: &mut Findings,
    mode: Mode,
    regime: (Millibans, u32, u32),
    outlier: (Millibans, i64, i64),
) {
    let rule = Rule { mode, ..Rule::enforced(0) };
    let (points, belief_ppm, resting_ppm) = regime;
    let found = Found::of(u64::from(belief_ppm), u64::from(resting_ppm));
    enter_points(findings, rule, points, ReasonCode::AmountRegime, ReasonGroup::Amount, &found);
    let (points, observed, threshold) = outlier;
    let found = Found { observed, threshold, window_ms: 0, exact: true };
    enter_points(findings, rule, points, ReasonCode::AmountOutlier, ReasonGroup::Amount, &found);
}

pub(super) fn payee(findings: &mut Findings, mode: Mode, points: Millibans, belief_ppm: u32, resting_ppm: u32) {
    let found = Found::of(u64::from(belief_ppm), u64::from(resting_ppm));
    let rule = Rule { mode, ..Rule::enforced(0) };
    let code = if belief_ppm > resting_ppm { ReasonCode::PayeeRisk } else { ReasonCode::PayeeOrdinary };
    enter_points(findings, rule, points, code, ReasonGroup::Payee, &found);
}

/// What the caller knows: the session, the credentials, deny lists, a recent change.
pub(super) fn session(seen: &Seen<'_>, findings: &mut Findings) {
    let (policy, signals) = (&seen.rules().session, seen.signals);
    if signals.deny_listed {
        findings.note(ReasonCode::DenyList, ReasonGroup::Session, Outcome::Hold);
    }
    if seen.context.frozen {
        findings.note(ReasonCode::Frozen, ReasonGroup::Record, Outcome::Hold);
    }
    let rows = [
        (signals.malware, policy.malware, ReasonCode::MalwareSignal),
        (signals.rooted, policy.rooted, ReasonCode::DeviceRooted),
        (signals.compromised_credential, policy.compromised_credential, ReasonCode::CompromisedCredential),
        (signals.high_risk_payee_location, policy.high_risk_location, ReasonCode::HighRiskPayeeLocation),
    ];
    for (seen, rule, code) in rows {
        if seen == Some(true) {
            enter(findings, rule, code, ReasonGroup::Session, &Found::of(1, 0));
        }
    }
    let Some(changed) = seen.context.last_security_change else { return };
    let ago_ms = seen.context.now.ms_since(changed);
    if ago_ms < policy.recent_change_ms {
        let found = Found::of(ago_ms, policy.recent_change_ms).within(policy.recent_change_ms);
        enter(findings, policy.recent_change, ReasonCode::RecentSecurityChange, ReasonGroup::Session, &found);
    }
}

/// A trusted payee (PSD2 RTS art. 13): takes away exactly the points that speak against the payment. No floor goes with
/// them: limits, lists, freezes and the least outcome a rule asks for stay.
pub(super) fn allow_list(seen: &Seen<'_>, findings: &mut Findings) {
    let against = findings.against();
    if seen.signals.allow_listed && against > Millibans(0) {
        let reason = Reason::bare(ReasonCode::AllowList, ReasonGroup::Session);
        findings.add(Reason { points: Millibans(0) - against, observed: 1, ..reason });
    }
}
