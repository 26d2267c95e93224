//! The points of rules as weights: which reason is which rule's, and where its points stand in the policy.

use crate::risk::{Measure, Mode, Reason, ReasonGroup, RiskPolicy, Rule};
use crate::types::ReasonCode;

/// A rule's points before and after.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FittedRule {
    /// Where it stands in a rule file, e.g. `novelty.device`; velocity rules are numbered from 0, custom rules are
    /// `rule.` and their name.
    pub name: String,
    /// Decibans before.
    pub before_db: u16,
    /// Decibans after.
    pub after_db: u16,
    /// Labelled payments it spoke against.
    pub hits: u64,
    /// Frauds among them.
    pub frauds: u64,
}

/// How a rule is named, found in a reason and reached in a policy.
struct Place {
    name: &'static str,
    code: ReasonCode,
    rule: fn(&mut RiskPolicy) -> &mut Rule,
}

const PLACES: [Place; 17] = [
    Place { name: "large_amount.rule", code: ReasonCode::AmountOutlier, rule: |policy| &mut policy.large_amount.rule },
    Place { name: "novelty.device", code: ReasonCode::NewDevice, rule: |policy| &mut policy.novelty.device },
    Place { name: "novelty.payee", code: ReasonCode::NewPayee, rule: |policy| &mut policy.novelty.payee },
    Place { name: "novelty.country", code: ReasonCode::NewCountry, rule: |policy| &mut policy.novelty.country },
    Place {
        name: "novelty.device_and_payee",
        code: ReasonCode::NewDeviceNewPayee,
        rule: |policy| &mut policy.novelty.device_and_payee,
    },
    Place {
        name: "novelty.device_and_country",
        code: ReasonCode::NewDeviceNewCountry,
        rule: |policy| &mut policy.novelty.device_and_country,
    },
    Place { name: "travel.rule", code: ReasonCode::ImpossibleTravel, rule: |policy| &mut policy.travel.rule },
    Place {
        name: "pattern.rapid_in_out",
        code: ReasonCode::RapidInOut,
        rule: |policy| &mut policy.pattern.rapid_in_out,
    },
    Place {
        name: "pattern.card_testing",
        code: ReasonCode::CardTesting,
        rule: |policy| &mut policy.pattern.card_testing,
    },
    Place {
        name: "pattern.structuring",
        code: ReasonCode::Structuring,
        rule: |policy| &mut policy.pattern.structuring,
    },
    Place {
        name: "pattern.unusual_hour",
        code: ReasonCode::UnusualHour,
        rule: |policy| &mut policy.pattern.unusual_hour,
    },
    Place { name: "pattern.dormant", code: ReasonCode::DormantWake, rule: |policy| &mut policy.pattern.dormant },
    Place {
        name: "pattern.round_amount",
        code: ReasonCode::RoundAmount,
        rule: |policy| &mut policy.pattern.round_amount,
    },
    Place {
        name: "session.recent_change",
        code: ReasonCode::RecentSecurityChange,
        rule: |policy| &mut policy.session.recent_change,
    },
    Place { name: "session.malware", code: ReasonCode::MalwareSignal, rule: |policy| &mut policy.session.malware },
    Place {
        name: "session.compromised_credential",
        code: ReasonCode::CompromisedCredential,
        rule: |policy| &mut policy.session.compromised_credential,
    },
    Place {
        name: "session.high_risk_location",
        code: ReasonCode::HighRiskPayeeLocation,
        rule: |policy| &mut policy.session.high_risk_location,
    },
];

/// How many rules a policy has.
pub(super) fn rules_in(policy: &RiskPolicy) -> usize {
    PLACES.len() + policy.velocity.len() + policy.rules.len()
}

/// Where a rule stands in a rule file.
pub(super) fn name_of(rule: usize, policy: &RiskPolicy) -> String {
    let (velocity, own) = (rule.wrapping_sub(PLACES.len()), rule.wrapping_sub(PLACES.len() + policy.velocity.len()));
    match (PLACES.get(rule), policy.rules.get(own)) {
        (Some(place), _) => place.name.to_owned(),
        (None, Some(own)) => format!("rule.{}", own.id),
        (None, None) => format!("velocity[{velocity}]"),
    }
}

/// The points of the rule with this number; `None` where there are none to learn: it does not count, or is a custom
/// rule that only asks for an outcome.
pub(super) fn points_in(policy: &mut RiskPolicy, rule: usize) -> Option<&mut u16> {
    let own = rule.wrapping_sub(PLACES.len() + policy.velocity.len());
    if own < policy.rules.len() {
        let own = policy.rules.get_mut(own)?;
        let counts = own.mode == Mode::Enforce && own.group != ReasonGroup::Limit && own.points_db > 0;
        return counts.then_some(&mut own.points_db);
    }
    let rule = match PLACES.get(rule) {
        Some(place) => Some((place.rule)(policy)),
        None => policy.velocity.get_mut(rule - PLACES.len()).map(|velocity| &mut velocity.rule),
    };
    rule.filter(|rule| rule.mode == Mode::Enforce).map(|rule| &mut rule.points_db)
}

