//! Changing a password that is known, and lists of breached ones.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use account_security::account::Errand;
use account_security::command::{
    GenerateRecoveryCodes, Notice, ProofStep, Refused, Rejection, RequirePasswordChange, SetBy, SignInStep,
};
use account_security::freeze::{Actor, Authority, Scopes};
use account_security::password::{
    BreachAnswer, BreachCheck, BreachFault, HashParams, Password, PasswordPolicy, PolicyNumbers,
};
use account_security::service::{PasswordChange, PasswordOutcome, Service, ServiceError, SignUpResult, Unfit};
use account_security::types::time::HOUR_MS;
use account_security::types::{ActorId, Timestamp};

use super::customer::{Customer, NEXT, PHONE, RIGHT, complete, password};
use super::on_every_store;
use crate::support::owner::{NEW, OLD};
use crate::support::stores::{InterruptedCommit, Shared};
use crate::support::{account, at, ring, settings};

const THIRD: &str = "Wm7?kk-meadow";

fn is_changed(change: &Result<PasswordChange, ServiceError>) -> bool {
    matches!(change, Ok(PasswordChange::Changed { signed_in: None }))
}

#[test]
fn the_current_password_is_asked_for_and_counted_when_wrong() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        for number in 0..4 {
            let refused = alice.change_password(THIRD, NEXT, at(number)).unwrap();
            assert!(matches!(refused, PasswordChange::Refused(Refused::WrongPassword)), "{refused:?}");
        }
        assert_eq!(alice.failures().0, 4);
        let unfit = alice.change_password(RIGHT, "password", at(5)).unwrap();
        assert!(matches!(unfit, PasswordChange::Unfit(Unfit::Rules(_))), "{unfit:?}");
        assert_eq!(alice.failures().0, 0, "the current one was right, whatever the new one is");
        let same = alice.change_password(RIGHT, RIGHT, at(6)).unwrap();
        assert!(matches!(same, PasswordChange::Unfit(Unfit::UsedBefore)), "{same:?}");
        assert!(is_changed(&alice.change_password(RIGHT, NEXT, at(7))));
        assert_eq!(alice.sign_in(RIGHT, None, at(8)), SignInStep::Refused(Refused::WrongPassword));
        assert!(matches!(alice.sign_in(NEXT, None, at(9)), SignInStep::SecondFactor { .. }));
    });
}

#[test]
fn five_wrong_current_passwords_block_the_change_like_a_sign_in() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        for _ in 0..5 {
            alice.change_password(THIRD, NEXT, at(0)).unwrap();
        }
        let blocked = alice.change_password(RIGHT, NEXT, at(1)).unwrap();
        let until = at(30_000);
        assert!(
            matches!(blocked, PasswordChange::Refused(Refused::Blocked { until: it }) if it == until),
            "{blocked:?}"
        );
        assert_eq!(alice.sign_in(RIGHT, None, at(1)), SignInStep::Refused(Refused::Blocked { until }));
        assert!(is_changed(&alice.change_password(RIGHT, NEXT, until)));
        let nobody = Customer::named("nobody", store, settings());
        let refused = nobody.change_password(RIGHT, NEXT, at(1)).unwrap();
        assert!(matches!(refused, PasswordChange::Refused(Refused::NoAccount)), "{refused:?}");
    });
}

#[test]
fn a_change_ends_every_sign_in_under_way_and_frozen_factors_stop_it() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let ticket = alice.ticket(at(0));
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(0));
        assert!(is_changed(&alice.change_password(RIGHT, NEXT, at(1))));
        assert_eq!(alice.prove(ticket, &proof, at(2)), SignInStep::Refused(Refused::NoSuchTicket));
        alice.freeze(Scopes::CHANGE_FACTORS, at(3));
        let frozen = alice.change_password(NEXT, THIRD, at(4));
        assert!(matches!(frozen, Err(ServiceError::Rejected(_))), "{frozen:?}");
        assert!(matches!(alice.sign_in(NEXT, None, at(5)), SignInStep::SecondFactor { .. }), "nothing changed");
    });
}

fn policy(change: impl FnOnce(&mut PolicyNumbers)) -> PasswordPolicy {
    let mut numbers = *PasswordPolicy::card_default().numbers();
    change(&mut numbers);
    PasswordPolicy::new(numbers).unwrap()
}

