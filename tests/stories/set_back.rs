//! A clock that was ten years ahead for a moment: two of the desk set the account back, and nothing is forgiven by it.

use account_security::account::{Door, EventKind, FailureBudget, Verdict};
use account_security::command::{
    ClockSetBack, ClockSetBackAsked, CodeAnswer, EraseFreeText, GenerateRecoveryCodes, LiftFreeze, PaymentDecision,
    PlaceFreeze, RecoveryAnswer, Rejection, RequestLift, SpendRecoveryCode,
};
use account_security::freeze::{Actor, Authority, FreezeError, FreezeReason, FreezeRequest, Scopes, StepUp};
use account_security::risk::{Assessment, CheckedPolicy, Limits, Outcome, RiskPolicy};
use account_security::service::{ReleaseOutcome, Service, ServiceError};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{AccountId, ActorId, RandomId, ReasonCode, Timestamp};
use account_security::verification::VerifyOutcome;

use crate::on_every_store;
use crate::support::acts::{kinds, payment, sign_in_code, type_code};
use crate::support::stores::Shared;
use crate::support::{account, at, service};

/// What the wrong clock is ahead by: less than what is not believed.
const AHEAD_MS: u64 = 9 * 365 * DAY_MS;

fn wrong(ms: u64) -> Timestamp {
    at(AHEAD_MS + ms)
}

fn who(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

fn agent(name: &str) -> Actor {
    Actor::staff(who(name), Authority::Agent)
}

fn ask(service: &Service<Shared>, alice: &AccountId, name: &str, now: Timestamp) -> RandomId {
    match service.request_clock_set_back(alice, &agent(name), now).unwrap() {
        ClockSetBackAsked::Requested { request, .. } => request,
        ClockSetBackAsked::NotAhead => panic!("it is ahead"),
    }
}

/// By two agents, a minute apart.
fn set_back(service: &Service<Shared>, alice: &AccountId, now: Timestamp) {
    let from = service.record(alice).unwrap().time_high;
    let request = ask(service, alice, "agent-1", now.minus_ms(MINUTE_MS));
    let done = service.set_clock_back(alice, request, &agent("agent-2"), now).unwrap();
    assert_eq!(done, ClockSetBack::Done { from, to: now });
    assert_eq!(service.record(alice).unwrap().time_high, now);
}

fn pay(service: &Service<Shared>, alice: &AccountId, id: &str, now: Timestamp) -> Assessment {
    match service.assess(alice, &payment(id, now), 480, now).unwrap() {
        PaymentDecision::Assessed(assessment) => assessment,
        other => panic!("{other:?}"),
    }
}

fn place(service: &Service<Shared>, alice: &AccountId, request: FreezeRequest, now: Timestamp) -> RandomId {
    service.execute(alice, &PlaceFreeze { request, caused_by: None }, now).unwrap().unwrap().id
}

fn by_agent(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::new(scopes, FreezeReason::SuspectedFraud, Authority::Agent, who("agent-9"))
}

#[test]
fn payments_pass_again_and_what_was_spent_before_and_in_the_wrong_year_counts() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        // Twenty-four payments of 12.50 a month, of which the record remembers sixteen one by one.
        let limits = Limits { month_minor: Some(24 * 1_250), ..Limits::default() };
        service.replace_risk_policy(CheckedPolicy::new(RiskPolicy { limits, ..RiskPolicy::wallet() }).unwrap());
        for number in 0..20 {
            let assessment = pay(&service, &alice, &format!("tx-{number}"), at(number * 12 * HOUR_MS));
            assert_eq!(assessment.outcome, Outcome::Allow, "{number}: {assessment:?}");
        }
        let leapt = pay(&service, &alice, "tx-leapt", wrong(10 * DAY_MS));
        assert!(leapt.outcome < Outcome::Hold, "{leapt:?}");
        let now = at(10 * DAY_MS + HOUR_MS);
        let late = pay(&service, &alice, "tx-late", now);
        assert!(late.outcome == Outcome::Hold, "nothing passes any more: {late:?}");

        set_back(&service, &alice, now.plus_ms(2 * MINUTE_MS));
        let later = |minutes: u64| now.plus_ms(minutes * 20 * MINUTE_MS);
        for number in 1..=3 {
            let assessment = pay(&service, &alice, &format!("tx-again-{number}"), later(number));
            assert!(assessment.outcome < Outcome::Hold, "{number}: {assessment:?}");
        }
        let over = pay(&service, &alice, "tx-over", later(4));
        assert!(over.reasons.iter().any(|reason| reason.code == ReasonCode::LimitMonth), "{over:?}");
        assert_eq!(over.outcome, Outcome::Hold);
        assert!(matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { .. }));
    });
}

