//! From the first visit to the session.

use account_security::account::{
    CheckedIdentity, DeviceToken, Errand, EventKind, EvidenceHash, IdentityCheck, Proof, Proofs, TicketId,
};
use account_security::command::{
    ClearLockout, CodeAnswer, CodeRefused, Lockout, LockoutCleared, Refused, RequirePasswordChange, SecondFactorRule,
    SetBy, SignInStep, SignUpOutcome,
};
use account_security::freeze::{Actor, Authority, Scopes};
use account_security::service::{PasswordChange, SignUpResult, Unfit};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, Timestamp};
use account_security::verification::VerifyOutcome;

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, accepted, wrong, wrong_proof};
use super::on_every_store;
use crate::support::owner::{MAIL, OLD, OTHER};
use crate::support::{at, settings};

#[test]
fn a_password_and_a_code_and_the_owner_is_in() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        let SignUpResult::Unfit(Unfit::Rules(_)) = alice.sign_up("short", OLD, None, at(0)) else { panic!("unfit") };
        assert!(!alice.service.is_known(&alice.name).unwrap() && alice.written_to().is_empty(), "nothing happened");
        let SignUpResult::Created(sent) = alice.sign_up(RIGHT, OLD, Some(MAIL), at(0)) else { panic!("no account") };
        let code = alice.code(OLD);
        let guess = alice.confirm(PHONE, sent.challenge, wrong(&code), at(1));
        assert_eq!(guess, CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 4 }));
        assert_eq!(alice.confirm(PHONE, sent.challenge, code.clone(), at(2)), accepted());
        assert_eq!(alice.confirm(PHONE, sent.challenge, code, at(3)), CodeAnswer::Tried(VerifyOutcome::AlreadyUsed));
        let SignUpResult::Refused(SignUpOutcome::AlreadyExists) = alice.sign_up(NEXT, OTHER, None, at(4)) else {
            panic!("signed up twice")
        };
        assert!(alice.written_to().is_empty(), "a name that is taken sends nothing");

        assert_eq!(alice.sign_in(NEXT, None, at(5)), SignInStep::Refused(Refused::WrongPassword));
        assert_eq!(alice.failures().0, 1);
        let SignInStep::SecondFactor { ticket, offers } = alice.sign_in(RIGHT, None, at(6)) else {
            panic!("no ticket")
        };
        assert_eq!(offers.proofs, Proofs::PHONE, "the address never answered");
        assert_eq!(alice.failures().0, 0, "the right one ends the row");
        assert_eq!(alice.send(ticket, Errand::SignIn, EMAIL, at(6)), Err(CodeRefused::NotOffered));
        let nowhere = alice.send(TicketId([9; 16]), Errand::SignIn, PHONE, at(6));
        assert_eq!(nowhere, Err(CodeRefused::NoSuchTicket));
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(7));
        let guess = alice.prove(ticket, &wrong_proof(&proof), at(8));
        assert!(matches!(guess, SignInStep::Refused(Refused::Code(VerifyOutcome::WrongCode { .. }))), "{guess:?}");
        let SignInStep::SignedIn(signed_in) = alice.prove(ticket, &proof, at(9)) else { panic!("not in") };
        assert!(signed_in.device.is_none() && !signed_in.review_due);
        assert_eq!(alice.prove(ticket, &proof, at(10)), SignInStep::Refused(Refused::NoSuchTicket), "once");
    });
}

#[test]
fn a_second_contact_is_confirmed_later_and_one_that_is_not_there_never() {
    on_every_store(|store| {
        let alice = Customer::named("alice", store, settings());
        let SignUpResult::Created(first) = alice.sign_up(RIGHT, OLD, Some(MAIL), at(0)) else { panic!("no account") };
        let too_soon = alice.send_confirmation(PHONE, at(1)).unwrap();
        assert!(too_soon.is_err(), "{too_soon:?}");
        alice.code(OLD);
        let again = alice.send_confirmation(EMAIL, at(MINUTE_MS)).unwrap().unwrap();
        let answer = alice.confirm(EMAIL, again.challenge, alice.code(MAIL), at(MINUTE_MS));
        assert_eq!(answer, accepted());
        assert_ne!(first.challenge, again.challenge);
        assert_eq!(alice.in_force(EMAIL).as_deref(), Some(MAIL));
        let phone_only = Customer::named("bob", store, settings());
        phone_only.sign_up(RIGHT, OTHER, None, at(0));
        assert!(phone_only.send_confirmation(EMAIL, at(MINUTE_MS)).is_none(), "there is none");
    });
}