#[test]
fn a_young_password_is_kept_by_who_knows_it_and_not_by_who_forgot_it() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.password = policy(|numbers| numbers.min_age_hours = 24);
        let alice = Customer::alice_with(store, settings);
        let kept = alice.change_password(RIGHT, NEXT, at(HOUR_MS)).unwrap();
        assert!(matches!(kept, PasswordChange::Unfit(Unfit::Rules(_))), "{kept:?}");
        let ticket = complete(alice.reset_opened(at(HOUR_MS)));
        let reset = alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(HOUR_MS));
        assert!(is_changed(&reset), "forgotten this morning: {reset:?}");
        assert!(is_changed(&alice.change_password(NEXT, THIRD, at(25 * HOUR_MS))));
    });
}

#[test]
fn the_least_age_of_the_sign_in_policy_tells_when() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sign_in.password_age_ms_min = HOUR_MS;
        let alice = Customer::alice_with(store, settings);
        let young = alice.change_password(RIGHT, NEXT, at(1)).unwrap();
        assert!(matches!(young, PasswordChange::TooYoung { until } if until == at(HOUR_MS)), "{young:?}");
        assert_eq!(alice.failures().0, 0);
        assert!(is_changed(&alice.change_password(RIGHT, NEXT, at(HOUR_MS))));
    });
}

/// Knows one password; gives no answer for another.
struct Known;

impl BreachCheck for Known {
    fn check(&self, password: &Password) -> Result<BreachAnswer, BreachFault> {
        match password.expose() {
            b"tundra-Maple-93" => Ok(BreachAnswer::seen(12)),
            b"quartz-Maple-93" => Err(BreachFault::Body),
            _ => Ok(BreachAnswer::NotFound),
        }
    }
}

#[test]
fn a_list_that_gives_no_answer_denies_whichever_way_a_password_comes() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.password = policy(|numbers| numbers.breached = true);
        let service = Service::new(store.clone(), ring(1, &[1]), settings).unwrap().with_breaches(Box::new(Known));
        let alice = Customer { service, name: account("alice"), from: None };
        let denied = |answer: ServiceError| assert_eq!(answer, ServiceError::Breach(BreachFault::Body));
        denied(alice.try_sign_up("quartz-Maple-93", OLD, None, at(0)).unwrap_err());
        let breached = alice.sign_up("tundra-Maple-93", OLD, None, at(0));
        assert!(matches!(breached, SignUpResult::Unfit(Unfit::Rules(_))), "{breached:?}");
        assert!(!alice.service.is_known(&alice.name).unwrap() && alice.written_to().is_empty());

        alice.sign_up_confirmed(OLD, None, at(0));
        denied(alice.change_password(RIGHT, "quartz-Maple-93", at(1)).unwrap_err());
        assert_eq!(alice.failures().0, 0, "the current one was right");
        let ProofStep::Complete { ticket } = alice.reset_opened(at(2)) else { panic!("not opened") };
        let by = || SetBy::Reset { ticket };
        denied(alice.set_new_password("quartz-Maple-93", by(), at(3)).unwrap_err());
        let breached = alice.set_new_password("tundra-Maple-93", by(), at(4)).unwrap();
        assert!(matches!(breached, PasswordChange::Unfit(Unfit::Rules(_))), "{breached:?}");
        assert!(is_changed(&alice.set_new_password("orchid-Maple-93", by(), at(5))), "the ticket was kept all along");
    });
}

#[test]
fn without_a_list_a_policy_that_asks_for_one_lets_nobody_sign_up() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.password = policy(|numbers| numbers.breached = true);
        let alice = Customer::named("alice", store, settings);
        let now: Timestamp = at(0);
        assert_eq!(alice.try_sign_up(RIGHT, OLD, None, now).unwrap_err(), ServiceError::NoBreachList);
    });
}

#[test]
fn a_leaked_password_does_not_meet_the_change_that_its_leak_demands_whatever_the_history() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.password = policy(|numbers| numbers.history = 0);
        let alice = Customer::alice_with(store, settings);
        assert!(is_changed(&alice.change_password(RIGHT, RIGHT, at(1))), "without a history, and without a leak");
        let by = Actor::staff(ActorId::parse("breach-watch").unwrap(), Authority::Rule);
        assert!(alice.service.execute(&alice.name, &RequirePasswordChange { by }, at(2)).unwrap());
        let is_used = |change: &PasswordChange| matches!(change, PasswordChange::Unfit(Unfit::UsedBefore));
        let same = alice.change_password(RIGHT, RIGHT, at(3)).unwrap();
        assert!(is_used(&same), "{same:?}");
        let ticket = complete(alice.reset_opened(at(4)));
        let same = alice.set_new_password(RIGHT, SetBy::Reset { ticket }, at(5)).unwrap();
        assert!(is_used(&same), "{same:?}");
        assert!(is_changed(&alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(6))));
        assert!(is_changed(&alice.change_password(NEXT, NEXT, at(7))), "the leak is over");
    });
}

