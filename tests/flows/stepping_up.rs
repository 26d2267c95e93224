//! Stepping up: what a thief in a session, with or without the phone, gets out of it.

use account_security::account::{Errand, Proof};
use account_security::command::{
    ClearLockout, LockoutCleared, Notice, ProofStep, Refused, ResyncAnswer, ResyncTotp, SignInStep, TypedProof,
};
use account_security::freeze::{Actor, Authority};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, Timestamp};

use super::customer::{Customer, PHONE, not_shown, shown};
use super::on_every_store;
use crate::support::acts::seen;
use crate::support::at;
use crate::support::owner::{NEW, OLD};

#[test]
fn the_phone_buys_a_thief_no_fresh_guesses_at_the_authenticator() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let secret = alice.enrol_totp(at(HOUR_MS));
        alice.notices();
        let (mut compared, mut is_told) = (0, false);
        for round in 0..40 {
            let now = at(2 * HOUR_MS + round * 3 * HOUR_MS);
            let ticket = alice.step_up(now);
            for _ in 0..4 {
                let wrong = TypedProof::Totp(not_shown(&secret, now));
                let step = alice.prove_step_up(ticket, &wrong, now);
                compared += u32::from(matches!(step, ProofStep::Refused(Refused::Totp(_))));
            }
            is_told |= alice.notices().iter().any(|notice| matches!(notice, Notice::ManyFailures { .. }));
            // On another ticket the phone proves, as long as anything is looked at.
            let other = alice.step_up(now);
            if let Ok(sent) = alice.send(other, Errand::StepUp, PHONE, now) {
                let code = alice.code(OLD);
                alice.prove_step_up(other, &TypedProof::Code { challenge: sent.challenge, code }, now);
            }
        }
        assert!(compared <= 44, "{compared} guesses");
        assert!(is_told, "the owner hears of many wrong tries");
    });
}

#[test]
fn password_and_phone_buy_a_thief_no_guesses_at_the_authenticator_that_nobody_hears_of() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let secret = alice.enrol_totp(at(HOUR_MS));
        let mut unheard = Vec::new();
        for round in 0..8 {
            let mut now = at(DAY_MS + round * 3 * HOUR_MS);
            alice.signed_in(now);
            alice.notices();
            // Guesses on until the owner is told, and signs in once more.
            let mut compared = 0;
            while !alice.notices().iter().any(|notice| matches!(notice, Notice::ManyFailures { .. })) {
                let wrong = TypedProof::Totp(not_shown(&secret, now));
                match alice.prove_step_up(alice.step_up(now), &wrong, now) {
                    ProofStep::Refused(Refused::Blocked { until }) => now = until,
                    _ => compared += 1,
                }
            }
            unheard.push(compared - 1);
        }
        assert_eq!(unheard, [9, 0, 0, 0, 0, 0, 0, 0]);
        alice.signed_in(at(3 * DAY_MS));
        assert_eq!(alice.failures().1, 0, "an owner who mistypes now and then starts anew a day later");
    });
}

#[test]
fn a_whole_sign_in_and_a_right_code_of_the_kind_forgive_what_the_owner_mistyped() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let secret = alice.enrol_totp(at(HOUR_MS));
        let mistype = |now| {
            let ticket = alice.step_up(now);
            alice.prove_step_up(ticket, &TypedProof::Totp(not_shown(&secret, now)), now);
            assert_eq!(alice.failures().1, 1);
            ticket
        };
        let (first, second) = (at(2 * HOUR_MS), at(3 * HOUR_MS));
        let ticket = mistype(first);
        alice.prove_step_up(ticket, &TypedProof::Totp(shown(&secret, first)), first);
        assert_eq!(alice.failures().1, 0, "the authenticator's own right code");
        mistype(second);
        alice.stepped_up(PHONE, second);
        assert_eq!(alice.failures().1, 1, "the phone says nothing of the authenticator");
        alice.signed_in(second.plus_ms(HOUR_MS));
        assert_eq!(alice.failures().1, 1, "nor does it with the password");
        let third = second.plus_ms(2 * HOUR_MS);
        let signed_in = alice.prove(alice.ticket(third), &TypedProof::Totp(shown(&secret, third)), third);
        assert!(matches!(signed_in, SignInStep::SignedIn(_)), "{signed_in:?}");
        assert_eq!(alice.failures().1, 0);
    });
}

