//! A forgotten password, by the service's own methods.

use account_security::account::{Errand, TicketId};
use account_security::command::{CodeRefused, Notice, ProofStep, Refused, SetBy, SignInStep, TypedProof};
use account_security::freeze::Scopes;
use account_security::service::{PasswordChange, Unfit};
use account_security::types::time::{HOUR_MS, MINUTE_MS};

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, complete, wrong};
use super::on_every_store;
use crate::support::at;
use crate::support::owner::{MAIL, NEW, OLD};

#[test]
fn a_code_a_new_password_and_the_devices_are_strangers() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (_, token) = alice.signed_in(at(0));
        let started = alice.begin_reset(PHONE, at(1));
        let code = alice.code(OLD);
        let guess = alice.verify_reset(started.challenge, wrong(&code), at(2));
        assert!(matches!(guess, ProofStep::Refused(Refused::Code(_))), "{guess:?}");
        assert_eq!(alice.failures(), (0, 0, 1), "the reset has a budget of its own");
        let ticket = complete(alice.verify_reset(started.challenge, code.clone(), at(3)));
        let replayed = alice.verify_reset(started.challenge, code, at(4));
        assert!(matches!(replayed, ProofStep::Refused(Refused::Code(_))), "{replayed:?}");
        let by = || SetBy::Reset { ticket };
        let stranger = SetBy::Reset { ticket: TicketId([6; 16]) };
        let asked = alice.set_new_password(RIGHT, stranger, at(5)).unwrap();
        let is_silent = matches!(asked, PasswordChange::Refused(Refused::NoSuchTicket));
        assert!(is_silent, "without a ticket nobody asks the history: {asked:?}");
        let unfit = alice.set_new_password("12345678", by(), at(5)).unwrap();
        assert!(matches!(unfit, PasswordChange::Unfit(Unfit::Rules(_))), "{unfit:?}");
        let used = alice.set_new_password(RIGHT, by(), at(6)).unwrap();
        assert!(matches!(used, PasswordChange::Unfit(Unfit::UsedBefore)), "{used:?}");
        let set = alice.set_new_password(NEXT, by(), at(7)).unwrap();
        assert!(matches!(set, PasswordChange::Changed { signed_in: None }), "a reset signs nobody in: {set:?}");
        assert_eq!(alice.sign_in(RIGHT, Some(&token), at(8)), SignInStep::Refused(Refused::WrongPassword));
        assert_eq!(alice.failures().0, 1, "the device is a stranger");
        assert!(matches!(alice.sign_in(NEXT, None, at(9)), SignInStep::SecondFactor { .. }));
    });
}

#[test]
fn two_proofs_where_there_are_two() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let ProofStep::MoreNeeded { ticket, .. } = alice.reset_opened(at(1)) else { panic!("one was enough") };
        let early = alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(2)).unwrap();
        assert!(matches!(early, PasswordChange::Refused(Refused::NoSuchTicket)), "{early:?}");
        assert_eq!(alice.send(ticket, Errand::Reset, PHONE, at(2)), Err(CodeRefused::NotOffered));
        let sent = alice.send(ticket, Errand::Reset, EMAIL, at(2)).unwrap();
        let proof = TypedProof::Code { challenge: sent.challenge, code: alice.code(MAIL) };
        let renamed = complete(alice.prove_reset(ticket, &proof, at(3)));
        assert_eq!(alice.prove_reset(ticket, &proof, at(4)), ProofStep::Refused(Refused::NoSuchTicket));
        let set = alice.set_new_password(NEXT, SetBy::Reset { ticket: renamed }, at(5)).unwrap();
        assert!(matches!(set, PasswordChange::Changed { signed_in: None }), "{set:?}");
    });
}

#[test]
fn frozen_factors_stop_a_reset_even_one_whose_ticket_is_complete() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let ticket = complete(alice.reset_opened(at(1)));
        alice.freeze(Scopes::CHANGE_FACTORS, at(2));
        let set = alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(3));
        assert!(!matches!(set, Ok(PasswordChange::Changed { .. })), "{set:?}");
        assert!(matches!(alice.sign_in(RIGHT, None, at(4)), SignInStep::SecondFactor { .. }), "nothing changed");
        assert_eq!(alice.reset_opened(at(11 * MINUTE_MS)), ProofStep::Frozen);
    });
}

#[test]
fn a_ticket_tells_of_nine_passwords_at_most_whether_they_were_used_before() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let ticket = complete(alice.reset_opened(at(1)));
        let by = || SetBy::Reset { ticket };
        for _ in 0..20 {
            let unfit = alice.set_new_password("12345678", by(), at(2)).unwrap();
            assert!(matches!(unfit, PasswordChange::Unfit(Unfit::Rules(_))), "what tells nothing costs nothing");
        }
        for number in 0..9 {
            let used = alice.set_new_password(RIGHT, by(), at(3)).unwrap();
            assert!(matches!(used, PasswordChange::Unfit(Unfit::UsedBefore)), "{number}: {used:?}");
        }
        for tried in [RIGHT, NEXT] {
            let refused = alice.set_new_password(tried, by(), at(4)).unwrap();
            assert!(matches!(refused, PasswordChange::Refused(Refused::NoSuchTicket)), "{refused:?}");
        }
    });
}

#[test]
fn a_reset_calls_a_change_of_contact_off_and_says_so() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let change = alice.begin_change(NEW, None, at(0)).unwrap().unwrap().change;
        alice.prove_old(change, alice.code(OLD), at(0)).unwrap().unwrap().sent.unwrap();
        alice.prove_new(change, alice.code(NEW), at(0)).unwrap().unwrap();
        let ticket = complete(alice.reset_opened(at(HOUR_MS)));
        alice.notices();
        alice.set_new_password(NEXT, SetBy::Reset { ticket }, at(HOUR_MS)).unwrap();
        let told = [Notice::PasswordChanged, Notice::ContactChangeCancelled { kind: PHONE }];
        assert_eq!(alice.notices(), told);
    });
}
