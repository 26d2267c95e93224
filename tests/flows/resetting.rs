//! A forgotten password, by the service's own methods.

use account_security::account::{CheckedIdentity, Errand, EventKind, EvidenceHash, IdentityCheck, Proof, TicketId};
use account_security::command::{
    ClearLockout, CodeRefused, ConfirmTotp, EnrolTotp, LockoutCleared, Notice, ProofStep, Refused,
    RequirePasswordChange, SetBy, SignInStep, TotpOutcome, TypedProof,
};
use account_security::freeze::{Actor, Authority, Scopes};
use account_security::service::{PasswordChange, Service, Unfit};
use account_security::totp::{TotpParameters, TotpSecret, code_at};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, RandomId, Timestamp, TypedCode};

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, complete, password, wrong};
use super::on_every_store;
use crate::support::owner::{MAIL, NEW, OLD};
use crate::support::stores::Shared;
use crate::support::{at, ring, settings};

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

/// A stranger types codes that were never sent for a week, each as soon as it is looked at. The last one is just typed.
fn shut_by_a_stranger(alice: &Customer) -> Timestamp {
    let mut now = at(DAY_MS);
    while now < at(8 * DAY_MS) {
        let code = TypedCode::parse("12345678", 8).unwrap();
        match alice.verify_reset(RandomId([9; 16]), code, now) {
            ProofStep::Refused(Refused::Blocked { until }) => now = until,
            step => assert!(matches!(step, ProofStep::Refused(Refused::Code(_))), "{step:?}"),
        }
    }
    let code = TypedCode::parse("12345678", 8).unwrap();
    alice.verify_reset(RandomId([9; 16]), code, now);
    assert!(alice.failures().2 > 100);
    now.plus_ms(1)
}

/// The owner's reset at this moment, if it is open, up to a new password.
fn is_reset(alice: &Customer, now: Timestamp) -> bool {
    alice.written_to();
    let started = alice.begin_reset(PHONE, now);
    let Some(code) = alice.code_if_any(OLD) else { return false };
    let ticket = complete(alice.verify_reset(started.challenge, code, now));
    let set = alice.set_new_password(NEXT, SetBy::Reset { ticket }, now).unwrap();
    matches!(set, PasswordChange::Changed { .. })
}

#[test]
fn the_desk_opens_a_reset_that_a_stranger_keeps_shut() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let now = shut_by_a_stranger(&alice);
        assert!(!is_reset(&alice, now), "no message while guesses are refused unseen");
        let clear = |proof| {
            let identity = CheckedIdentity::matched(IdentityCheck::DocumentInBranch, EvidenceHash::of(b"passport"));
            let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
            alice.service.execute(&alice.name, &ClearLockout { proof, by, identity }, now).unwrap()
        };
        assert_eq!(clear(Proof::SecondFactor), LockoutCleared::NothingToClear);
        assert!(!is_reset(&alice, now), "the other proof's");
        assert_eq!(clear(Proof::Password), LockoutCleared::Cleared);
        assert_eq!(clear(Proof::Password), LockoutCleared::NothingToClear);
        assert!(is_reset(&alice, now));
    });
}

#[test]
fn a_stranger_who_went_away_costs_the_owner_nothing_a_day_later() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let later = shut_by_a_stranger(&alice).plus_ms(HOUR_MS + DAY_MS);
        let started = alice.begin_reset(PHONE, later);
        let code = alice.code(OLD);
        alice.verify_reset(started.challenge, wrong(&code), later);
        assert_eq!(alice.failures().2, 1, "a slip of the owner's, and no hour to wait");
        complete(alice.verify_reset(started.challenge, code, later));
    });
}

#[test]
fn a_whole_sign_in_opens_the_reset_and_a_password_alone_does_not() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let now = shut_by_a_stranger(&alice);
        let ticket = alice.ticket(now);
        assert!(!is_reset(&alice, now), "who knows the password only");
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, now);
        assert!(matches!(alice.prove(ticket, &proof, now), SignInStep::SignedIn(_)));
        assert!(is_reset(&alice, now.plus_ms(1)));
    });
}