#[test]
fn a_session_without_a_factor_leaves_the_owner_codes_to_sign_in_with() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let (mut sent, mut now) = (0, at(2 * DAY_MS));
        for _ in 0..6 * 60 {
            sent += u32::from(alice.send(alice.step_up(now), Errand::StepUp, PHONE, now).is_ok());
            now = now.plus_ms(MINUTE_MS);
        }
        assert_eq!(sent, 10, "what a day has for everything but signing in");
        for hour in 0..5 {
            let now = now.plus_ms(hour * HOUR_MS);
            let own = alice.send(alice.ticket(now), Errand::SignIn, PHONE, now);
            assert!(own.is_ok(), "{hour}: {own:?}");
        }
        let now = now.plus_ms(6 * HOUR_MS);
        assert!(alice.send(alice.ticket(now), Errand::SignIn, PHONE, now).is_err(), "and they are bounded as well");
    });
}

#[test]
fn three_open_codes_of_a_session_do_not_keep_the_owners_sign_in_back() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let now = at(DAY_MS);
        alice.send(alice.step_up(now), Errand::StepUp, PHONE, now).unwrap();
        alice.send_confirmation(PHONE, now).unwrap().unwrap();
        alice.begin_change(NEW, None, now).unwrap().unwrap();
        let own = alice.send(alice.ticket(now), Errand::SignIn, PHONE, now);
        assert!(own.is_ok(), "{own:?}");
    });
}

#[test]
fn wrong_codes_of_a_session_close_what_a_session_reaches_and_not_the_owners_sign_in() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let secret = alice.enrol_totp(at(HOUR_MS));
        let mut now = at(DAY_MS);
        let resync = |now| {
            let wrong = ResyncTotp { first: not_shown(&secret, now), second: not_shown(&secret, now) };
            alice.service.execute(&alice.name, &wrong, now).unwrap()
        };
        loop {
            match resync(now) {
                ResyncAnswer::Rejected(_) => {}
                ResyncAnswer::Blocked { until } if until < Timestamp::MAX => now = until,
                shut => break assert_eq!(shut, ResyncAnswer::Blocked { until: Timestamp::MAX }),
            }
        }
        let shut = alice.prove_step_up(alice.step_up(now), &TypedProof::Totp(shown(&secret, now)), now);
        assert_eq!(shut, ProofStep::Refused(Refused::Blocked { until: Timestamp::MAX }));
        // The last block is an hour at most, and then the owner is in, which ends the row.
        alice.signed_in(now.plus_ms(HOUR_MS));
        assert_eq!(alice.failures().1, 9, "as many as the owner would not have been told of");
        alice.stepped_up(PHONE, now.plus_ms(2 * HOUR_MS));
    });
}

#[test]
fn with_the_password_wrong_codes_lock_a_sign_in_and_support_opens_it() {
    on_every_store(|store| {
        let alice = Customer::alice(store);
        let secret = alice.enrol_totp(at(HOUR_MS));
        let (mut now, mut compared) = (at(DAY_MS), 0);
        loop {
            let ticket = alice.ticket(now);
            match alice.prove(ticket, &TypedProof::Totp(not_shown(&secret, now)), now) {
                SignInStep::Refused(Refused::Blocked { until: Timestamp::MAX }) => break,
                SignInStep::Refused(Refused::Blocked { until }) => now = until,
                _ => compared += 1,
            }
        }
        assert_eq!(compared, 44);
        let by = Actor::staff(ActorId::parse("agent-1").unwrap(), Authority::Agent);
        let clear = ClearLockout { proof: Proof::SecondFactor, by, identity: seen() };
        assert_eq!(alice.service.execute(&alice.name, &clear, now).unwrap(), LockoutCleared::Cleared);
        alice.signed_in(now.plus_ms(HOUR_MS));
    });
}
