//! What the regression sees of a history: which rules spoke on each payment, and what became of it.

use std::collections::BTreeMap;

use super::fit::FitError;
use super::history::History;
use super::logistic::Group;
use super::points::{points_of, rule_of, rules_in};
use crate::risk::{Assessment, CheckedPolicy, Reason, RiskPolicy};
use crate::types::{Direction, ReasonCode, Timestamp};

/// Different combinations of rules and strengths kept; payments of a further one are left out of the regression.
const GROUPS_MAX: usize = 500_000;
/// Strengths are told apart in so many steps.
const STRENGTH_STEPS: f64 = 32.0;
/// Millibans per nat.
pub(super) const MILLIBANS_PER_NAT: f64 = 1_000.0 / std::f64::consts::LN_10;

/// Grouped payments, and how often each rule spoke.
pub(super) struct Seen {
    pub(super) groups: Vec<Group>,
    /// Labelled payments and frauds by rule.
    pub(super) support: Vec<(u64, u64)>,
    pub(super) frauds: u64,
}

/// Everything that is not a rule's points, in decibans, and the rules with their strengths in steps.
type Key = (i32, Vec<(usize, u8)>);

/// Replays the history before `as_of` and groups the outgoing payments whose label was known by then.
pub(super) fn seen(
    history: &History,
    policy: &CheckedPolicy,
    label_delay_ms: u64,
    as_of: Timestamp,
) -> Result<Seen, FitError> {
    let rules = policy.policy();
    let points = points_of(rules);
    let mut groups: BTreeMap<Key, (f64, f64)> = BTreeMap::new();
    let (mut support, mut frauds) = (vec![(0, 0); rules_in(rules)], 0);
    history.replay(policy, label_delay_ms, as_of, |event, assessment| {
        let Some(is_fraud) = event.label_at(as_of, label_delay_ms) else { return };
        if event.payment.direction != Direction::Out {
            return;
        }
        frauds += u64::from(is_fraud);
        let key = key_of(assessment, event.payment.money.minor().unsigned_abs(), rules, &points);
        for (rule, _) in &key.1 {
            support[*rule].0 += 1;
            support[*rule].1 += u64::from(is_fraud);
        }
        if groups.len() < GROUPS_MAX || groups.contains_key(&key) {
            let (rows, explained) = groups.entry(key).or_default();
            *rows += 1.0;
            *explained += if is_fraud { own_part(assessment, rules) } else { 0.0 };
        }
    })?;
    let groups = groups.into_iter().map(|((decibans, features), (rows, frauds))| Group {
        offset: f64::from(decibans) * 100.0 / MILLIBANS_PER_NAT,
        features: features.into_iter().map(|(rule, steps)| (rule, f64::from(steps) / STRENGTH_STEPS)).collect(),
        rows,
        frauds,
    });
    Ok(Seen { groups: groups.collect(), support, frauds })
}

fn key_of(assessment: &Assessment, amount_minor: u64, rules: &RiskPolicy, points: &[Option<u16>]) -> Key {
    let (mut beside, mut features) = (0, Vec::new());
    for reason in assessment.reasons.iter().filter(|reason| !reason.shadow && !is_of_payee(reason)) {
        match rule_of(reason, amount_minor, rules) {
            Some((rule, strength)) if points.get(rule).is_some_and(Option::is_some) => {
                features.push((rule, steps_of(strength)));
            }
            _ => beside += reason.points.0,
        }
    }
    features.sort_unstable();
    (beside.div_euclid(100), features)
}

/// Whether it tells what the payee adds.
fn is_of_payee(reason: &Reason) -> bool {
    matches!(reason.code, ReasonCode::PayeeRisk | ReasonCode::PayeeOrdinary)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a strength lies between 0 and 1")]
fn steps_of(strength: f64) -> u8 {
    (strength * STRENGTH_STEPS).round() as u8
}

/// The part of a fraud that the account side explains beside the payee.
fn own_part(assessment: &Assessment, rules: &RiskPolicy) -> f64 {
    let own = f64::from(assessment.own_evidence.to_ppm().max(1)) / 1e6;
    let risk = assessment.reasons.iter().find(|reason| is_of_payee(reason) && !reason.shadow);
    let belief = risk.map_or(0.0, |risk| f64::from(i32::try_from(risk.observed).unwrap_or(0)) / 1e6);
    let payee = belief * f64::from(rules.payee.fraud_share_permille) / 1_000.0;
    own / (own + payee - own * payee)
}