/// Begins an enrolment on the word of a step-up; what the app shows is `code_at` of its secret.
fn enrolled(alice: &Customer, ticket: Option<TicketId>, now: Timestamp) -> TotpSecret {
    let (issuer, account_name, parameters) = ("Example Pay".into(), "alice".into(), TotpParameters::STANDARD);
    let enrol = EnrolTotp { issuer, account_name, parameters, ticket };
    alice.service.execute(&alice.name, &enrol, now).unwrap().unwrap().key.secret().clone()
}

#[test]
fn an_authenticator_that_waits_for_its_code_is_gone_with_the_old_password() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let thiefs = enrolled(&alice, Some(alice.stepped_up(PHONE, at(0))), at(1));
        let pending = alice.service.record(&alice.name).unwrap().totp.pending().unwrap().credential().id();
        let now = at(2 * MINUTE_MS);
        let ticket = complete(alice.reset_opened(now));
        let set = alice.set_new_password(NEXT, SetBy::Reset { ticket }, now).unwrap();
        assert!(matches!(set, PasswordChange::Changed { .. }), "{set:?}");
        let code = TypedCode::parse(code_at(&thiefs, &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap();
        let confirmed = alice.service.execute(&alice.name, &ConfirmTotp { code }, now).unwrap();
        assert_eq!(confirmed, TotpOutcome::NotEnrolled);
        let history = alice.service.history(&alice.name, 1, 1_000).unwrap();
        let is_told = |kind: &EventKind| *kind == EventKind::TotpRevoked { credential: pending };
        assert!(history.iter().any(|(_, event)| is_told(&event.kind)));
    });
}

/// Alice, whose password was hashed under a key that her bank then lost; what is sealed was sealed anew before.
fn with_a_lost_pepper(store: &Shared) -> Customer {
    let alice = Customer::alice(store);
    let both = Service::new(store.clone(), ring(2, &[1, 2]), settings()).unwrap();
    let mut after = None;
    while let Some(last) = both.rotate_keys(after, 100).unwrap().last {
        after = Some(last);
    }
    Customer { service: Service::new(store.clone(), ring(2, &[2]), settings()).unwrap(), ..alice }
}

#[test]
fn a_pepper_that_is_gone_keeps_no_owner_from_a_reset_and_is_told_in_the_trail() {
    on_every_store(|store| {
        let alice = with_a_lost_pepper(store);
        let now = at(HOUR_MS);
        let typed = password(RIGHT);
        assert!(alice.service.sign_in(&alice.name, &typed, None, now).is_err(), "nothing can be compared with it");
        let told = || {
            let history = alice.service.history(&alice.name, 1, 1_000).unwrap().into_iter();
            let lost = history.filter_map(|(_, event)| match event.kind {
                EventKind::FormerPasswordsLost { count } => Some(count),
                _ => None,
            });
            lost.collect::<Vec<_>>()
        };
        let ticket = complete(alice.reset_opened(now));
        let set = alice.set_new_password(NEXT, SetBy::Reset { ticket }, now).unwrap();
        assert!(matches!(set, PasswordChange::Changed { .. }), "{set:?}");
        assert_eq!(told(), [1]);
        assert!(matches!(alice.sign_in(NEXT, None, now), SignInStep::SecondFactor { .. }));

        let at_will = alice.change_password(NEXT, "Wm7?kk-meadow", now);
        assert!(at_will.is_err(), "a change at will tells of the fault: {at_will:?}");
        let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
        alice.service.execute(&alice.name, &RequirePasswordChange { by }, now).unwrap();
        let used = alice.change_password(NEXT, NEXT, now).unwrap();
        assert!(matches!(used, PasswordChange::Unfit(Unfit::UsedBefore)), "what is left is compared: {used:?}");
        let forced = alice.change_password(NEXT, "Wm7?kk-meadow", now).unwrap();
        assert!(matches!(forced, PasswordChange::Changed { .. }), "{forced:?}");
        assert_eq!(told(), [1, 1]);
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
