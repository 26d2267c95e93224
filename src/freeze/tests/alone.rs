//! Stories: freezes stand alone, and time ends them.

use super::*;

#[test]
fn what_ran_out_is_handed_out_once_and_named_before() {
    let freezes =
        frozen(&[by_agent(Scopes::PAY_OUT).until(at(20)), by_rule(Scopes::ALL).until(at(10)), by_court(Scopes::ALL)]);
    assert_eq!(next_end(&freezes), Some(at(10)));
    assert_eq!(expire(&freezes, at(9)).ended, []);
    let expired = expire(&freezes, at(20));
    assert_eq!(expired.ended.iter().map(|freeze| freeze.id).collect::<Vec<_>>(), [id(2), id(1)]);
    assert_eq!((expire(&expired.freezes, at(20)).ended, next_end(&expired.freezes)), (vec![], None));
    assert_eq!(restriction(&expired.freezes, at(20)), restriction(&freezes, at(20)));
}

#[test]
fn a_full_block_lifted_leaves_the_debit_block_standing() {
    // One slot for "the" block merges the two, and one unblock opens all.
    let freezes = frozen(&[by_rule(Scopes::PAY_OUT), by_owner(Scopes::ALL)]);
    assert_eq!(restriction(&freezes, at(0)), Scopes::ALL);
    let lifted = lift_one(&freezes, 2, &owner(), at(1)).unwrap();
    assert_eq!(restriction(&lifted.freezes, at(1)), Scopes::PAY_OUT);
}

#[test]
fn a_debit_block_lifted_leaves_the_full_block_standing() {
    let freezes = frozen(&[by_rule(Scopes::PAY_OUT), by_owner(Scopes::ALL)]);
    let lifted = lift_one(&freezes, 1, &staff("agent-b", Authority::Agent), at(1)).unwrap();
    assert_eq!(restriction(&lifted.freezes, at(1)), Scopes::ALL);
}

#[test]
fn an_owner_freezes_while_a_court_freeze_stands_and_lifts_only_the_own() {
    let freezes = frozen(&[by_court(Scopes::PAY_OUT), by_owner(Scopes::SIGN_IN)]);
    let lifted = lift_one(&freezes, 2, &owner(), at(1)).unwrap().freezes;
    assert_eq!(restriction(&lifted, at(1)), Scopes::PAY_OUT);
    assert_eq!(lift_one(&lifted, 1, &owner(), at(2)), Err(FreezeError::NotFound));
    assert_eq!(lifted.told(at(1)).count(), 0);
}

#[test]
fn a_freeze_begins_and_ends_at_its_very_millisecond() {
    let request = by_agent(Scopes::PAY_OUT).starting(at(1_000)).until(at(2_000));
    let freezes = frozen(&[request]);
    let closed_at = |ms| restriction(&freezes, at(ms)).contains(Scopes::PAY_OUT);
    assert_eq!([999, 1_000, 1_999, 2_000].map(closed_at), [false, true, true, false]);
}

#[test]
fn what_has_ended_stays_ended_when_the_clock_jumps_back() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT).until(at(1_000)), by_rule(Scopes::RECEIVE)]);
    let later = lift_one(&freezes, 2, &staff("agent-b", Authority::Agent), at(1_000)).unwrap().freezes;
    assert_eq!(restriction(&later, at(500)), Scopes::NONE);
    assert_eq!(later.iter().count(), 2);
    let nothing_left = lift_one(&later, 1, &staff("officer", Authority::Court), at(500));
    assert_eq!(nothing_left, Err(FreezeError::Expired { at: at(1_000) }));
}

#[test]
fn a_freeze_that_ran_out_or_was_lifted_cannot_be_lifted_again() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT).until(at(1_000)), by_rule(Scopes::PAY_OUT)]);
    let agent = staff("agent-b", Authority::Compliance);
    assert_eq!(lift_one(&freezes, 1, &agent, at(1_000)), Err(FreezeError::Expired { at: at(1_000) }));
    assert_eq!(lift_one(&freezes, 1, &agent, at(999)), Err(FreezeError::SecondAgentNeeded));
    let lifted = lift_one(&freezes, 2, &agent, at(5)).unwrap().freezes;
    assert_eq!(lift_one(&lifted, 2, &agent, at(6)), Err(FreezeError::AlreadyLifted { at: at(5) }));
    assert_eq!(lift_one(&lifted, 9, &agent, at(6)), Err(FreezeError::NotFound));
}

#[test]
fn a_freeze_can_be_lifted_before_it_begins() {
    let freezes = frozen(&[by_rule(Scopes::PAY_OUT).starting(at(1_000))]);
    let lifted = lift_one(&freezes, 1, &staff("agent-b", Authority::Agent), at(1)).unwrap().freezes;
    assert_eq!(restriction(&lifted, at(1_000)), Scopes::NONE);
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let refusal = |request: &FreezeRequest| place(&Freezes::default(), request, id(1), &standard(), at(10)).err();
    assert_eq!(refusal(&by_agent(Scopes::ALL).starting(at(9))), Some(FreezeError::BadTerm));
    assert_eq!(refusal(&by_agent(Scopes::ALL).until(at(10))), Some(FreezeError::BadTerm));
    assert_eq!(refusal(&by_agent(Scopes::ALL).starting(at(20)).until(at(20))), Some(FreezeError::BadTerm));
    assert_eq!(refusal(&by_agent(Scopes::ALL).starting(at(10)).until(at(11))), None);
}

#[test]
fn a_police_stop_ends_within_48_hours_in_mainland_china() {
    let stop = FreezeRequest::new(Scopes::PAY_OUT, FreezeReason::PoliceStop, Authority::Court, name("clerk-a"))
        .for_case(case("stop-1"));
    let policy = FreezePolicy::mainland_china();
    let placed = |request: &FreezeRequest| place(&Freezes::default(), request, id(1), &policy, at(0));
    let too_long = Err(FreezeError::TermTooLong { longest_ms: 48 * HOUR_MS });
    assert_eq!(placed(&stop), too_long);
    assert_eq!(placed(&stop.clone().until(at(48 * HOUR_MS + 1))), too_long);
    let placed = placed(&stop.until(at(48 * HOUR_MS))).unwrap().freezes;
    assert_eq!(restriction(&placed, at(48 * HOUR_MS - 1)), Scopes::PAY_OUT);
}
