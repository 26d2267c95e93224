//! Stories: who may lift, two people, and what follows a lift.

use super::*;

#[test]
fn an_owner_cannot_lift_an_agents_freeze_and_learns_who_could() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT), by_rule(Scopes::RECEIVE)]);
    let refused = |number| lift_one(&freezes, number, &owner(), at(1));
    assert_eq!(refused(1), Err(FreezeError::NotAuthorised { needs: Authority::Agent }));
    assert_eq!(refused(2), Err(FreezeError::NotAuthorised { needs: Authority::Rule }));
}

#[test]
fn nobody_lifts_above_the_own_rank() {
    let requests = [by_rule, by_agent, by_compliance, by_court];
    for (request, freeze_rank) in requests.into_iter().zip(&Authority::ALL[1..]) {
        let freezes = frozen(&[request(Scopes::PAY_OUT)]);
        for rank in Authority::ALL.into_iter().filter(|rank| rank < freeze_rank && *rank > Authority::Owner) {
            let by = staff("someone", rank);
            let refusal = FreezeError::NotAuthorised { needs: *freeze_rank };
            assert_eq!(lift_one(&freezes, 1, &by, at(1)), Err(refusal));
            assert_eq!(request_lift(&freezes, id(1), &by, None, &standard(), at(1)), Err(refusal));
        }
    }
}

#[test]
fn a_rule_never_undoes_what_the_owner_wants() {
    let freezes = frozen(&[by_owner(Scopes::ALL), by_rule(Scopes::PAY_OUT)]);
    let rule = staff("rule-1", Authority::Rule);
    assert_eq!(lift_one(&freezes, 1, &rule, at(1)), Err(FreezeError::NotAuthorised { needs: Authority::Agent }));
    assert!(lift_one(&freezes, 2, &rule, at(1)).is_ok());
}

#[test]
fn an_owner_lifts_only_with_two_factors_one_of_them_twelve_hours_old() {
    let freezes = frozen(&[by_owner(Scopes::ALL)]);
    let lift_with = |step_up| lift_one(&freezes, 1, &Actor::owner(name("alice"), step_up), at(13 * HOUR_MS));
    let enrolled = |ms| StepUp::TwoFactors { oldest_enrolled_at: at(ms) };
    assert_eq!(lift_with(StepUp::None), Err(FreezeError::StepUpNeeded));
    let too_new = FreezeError::FactorTooNew { enough_at: at(13 * HOUR_MS + 1) };
    assert_eq!(lift_with(enrolled(HOUR_MS + 1)), Err(too_new));
    assert!(lift_with(enrolled(HOUR_MS)).is_ok());
}

#[test]
fn a_court_freeze_needs_the_release_that_both_people_looked_at() {
    let freezes = frozen(&[by_court(Scopes::PAY_OUT)]);
    let (first, second) = (staff("clerk-b", Authority::Court), staff("clerk-c", Authority::Court));
    let (release, other) = (case("2026-17-R"), case("2026-18-R"));
    let ask = |release| request_lift(&freezes, id(1), &first, release, &standard(), at(1));
    assert_eq!(ask(None), Err(FreezeError::ReleaseNeeded));
    let asked = ask(Some(&release)).unwrap().freezes;
    let on_other_papers = request_lift(&asked, id(1), &first, Some(&other), &standard(), at(2));
    assert_eq!(on_other_papers, Err(FreezeError::LiftAlreadyRequested));
    let approve = |named| lift(&asked, id(1), &second, named, &standard(), at(2));
    assert_eq!(approve(Some(&other)), Err(FreezeError::ReleaseDiffers));
    for named in [None, Some(&release)] {
        let lifted = approve(named).unwrap().freezes;
        assert!(
            matches!(&lifted.get(id(1)).unwrap().lift, Lift::Lifted { release: Some(kept), .. } if *kept == release)
        );
    }
    let alone = FreezePolicy { dual_control: DualControl { court: false, ..standard().dual_control }, ..standard() };
    assert_eq!(lift(&freezes, id(1), &second, None, &alone, at(2)), Err(FreezeError::ReleaseNeeded));
    assert!(lift(&freezes, id(1), &second, Some(&release), &alone, at(2)).is_ok());
}