#[test]
fn strangers_do_not_lock_a_known_device_out() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (_, token) = alice.signed_in(at(0));
        for number in 0..5 {
            let step = alice.sign_in("a stranger's guess", None, at(number));
            assert_eq!(step, SignInStep::Refused(Refused::WrongPassword));
        }
        let blocked = SignInStep::Refused(Refused::Blocked { until: at(4 + 30_000) });
        assert_eq!(alice.sign_in(RIGHT, None, at(5)), blocked, "the owner on a new device waits");
        let opened = alice.sign_in(RIGHT, Some(&token), at(6));
        assert!(matches!(opened, SignInStep::SecondFactor { .. }), "{opened:?}");
        assert_eq!(alice.failures().0, 5, "and forgives the strangers nothing");
        for number in 0..5 {
            alice.sign_in("a thief with the phone", Some(&token), at(10 + number));
        }
        let step = alice.sign_in(RIGHT, Some(&token), at(20));
        assert!(matches!(step, SignInStep::Refused(Refused::Blocked { .. })), "a device has a budget: {step:?}");
    });
}

/// Wrong passwords from this device until it is a stranger, hours apart; says when the last one was.
fn mistyped_until_locked(alice: &Customer, token: &DeviceToken, from: Timestamp) -> Timestamp {
    let mut now = from;
    while !is_stranger(alice) {
        alice.sign_in("a guess", Some(token), now);
        now = now.plus_ms(DAY_MS);
    }
    now
}

/// Whether the account's one device is a stranger for its wrong passwords.
fn is_stranger(alice: &Customer) -> bool {
    let devices = alice.service.record(&alice.name).unwrap().devices;
    devices.iter().all(|device| devices.is_locked(device.tag))
}

/// Strangers type until nobody without a known device is looked at.
fn locked_by_strangers(alice: &Customer, from: Timestamp) -> Timestamp {
    let mut now = from;
    while alice.sign_in("a guess", None, now).refusal().unwrap().retry_at != Some(Timestamp::MAX) {
        now = now.plus_ms(HOUR_MS);
    }
    now
}

#[test]
fn a_device_on_which_its_owner_mistyped_is_known_again_after_a_whole_sign_in_from_it() {
    for lockout in [Lockout::nist(), Lockout::psd2()] {
        on_every_store(|store| {
            let alice = Customer::alice_with(store, settings().with_lockout(lockout));
            let (_, token) = alice.signed_in(at(0));
            let now = mistyped_until_locked(&alice, &token, at(HOUR_MS));
            let SignInStep::SecondFactor { ticket, .. } = alice.sign_in(RIGHT, Some(&token), now) else {
                panic!("no ticket")
            };
            assert!(is_stranger(&alice), "the password alone is not enough");
            let proof = alice.proof(ticket, Errand::SignIn, PHONE, now);
            assert!(matches!(alice.prove(ticket, &proof, now), SignInStep::SignedIn(_)));
            assert!(!is_stranger(&alice));
            let (_, last) = alice.service.history(&alice.name, 1, 1_000).unwrap().pop().unwrap();
            assert!(matches!(last.kind, EventKind::SignedIn { device: Some(_), .. }), "{:?}", last.kind);
            let now = locked_by_strangers(&alice, now);
            assert!(matches!(alice.sign_in(RIGHT, Some(&token), now), SignInStep::SecondFactor { .. }));
        });
    }
}

#[test]
fn a_sign_in_of_the_owners_elsewhere_gives_a_thief_of_password_and_device_nothing() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.sign_in.second_factor = SecondFactorRule::UnknownDevices;
        let alice = Customer::alice_with(store, settings);
        let (_, stolen) = alice.signed_in(at(0));
        let now = mistyped_until_locked(&alice, &stolen, at(HOUR_MS));
        // Both open in the same millisecond, in either order.
        for (round, thief_first) in [(0, true), (1, false)] {
            let now = now.plus_ms(round * HOUR_MS);
            let thief = || matches!(alice.sign_in(RIGHT, Some(&stolen), now), SignInStep::SecondFactor { .. });
            assert!(!thief_first || thief());
            let ticket = alice.ticket(now);
            assert!(thief_first || thief());
            let proof = alice.proof(ticket, Errand::SignIn, PHONE, now);
            assert!(matches!(alice.prove(ticket, &proof, now), SignInStep::SignedIn(_)));
            assert!(is_stranger(&alice));
        }
    });
}