/// Points of each rule; `None` for those that do not count.
pub(super) fn points_of(policy: &RiskPolicy) -> Vec<Option<u16>> {
    let mut policy = policy.clone();
    (0..rules_in(&policy)).map(|rule| points_in(&mut policy, rule).copied()).collect()
}

/// The rule a reason came from, and how strongly it spoke, 0 to 1; `None` for what is no rule's points.
pub(super) fn rule_of(reason: &Reason, amount_minor: u64, policy: &RiskPolicy) -> Option<(usize, f64)> {
    if reason.code == ReasonCode::CustomRule {
        let own = usize::from(reason.rule).checked_sub(1)?;
        return Some((PLACES.len() + policy.velocity.len() + own, 1.0));
    }
    let velocity = policy.velocity.iter().position(|velocity| {
        code_of(velocity.measure) == reason.code
            && velocity.window_ms == reason.window_ms
            && i64::try_from(velocity.above) == Ok(reason.threshold)
    });
    if let Some(index) = velocity {
        return Some((PLACES.len() + index, 1.0));
    }
    let index = PLACES.iter().position(|place| place.code == reason.code)?;
    match reason.code {
        // The account's own reading of its amounts has this code too, and another threshold.
        ReasonCode::AmountOutlier => {
            let from = policy.large_amount.from_minor?;
            let is_large =
                i64::try_from(from) == Ok(reason.threshold) && i64::try_from(amount_minor) == Ok(reason.observed);
            is_large.then_some((index, 1.0))
        }
        // Points shrink by the share of the account's payments that brought something new, told in permille.
        ReasonCode::NewDevice
        | ReasonCode::NewPayee
        | ReasonCode::NewCountry
        | ReasonCode::NewDeviceNewPayee
        | ReasonCode::NewDeviceNewCountry => {
            let usual = f64::from(i32::try_from(reason.observed).unwrap_or(0)) / 1_000.0;
            Some((index, (1.0 - 2.0 * usual).clamp(0.0, 1.0)))
        }
        _ => Some((index, 1.0)),
    }
}

const fn code_of(measure: Measure) -> ReasonCode {
    match measure {
        Measure::Count => ReasonCode::VelocityCount,
        Measure::Sum => ReasonCode::VelocitySum,
        Measure::Payees => ReasonCode::VelocityPayees,
        Measure::Devices => ReasonCode::VelocityDevices,
        Measure::Attempts => ReasonCode::VelocityAttempts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::risk::{CustomRule, RuleId};

    #[test]
    fn every_rule_is_reached_by_its_own_name() {
        let mut policy = RiskPolicy::wallet();
        policy.pattern.round_amount.mode = Mode::Enforce;
        policy.rules = vec![own("night-cash", ReasonGroup::Pattern), own("odd-hours", ReasonGroup::Session)];
        let count = rules_in(&policy);
        for rule in 0..count {
            *points_in(&mut policy, rule).unwrap() = u16::try_from(rule).unwrap() + 1;
        }
        let points: Vec<u16> = (0..count).map(|rule| *points_in(&mut policy, rule).unwrap()).collect();
        assert_eq!(points, (1..=u16::try_from(count).unwrap()).collect::<Vec<_>>(), "two names for one rule");
        assert!(points_in(&mut policy, count).is_none());
        let names = [0, count - 3, count - 2, count - 1].map(|rule| name_of(rule, &policy));
        assert_eq!(names, ["large_amount.rule", "velocity[4]", "rule.night-cash", "rule.odd-hours"]);
    }

    #[test]
    fn a_rule_of_ones_own_learns_unless_it_only_asks_for_an_outcome() {
        let mut policy = RiskPolicy::wallet();
        let (off, silent) =
            (CustomRule { mode: Mode::Off, ..own("a", ReasonGroup::Pattern) }, own("b", ReasonGroup::Limit));
        let floor = CustomRule { points_db: 0, ..own("c", ReasonGroup::Pattern) };
        policy.rules = vec![off, silent, floor, own("d", ReasonGroup::Pattern)];
        let points = points_of(&policy);
        assert_eq!(points[points.len() - 4..], [None, None, None, Some(7)]);
        let reason = Reason { code: ReasonCode::CustomRule, rule: 4, ..Reason::default() };
        assert_eq!(rule_of(&reason, 1, &policy), Some((points.len() - 1, 1.0)));
    }

    fn own(id: &str, group: ReasonGroup) -> CustomRule {
        let id = RuleId::parse(id).unwrap();
        let (when, expr, note) = (Vec::new(), None, String::new());
        CustomRule { id, group, when, expr, points_db: 7, min_outcome: None, mode: Mode::Enforce, note }
    }
}
