//! What is wrong with custom rules and with class limits.

use super::class_limit::CLASS_LIMITS_MAX;
use super::custom::{CONDITIONS_MAX, CUSTOM_RULES_MAX, Comparison, Condition, CustomRule, NOTE_BYTES_MAX};
use super::error::PolicyError;
use super::faults::{Misfit, limits, refuse};
use super::feature::Unit;
use super::policy::{Limits, POINTS_DB_MAX, WINDOW_MS_MAX};
use super::score::{Outcome, ReasonGroup};

pub(super) fn class_limits(account: &Limits) -> Result<(), Misfit> {
    refuse(account.class.len() > CLASS_LIMITS_MAX, PolicyError::TooManyClasses, || "limits.class".to_owned())?;
    for (place, class) in account.class.iter().enumerate() {
        let path = format!("limits.class[{place}]");
        let own = class.as_limits();
        let sets_nothing = own == Limits::default() || (class.payee.is_none() && class.kind.is_none());
        refuse(sets_nothing, PolicyError::EmptyClass, || path.clone())?;
        limits(&own, &path)?;
        let rows = [
            ("transaction_minor", class.transaction_minor, account.transaction_minor),
            ("day_minor", class.day_minor, account.day_minor),
            ("week_minor", class.week_minor, account.week_minor),
            ("month_minor", class.month_minor, account.month_minor),
        ];
        for (name, class, account) in rows {
            let never = class.zip(account).is_some_and(|(class, account)| class >= account);
            refuse(never, PolicyError::ClassAboveAccount, || format!("{path}.{name}"))?;
        }
    }
    Ok(())
}

pub(super) fn custom_rules(rules: &[CustomRule]) -> Result<(), Misfit> {
    refuse(rules.len() > CUSTOM_RULES_MAX, PolicyError::TooManyRules, || "rule".to_owned())?;
    for (place, rule) in rules.iter().enumerate() {
        let path = |name: &'static str| move || format!("rule[{place}].{name}");
        // A profile keeps a hash of the id, so two ids with one hash would be one rule to a snooze.
        let earlier = rules.iter().take(place);
        let twice = earlier.into_iter().any(|other| other.id.short_hash() == rule.id.short_hash());
        refuse(twice, PolicyError::DuplicateRule, path("id"))?;
        one_rule(rule, path)?;
        conditions(place, &rule.when)?;
        super::expr::find_misfit(rule.expr.as_deref(), path("expr"))?;
    }
    Ok(())
}

