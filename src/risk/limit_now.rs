//! A payment that was above a limit, looked at again: what is left under the limit now, and from when on the payment fits.
//!
//! A time is told only where it is exact: where the zone the payment was judged in is still remembered, the account has
//! not moved between zones, and the sums are the account's own. A class's spend over several days is nobody's sum.

use super::check::CheckedPolicy;
use super::policy::RiskPolicy;
use super::rules::SUMMER_TIME_MIN;
use super::score::{Assessment, Outcome, Reason};
use super::state::Profile;
use super::window::{local_day, local_days_sum, local_midnight};
use crate::types::time::DAY_MS;
use crate::types::{ReasonCode, Timestamp, TxId};

/// The longest limit counts this many days.
const DAYS_MAX: u32 = 30;

/// A payment that was above a limit when it was judged, and did not count as spend since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// The transaction.
    pub tx_id: TxId,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// How much, in minor units.
    pub amount_minor: u64,
}

/// How a limit stands now for a payment that was above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitNow {
    /// The payment is above it still.
    Above {
        /// How much may still be paid under it, in minor units.
        left_minor: u64,
        /// From when on the same payment fits if nothing else is paid; `None` = never, or it cannot be told exactly.
        fits_at: Option<Timestamp>,
    },
    /// The same payment would fit, and has done so since this moment at the latest.
    Fits {
        /// That moment.
        since: Timestamp,
    },
}

/// A limit and the days of its payment: all that the answer is made of.
struct Window<'a> {
    profile: &'a Profile,
    offset_min: i16,
    days: u32,
    limit: u64,
    amount: u64,
    own_day: u32,
    today: u32,
}

impl OverLimit {
    /// How the limit that `reason` names stands at `now`; `None` for a reason that is no hard limit of the policy.
    ///
    /// ```
    /// use account_security::risk::{AssessContext, CheckedPolicy, LimitNow, Limits, OverLimit, Profile, RiskPolicy, assess};
    /// use account_security::types::{Currency, Money, Payment, Timestamp};
    /// let limits = Limits { day_minor: Some(100_000), ..Limits::default() };
    /// let policy = CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() })?;
    /// let at = Timestamp::from_unix_s(1_700_000_000)?;
    /// let payment = Payment::out("tx-1", Money::parse("1299.00", Currency::CNY)?, at)?;
    /// let mut profile = Profile::new();
    /// let held = assess(&profile, &payment, None, &policy, &AssessContext::at(at, 480))?;
    /// held.commit(&mut profile);
    /// let over = OverLimit { tx_id: payment.tx_id, ordered_at: at, amount_minor: 129_900 };
    /// let now = over.under(&held.assessment.reasons[0], &profile, at);
    /// assert_eq!(now, Some(LimitNow::Above { left_minor: 100_000, fits_at: None }), "more than a whole day's");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn under(&self, reason: &Reason, profile: &Profile, now: Timestamp) -> Option<LimitNow> {
        if !is_limit(reason.code) {
            return None;
        }
        let limit = reason.threshold.unsigned_abs();
        let left_then = limit.saturating_sub(reason.observed.unsigned_abs().saturating_sub(self.amount_minor));
        let days = u32::try_from(reason.window_ms / DAY_MS).map_or(DAYS_MAX, |days| days.min(DAYS_MAX));
        if days == 0 {
            return Some(LimitNow::Above { left_minor: left_then, fits_at: None });
        }
        let Some(offset_min) = self.zone_in(profile) else {
            return Some(self.in_some_zone(left_then, limit, days, now));
        };
        let own_day = local_day(self.ordered_at, offset_min);
        let today = local_day(now, offset_min).max(own_day);
        let window = Window { profile, offset_min, days, limit, amount: self.amount_minor, own_day, today };
        Some(if reason.rule == 0 { window.of_account() } else { window.of_class(left_then) })
    }

    /// The offset from UTC that the payment's days are counted in, where they are counted by that alone.
    fn zone_in(&self, profile: &Profile) -> Option<i16> {
        let [a, b, c, d, e, f, g, h, ..] = self.tx_id.0;
        let (_, told) = profile.ring.find([a, b, c, d, e, f, g, h])?;
        let (low, high) = profile.offsets_min;
        told.offset_min.filter(|_| high - low <= SUMMER_TIME_MIN)
    }

    /// Whatever the zone: after as many days as the limit counts nothing of the payment's own days is left in it.
    fn in_some_zone(&self, left_minor: u64, limit: u64, days: u32, now: Timestamp) -> LimitNow {
        let since = self.ordered_at.plus_ms(u64::from(days) * DAY_MS);
        match self.amount_minor <= limit && since <= now {
            true => LimitNow::Fits { since },
            false => LimitNow::Above { left_minor, fits_at: None },
        }
    }
}

