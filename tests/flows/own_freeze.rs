//! "Unfreeze my account": the owner alone, with two factors, and nobody else.

use account_security::account::TicketId;
use account_security::command::{LiftOwnFreeze, PlaceFreeze, Refused, RequirePasswordChange, SetBy};
use account_security::freeze::{Actor, Authority, FreezeError, FreezeReason, FreezeRequest, Scopes};
use account_security::service::{LiftOwn, OwnLiftOutcome, PasswordChange};
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{ActorId, RandomId, Timestamp};

use super::customer::{Customer, NEXT, PHONE, RIGHT, complete, password};
use super::on_every_store;
use crate::support::at;

fn frozen(alice: &Customer, authority: Authority, reason: FreezeReason, now: Timestamp) -> RandomId {
    let actor = ActorId::parse("somebody").unwrap();
    let request = FreezeRequest::new(Scopes::PAY_OUT, reason, authority, actor);
    alice.service.execute(&alice.name, &PlaceFreeze { request, caused_by: None }, now).unwrap().unwrap().id
}

fn lifted(alice: &Customer, freeze: RandomId, ticket: TicketId, typed: &str, now: Timestamp) -> OwnLiftOutcome {
    let (by, password) = (&ActorId::parse("alice").unwrap(), &password(typed));
    let lift = LiftOwn { freeze, by, ticket, password, device: None };
    alice.service.lift_own_freeze(&alice.name, &lift, now).unwrap()
}

#[test]
fn password_and_step_up_lift_the_owners_own_freeze_once() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(DAY_MS));
        let ticket = alice.stepped_up(PHONE, at(DAY_MS));
        assert!(matches!(lifted(&alice, freeze, ticket, RIGHT, at(DAY_MS)), OwnLiftOutcome::Lifted { .. }));
        let again = lifted(&alice, freeze, ticket, RIGHT, at(DAY_MS));
        assert_eq!(again, OwnLiftOutcome::Refused(Refused::NoSuchTicket), "the ticket is spent");
        let closed = alice.service.restriction(&alice.name, at(DAY_MS)).unwrap();
        assert!(!closed.intersects(Scopes::PAY_OUT));
    });
}

#[test]
fn one_factor_is_not_enough_and_what_does_not_lift_spends_no_ticket() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(DAY_MS));
        let nobodys = lifted(&alice, freeze, TicketId([7; 16]), RIGHT, at(DAY_MS));
        assert_eq!(nobodys, OwnLiftOutcome::Refused(Refused::NoSuchTicket));
        let ticket = alice.stepped_up(PHONE, at(DAY_MS));
        let wrong = lifted(&alice, freeze, ticket, "Wrong1!wrong", at(DAY_MS));
        assert_eq!(wrong, OwnLiftOutcome::Refused(Refused::WrongPassword));
        let other = lifted(&alice, RandomId([9; 16]), ticket, RIGHT, at(DAY_MS));
        assert_eq!(other, OwnLiftOutcome::Stands(FreezeError::NotFound));
        assert!(matches!(lifted(&alice, freeze, ticket, RIGHT, at(DAY_MS)), OwnLiftOutcome::Lifted { .. }));
    });
}

#[test]
fn wrong_passwords_block_here_as_at_a_sign_in() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(DAY_MS));
        let ticket = alice.stepped_up(PHONE, at(DAY_MS));
        let tries = (0..200).map(|_| lifted(&alice, freeze, ticket, "Wrong1!wrong", at(DAY_MS)));
        let blocked =
            tries.into_iter().find(|answer| matches!(answer, OwnLiftOutcome::Refused(Refused::Blocked { .. })));
        assert!(blocked.is_some());
        assert!(matches!(
            lifted(&alice, freeze, ticket, RIGHT, at(DAY_MS)),
            OwnLiftOutcome::Refused(Refused::Blocked { .. })
        ));
        assert!(alice.service.restriction(&alice.name, at(DAY_MS)).unwrap().intersects(Scopes::PAY_OUT));
    });
}

#[test]
fn nobody_elses_freeze_is_lifted_and_fresh_factors_do_not_count() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let young = at(HOUR_MS);
        let own = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, young);
        let ticket = alice.stepped_up(PHONE, young);
        let fresh = lifted(&alice, own, ticket, RIGHT, young);
        assert!(matches!(fresh, OwnLiftOutcome::Stands(FreezeError::FactorTooNew { .. })), "{fresh:?}");

        let later = at(2 * DAY_MS);
        let agents = frozen(&alice, Authority::Agent, FreezeReason::AccountTakeover, later);
        let ticket = alice.stepped_up(PHONE, later);
        let refused = lifted(&alice, agents, ticket, RIGHT, later);
        assert!(matches!(refused, OwnLiftOutcome::Stands(FreezeError::NotAuthorised { .. })), "{refused:?}");
        assert!(matches!(lifted(&alice, own, ticket, RIGHT, later), OwnLiftOutcome::Lifted { .. }));
        assert!(alice.service.restriction(&alice.name, later).unwrap().intersects(Scopes::PAY_OUT));
    });
}