#[test]
fn it_takes_two_of_the_desk_a_clock_that_agrees_and_a_leap() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let asked = |by: &Actor, now| service.request_clock_set_back(&alice, by, now);
        pay(&service, &alice, "tx-1", at(0));
        assert_eq!(asked(&agent("agent-1"), at(0)), Ok(ClockSetBackAsked::NotAhead));
        pay(&service, &alice, "tx-2", at(HOUR_MS));
        assert_eq!(asked(&agent("agent-1"), at(1)), Ok(ClockSetBackAsked::NotAhead), "less than an hour heals itself");
        pay(&service, &alice, "tx-3", wrong(0));
        let not_authorised = ServiceError::Rejected(Rejection::NotAuthorised);
        let owner = Actor::owner(who("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        for by in [owner.clone(), Actor::staff(who("rule-1"), Authority::Rule)] {
            assert_eq!(asked(&by, at(2 * HOUR_MS)), Err(not_authorised.clone()));
        }
        let before = service.record(&alice).unwrap();
        let request = ask(&service, &alice, "agent-1", at(2 * HOUR_MS));
        let approve = |request, by: &Actor, now| service.set_clock_back(&alice, request, by, now);
        let refused = [
            (request, agent("agent-1"), at(3 * HOUR_MS), ClockSetBack::SameAgent),
            (request, agent("Agent-1"), at(3 * HOUR_MS), ClockSetBack::SameAgent),
            (RandomId([7; 16]), agent("agent-2"), at(3 * HOUR_MS), ClockSetBack::NoRequest),
            (request, agent("agent-2"), at(2 * HOUR_MS - 1), ClockSetBack::NoRequest),
            (request, agent("agent-2"), at(2 * HOUR_MS + DAY_MS), ClockSetBack::NoRequest),
            (request, agent("agent-2"), wrong(0), ClockSetBack::NotAhead),
        ];
        for (request, by, now, why) in refused {
            assert_eq!(approve(request, &by, now), Ok(why));
        }
        assert_eq!(approve(request, &owner, at(3 * HOUR_MS)), Err(not_authorised));
        let after = service.record(&alice).unwrap();
        assert_eq!((after.time_high, after.profile), (before.time_high, before.profile), "nothing changed");

        let done = ClockSetBack::Done { from: wrong(0), to: at(3 * HOUR_MS) };
        assert_eq!(approve(request, &agent("agent-2"), at(3 * HOUR_MS)), Ok(done));
        assert_eq!(approve(request, &agent("agent-2"), at(3 * HOUR_MS)), Ok(ClockSetBack::NotAhead), "told again");
        pay(&service, &alice, "tx-4", wrong(DAY_MS));
        assert_eq!(approve(request, &agent("agent-3"), at(4 * HOUR_MS)), Ok(done), "that was another leap");
        assert_eq!(service.record(&alice).unwrap().time_high, wrong(DAY_MS));
    });
}

