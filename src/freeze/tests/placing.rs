//! Stories: room, repetition, and requests that break a rule.

use super::*;

#[test]
fn the_seventeenth_freeze_is_refused_but_the_owners_gets_in() {
    let mut requests = vec![by_court(Scopes::PAY_OUT); 8];
    requests.extend(vec![by_compliance(Scopes::PAY_OUT); 8]);
    let full = frozen(&requests);
    assert_eq!(full.in_force(at(0)).count(), FREEZES_MAX);
    let try_place = |request: &FreezeRequest| place(&full, request, id(99), &standard(), at(1));
    for request in [by_court(Scopes::ALL), by_compliance(Scopes::ALL), by_agent(Scopes::ALL), by_rule(Scopes::ALL)] {
        assert_eq!(try_place(&request), Err(FreezeError::TooMany { most: FREEZES_MAX }));
    }
    assert_eq!(restriction(&try_place(&by_owner(Scopes::SIGN_IN)).unwrap().freezes, at(1)).names().count(), 2);
}

#[test]
fn the_kill_switch_finds_room_whatever_the_owner_froze_before() {
    let freezes = frozen(&[by_owner(Scopes::PAY_OUT), by_owner(Scopes::SIGN_IN)]);
    let narrow = place(&freezes, &by_owner(Scopes::RECEIVE), id(3), &standard(), at(1));
    assert_eq!(narrow, Err(FreezeError::TooMany { most: OWNER_FREEZES_MAX - 1 }));
    let killed = place(&freezes, &by_owner(Scopes::ALL), id(3), &standard(), at(1)).unwrap();
    assert_eq!(restriction(&killed.freezes, at(1)), Scopes::ALL);
    for scopes in [Scopes::ALL, Scopes::RECEIVE] {
        let again = place(&killed.freezes, &by_owner(scopes), id(4), &standard(), at(2)).unwrap();
        assert!(again.already && again.freezes == killed.freezes);
    }
}

#[test]
fn a_lenient_freeze_of_all_does_not_take_the_kill_switchs_place() {
    let lenient = by_owner(Scopes::ALL).with_pending(PendingPayments::LetPendingFinish);
    let freezes = frozen(&[by_owner(Scopes::PAY_OUT), by_owner(Scopes::SIGN_IN)]);
    let refused = place(&freezes, &lenient, id(3), &standard(), at(1));
    assert_eq!(refused, Err(FreezeError::TooMany { most: OWNER_FREEZES_MAX - 1 }));
    let freezes = frozen(&[by_owner(Scopes::PAY_OUT), lenient]);
    let killed = place(&freezes, &by_owner(Scopes::ALL), id(3), &standard(), at(1)).unwrap();
    assert!(!killed.already, "only this one holds what is on its way");
}

#[test]
fn a_freeze_planned_for_tomorrow_does_not_stand_in_for_one_today() {
    let planned = frozen(&[by_owner(Scopes::ALL).starting(at(DAY_MS))]);
    let today = place(&planned, &by_owner(Scopes::ALL), id(2), &standard(), at(1)).unwrap();
    assert!(!today.already && restriction(&today.freezes, at(1)) == Scopes::ALL);
}

#[test]
fn a_rule_that_fires_all_day_leaves_room_for_a_court() {
    let mut freezes = Freezes::default();
    for number in 0..100 {
        let rule = FreezeRequest::new(
            Scopes::PAY_OUT,
            FreezeReason::SuspectedFraud,
            Authority::Rule,
            name(&format!("rule-{number}")),
        );
        if let Ok(placed) = place(&freezes, &rule, id(number), &standard(), at(0)) {
            freezes = placed.freezes;
        }
    }
    assert_eq!(freezes.in_force(at(0)).count(), 4);
    assert!(place(&freezes, &by_court(Scopes::ALL), id(200), &standard(), at(1)).is_ok());
    let same_rule = FreezeRequest { actor: name("rule-0"), ..by_rule(Scopes::PAY_OUT) };
    assert!(place(&freezes, &same_rule, id(201), &standard(), at(1)).unwrap().already);
}

#[test]
fn ended_freezes_make_room() {
    let full = frozen(&vec![by_court(Scopes::PAY_OUT).until(at(1_000)); FREEZES_MAX]);
    let placed_at = |now| place(&full, &by_court(Scopes::ALL), id(99), &standard(), now);
    assert!(placed_at(at(999)).is_err());
    let placed = placed_at(at(1_000)).unwrap().freezes;
    assert_eq!(placed.iter().count(), ENDED_KEPT + 1);
    assert_eq!(placed.validate(), Ok(()));
}