/// Who took over the number resets the password with it: two factors that are one.
#[test]
fn a_stolen_number_alone_lifts_nothing_until_the_owner_had_time() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(2 * DAY_MS));
        let ticket = complete(alice.reset_opened(at(2 * DAY_MS)));
        alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(2 * DAY_MS)).unwrap();
        let ticket = alice.stepped_up(PHONE, at(2 * DAY_MS + HOUR_MS));
        let early = lifted(&alice, freeze, ticket, NEXT, at(2 * DAY_MS + HOUR_MS));
        assert!(matches!(early, OwnLiftOutcome::Stands(FreezeError::FactorTooNew { .. })), "{early:?}");
        let ticket = alice.stepped_up(PHONE, at(4 * DAY_MS));
        assert!(matches!(lifted(&alice, freeze, ticket, NEXT, at(4 * DAY_MS)), OwnLiftOutcome::Lifted { .. }));
    });
}

#[test]
fn a_password_changed_while_it_was_compared_lifts_nothing() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(DAY_MS));
        let ticket = alice.stepped_up(PHONE, at(DAY_MS));
        let compared = alice.service.record(&alice.name).unwrap().password.unwrap().phc().to_owned();
        let changed = alice.change_password(RIGHT, NEXT, at(DAY_MS));
        assert!(matches!(changed, Ok(PasswordChange::Changed { .. })));
        let lift = LiftOwnFreeze { freeze, by: ActorId::parse("alice").unwrap(), ticket, compared };
        let execute = |lift: &LiftOwnFreeze, now| alice.service.execute(&alice.name, lift, now).unwrap();
        assert_eq!(execute(&lift, at(DAY_MS)), Err(FreezeError::StepUpNeeded));
        // Nor with a ticket that the change did not take away.
        let later = at(3 * DAY_MS);
        let lift = LiftOwnFreeze { ticket: alice.stepped_up(PHONE, later), ..lift };
        assert_eq!(execute(&lift, later), Err(FreezeError::StepUpNeeded));
        let compared = alice.service.record(&alice.name).unwrap().password.unwrap().phc().to_owned();
        assert!(execute(&LiftOwnFreeze { compared, ..lift }, later).is_ok());
    });
}

/// Evidence of a leak marks the password: whoever leaked it knows it, too.
#[test]
fn a_password_that_must_be_changed_lifts_nothing() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freeze = frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, at(DAY_MS));
        let ticket = alice.stepped_up(PHONE, at(DAY_MS));
        let by = Actor::staff(ActorId::parse("ann").unwrap(), Authority::Agent);
        alice.service.execute(&alice.name, &RequirePasswordChange { by }, at(DAY_MS)).unwrap();
        let refused = lifted(&alice, freeze, ticket, RIGHT, at(DAY_MS));
        assert!(matches!(refused, OwnLiftOutcome::Refused(_)), "{refused:?}");
        assert!(alice.service.restriction(&alice.name, at(DAY_MS)).unwrap().intersects(Scopes::PAY_OUT));
    });
}

/// One ticket opens one thing, whoever asks at once: here two freezes.
#[test]
fn of_two_lifts_at_once_on_one_ticket_one_happens() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let freezes =
            [at(DAY_MS), at(DAY_MS + 1)].map(|now| frozen(&alice, Authority::Owner, FreezeReason::OwnerRequest, now));
        let now = at(DAY_MS + 2);
        let ticket = alice.stepped_up(PHONE, now);
        let alice = &alice;
        let answers: Vec<OwnLiftOutcome> = std::thread::scope(|scope| {
            let asked = freezes.map(|freeze| scope.spawn(move || lifted(alice, freeze, ticket, RIGHT, now)));
            asked.map(|thread| thread.join().unwrap()).into_iter().collect()
        });
        let count = answers.iter().filter(|answer| matches!(answer, OwnLiftOutcome::Lifted { .. })).count();
        assert_eq!(count, 1, "{answers:?}");
        assert!(answers.contains(&OwnLiftOutcome::Refused(Refused::NoSuchTicket)), "{answers:?}");
    });
}
