//! Rule sets swapped under load: every payment is judged by one whole set, which its decision names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};

use account_security::account::EventKind;
use account_security::command::{PaymentDecision, Rejection, SnoozeRule};
use account_security::freeze::{Actor, Authority};
use account_security::risk::{
    CheckedPolicy, Comparison, Condition, CustomRule, Feature, Outcome, ReasonGroup, RiskPolicy, RuleId, SnoozeError,
    SnoozedRule,
};
use account_security::service::ServiceError;
use account_security::types::{ActorId, Currency, Money, Payment, ReasonCode};

use crate::support::acts::history;
use crate::support::stores::Shared;
use crate::support::{account, at, service};

/// A hard limit on every amount above `minor`.
fn limited(minor: i64) -> CheckedPolicy {
    let above = Condition { feature: Feature::Amount, window_ms: 0, op: Comparison::Above, value: minor };
    let rule = CustomRule::new(RuleId::parse("most").unwrap(), ReasonGroup::Limit, vec![above]);
    CheckedPolicy::new(RiskPolicy { rules: vec![rule], ..RiskPolicy::wallet() }).unwrap()
}

fn payment(id: &str, minor: i64) -> Payment {
    Payment::out(id, Money::from_minor(minor, Currency::EUR).unwrap(), at(0)).unwrap()
}

#[test]
fn a_swap_is_whole_for_threads_that_pay_meanwhile() {
    let (strict, lax) = (limited(1_000), limited(1_000_000_000));
    let (strict_hash, lax_hash) = (strict.content_hash(), lax.content_hash());
    assert_ne!(strict_hash, lax_hash);
    let service = service(&Shared::memory());
    service.replace_risk_policy(strict.clone());
    let done = AtomicBool::new(false);
    let seen: Vec<(u64, Outcome)> = std::thread::scope(|scope| {
        let payers: Vec<_> = (0..3)
            .map(|payer| {
                let service = &service;
                scope.spawn(move || {
                    let judged = (0..150).map(|number| {
                        let payment = payment(&format!("tx-{payer}-{number}"), 2_000);
                        let name = account(&format!("a{payer}"));
                        match service.assess(&name, &payment, 0, at(0)).unwrap() {
                            PaymentDecision::Assessed(assessment) => (assessment.policy_hash, assessment.outcome),
                            other => panic!("{other:?}"),
                        }
                    });
                    judged.collect::<Vec<_>>()
                })
            })
            .collect();
        scope.spawn(|| {
            for turn in 0_u32.. {
                service.replace_risk_policy(if turn % 2 == 0 { lax.clone() } else { strict.clone() });
                if done.load(Ordering::Relaxed) {
                    break;
                }
                std::thread::yield_now();
            }
        });
        let seen = payers.into_iter().flat_map(|payer| payer.join().unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        seen
    });
    assert_eq!(seen.len(), 450);
    for (hash, outcome) in &seen {
        match *hash {
            hash if hash == strict_hash => assert!(*outcome >= Outcome::Hold, "judged by the strict set"),
            hash => assert_eq!(hash, lax_hash, "a set nobody made"),
        }
    }
    assert!([strict_hash, lax_hash].iter().all(|hash| seen.iter().any(|(seen, _)| seen == hash)), "both were in force");
}

#[cfg(feature = "rules")]
#[test]
fn a_bad_file_leaves_the_old_rules_in_force() {
    use account_security::risk::file::{Format, read};
    let service = service(&Shared::memory());
    let strict = limited(1_000);
    service.replace_risk_policy(strict.clone());
    let swap = |text: &str| read(text, Format::Toml).map(|policy| service.replace_risk_policy(policy));
    swap("[limits]\nday = \"5.00 EUR\"\nweek = \"4.00 EUR\"\n").unwrap_err();
    assert_eq!(service.settings().risk.content_hash(), strict.content_hash());
    swap("[limits]\nday = \"5.00 EUR\"\nweek = \"6.00 EUR\"\n").unwrap();
    assert_ne!(service.settings().risk.content_hash(), strict.content_hash());
}

#[test]
fn staff_let_a_rule_sleep_on_one_account_and_the_audit_trail_says_so() {
    let service = service(&Shared::memory());
    let every = Condition { feature: Feature::Amount, window_ms: 0, op: Comparison::Above, value: 0 };
    let id = RuleId::parse("every").unwrap();
    let rule = CustomRule {
        min_outcome: Some(Outcome::Hold),
        ..CustomRule::new(id.clone(), ReasonGroup::Pattern, vec![every])
    };
    service.replace_risk_policy(CheckedPolicy::new(RiskPolicy { rules: vec![rule], ..RiskPolicy::wallet() }).unwrap());
    let staff = |authority| Actor::staff(ActorId::parse("agent-7").unwrap(), authority);
    let snooze = |rule: &SnoozedRule, until, by| {
        service.execute(&account("alice"), &SnoozeRule { rule: rule.clone(), until, by }, at(0))
    };
    let outcome = |name: &str, id: &str| match service.assess(&account(name), &payment(id, 500), 0, at(0)).unwrap() {
        PaymentDecision::Assessed(assessment) => assessment.outcome,
        other => panic!("{other:?}"),
    };
    let own = SnoozedRule::Own(id);
    let denied = snooze(&own, Some(at(9)), staff(Authority::Rule)).unwrap_err();
    assert!(matches!(denied, ServiceError::Rejected(Rejection::NotAuthorised)), "{denied:?}");
    let limit = SnoozedRule::BuiltIn(ReasonCode::LimitDay);
    let refused = snooze(&limit, Some(at(9)), staff(Authority::Agent)).unwrap();
    assert_eq!(refused, Err(SnoozeError::NotSnoozable(ReasonCode::LimitDay)));
    assert_eq!(outcome("alice", "t1"), Outcome::Hold);
    snooze(&own, Some(at(9)), staff(Authority::Agent)).unwrap().unwrap();
    assert_eq!((outcome("alice", "t2"), outcome("bob", "t3")), (Outcome::Allow, Outcome::Hold));
    snooze(&own, None, staff(Authority::Agent)).unwrap().unwrap();
    assert_eq!(outcome("alice", "t4"), Outcome::Hold);
    let told: Vec<_> = history(&service, &account("alice"))
        .into_iter()
        .filter_map(|(_, event)| match event.kind {
            EventKind::RuleSnoozed { rule, until, actor, .. } => Some((rule, until, actor.as_str().to_owned())),
            _ => None,
        })
        .collect();
    let agent = || "agent-7".to_owned();
    assert_eq!(told, [(own.clone(), Some(at(9)), agent()), (own, None, agent())]);
}