#[test]
fn dual_control_takes_two_people_neither_of_whom_placed_the_freeze() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT)]);
    let agent = |text: &str| staff(text, Authority::Agent);
    assert_eq!(lift_one(&freezes, 1, &agent("agent-b"), at(1)), Err(FreezeError::SecondAgentNeeded));

    let asked = request_lift(&freezes, id(1), &agent("agent-b"), None, &standard(), at(1)).unwrap();
    assert_eq!(restriction(&asked.freezes, at(1)), Scopes::PAY_OUT, "a request opens nothing");
    assert_eq!(lift_one(&asked.freezes, 1, &agent("agent-b"), at(2)), Err(FreezeError::SameAgent));
    assert_eq!(lift_one(&asked.freezes, 1, &agent("agent-a"), at(2)), Err(FreezeError::SameAgent), "the placer");
    for spelt in ["Agent-B", "ａgent-b", "AGENT-A"] {
        assert_eq!(lift_one(&asked.freezes, 1, &agent(spelt), at(2)), Err(FreezeError::SameAgent), "{spelt}");
    }
    let lifted = lift_one(&asked.freezes, 1, &agent("agent-c"), at(2)).unwrap();
    assert_eq!(restriction(&lifted.freezes, at(2)), Scopes::NONE);

    let by_placer = lift(&asked.freezes, id(1), &agent("agent-a"), None, &small_desk(), at(2));
    assert!(by_placer.is_ok());
}

fn small_desk() -> FreezePolicy {
    FreezePolicy { dual_control: standard().dual_control, ..FreezePolicy::small_team() }
}

#[test]
fn a_lift_request_is_dead_after_twenty_four_hours() {
    let freezes = frozen(&[by_compliance(Scopes::PAY_OUT)]);
    let (first, second) = (staff("officer-b", Authority::Compliance), staff("officer-c", Authority::Compliance));
    let ask = |freezes: &Freezes, by: &Actor, now| request_lift(freezes, id(1), by, None, &standard(), now);
    let asked = ask(&freezes, &first, at(10)).unwrap();
    assert_eq!(asked.dies_at, at(10 + DAY_MS));
    assert!(lift_one(&asked.freezes, 1, &second, at(10 + DAY_MS - 1)).is_ok());
    assert_eq!(lift_one(&asked.freezes, 1, &second, at(10 + DAY_MS)), Err(FreezeError::SecondAgentNeeded));
    assert_eq!(lift_one(&asked.freezes, 1, &second, at(9)), Err(FreezeError::SecondAgentNeeded), "not yet made");

    let asked_anew = ask(&asked.freezes, &second, at(10 + DAY_MS)).unwrap().freezes;
    assert!(lift_one(&asked_anew, 1, &first, at(11 + DAY_MS)).is_ok());
}

#[test]
fn asking_twice_neither_prolongs_a_request_nor_lets_another_take_it_over() {
    let freezes = frozen(&[by_agent(Scopes::PAY_OUT)]);
    let ask = |freezes: &Freezes, who, now| {
        request_lift(freezes, id(1), &staff(who, Authority::Agent), None, &standard(), now)
    };
    let asked = ask(&freezes, "agent-b", at(1)).unwrap();
    assert_eq!(ask(&asked.freezes, "agent-b", at(HOUR_MS)), Ok(asked.clone()));
    assert_eq!(ask(&asked.freezes, "agent-c", at(2)), Err(FreezeError::LiftAlreadyRequested));
}