#[test]
fn a_repeated_request_is_one_freeze() {
    let request = by_agent(Scopes::PAY_OUT).with_key([1; 16]);
    let freezes = frozen(std::slice::from_ref(&request));
    let again = place(&freezes, &request, id(2), &standard(), at(HOUR_MS)).unwrap();
    assert_eq!(again, Placed { freezes: freezes.clone(), id: id(1), already: true });

    let wider = FreezeRequest { scopes: Scopes::ALL, ..request.clone() };
    assert_eq!(place(&freezes, &wider, id(2), &standard(), at(1)), Err(FreezeError::KeyConflict));
    for other in [
        FreezeRequest { actor: name("agent-b"), ..request.clone() },
        request.clone().for_case(case("c-1")),
        request.clone().starting(at(HOUR_MS)),
    ] {
        assert_eq!(place(&freezes, &other, id(2), &standard(), at(1)), Err(FreezeError::KeyConflict));
    }
    let without_key = place(&freezes, &by_agent(Scopes::PAY_OUT), id(2), &standard(), at(1)).unwrap();
    assert!(!without_key.already, "an agent's two freezes are two");
}

#[test]
fn a_request_repeated_after_the_lift_does_not_freeze_again() {
    let request = by_owner(Scopes::ALL).with_key([1; 16]);
    let lifted = lift_one(&frozen(std::slice::from_ref(&request)), 1, &owner(), at(1)).unwrap().freezes;
    let late_retry = place(&lifted, &request, id(2), &standard(), at(2)).unwrap();
    assert!(late_retry.already && restriction(&late_retry.freezes, at(2)).is_empty());
}

#[test]
fn an_owner_who_freezes_again_withdraws_the_request_to_lift() {
    let freezes = frozen(&[by_owner(Scopes::ALL)]);
    let (first, second) = (staff("agent-b", Authority::Agent), staff("agent-c", Authority::Agent));
    let asked = request_lift(&freezes, id(1), &first, None, &standard(), at(1)).unwrap().freezes;
    let again = place(&asked, &by_owner(Scopes::PAY_OUT), id(2), &standard(), at(2)).unwrap();
    assert_eq!((again.id, again.already), (id(1), true));
    assert_eq!(lift_one(&again.freezes, 1, &second, at(3)), Err(FreezeError::SecondAgentNeeded));
}

#[test]
fn an_owners_longer_or_wider_freeze_is_a_new_one() {
    let freezes = frozen(&[by_owner(Scopes::PAY_OUT).until(at(1_000))]);
    for request in [
        by_owner(Scopes::PAY_OUT),
        by_owner(Scopes::PAY_OUT).until(at(1_001)),
        by_owner(Scopes::RECEIVE).until(at(1_000)),
    ] {
        assert!(!place(&freezes, &request, id(2), &standard(), at(1)).unwrap().already);
    }
    assert!(place(&freezes, &by_owner(Scopes::PAY_OUT).until(at(1_000)), id(2), &standard(), at(1)).unwrap().already);
}

#[test]
fn requests_that_break_a_rule_are_refused() {
    let refusal = |request: FreezeRequest| place(&frozen(&[by_rule(Scopes::ALL)]), &request, id(2), &standard(), at(0));
    let court = FreezeRequest::new(Scopes::ALL, FreezeReason::CourtOrder, Authority::Court, name("clerk-a"));
    let other = FreezeRequest::new(Scopes::ALL, FreezeReason::Other, Authority::Agent, name("agent-a"));
    let cheap = FreezeRequest::new(Scopes::ALL, FreezeReason::AmlReview, Authority::Agent, name("agent-a"));
    let long = FreezeRequest { actor: name(&"x".repeat(65)), ..by_agent(Scopes::ALL) };
    let cases = [
        (by_agent(Scopes::NONE), FreezeError::NoScopes),
        (court, FreezeError::CaseRefNeeded),
        (other, FreezeError::CaseRefNeeded),
        (cheap, FreezeError::NotAuthorised { needs: Authority::Compliance }),
        (by_compliance(Scopes::ALL).disclosed(Disclosure::Tell), FreezeError::DisclosureNotAllowed),
        (by_owner(Scopes::ALL).disclosed(Disclosure::Neutral), FreezeError::DisclosureNotAllowed),
        (by_agent(Scopes::ALL).for_case(case(&"x".repeat(65))), FreezeError::TextTooLong),
        (long, FreezeError::TextTooLong),
    ];
    for (request, error) in cases {
        assert_eq!(refusal(request), Err(error));
    }
    let taken = place(&frozen(&[by_rule(Scopes::ALL)]), &by_agent(Scopes::ALL), id(1), &standard(), at(0));
    assert_eq!(taken, Err(FreezeError::IdInUse));
}