#[test]
fn frozen_factors_keep_a_locked_device_a_stranger() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (_, token) = alice.signed_in(at(0));
        let now = mistyped_until_locked(&alice, &token, at(HOUR_MS));
        alice.freeze(Scopes::CHANGE_FACTORS, now);
        let SignInStep::SecondFactor { ticket, .. } = alice.sign_in(RIGHT, Some(&token), now) else { panic!("frozen") };
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, now);
        assert!(matches!(alice.prove(ticket, &proof, now), SignInStep::SignedIn(_)));
        assert!(is_stranger(&alice));
    });
}

#[test]
fn the_desk_forgives_known_devices_with_the_password() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (_, token) = alice.signed_in(at(0));
        let now = mistyped_until_locked(&alice, &token, at(HOUR_MS));
        let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
        let identity = CheckedIdentity::matched(IdentityCheck::DocumentInBranch, EvidenceHash::of(b"passport"));
        let clear = ClearLockout { proof: Proof::Password, by, identity };
        assert_eq!(alice.service.execute(&alice.name, &clear, now).unwrap(), LockoutCleared::Cleared);
        assert!(!is_stranger(&alice));
        assert_eq!(alice.service.execute(&alice.name, &clear, now).unwrap(), LockoutCleared::NothingToClear);
    });
}

#[test]
fn only_who_has_the_password_learns_of_a_freeze() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let ticket = alice.ticket(at(0));
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(0));
        alice.freeze(Scopes::SIGN_IN, at(1));
        alice.written_to();
        assert_eq!(alice.sign_in(NEXT, None, at(2)), SignInStep::Refused(Refused::WrongPassword));
        assert_eq!(alice.sign_in(RIGHT, None, at(3)), SignInStep::Frozen);
        assert_eq!(alice.prove(ticket, &proof, at(4)), SignInStep::Frozen, "a sign-in under way stops as well");
        assert_eq!(alice.send(ticket, Errand::SignIn, PHONE, at(MINUTE_MS)), Err(CodeRefused::Frozen));
        assert!(alice.written_to().is_empty());
    });
}

#[test]
fn a_required_change_comes_last_and_keeps_its_ticket_until_the_new_password_is_fit() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let by = Actor::staff(ActorId::parse("desk-2").unwrap(), Authority::Agent);
        assert!(alice.service.execute(&alice.name, &RequirePasswordChange { by }, at(0)).unwrap());
        let ticket = alice.ticket(at(1));
        let early = alice.set_new_password(NEXT, SetBy::SignIn { ticket, remember: None }, at(1)).unwrap();
        assert!(matches!(early, PasswordChange::Refused(Refused::NoSuchTicket)), "the factor comes first: {early:?}");
        let proof = alice.proof(ticket, Errand::SignIn, PHONE, at(1));
        let SignInStep::ChangePassword { ticket } = alice.prove(ticket, &proof, at(2)) else { panic!("not asked") };
        let by = || SetBy::SignIn { ticket, remember: None };
        let unfit = alice.set_new_password("password", by(), at(3)).unwrap();
        assert!(matches!(unfit, PasswordChange::Unfit(Unfit::Rules(_))), "{unfit:?}");
        let again = alice.set_new_password(RIGHT, by(), at(4)).unwrap();
        assert!(matches!(again, PasswordChange::Unfit(Unfit::UsedBefore)), "{again:?}");
        let changed = alice.set_new_password(NEXT, by(), at(5)).unwrap();
        assert!(matches!(changed, PasswordChange::Changed { signed_in: Some(_) }), "{changed:?}");
        let twice = alice.set_new_password("Wm7?kk-meadow", by(), at(6)).unwrap();
        assert!(matches!(twice, PasswordChange::Refused(Refused::NoSuchTicket)), "{twice:?}");
        assert!(matches!(alice.sign_in(NEXT, None, at(7)), SignInStep::SecondFactor { .. }));
    });
}

#[test]
fn a_customer_who_signed_in_proves_anew_and_not_with_a_code_for_something_else() {
    on_every_store(|store| {
        let alice = Customer::alice_with_mail(store);
        let (sign_in, step_up) = (alice.ticket(at(0)), alice.step_up(at(0)));
        let for_sign_in = alice.proof(sign_in, Errand::SignIn, PHONE, at(0));
        let smuggled = alice.prove_step_up(step_up, &for_sign_in, at(1));
        assert!(matches!(smuggled, account_security::command::ProofStep::Refused(_)), "{smuggled:?}");
        let ticket = alice.stepped_up(EMAIL, at(2));
        let session = alice.prove(ticket, &for_sign_in, at(3));
        assert_eq!(session, SignInStep::Refused(Refused::NoSuchTicket), "a step-up opens no session");
    });
}
