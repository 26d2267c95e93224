//! Stories: payments that were on their way when a freeze landed.

use super::*;
use crate::types::{Direction, Locale, ReasonCode, SupportChannels};

fn holding(freezes: &Freezes, direction: Direction, accepted_ms: u64, now_ms: u64) -> Option<Vec<ReasonCode>> {
    let accepted_at = at(accepted_ms);
    let payment =
        PendingPayment { direction, judged_at: accepted_at, accepted_at: Some(accepted_at), waits_for_review: false };
    match evaluate_pending(freezes, &payment, at(now_ms)) {
        PendingAnswer::Finish => None,
        PendingAnswer::Hold { causes, .. } => Some(causes.for_audit().collect()),
    }
}

fn dormant() -> FreezeRequest {
    FreezeRequest::new(Scopes::ALL, FreezeReason::Dormant, Authority::Rule, name("rule-1"))
}

#[test]
fn without_a_word_a_freeze_holds_what_is_pending_up_to_its_very_end() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT).starting(at(10)).until(at(20))]);
    let held = Some(vec![ReasonCode::Frozen]);
    let answers = [9, 10, 19, 20].map(|now| holding(&freezes, Direction::Out, 5, now));
    assert_eq!(answers, [None, held.clone(), held, None]);
    assert_eq!(holding(&freezes, Direction::In, 5, 10), None, "money in is open");
}

#[test]
fn a_freeze_that_lets_pending_payments_finish_lets_none_in_that_came_after_it() {
    let request = dormant().starting(at(10)).with_pending(PendingPayments::LetPendingFinish);
    let freezes = frozen(&[request]);
    assert_eq!(holding(&freezes, Direction::Out, 10, 11), None);
    assert_eq!(holding(&freezes, Direction::Out, 11, 12), Some(vec![ReasonCode::Frozen]), "it claims to be older");
}

#[test]
fn one_freeze_that_holds_is_enough_and_the_compliance_office_s_always_do() {
    let lenient = dormant().with_pending(PendingPayments::LetPendingFinish);
    assert_eq!(holding(&frozen(&[lenient.clone(), by_owner(Scopes::ALL)]), Direction::Out, 0, 1).unwrap().len(), 1);
    for strict in [by_compliance(Scopes::ALL), by_court(Scopes::ALL)] {
        let request = strict.with_pending(PendingPayments::LetPendingFinish);
        let refused = place(&Freezes::default(), &request, id(1), &standard(), at(0));
        assert_eq!(refused, Err(FreezeError::PendingMustHold));
    }
    let refused = place(&Freezes::default(), &lenient, id(1), &FreezePolicy::strict(), at(0));
    assert_eq!(refused, Err(FreezeError::PendingMustHold));
}

#[test]
fn a_holding_wish_is_not_covered_by_a_lenient_freeze() {
    let lenient = dormant().with_pending(PendingPayments::LetPendingFinish);
    let placed = place(&frozen(&[lenient]), &dormant(), id(2), &standard(), at(1)).unwrap();
    assert!(!placed.already && holding(&placed.freezes, Direction::Out, 0, 1).is_some());
}

#[test]
fn refunds_pass_the_door_and_wait_while_money_in_is_closed() {
    let freezes = frozen(&[by_court(Scopes::RECEIVE)]);
    for direction in [Direction::Refund, Direction::Reversal, Direction::In] {
        assert_eq!(holding(&freezes, direction, 0, 1), Some(vec![ReasonCode::Frozen]));
    }
    assert_eq!(holding(&frozen(&[by_court(Scopes::PAY_OUT)]), Direction::Refund, 0, 1), None);
    assert!(Scopes::needed_for(Direction::Refund).is_empty());
}

#[test]
fn the_cooling_off_holds_what_it_closes_and_is_named_in_every_diagnosis() {
    let policy = FreezePolicy::strict();
    let frozen = frozen(&[by_owner(Scopes::ALL)]);
    let lifted = lift(&frozen, id(1), &owner(), None, &policy, at(2 * DAY_MS)).unwrap();
    let held = Some(vec![ReasonCode::CoolingOff]);
    assert_eq!(holding(&lifted.freezes, Direction::Out, 0, 2 * DAY_MS), held);
    assert_eq!(holding(&lifted.freezes, Direction::Out, 0, 3 * DAY_MS), None);
    let facts = PaymentFacts::new(&lifted.freezes, Direction::Out);
    let shown = diagnose(&facts, at(2 * DAY_MS)).for_customer(Locale::En, &SupportChannels::default());
    assert_eq!((shown.len(), shown[0].retry_at), (1, Some(at(3 * DAY_MS))));
}

#[test]
fn a_payment_held_by_a_neutral_freeze_reads_like_a_technical_fault() {
    let nothing = Freezes::default();
    let fault = PaymentFacts { network_fault: true, ..PaymentFacts::new(&nothing, Direction::Out) };
    let technical = diagnose(&fault, at(1));
    let payment = PendingPayment {
        direction: Direction::Out,
        judged_at: at(0),
        accepted_at: Some(at(0)),
        waits_for_review: false,
    };
    let answer = evaluate_pending(&frozen(&[by_compliance(Scopes::ALL)]), &payment, at(1));
    let PendingAnswer::Hold { causes, freeze } = answer else { panic!("{answer:?}") };
    assert_eq!(freeze, Some(id(1)));
    for locale in [Locale::En, Locale::ZhCn] {
        let support = SupportChannels::default();
        assert_eq!(causes.for_customer(locale, &support), technical.for_customer(locale, &support));
    }
}