#[test]
fn a_caller_who_says_unlock_me_needs_two_agents() {
    let freezes = frozen(&[by_owner(Scopes::ALL)]);
    let (first, second) = (staff("agent-b", Authority::Agent), staff("agent-c", Authority::Agent));
    assert_eq!(lift_one(&freezes, 1, &first, at(1)), Err(FreezeError::SecondAgentNeeded));
    let asked = request_lift(&freezes, id(1), &first, None, &standard(), at(1)).unwrap().freezes;
    let lifted = lift_one(&asked, 1, &second, at(2)).unwrap();
    assert!(lifted.cooling_off.is_some());
    let from_the_app = request_lift(&freezes, id(1), &owner(), None, &standard(), at(1));
    assert_eq!(from_the_app, Err(FreezeError::StepUpNeeded));
}

#[test]
fn a_rule_may_propose_a_lift_but_never_be_the_second_pair_of_eyes() {
    let freezes = frozen(&[by_rule(Scopes::PAY_OUT)]);
    let policy = FreezePolicy::strict();
    let (rule, agent) = (staff("rule-1", Authority::Rule), staff("agent-b", Authority::Agent));
    let proposed = request_lift(&freezes, id(1), &rule, None, &policy, at(1)).unwrap().freezes;
    assert!(lift(&proposed, id(1), &agent, None, &policy, at(2)).is_ok());
    let asked = request_lift(&freezes, id(1), &agent, None, &policy, at(1)).unwrap().freezes;
    let refusal = Err(FreezeError::NotAuthorised { needs: Authority::Agent });
    assert_eq!(lift(&asked, id(1), &rule, None, &policy, at(2)), refusal);
}

#[test]
fn an_owners_lift_is_followed_by_a_day_of_cooling_off() {
    let lifted = lift_one(&frozen(&[by_owner(Scopes::ALL)]), 1, &owner(), at(5)).unwrap();
    let cooling = lifted.cooling_off.unwrap();
    assert_eq!((cooling.until, cooling.limited), (at(5 + DAY_MS), Scopes::PAY_OUT));
    assert_eq!(restriction(&lifted.freezes, at(5)), Scopes::NONE);
    assert_eq!(closed(&lifted.freezes, at(5)), Scopes::CHANGE_PROFILE | Scopes::CHANGE_FACTORS);
    assert_eq!(closed(&lifted.freezes, at(5 + DAY_MS - 1)), cooling.closed);
    assert_eq!(closed(&lifted.freezes, at(5 + DAY_MS)), Scopes::NONE);
    assert_eq!(cooling_off(&lifted.freezes, at(5 + DAY_MS)), None);
}

#[test]
fn a_second_lift_never_shortens_or_loosens_the_cooling_off() {
    let freezes = frozen(&[by_owner(Scopes::SIGN_IN), by_owner(Scopes::PAY_OUT)]);
    let strict = lift(&freezes, id(1), &owner(), None, &FreezePolicy::strict(), at(2 * DAY_MS)).unwrap().freezes;
    let brief = FreezePolicy { cooling_off_ms: 1, ..standard() };
    let both = lift(&strict, id(2), &owner(), None, &brief, at(2 * DAY_MS + 1)).unwrap();
    let cooling = both.cooling_off.unwrap();
    assert_eq!(cooling.until, at(3 * DAY_MS));
    assert!(cooling.closed.contains(Scopes::PAY_OUT));
}

#[test]
fn a_staff_freeze_lifted_leaves_no_cooling_off() {
    let lifted = lift_one(&frozen(&[by_rule(Scopes::ALL)]), 1, &staff("agent-b", Authority::Agent), at(1)).unwrap();
    assert_eq!(lifted.cooling_off, None);
    let none = FreezePolicy { cooling_off_ms: 0, ..standard() };
    let own = lift(&frozen(&[by_owner(Scopes::ALL)]), id(1), &owner(), None, &none, at(1)).unwrap();
    assert_eq!(own.cooling_off, None);
}
