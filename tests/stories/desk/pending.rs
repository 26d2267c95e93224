//! Payments on their way when a freeze comes.

use account_security::account::EventKind;
use account_security::command::{Effect, PaymentDecision};
use account_security::freeze::{Authority, FreezeError, PendingAnswer, PendingPayments, Scopes};
use account_security::risk::{CheckedPolicy, Outcome, RiskPolicy, Rule, SessionPolicy, Signals};
use account_security::types::ReasonCode;

use super::{Desk, agent, by, is_held};
use crate::on_every_store;
use crate::support::acts::{kinds, payment};
use crate::support::at;

#[test]
fn a_payment_on_its_way_waits_for_the_freeze_and_finishes_after_the_lift() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        assert!(matches!(desk.pay("tx-1", at(0)), PaymentDecision::Assessed(_)));
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Rule), at(1));
        let Some(PendingAnswer::Hold { causes, freeze: held_by }) = desk.settle("tx-1", at(2)) else { panic!() };
        assert_eq!(held_by, Some(freeze));
        assert_eq!(causes.for_audit().collect::<Vec<_>>(), [ReasonCode::Frozen]);
        assert!(is_held(desk.settle("tx-1", at(3))), "and again, without an event");
        assert_eq!(desk.settle("tx-2", at(3)), None, "never judged");
        desk.lift(freeze, agent("a"), None, at(4)).unwrap();
        assert_eq!(desk.settle("tx-1", at(5)), Some(PendingAnswer::Finish));
        assert_eq!(desk.settle("tx-1", at(6)), Some(PendingAnswer::Finish), "told again, one event");
        let finished = |kind: &&EventKind| matches!(kind, EventKind::PendingFinished { .. });
        assert_eq!(kinds(&desk.service, &desk.alice).iter().filter(finished).count(), 1);
        desk.place(by(Scopes::PAY_OUT, Authority::Agent), at(7));
        assert!(is_held(desk.settle("tx-1", at(8))), "a freeze since wins over what was told before");
        assert!(desk.is_intact());
    });
}

#[test]
fn a_lenient_freeze_lets_finish_what_came_before_it_and_says_so_to_the_settlement() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        desk.pay("tx-1", at(0));
        let lenient = by(Scopes::PAY_OUT, Authority::Agent).with_pending(PendingPayments::LetPendingFinish);
        let freeze = desk.place(lenient, at(1));
        let rule = PendingPayments::LetPendingFinish;
        let effect = Effect::PendingPayments { freeze, scopes: Scopes::PAY_OUT, from: at(1), rule };
        assert!(desk.effects().contains(&effect));
        assert_eq!(desk.settle("tx-1", at(2)), Some(PendingAnswer::Finish));
        assert_eq!(desk.pay("tx-2", at(3)), PaymentDecision::Frozen, "new ones are stopped");
        assert_eq!(desk.settle("tx-2", at(4)), None);
        let strict = by(Scopes::PAY_OUT, Authority::Court).with_pending(rule);
        assert_eq!(desk.try_place(strict, at(5)), Err(FreezeError::PendingMustHold));
        desk.place(by(Scopes::PAY_OUT, Authority::Court), at(6));
        assert!(is_held(desk.settle("tx-1", at(7))), "one that holds is enough");
        let quiet = desk.place(by(Scopes::SIGN_IN, Authority::Agent), at(8));
        let is_about = |effect: &Effect| matches!(effect, Effect::PendingPayments { freeze, .. } if *freeze == quiet);
        assert!(!desk.effects().iter().any(is_about), "a freeze that stops no money tells the settlement nothing");
    });
}

/// Nobody knows when a payment that had to be proven was accepted unless its release was told, so no freeze takes it for older.
#[test]
fn a_payment_that_was_stepped_up_is_let_by_no_lenient_freeze() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let rooted = Rule { min_outcome: Some(Outcome::StepUp), ..Rule::enforced(1) };
        let session = SessionPolicy { rooted, ..SessionPolicy::default() };
        let policy = CheckedPolicy::new(RiskPolicy { session, ..RiskPolicy::wallet() }).unwrap();
        desk.service.replace_risk_policy(policy);
        let signals = Signals { rooted: Some(true), ..Signals::default() };
        let judged =
            desk.service.assess_with_signals(&desk.alice, &payment("tx-1", at(0)), 480, &signals, at(0)).unwrap();
        assert!(matches!(judged, PaymentDecision::Assessed(judged) if judged.outcome == Outcome::StepUp));
        assert_eq!(desk.settle("tx-1", at(1)), Some(PendingAnswer::Finish), "nothing is closed");
        desk.place(by(Scopes::PAY_OUT, Authority::Agent).with_pending(PendingPayments::LetPendingFinish), at(2));
        assert!(is_held(desk.settle("tx-1", at(3))));
    });
}