impl Window<'_> {
    /// The account's own limit: its day sums say what counts on each day to come.
    fn of_account(&self) -> LimitNow {
        let left = |day: u32| self.limit.saturating_sub(local_days_sum(self.profile, day, self.days));
        let fits = |day: &u32| left(*day) >= self.amount;
        if fits(&self.today) {
            let first = (self.own_day + 1..=self.today).find(fits).unwrap_or(self.today);
            return LimitNow::Fits { since: local_midnight(first, self.offset_min) };
        }
        let first = (self.today + 1..=self.today + self.days).find(fits);
        let fits_at = first.map(|day| local_midnight(day, self.offset_min));
        LimitNow::Above { left_minor: left(self.today), fits_at }
    }

    /// A class's limit: a new day begins with nothing spent, and of longer times only their end is known.
    fn of_class(&self, left_minor: u64) -> LimitNow {
        let since = local_midnight(self.own_day + self.days, self.offset_min);
        let (is_small, is_over) = (self.amount <= self.limit, self.own_day + self.days <= self.today);
        match is_small && is_over {
            true => LimitNow::Fits { since },
            false => LimitNow::Above { left_minor, fits_at: (is_small && self.days == 1).then_some(since) },
        }
    }
}

impl CheckedPolicy {
    /// Whether hard limits alone held the payment, as far as this policy can tell: nobody has anything to review in it, and
    /// under the limits it passes. In doubt it says no.
    #[must_use]
    pub fn is_held_for_limits_alone(&self, assessment: &Assessment) -> bool {
        let counted = || assessment.reasons.iter().filter(|reason| !reason.shadow);
        // What has no points is told because it holds: a deny list, a sum at its ceiling, a limit of one's own rules.
        let are_others_soft = counted().filter(|reason| !is_limit(reason.code)).all(|reason| reason.points.0 != 0);
        assessment.outcome == Outcome::Hold
            && counted().any(|reason| is_limit(reason.code))
            && are_others_soft
            && assessment.score < self.policy().bands.hold_from
            && !self.policy().has_rule_that_holds()
    }
}

impl RiskPolicy {
    fn has_rule_that_holds(&self) -> bool {
        let built_in = self.rules().into_iter().map(|(_, rule)| rule.min_outcome);
        let velocity = self.velocity.iter().map(|velocity| velocity.rule.min_outcome);
        let own = self.rules.iter().map(|rule| rule.min_outcome);
        built_in.chain(velocity).chain(own).flatten().any(|floor| floor >= Outcome::Hold)
    }
}