#[test]
fn an_account_in_daily_use_is_not_set_back_to_a_clock_that_is_behind() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        for day in 0..60 {
            pay(&service, &alice, &format!("tx-{day}"), at(day * DAY_MS));
        }
        // Two of the desk at one machine that believes in last month.
        let behind = at(30 * DAY_MS + HOUR_MS);
        let request = ask(&service, &alice, "agent-1", behind);
        let answer = service.set_clock_back(&alice, request, &agent("agent-2"), behind.plus_ms(1)).unwrap();
        assert_eq!(answer, ClockSetBack::NoLeap);
        assert_eq!(service.record(&alice).unwrap().time_high, at(59 * DAY_MS));
        pay(&service, &alice, "tx-leapt", wrong(0));
        set_back(&service, &alice, at(60 * DAY_MS));
        // The leap that was set right speaks for no other.
        for day in 61..75 {
            pay(&service, &alice, &format!("tx-{day}"), at(day * DAY_MS));
        }
        let behind = at(65 * DAY_MS + HOUR_MS);
        let request = ask(&service, &alice, "agent-1", behind);
        let answer = service.set_clock_back(&alice, request, &agent("agent-2"), behind.plus_ms(1)).unwrap();
        assert_eq!(answer, ClockSetBack::NoLeap);
        assert_eq!(service.record(&alice).unwrap().time_high, at(74 * DAY_MS));
    });
}

#[test]
fn a_request_whose_name_was_erased_serves_no_more() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        pay(&service, &alice, "tx-1", at(0));
        pay(&service, &alice, "tx-2", wrong(0));
        let request = ask(&service, &alice, "agent-1", at(HOUR_MS));
        service.execute(&alice, &EraseFreeText { by: agent("dpo-1") }, at(HOUR_MS)).unwrap();
        let answer = service.set_clock_back(&alice, request, &agent("agent-1"), at(HOUR_MS)).unwrap();
        assert_eq!(answer, ClockSetBack::NoRequest, "nobody knows whether it is the same agent");
        set_back(&service, &alice, at(2 * HOUR_MS));
    });
}

#[test]
fn freezes_close_what_they_closed_and_those_that_the_leap_ended_stand_again() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let month = place(&service, &alice, by_agent(Scopes::RECEIVE).until(at(30 * DAY_MS)), at(0));
        let asked = RequestLift { freeze: month, by: agent("agent-1"), release: None, identity: None };
        service.execute(&alice, &asked, at(1)).unwrap().unwrap();
        let day = place(&service, &alice, by_agent(Scopes::PAY_OUT).until(wrong(DAY_MS)), wrong(0));
        assert_eq!(service.restriction(&alice, wrong(0)).unwrap(), Scopes::PAY_OUT, "the month is over, it seems");

        let now = at(HOUR_MS);
        set_back(&service, &alice, now);
        assert_eq!(service.restriction(&alice, now).unwrap(), Scopes::PAY_OUT | Scopes::RECEIVE);
        let last = now.plus_ms(DAY_MS);
        assert_eq!(service.restriction(&alice, last.minus_ms(1)).unwrap(), Scopes::PAY_OUT | Scopes::RECEIVE);
        assert_eq!(service.restriction(&alice, last).unwrap(), Scopes::RECEIVE, "a day is a day");
        assert_eq!(service.restriction(&alice, at(30 * DAY_MS)).unwrap(), Scopes::NONE, "and a month a month");
        let lift = LiftFreeze { freeze: month, by: agent("agent-2"), release: None, identity: None };
        let lifted = service.execute(&alice, &lift, now).unwrap();
        assert_eq!(lifted, Err(FreezeError::SecondAgentNeeded), "an old request serves no more");
        let record = service.record(&alice).unwrap();
        assert!([month, day].iter().all(|id| record.freezes.get(*id).is_some()));
    });
}