/// Somebody else has the password hashed anew, once, while it is compared.
fn rehashed_meanwhile(store: &Shared) -> (Customer, Arc<AtomicBool>) {
    let mut weaker = settings();
    weaker.hashing = HashParams::new(32, 1, 1).unwrap();
    Customer::alice_with(store, weaker);
    let (inner, is_done) = (store.clone(), Arc::new(AtomicBool::new(false)));
    let done = Arc::clone(&is_done);
    let meanwhile = move || {
        let other = Customer::named("alice", &inner, settings());
        assert!(matches!(other.sign_in(RIGHT, None, at(1)), SignInStep::SecondFactor { .. }));
        done.store(true, Ordering::SeqCst);
    };
    let slow = InterruptedCommit(store.clone(), Mutex::new(Some(meanwhile)));
    (Customer::named("alice", &Shared::new(slow), settings()), is_done)
}

#[test]
fn a_right_password_is_right_though_it_is_hashed_anew_while_it_is_compared() {
    on_every_store(|store| {
        let (alice, is_done) = rehashed_meanwhile(store);
        let outcome = alice.service.verify_password(&alice.name, &password(RIGHT), at(2)).unwrap();
        assert!(matches!(outcome, PasswordOutcome::Accepted { .. }), "{outcome:?}");
        assert!(is_done.load(Ordering::SeqCst));
        assert_eq!(alice.failures().0, 0);
    });
    on_every_store(|store| {
        let (alice, is_done) = rehashed_meanwhile(store);
        assert!(is_changed(&alice.change_password(RIGHT, NEXT, at(2))));
        assert!(is_done.load(Ordering::SeqCst));
    });
}

#[test]
fn while_the_password_must_be_changed_nothing_delicate_begins_or_goes_on() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let change = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        alice.prove_old(change, alice.code(OLD), at(0)).unwrap().unwrap().sent.unwrap();
        alice.prove_new(change, alice.code(NEW), at(0)).unwrap().unwrap();
        let proven = alice.stepped_up(PHONE, at(HOUR_MS));
        alice.notices();
        let by = Actor::staff(ActorId::parse("leak-watch").unwrap(), Authority::Rule);
        assert!(alice.service.execute(&alice.name, &RequirePasswordChange { by }, at(HOUR_MS)).unwrap());
        let told = [Notice::PasswordChangeRequired, Notice::ContactChangeCancelled { kind: PHONE }];
        assert_eq!(alice.notices(), told);

        let needed = || ServiceError::Rejected(Rejection::PasswordChangeNeeded);
        assert_eq!(alice.service.begin_step_up(&alice.name, at(2 * HOUR_MS)).unwrap_err(), needed());
        assert_eq!(alice.begin_change(NEW, None, at(2 * HOUR_MS)).unwrap_err(), needed());
        let draw = GenerateRecoveryCodes { ticket: Some(proven) };
        let drawn = alice.service.execute(&alice.name, &draw, at(HOUR_MS + 1)).map(|_| ());
        assert_eq!(drawn, Err(needed()));
        assert_eq!(alice.service.record(&alice.name).unwrap().tickets.len(), 0, "what was proven before is over");

        let ticket = alice.ticket(at(3 * HOUR_MS));
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(3 * HOUR_MS));
        let SignInStep::ChangePassword { ticket } = alice.prove(ticket, &proof, at(3 * HOUR_MS)) else { panic!() };
        let set = alice.set_new_password(NEXT, SetBy::SignIn { ticket, remember: None }, at(3 * HOUR_MS)).unwrap();
        assert!(matches!(set, PasswordChange::Changed { signed_in: Some(_) }), "{set:?}");
        alice.stepped_up(PHONE, at(4 * HOUR_MS));
        assert!(alice.begin_change(NEW, None, at(4 * HOUR_MS)).unwrap().is_ok());
    });
}