fn one_rule<P: FnOnce() -> String>(rule: &CustomRule, path: impl Fn(&'static str) -> P) -> Result<(), Misfit> {
    refuse(rule.group == ReasonGroup::Record, PolicyError::RecordGroup, path("group"))?;
    refuse(rule.points_db > POINTS_DB_MAX, PolicyError::Points, path("points_db"))?;
    let unfit = rule.note.len() > NOTE_BYTES_MAX || rule.note.contains(char::is_control);
    refuse(unfit, PolicyError::Note, path("note"))?;
    let count = rule.when.len() + usize::from(rule.expr.is_some());
    refuse(count == 0 || rule.when.len() > CONDITIONS_MAX, PolicyError::Conditions, path("when"))?;
    if rule.group == ReasonGroup::Limit {
        refuse(rule.points_db > 0, PolicyError::HardRule, path("points_db"))?;
        let soft = rule.min_outcome.is_some_and(|floor| floor < Outcome::Hold);
        return refuse(soft, PolicyError::HardRule, path("min_outcome"));
    }
    let idle = rule.points_db == 0 && rule.min_outcome.is_none_or(|floor| floor == Outcome::Allow);
    refuse(idle, PolicyError::IdleRule, path("id"))
}

fn conditions(rule: usize, when: &[Condition]) -> Result<(), Misfit> {
    for (place, condition) in when.iter().enumerate() {
        let path = |name: &'static str| move || format!("rule[{rule}].when[{place}].{name}");
        let (has_window, window_ms) = (condition.feature.has_window(), condition.window_ms);
        refuse(has_window && window_ms == 0, PolicyError::WindowMissing, path("window_ms"))?;
        refuse(has_window && window_ms > WINDOW_MS_MAX, PolicyError::Window, path("window_ms"))?;
        refuse(!has_window && window_ms != 0, PolicyError::FeatureWindow, path("window_ms"))?;
        let unordered = matches!(condition.feature.unit(), Unit::Kind | Unit::Country)
            && !matches!(condition.op, Comparison::Equal | Comparison::NotEqual);
        refuse(unordered, PolicyError::Unordered, path("op"))?;
        let (lowest, highest) = condition.feature.range();
        let alone = Reach::all(lowest, highest).and(condition);
        refuse(alone.is_empty(), PolicyError::OutOfReach { lowest, highest }, path("value"))?;
        let same = |other: &&Condition| (other.feature, other.window_ms) == (condition.feature, condition.window_ms);
        let earlier = when.iter().take(place).filter(same);
        let together = earlier.fold(alone, |reach, other| reach.and(other));
        refuse(together.is_empty(), PolicyError::Contradiction, path("value"))?;
    }
    Ok(())
}

/// The values that some conditions leave.
#[derive(Clone)]
struct Reach {
    lowest: i64,
    highest: i64,
    /// At most one for each condition, so the list is short.
    without: Vec<i64>,
}

impl Reach {
    const fn all(lowest: i64, highest: i64) -> Self {
        Self { lowest, highest, without: Vec::new() }
    }

    fn and(mut self, condition: &Condition) -> Self {
        let value = condition.value;
        let above = |value: i64| value.checked_add(1);
        let below = |value: i64| value.checked_sub(1);
        let (from, to) = match condition.op {
            Comparison::Above => (above(value), Some(i64::MAX)),
            Comparison::AtLeast => (Some(value), Some(i64::MAX)),
            Comparison::Below => (Some(i64::MIN), below(value)),
            Comparison::AtMost => (Some(i64::MIN), Some(value)),
            Comparison::Equal => (Some(value), Some(value)),
            Comparison::NotEqual => {
                self.without.push(value);
                (Some(i64::MIN), Some(i64::MAX))
            }
        };
        self.lowest = self.lowest.max(from.unwrap_or(i64::MAX));
        self.highest = self.highest.min(to.unwrap_or(i64::MIN));
        // Nothing lies above the greatest number or below the least.
        if from.is_none() || to.is_none() {
            self.highest = i64::MIN;
            self.lowest = i64::MAX;
        }
        self
    }

    /// Whether no value is left.
    fn is_empty(&self) -> bool {
        let (mut lowest, mut highest) = (self.lowest, self.highest);
        let mut without = self.without.clone();
        without.sort_unstable();
        for gone in &without {
            if *gone == lowest && lowest < i64::MAX {
                lowest += 1;
            }
        }
        for gone in without.iter().rev() {
            if *gone == highest && highest > i64::MIN {
                highest -= 1;
            }
        }
        lowest > highest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::Feature;

    fn amount(op: Comparison, value: i64) -> Condition {
        Condition { feature: Feature::Hour, window_ms: 0, op, value }
    }

    #[test]
    fn conditions_that_leave_no_hour_are_found_and_those_that_leave_one_are_not() {
        use Comparison::{Above, AtLeast, AtMost, Below, Equal, NotEqual};
        let empty = |conditions: &[(Comparison, i64)]| {
            let all = Reach::all(0, 23);
            conditions.iter().fold(all, |reach, (op, value)| reach.and(&amount(*op, *value))).is_empty()
        };
        for none in [
            &[(Above, 22), (Below, 23)][..],
            &[(AtLeast, 24)],
            &[(Below, 0)],
            &[(Above, i64::MAX)],
            &[(Below, i64::MIN)],
            &[(Equal, 3), (NotEqual, 3)],
            &[(Equal, 3), (Equal, 4)],
            &[(AtLeast, 22), (NotEqual, 23), (NotEqual, 22)],
        ] {
            assert!(empty(none), "{none:?}");
        }
        for some in [
            &[(AtLeast, 22), (AtMost, 22)][..],
            &[(NotEqual, 0), (NotEqual, 23)],
            &[(Above, 22)],
            &[(AtLeast, 21), (NotEqual, 22), (NotEqual, 21)],
        ] {
            assert!(!empty(some), "{some:?}");
        }
    }
}