#[test]
fn a_cooling_off_goes_on_and_what_the_wrong_clock_judged_was_before_the_lift() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let owner = Actor::owner(who("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        let cool = |from: Timestamp| {
            let freeze = place(&service, &alice, FreezeRequest::by_owner(who("alice"), Scopes::ALL), from);
            let lift = LiftFreeze { freeze, by: owner.clone(), release: None, identity: None };
            service.execute(&alice, &lift, from.plus_ms(1)).unwrap().unwrap()
        };
        let closed = cool(at(0));
        assert!(closed.contains(Scopes::CHANGE_FACTORS));
        let asked = payment("tx-stranger", wrong(0)).to("stranger").from_device("another phone");
        for number in 0..12 {
            pay(&service, &alice, &format!("tx-{number}"), at(HOUR_MS).plus_ms(number * HOUR_MS / 2));
        }
        let judged = service.assess(&alice, &asked, 480, wrong(0)).unwrap();
        assert!(matches!(judged, PaymentDecision::Assessed(ref it) if it.outcome == Outcome::StepUp), "{judged:?}");
        assert_eq!(service.restriction(&alice, wrong(0)).unwrap(), Scopes::NONE);

        let now = at(8 * HOUR_MS);
        set_back(&service, &alice, now);
        assert_eq!(service.restriction(&alice, now).unwrap(), closed);
        assert_eq!(service.restriction(&alice, at(DAY_MS + 1)).unwrap(), Scopes::NONE, "24 hours after the lift");
        cool(at(3 * DAY_MS));
        let release = service.release_payment(&alice, &asked, 480, None, at(3 * DAY_MS + MINUTE_MS)).unwrap();
        assert_eq!(release, ReleaseOutcome::Frozen, "it never met the small limits");
    });
}

#[test]
fn no_code_of_the_wrong_year_lives_for_years() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        pay(&service, &alice, "tx-1", at(0));
        let (challenge, code) = sign_in_code(&service, &alice, wrong(0));
        set_back(&service, &alice, at(HOUR_MS));
        let late = type_code(&service, &alice, challenge, code, at(HOUR_MS + 5 * MINUTE_MS)).unwrap();
        assert_eq!(late, CodeAnswer::Tried(VerifyOutcome::Expired));
    });
}

#[test]
fn wrong_tries_stay_counted_and_a_block_lasts_as_long_as_it_did() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        pay(&service, &alice, "tx-1", at(0));
        let (challenge, code) = sign_in_code(&service, &alice, wrong(0));
        for guess in 1..=5 {
            type_code(&service, &alice, challenge, code + guess, wrong(0)).unwrap();
        }
        let row = |budget: FailureBudget, now: Timestamp| {
            let until = budget.blocked_until_at(Door::Elsewhere, now);
            (budget.failures_in_a_row(), until.map(|until| until.ms_since(now)))
        };
        let now = at(HOUR_MS);
        let before = row(service.record(&alice).unwrap().second_factor_budget, wrong(0));
        set_back(&service, &alice, now);
        let after = row(service.record(&alice).unwrap().second_factor_budget, now);
        assert_eq!((before, after), ((5, Some(30_000)), (5, Some(30_000))));
        let again = type_code(&service, &alice, challenge, code, now).unwrap();
        assert_eq!(again, CodeAnswer::Blocked { until: now.plus_ms(30_000) });
    });
}

#[test]
fn recovery_codes_of_the_wrong_year_are_good_and_the_trail_tells_of_it_all() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        service.swap_settings(crate::support::without_step_up());
        pay(&service, &alice, "tx-1", at(0));
        let drawn = service.execute(&alice, &GenerateRecoveryCodes { ticket: None }, wrong(0)).unwrap();
        set_back(&service, &alice, at(HOUR_MS));
        let spend = SpendRecoveryCode { code: drawn.codes[0].clone(), sign_in: RandomId([1; 16]) };
        let spent = service.execute(&alice, &spend, at(HOUR_MS)).unwrap();
        assert_eq!(spent, RecoveryAnswer::Accepted { left: 9 });
        assert_eq!(service.record(&alice).unwrap().recovery.left(), 9, "the record still reads");
        let told = kinds(&service, &alice);
        assert!(told.iter().any(
            |kind| matches!(kind, EventKind::ClockSetBackRequested { clock, .. } if *clock == at(HOUR_MS - MINUTE_MS))
        ));
        assert!(told.iter().any(
            |kind| matches!(kind, EventKind::ClockSetBack { from, to, .. } if (*from, *to) == (wrong(0), at(HOUR_MS)))
        ));
        assert!(matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { .. }));
    });
}
