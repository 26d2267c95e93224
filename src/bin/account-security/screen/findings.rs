//! The findings of a decision by the names people know them by, and which of them are worth a name.

use std::borrow::Cow;

use account_security::command::PaymentDecision;
use account_security::risk::{Assessment, CheckedPolicy, Outcome, Reason};
use account_security::types::ReasonCode;

/// Evidence too weak to name: one deciban, odds of 1.26 to 1.
const NAMED_FROM: i32 = 100;

/// The name of a finding: a custom rule by its id, a class limit by its class. What an earlier run judged by other rules
/// has only its code: the numbers of those rules mean nothing in these.
pub(super) fn name(reason: &Reason, assessment: &Assessment, policy: &CheckedPolicy) -> Cow<'static, str> {
    let has_place = reason.rule > 0 && assessment.policy_hash == policy.content_hash();
    if has_place { policy.name_of(reason).into() } else { reason.code.name().into() }
}

/// The names of the findings that speak against a payment or set its outcome, strongest first.
pub(super) fn accusing(decision: &PaymentDecision, policy: &CheckedPolicy) -> Vec<Cow<'static, str>> {
    let PaymentDecision::Assessed(assessment) = decision else { return vec![ReasonCode::Frozen.name().into()] };
    let mut against: Vec<&Reason> =
        assessment.reasons.iter().filter(|reason| accuses(reason, assessment, policy)).collect();
    against.sort_by_key(|reason| std::cmp::Reverse(reason.points.0));
    against.into_iter().map(|reason| name(reason, assessment, policy)).collect()
}

/// The names of the rules on trial that would have spoken.
pub(super) fn on_trial<'a>(
    decision: &'a PaymentDecision,
    policy: &'a CheckedPolicy,
) -> impl Iterator<Item = Cow<'static, str>> + 'a {
    let assessment = match decision {
        PaymentDecision::Assessed(assessment) => Some(assessment),
        _ => None,
    };
    assessment.into_iter().flat_map(move |assessment| {
        let told = assessment.reasons.iter().filter(|reason| reason.shadow && !reason.snoozed);
        told.filter(|reason| reason.points.0 >= NAMED_FROM || reason.points.0 == 0)
            .map(move |reason| name(reason, assessment, policy))
    })
}

fn accuses(reason: &Reason, assessment: &Assessment, policy: &CheckedPolicy) -> bool {
    // What any payee adds beside such an account accuses nobody.
    if reason.shadow || reason.code == ReasonCode::PayeeOrdinary {
        return false;
    }
    reason.points.0 >= NAMED_FROM
        || asks_for(reason, assessment, policy) > Outcome::Allow
        || (reason.code == ReasonCode::LateEvent && is_held_for_lateness(assessment, policy))
}

/// What a finding asks for by itself. Of a custom rule of other rules is known only that one without points asks for
/// something.
fn asks_for(reason: &Reason, assessment: &Assessment, policy: &CheckedPolicy) -> Outcome {
    let is_foreign = reason.code == ReasonCode::CustomRule && assessment.policy_hash != policy.content_hash();
    match is_foreign {
        true if reason.points.0 == 0 && !reason.shadow => assessment.outcome,
        true => Outcome::Allow,
        false => policy.asks_for(reason),
    }
}

/// A payment too late to be counted is held. Nothing in the finding says so, but nothing else held it.
fn is_held_for_lateness(assessment: &Assessment, policy: &CheckedPolicy) -> bool {
    assessment.outcome >= Outcome::Hold
        && assessment.score < policy.policy().bands.hold_from
        && assessment.reasons.iter().all(|reason| asks_for(reason, assessment, policy) < Outcome::Hold)
}

/// Whether it came after later payments of its account.
pub(super) fn is_late(decision: &PaymentDecision) -> bool {
    let PaymentDecision::Assessed(assessment) = decision else { return false };
    assessment.reasons.iter().any(|reason| reason.code == ReasonCode::LateEvent)
}