const fn is_limit(code: ReasonCode) -> bool {
    matches!(code, ReasonCode::LimitTransaction | ReasonCode::LimitDay | ReasonCode::LimitWeek | ReasonCode::LimitMonth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{AssessContext, ClassLimit, Limits, PayeeClass, Rule, Signals, assess};
    use crate::types::{Currency, Money, Payment};

    const HOUR: u64 = 60 * 60 * 1000;
    const OFFSET_MIN: i32 = 480;

    /// 2026-03-02T02:00:00Z: ten in the morning in Shanghai.
    fn at(hours: u64) -> Timestamp {
        Timestamp::from_unix_s(1_772_416_800).unwrap().plus_ms(hours * HOUR)
    }

    /// The hours from then to the first midnight in Shanghai.
    const MIDNIGHT: u64 = 14;

    fn checked(limits: Limits) -> CheckedPolicy {
        CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap()
    }

    fn day(day_minor: u64) -> Limits {
        Limits { day_minor: Some(day_minor), ..Limits::default() }
    }

    fn pay(
        profile: &mut Profile,
        policy: &CheckedPolicy,
        tx_id: &str,
        minor: i64,
        hours: u64,
        zone: i32,
    ) -> Assessment {
        let money = Money::from_minor(minor, Currency::CNY).unwrap();
        let payment = Payment::out(tx_id, money, at(hours)).unwrap().to("shop");
        let judged = assess(profile, &payment, None, policy, &AssessContext::at(at(hours), zone)).unwrap();
        judged.commit(profile);
        judged.assessment
    }

    /// How every limit stands that the payment was above.
    fn stand(found: &Assessment, profile: &Profile, tx_id: &str, minor: u64, ordered: u64, now: u64) -> Vec<LimitNow> {
        let over = OverLimit { tx_id: TxId::of(tx_id), ordered_at: at(ordered), amount_minor: minor };
        found.reasons.iter().filter_map(|reason| over.under(reason, profile, at(now))).collect()
    }

    fn above(left_minor: u64, hours: Option<u64>) -> LimitNow {
        LimitNow::Above { left_minor, fits_at: hours.map(at) }
    }

    #[test]
    fn a_day_limit_opens_at_the_next_midnight_where_the_payment_was_made_to_the_millisecond() {
        let policy = checked(day(10_000));
        let mut profile = Profile::new();
        pay(&mut profile, &policy, "first", 3_000, 0, OFFSET_MIN);
        let held = pay(&mut profile, &policy, "held", 8_000, 1, OFFSET_MIN);
        assert_eq!(held.outcome, Outcome::Hold);
        assert_eq!(stand(&held, &profile, "held", 8_000, 1, 1), [above(7_000, Some(MIDNIGHT))]);
        pay(&mut profile, &policy, "more", 3_000, 2, OFFSET_MIN);
        assert_eq!(stand(&held, &profile, "held", 8_000, 1, 3), [above(4_000, Some(MIDNIGHT))], "what is left now");
        let fits = LimitNow::Fits { since: at(MIDNIGHT) };
        assert_eq!(stand(&held, &profile, "held", 8_000, 1, MIDNIGHT), [fits]);
        assert_eq!(stand(&held, &profile, "held", 8_000, 1, 90), [fits]);
        // The engine itself keeps the promise.
        for (before_ms, is_held) in [(1, true), (0, false)] {
            let ordered = at(MIDNIGHT).minus_ms(before_ms);
            let again = Payment::out("again", Money::from_minor(8_000, Currency::CNY).unwrap(), ordered).unwrap();
            let context = AssessContext::at(ordered, OFFSET_MIN);
            let judged = assess(&profile, &again.to("shop"), None, &policy, &context).unwrap().assessment;
            assert_eq!(judged.reasons.iter().any(|reason| is_limit(reason.code)), is_held, "{before_ms} ms before");
        }
    }

    #[test]
    fn a_week_limit_opens_when_enough_of_its_days_are_gone() {
        let policy = checked(Limits { week_minor: Some(10_000), ..Limits::default() });
        let mut profile = Profile::new();
        pay(&mut profile, &policy, "first", 4_000, 0, OFFSET_MIN);
        pay(&mut profile, &policy, "second", 5_000, 24, OFFSET_MIN);
        let held = pay(&mut profile, &policy, "held", 5_000, 48, OFFSET_MIN);
        let opens = MIDNIGHT + 6 * 24;
        assert_eq!(stand(&held, &profile, "held", 5_000, 48, 48), [above(1_000, Some(opens))]);
        pay(&mut profile, &policy, "third", 1_000, 72, OFFSET_MIN);
        assert_eq!(stand(&held, &profile, "held", 5_000, 48, 72), [above(0, Some(opens + 24))], "a day later for it");
        assert_eq!(stand(&held, &profile, "held", 5_000, 48, opens + 24), [LimitNow::Fits { since: at(opens + 24) }]);
    }

    #[test]
    fn no_moment_is_told_that_is_not_exact() {
        let policy = checked(Limits { transaction_minor: Some(9_000), ..day(10_000) });
        let mut profile = Profile::new();
        let large = pay(&mut profile, &policy, "large", 20_000, 0, OFFSET_MIN);
        let never = [above(9_000, None), above(10_000, None)];
        assert_eq!(stand(&large, &profile, "large", 20_000, 0, 0), never, "larger than the limits themselves");
        assert_eq!(stand(&large, &profile, "large", 20_000, 0, 90), never);

        let policy = checked(day(10_000));
        assert!(pay(&mut profile, &policy, "paid", 8_000, 1, OFFSET_MIN).outcome < Outcome::Hold);
        let held = pay(&mut profile, &policy, "next", 8_000, 2, OFFSET_MIN);
        pay(&mut profile, &policy, "abroad", 100, 3, 0);
        assert_eq!(stand(&held, &profile, "next", 8_000, 2, 4), [above(2_000, None)], "the account moved");
        let since = at(2 + 24);
        assert_eq!(stand(&held, &profile, "next", 8_000, 2, 2 + 24), [LimitNow::Fits { since }], "in any zone");
        assert_eq!(stand(&held, &Profile::new(), "next", 8_000, 2, 4), [above(2_000, None)], "forgotten");
    }

    #[test]
    fn of_a_class_only_the_end_of_its_own_days_is_known() {
        let class = |limits: Limits| {
            let class = ClassLimit {
                payee: Some(PayeeClass::Known),
                day_minor: limits.day_minor,
                week_minor: limits.week_minor,
                ..ClassLimit::default()
            };
            checked(Limits { class: vec![class], ..Limits::default() })
        };
        let held = |policy: &CheckedPolicy| {
            let mut profile = Profile::new();
            pay(&mut profile, policy, "first", 6_000, 0, OFFSET_MIN);
            pay(&mut profile, policy, "second", 6_000, 1, OFFSET_MIN);
            (pay(&mut profile, policy, "held", 5_000, 2, OFFSET_MIN), profile)
        };
        let (found, profile) = held(&class(day(10_000)));
        assert_eq!(stand(&found, &profile, "held", 5_000, 2, 2), [above(4_000, Some(MIDNIGHT))]);
        let (found, profile) = held(&class(Limits { week_minor: Some(10_000), ..Limits::default() }));
        assert_eq!(stand(&found, &profile, "held", 5_000, 2, 2), [above(4_000, None)]);
        let over = MIDNIGHT + 6 * 24;
        assert_eq!(stand(&found, &profile, "held", 5_000, 2, over), [LimitNow::Fits { since: at(over) }]);
    }

    #[test]
    fn limits_alone_hold_only_where_nothing_else_does() {
        let policy = checked(day(1_000));
        let alone = pay(&mut Profile::new(), &policy, "a", 2_000, 0, OFFSET_MIN);
        assert!(policy.is_held_for_limits_alone(&alone), "{alone:?}");
        let allowed = pay(&mut Profile::new(), &policy, "a", 500, 0, OFFSET_MIN);
        assert!(!policy.is_held_for_limits_alone(&allowed));
        let payment = Payment::out("a", Money::from_minor(2_000, Currency::CNY).unwrap(), at(0)).unwrap();
        let signals = Signals { deny_listed: true, ..Signals::default() };
        let context = AssessContext { signals, ..AssessContext::at(at(0), OFFSET_MIN) };
        let denied = assess(&Profile::new(), &payment, None, &policy, &context).unwrap().assessment;
        assert!(!policy.is_held_for_limits_alone(&denied));
        let scored = Assessment { score: policy.policy().bands.hold_from, ..alone.clone() };
        assert!(!policy.is_held_for_limits_alone(&scored));
        let mut strict = policy.policy().clone();
        strict.novelty.device = Rule { min_outcome: Some(Outcome::Hold), ..strict.novelty.device };
        assert!(!CheckedPolicy::new(strict).unwrap().is_held_for_limits_alone(&alone), "in doubt");
    }
}
