//! Who lifts what: ranks, two people, releases, and the cooling-off after an owner's lift.

use account_security::account::EventKind;
use account_security::command::PaymentDecision;
use account_security::freeze::{Actor, Authority, FreezeError, Scopes, StepUp};
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{Payment, ReasonCode, Timestamp};

use super::{Desk, agent, by, case, person, staff};
use crate::on_every_store;
use crate::support::acts::{kinds, yuan};
use crate::support::at;

#[test]
fn a_debit_block_stands_when_the_full_block_above_it_is_lifted() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        desk.place(by(Scopes::PAY_OUT, Authority::Rule), at(0));
        let full = desk.place(by(Scopes::ALL, Authority::Agent), at(1));
        assert_eq!(desk.closed(at(2)), Scopes::ALL);
        desk.request(full, agent("a"), None, at(3)).unwrap();
        assert_eq!(desk.lift(full, agent("b"), None, at(4)), Ok(Scopes::PAY_OUT));
        assert_eq!(desk.closed(at(5)), Scopes::PAY_OUT);
        assert_eq!(desk.pay("tx-1", at(6)), PaymentDecision::Frozen);
        assert!(desk.is_intact());
    });
}

#[test]
fn the_compliance_office_needs_two_of_its_rank_and_nobody_below_gets_in() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::ALL, Authority::Compliance), at(0));
        let needs = Err(FreezeError::NotAuthorised { needs: Authority::Compliance });
        assert_eq!(desk.lift(freeze, agent("a"), None, at(1)), needs);
        let owner = Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        assert_eq!(desk.lift(freeze, owner, None, at(1)), Err(FreezeError::NotFound), "the owner does not learn of it");
        let officer = |name| staff(name, Authority::Compliance);
        assert_eq!(desk.lift(freeze, officer("x"), None, at(2)), Err(FreezeError::SecondAgentNeeded));
        let dies_at = desk.request(freeze, officer("x"), None, at(3)).unwrap();
        assert_eq!(dies_at, at(3 + DAY_MS));
        assert_eq!(desk.lift(freeze, officer("x"), None, at(4)), Err(FreezeError::SameAgent));
        assert_eq!(
            desk.lift(freeze, officer("y"), None, dies_at),
            Err(FreezeError::SecondAgentNeeded),
            "a day too late"
        );
        desk.request(freeze, officer("x"), None, dies_at).unwrap();
        assert_eq!(desk.lift(freeze, officer("y"), None, dies_at.plus_ms(1)), Ok(Scopes::NONE));
        assert!(desk.notices().is_empty(), "the customer hears of none of it");
    });
}

#[test]
fn a_courts_freeze_goes_with_the_release_that_both_looked_at() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Court), at(0));
        let clerk = |name| staff(name, Authority::Court);
        assert_eq!(desk.request(freeze, clerk("x"), None, at(1)), Err(FreezeError::ReleaseNeeded));
        desk.request(freeze, clerk("x"), case("R-1"), at(1)).unwrap();
        assert_eq!(desk.lift(freeze, clerk("y"), case("R-2"), at(2)), Err(FreezeError::ReleaseDiffers));
        assert_eq!(desk.lift(freeze, clerk("y"), None, at(3)), Ok(Scopes::NONE));
        let told = kinds(&desk.service, &desk.alice);
        assert!(
            matches!(told.last(), Some(EventKind::FreezeLifted { release: Some(named), .. }) if named.as_str() == "R-1")
        );
    });
}

#[test]
fn the_owners_lift_leaves_a_day_of_cooling_off_with_factors_and_profile_shut() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let freeze = desk.place(by(Scopes::ALL, Authority::Owner), at(0));
        let owner = |oldest_enrolled_at| Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at });
        let fresh = desk.lift(freeze, owner(at(1)), None, at(HOUR_MS));
        assert_eq!(fresh, Err(FreezeError::FactorTooNew { enough_at: at(1 + 12 * HOUR_MS) }));
        let narrow = Scopes::CHANGE_PROFILE | Scopes::CHANGE_FACTORS;
        assert_eq!(desk.lift(freeze, owner(at(1)), None, at(1 + 12 * HOUR_MS)), Ok(narrow));
        let lifted_at = 1 + 12 * HOUR_MS;
        assert_eq!(desk.closed(at(lifted_at + DAY_MS - 1)), narrow);
        assert_eq!(desk.closed(at(lifted_at + DAY_MS)), Scopes::NONE);
    });
}

#[test]
fn while_cooling_off_only_small_payments_go_out() {
    on_every_store(|store| {
        let desk = Desk::on(store);
        let pay = |tx: &str, minor, now| {
            let payment = Payment::out(tx, yuan(minor), now).unwrap().to("shop-7").from_device("phone-1");
            match desk.service.assess(&desk.alice, &payment, 480, now).unwrap() {
                PaymentDecision::Assessed(judged) => {
                    judged.reasons.iter().map(|reason| reason.code).find(|code| code.name().starts_with("LIMIT"))
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(pay("tx-0", 50_001, at(0)), None, "no limits before");
        let freeze = desk.place(by(Scopes::PAY_OUT, Authority::Owner), at(1));
        let owner = Actor::owner(person("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN });
        let (lifted_at, day) = (at(DAY_MS), |days: u64| at(days * DAY_MS));
        desk.lift(freeze, owner, None, lifted_at).unwrap();
        assert_eq!(pay("tx-1", 50_001, lifted_at), Some(ReasonCode::LimitTransaction));
        assert_eq!(pay("tx-2", 50_000, lifted_at), None);
        assert_eq!(pay("tx-3", 49_000, lifted_at.plus_ms(1)), None);
        assert_eq!(pay("tx-4", 1_001, lifted_at.plus_ms(2)), Some(ReasonCode::LimitDay), "a thousand a day");
        assert_eq!(pay("tx-5", 50_001, day(2)), None, "a day later it is over");
    });
}
