//! The whole sign-in, and every wrong turn on the way.

use account_security::account::{ContactKind, Errand, EventKind, Proof, Proofs, TicketId};
use account_security::command::{
    ClearLockout, CodeAnswer, CodeRefused, ConfirmContact, ConfirmTotp, Effect, ForgetDevice, GenerateRecoveryCodes,
    ImportTotp, LockoutCleared, Notice, PasswordSet, PlaceFreeze, ProveSignIn, Refused, Rejection,
    RequirePasswordChange, SecondFactorRule, SendConfirmation, SetBy, SignInStep, SignUpOutcome, TotpOutcome,
    TypedProof, VerifyTotp,
};
use account_security::freeze::{Actor, Authority, FreezeRequest, Scopes};
use account_security::password::{Phc, RotationDue, VerifyCeiling};
use account_security::service::ServiceError;
use account_security::totp::{TotpParameters, TotpSecret};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use account_security::types::{ActorId, Locale, RandomId, Timestamp};
use account_security::verification::{SendRefused, VerifyOutcome};

use crate::on_every_store;
use crate::support::acts::{kinds, phone, seen};
use crate::support::stores::Shared;
use crate::support::visits::{RIGHT, Typed, Visits, email, other, refused, sender, totp, wrong};
use crate::support::{account, at, settings, tries_max, without_step_up};

const MINUTE: u64 = MINUTE_MS;

fn freeze(visits: &Visits, scopes: Scopes, now: Timestamp) {
    let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), scopes);
    visits.service.execute(&visits.alice, &PlaceFreeze { request, caused_by: None }, now).unwrap().unwrap();
}

fn failures(visits: &Visits) -> (u32, u32) {
    let record = visits.service.record(&visits.alice).unwrap();
    (record.password_budget.failures_in_a_row(), record.second_factor_budget.failures_in_a_row())
}

#[test]
fn from_sign_up_to_the_first_session() {
    on_every_store(|store| {
        let visits = Visits::on(store);
        let SignUpOutcome::Created(sent) = visits.sign_up(phone(), Some(email())) else { panic!() };
        assert_eq!(sent.destination_masked, "+86 ****5678");
        assert_eq!(visits.sign_up(phone(), None), SignUpOutcome::AlreadyExists);
        let _ = visits.texts();

        // The code of the sign-up was never typed: the first sign-in confirms the contact.
        let Typed::Right(SignInStep::SecondFactor { ticket, offers }) = visits.type_password(RIGHT, None, at(MINUTE))
        else {
            panic!()
        };
        assert!(offers.proofs.contains(Proofs::PHONE) && !offers.proofs.contains(Proofs::TOTP));
        assert_eq!(offers.phone_masked.as_deref(), Some("+86 ****5678"));
        let proof = visits.code_for(ticket, Errand::SignIn, at(MINUTE));
        let SignInStep::SignedIn(signed_in) = visits.prove(ticket, proof.clone(), at(MINUTE)) else { panic!() };
        assert_eq!((signed_in.rotation, signed_in.device), (RotationDue::No, None));
        let record = visits.service.record(&visits.alice).unwrap();
        assert!(record.contacts.confirmed(ContactKind::Phone).is_some(), "confirmed by it");
        assert!(record.contacts.confirmed(ContactKind::Email).is_none());
        assert!(record.tickets.is_empty(), "used");

        // A double click, and a replay of the whole request, find nothing.
        let again = visits.prove(ticket, proof, at(MINUTE + 1));
        assert_eq!(refused(&again), Refused::NoSuchTicket);
        let proven = Proofs::PASSWORD | Proofs::PHONE;
        assert_eq!(kinds(&visits.service, &visits.alice).last(), Some(&EventKind::SignedIn { proven, device: None }));
    });
}

#[test]
fn two_contacts_of_one_kind_are_no_sign_up() {
    let visits = Visits::on(&Shared::memory());
    assert_eq!(visits.sign_up(phone(), Some(phone())), SignUpOutcome::TwoOfOneKind);
    assert!(!visits.service.is_known(&visits.alice).unwrap());
}

/// Under a name without an account there is nothing to prove, so a stranger can set factors up.
#[test]
fn factors_planted_under_a_name_do_not_outlive_its_sign_up() {
    on_every_store(|store| {
        let visits = Visits::on(store);
        visits.enrol_totp(at(0));
        visits.service.swap_settings(without_step_up());
        visits.service.execute(&visits.alice, &GenerateRecoveryCodes { ticket: None }, at(0)).unwrap();
        visits.service.swap_settings(settings());
        visits.sign_up_confirmed(None);
        let record = visits.service.record(&visits.alice).unwrap();
        assert_eq!((record.totp.active(), record.recovery.left()), (None, 0));
        let Typed::Right(SignInStep::SecondFactor { offers, .. }) = visits.type_password(RIGHT, None, at(MINUTE))
        else {
            panic!("the phone is the second factor");
        };
        assert_eq!(offers.proofs, Proofs::PHONE);
        let revoked = |kind: &EventKind| matches!(kind, EventKind::TotpRevoked { .. });
        assert_eq!(kinds(&visits.service, &visits.alice).iter().filter(|kind| revoked(kind)).count(), 1);
    });
}

#[test]
fn a_lock_that_a_stranger_brought_about_under_a_name_does_not_outlive_its_sign_up() {
    on_every_store(|store| {
        let visits = Visits::on(store);
        let secret = visits.enrol_totp(at(0));
        let mut now = at(HOUR_MS);
        loop {
            // Of an hour ago.
            let wrong = VerifyTotp { code: totp(&secret, now.minus_ms(HOUR_MS)) };
            match visits.service.execute(&visits.alice, &wrong, now).unwrap() {
                TotpOutcome::Blocked { until: Timestamp::MAX } => break,
                TotpOutcome::Blocked { until } => now = until,
                _ => {}
            }
        }
        visits.sign_up_confirmed(None);
        assert_eq!(failures(&visits), (0, 0));
    });
}

/// Whoever is in with a password that leaked must not leave an authenticator behind: it would outlive the password.
#[test]
fn no_factor_is_added_while_the_password_must_be_changed() {
    on_every_store(|store| {
        let visits = Visits::on(store);
        let SignUpOutcome::Created(_) = visits.sign_up(phone(), None) else { panic!() };
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        let (parameters, allow_weak_import, ticket) = (TotpParameters::STANDARD, false, None);
        let import = ImportTotp { secret: secret.clone(), parameters, allow_weak_import, ticket };
        let confirm = |now| visits.service.execute(&visits.alice, &ConfirmTotp { code: totp(&secret, now) }, now);
        assert!(
            visits.service.execute(&visits.alice, &import, at(0)).unwrap().is_ok(),
            "there is nothing to prove yet"
        );
        require_change(&visits, at(1));
        let refused = ServiceError::Rejected(Rejection::PasswordChangeNeeded);
        assert_eq!(confirm(at(2)), Err(refused.clone()));
        assert_eq!(visits.service.execute(&visits.alice, &import, at(3)).map(|_| ()), Err(refused.clone()));
        let codes = GenerateRecoveryCodes { ticket: None };
        assert_eq!(visits.service.execute(&visits.alice, &codes, at(4)).map(|_| ()), Err(refused));

        let ticket = visits.ticket(at(MINUTE));
        let proof = visits.code_for(ticket, Errand::SignIn, at(MINUTE));
        let SignInStep::ChangePassword { ticket } = visits.prove(ticket, proof, at(MINUTE)) else { panic!() };
        let set = visits.set_password("Nq4!zz-harbour", SetBy::SignIn { ticket, remember: None }, at(MINUTE));
        assert!(matches!(set, PasswordSet::Set { .. }), "the owner's way is open: {set:?}");
        assert_eq!(confirm(at(MINUTE + 1)), Ok(TotpOutcome::NotEnrolled), "and what waited is gone");
    });
}

#[test]
fn a_contact_that_never_answered_is_offered_only_while_there_is_no_other_factor() {
    let visits = Visits::on(&Shared::memory());
    let SignUpOutcome::Created(_) = visits.sign_up(phone(), Some(email())) else { panic!() };
    let secret = visits.enrol_totp(at(0));
    let ticket = visits.ticket(at(MINUTE));
    let sent = visits.send(ticket, Errand::SignIn, ContactKind::Phone, at(MINUTE));
    assert_eq!(sent, Err(CodeRefused::NotOffered));
    let proof = TypedProof::Totp(totp(&secret, at(MINUTE)));
    assert!(matches!(visits.prove(ticket, proof, at(MINUTE)), SignInStep::SignedIn(_)));
}

#[test]
fn a_wrong_password_tells_nothing_and_the_fifth_blocks() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        for _ in 0..5 {
            assert_eq!(visits.type_password("wrong", None, at(0)), Typed::Wrong);
        }
        assert_eq!(visits.type_password(RIGHT, None, at(0)), Typed::Blocked(at(30_000)), "the right one neither");
        assert!(matches!(visits.type_password(RIGHT, None, at(30_000)), Typed::Right(_)), "half-open");
        assert_eq!(failures(&visits), (0, 0));
    });
}

#[test]
fn an_unknown_account_is_never_written() {
    on_every_store(|store| {
        let mut visits = Visits::on(store);
        visits.alice = account("nobody");
        for _ in 0..9 {
            assert_eq!(visits.type_password(RIGHT, None, at(0)), Typed::Wrong);
        }
        let proof = TypedProof::Code { challenge: RandomId([1; 16]), code: other(&code(123_456)) };
        assert_eq!(refused(&visits.prove(TicketId([2; 16]), proof, at(0))), Refused::NoSuchTicket);
        assert!(!visits.service.is_known(&visits.alice).unwrap());
    });
}

fn code(value: u32) -> account_security::types::TypedCode {
    crate::support::acts::typed(value)
}

#[test]
fn strangers_lock_strangers_out_and_never_the_owner_on_a_known_device() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let (_, token) = visits.sign_in_remembered(at(0));
        let mut now = at(MINUTE);
        for _ in 0..tries_max() {
            now = now.plus_ms(2 * HOUR_MS);
            assert_eq!(visits.type_password("guess", None, now), Typed::Wrong);
        }
        now = now.plus_ms(2 * HOUR_MS);
        assert_eq!(visits.type_password(RIGHT, None, now), Typed::Blocked(Timestamp::MAX), "locked for strangers");
        assert!(matches!(visits.type_password(RIGHT, Some(&token), now), Typed::Right(_)));
        assert_eq!(failures(&visits).0, tries_max(), "the owner's sign-in does not open the door to strangers");
        let staff = Actor::staff(ActorId::parse("agent").unwrap(), Authority::Agent);
        let clear = ClearLockout { proof: Proof::Password, by: staff, identity: seen() };
        assert_eq!(visits.service.execute(&visits.alice, &clear, now), Ok(LockoutCleared::Cleared));
    });
}

#[test]
fn a_known_devices_mistakes_block_it_alone_and_seven_make_it_a_stranger() {
    let visits = Visits::with_alice(&Shared::memory());
    let (_, token) = visits.sign_in_remembered(at(0));
    let mut now = at(MINUTE);
    for _ in 0..5 {
        assert_eq!(visits.type_password("typo", Some(&token), now), Typed::Wrong);
    }
    assert_eq!(visits.type_password(RIGHT, Some(&token), now), Typed::Blocked(now.plus_ms(30_000)));
    assert_eq!(failures(&visits).0, 0, "strangers keep their tries");
    for _ in 0..2 {
        now = now.plus_ms(HOUR_MS);
        assert_eq!(visits.type_password("typo", Some(&token), now), Typed::Wrong);
    }
    assert_eq!(visits.type_password("typo", Some(&token), now), Typed::Wrong, "now at the strangers' cost");
    assert_eq!(failures(&visits).0, 1);
    assert!(matches!(visits.type_password(RIGHT, Some(&token), now), Typed::Right(_)));
    assert_eq!(failures(&visits).0, 0);
}

#[test]
fn the_right_password_at_a_devices_last_try_keeps_the_device() {
    let visits = Visits::with_alice(&Shared::memory());
    let (signed_in, token) = visits.sign_in_remembered(at(0));
    let mut now = at(0);
    for _ in 0..6 {
        now = now.plus_ms(HOUR_MS);
        assert_eq!(visits.type_password("typo", Some(&token), now), Typed::Wrong);
    }
    now = now.plus_ms(HOUR_MS);
    assert!(matches!(visits.type_password(RIGHT, Some(&token), now), Typed::Right(_)));
    let record = visits.service.record(&visits.alice).unwrap();
    let device = record.devices.get(signed_in.device.unwrap().tag).unwrap();
    assert_eq!((device.budget.failures_in_a_row(), device.seen_at), (0, now));
}

#[test]
fn a_token_of_another_account_a_forgotten_one_and_an_idle_one_are_no_tokens() {
    let store = Shared::memory();
    let visits = Visits::with_alice(&store);
    let (signed_in, token) = visits.sign_in_remembered(at(0));
    let mut bob = Visits::on(&store);
    bob.alice = account("bob");
    bob.sign_up_confirmed(None);
    let charged = |visits: &Visits, now| {
        let before = failures(visits).0;
        visits.type_password("guess", Some(&token), now);
        failures(visits).0 - before
    };
    assert_eq!(charged(&bob, at(0)), 1, "a stranger to Bob");
    assert_eq!(charged(&visits, at(90 * DAY_MS - 1)), 0);
    assert_eq!(charged(&visits, at(90 * DAY_MS)), 1, "unseen for ninety days");
    let forget = ForgetDevice { device: signed_in.device.unwrap().tag };
    assert!(visits.service.execute(&visits.alice, &forget, at(90 * DAY_MS)).unwrap());
    assert!(!visits.service.execute(&visits.alice, &forget, at(90 * DAY_MS)).unwrap());
}

#[test]
fn the_ninth_device_pushes_out_the_one_not_seen_longest_and_the_owner_hears_of_each() {
    let visits = Visits::with_alice(&Shared::memory());
    let tokens: Vec<_> = (0..9).map(|number| visits.sign_in_remembered(at(number * 11 * MINUTE)).1).collect();
    let last = at(100 * MINUTE);
    visits.type_password("typo", Some(&tokens[0]), last);
    assert_eq!(failures(&visits).0, 1, "the first one is a stranger");
    visits.type_password("typo", Some(&tokens[1]), last);
    assert_eq!(failures(&visits).0, 1, "the second one is not");
    let waiting = visits.service.drain(100).unwrap();
    let notice = Effect::NotifyOwner { notice: Notice::NewDevice };
    assert!(waiting.iter().any(|waiting| waiting.effect == Ok(notice.clone())));
    let text = Notice::NewDevice.text(Locale::En, &visits.service.settings().support);
    let is_text = |effect: &Effect| matches!(effect, Effect::Send { text: sent, .. } if sent.contains(&text));
    assert!(waiting.iter().any(|waiting| waiting.effect.as_ref().is_ok_and(is_text)), "in words, to the phone");
}

#[test]
fn where_the_policy_says_so_a_known_device_needs_no_second_factor() {
    let mut relaxed = settings();
    relaxed.sign_in.second_factor = SecondFactorRule::UnknownDevices;
    let visits = Visits::with(&Shared::memory(), relaxed);
    visits.sign_up_confirmed(None);
    let (_, token) = visits.sign_in_remembered(at(0));
    assert!(matches!(visits.type_password(RIGHT, Some(&token), at(1)), Typed::Right(SignInStep::SignedIn(_))));
    assert!(matches!(visits.type_password(RIGHT, None, at(1)), Typed::Right(SignInStep::SecondFactor { .. })));
    require_change(&visits, at(2));
    let after_a_leak = visits.type_password(RIGHT, Some(&token), at(3));
    assert!(matches!(after_a_leak, Typed::Right(SignInStep::SecondFactor { .. })), "no short cut after a leak");
}

#[test]
fn a_frozen_account_says_so_to_who_has_the_password_and_to_nobody_else() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let before = visits.ticket(at(0));
        let proof = visits.code_for(before, Errand::SignIn, at(0));
        freeze(&visits, Scopes::SIGN_IN, at(1));
        assert_eq!(visits.type_password("wrong", None, at(2)), Typed::Wrong);
        assert_eq!(visits.type_password(RIGHT, None, at(3)), Typed::Right(SignInStep::Frozen));
        assert_eq!(failures(&visits).0, 0, "the right password is no failure, frozen or not");
        assert_eq!(visits.prove(before, wrong(&proof), at(4)), SignInStep::Frozen);
        assert_eq!(visits.prove(before, proof, at(4)), SignInStep::Frozen, "a ticket from before opens nothing");
        assert_eq!(failures(&visits).1, 0, "nothing was compared");
        let sent = visits.send(before, Errand::SignIn, ContactKind::Phone, at(2 * MINUTE));
        assert_eq!(sent, Err(CodeRefused::Frozen));
    });
}

#[test]
fn wrong_codes_are_counted_over_tickets_and_no_right_password_forgives_them() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        let secret = visits.enrol_totp(at(0));
        let mut now = at(MINUTE);
        for number in 1..=5 {
            let ticket = visits.ticket(now);
            let typed = TypedProof::Totp(other(&totp(&secret, now)));
            assert!(matches!(refused(&visits.prove(ticket, typed, now)), Refused::Totp(_)));
            assert_eq!(failures(&visits), (0, number), "the password was right each time");
            now = now.plus_ms(1_000);
        }
        let ticket = visits.ticket(now);
        let right = TypedProof::Totp(totp(&secret, now));
        let blocked = refused(&visits.prove(ticket, right, now));
        assert!(matches!(blocked, Refused::Blocked { .. }), "{blocked:?}");
        assert!(blocked.public().retry_at.is_some());
        let sent = visits.send(ticket, Errand::SignIn, ContactKind::Phone, now);
        assert!(matches!(sent, Err(CodeRefused::Blocked { .. })), "no message for a code nobody may type");
        now = now.plus_ms(30_000);
        let right = TypedProof::Totp(totp(&secret, now));
        assert!(matches!(visits.prove(ticket, right, now), SignInStep::SignedIn(_)));
        assert_eq!(failures(&visits), (0, 0));
    });
}

#[test]
fn a_code_is_good_for_its_ticket_only() {
    let visits = Visits::with_alice(&Shared::memory());
    let (mine, thiefs) = (visits.ticket(at(0)), visits.ticket(at(0)));
    let proof = visits.code_for(mine, Errand::SignIn, at(0));
    let tried = refused(&visits.prove(thiefs, proof.clone(), at(1)));
    assert_eq!(tried, Refused::Code(VerifyOutcome::WrongCode { tries_left: 4 }));
    assert_eq!(failures(&visits).1, 1, "a guess like any other");
    assert!(matches!(visits.prove(mine, proof, at(2)), SignInStep::SignedIn(_)));
}

#[test]
fn a_ticket_serves_its_errand_and_its_ten_minutes() {
    let visits = Visits::with_alice(&Shared::memory());
    let step_up = visits.begin_step_up(at(0)).ticket;
    let proof = visits.code_for(step_up, Errand::StepUp, at(0));
    assert_eq!(refused(&visits.prove(step_up, proof, at(1))), Refused::NoSuchTicket, "a step-up is no sign-in");
    assert_eq!(visits.send(step_up, Errand::SignIn, ContactKind::Phone, at(1)), Err(CodeRefused::NoSuchTicket));

    let ticket = visits.ticket(at(0));
    let late = at(10 * MINUTE);
    assert!(visits.send(ticket, Errand::SignIn, ContactKind::Phone, late.minus_ms(1)).is_ok());
    let proof = TypedProof::Code { challenge: RandomId([1; 16]), code: code(1) };
    assert_eq!(refused(&visits.prove(ticket, proof, late)), Refused::NoSuchTicket);
}

#[test]
fn a_second_factor_without_the_password_cannot_even_be_tried() {
    let visits = Visits::with_alice(&Shared::memory());
    let secret = visits.enrol_totp(at(0));
    let proof = TypedProof::Totp(totp(&secret, at(MINUTE)));
    for made_up in [TicketId([0; 16]), TicketId([255; 16])] {
        assert_eq!(refused(&visits.prove(made_up, proof.clone(), at(MINUTE))), Refused::NoSuchTicket);
        let sent = visits.send(made_up, Errand::SignIn, ContactKind::Phone, at(MINUTE));
        assert_eq!(sent, Err(CodeRefused::NoSuchTicket), "nor can a message be asked for");
    }
    assert_eq!(failures(&visits), (0, 0));
}

#[test]
fn a_spent_totp_step_and_a_spent_code_are_refused_in_one_shape() {
    let visits = Visits::with_alice(&Shared::memory());
    let secret = visits.enrol_totp(at(0));
    let now = at(MINUTE);
    let (first, second) = (visits.ticket(now), visits.ticket(now));
    let proof = TypedProof::Totp(totp(&secret, now));
    assert!(matches!(visits.prove(first, proof.clone(), now), SignInStep::SignedIn(_)));
    let replayed = refused(&visits.prove(second, proof, now));
    let wrong = refused(&visits.prove(second, TypedProof::Totp(other(&totp(&secret, now))), now));
    let unknown = TypedProof::Code { challenge: RandomId([9; 16]), code: code(1) };
    let unknown = refused(&visits.prove(second, unknown, now));
    for refused in [replayed, wrong, unknown, Refused::NoSuchTicket, Refused::NotOffered, Refused::PasswordChanged] {
        assert_eq!(refused.public().retry_at, None, "{refused:?}");
    }
}

#[test]
fn a_second_message_is_for_the_same_challenge_and_the_older_code_says_so() {
    let visits = Visits::with_alice(&Shared::memory());
    let ticket = visits.ticket(at(0));
    let older = visits.code_for(ticket, Errand::SignIn, at(0));
    let soon = visits.send(ticket, Errand::SignIn, ContactKind::Phone, at(1));
    assert_eq!(soon, Err(CodeRefused::Message(SendRefused::TooSoon { retry_at: at(MINUTE) })));
    let newer = visits.code_for(ticket, Errand::SignIn, at(MINUTE));
    let tried = refused(&visits.prove(ticket, older, at(MINUTE)));
    assert!(matches!(tried, Refused::Code(VerifyOutcome::Superseded { .. })), "{tried:?}");
    assert!(matches!(visits.prove(ticket, newer, at(MINUTE)), SignInStep::SignedIn(_)));
}

#[test]
fn half_a_year_after_a_contact_answered_the_owner_is_asked_to_look_it_over() {
    let visits = Visits::with_alice(&Shared::memory());
    let secret = visits.enrol_totp(at(0));
    let review_due = |now| {
        let ticket = visits.ticket(now);
        match visits.prove(ticket, TypedProof::Totp(totp(&secret, now)), now) {
            SignInStep::SignedIn(signed_in) => signed_in.review_due,
            other => panic!("{other:?}"),
        }
    };
    assert!(!review_due(at(180 * DAY_MS - MINUTE)));
    assert!(review_due(at(180 * DAY_MS)));
}

#[test]
fn a_clock_that_jumps_back_revives_neither_ticket_nor_code_nor_block() {
    let visits = Visits::with_alice(&Shared::memory());
    let ticket = visits.ticket(at(0));
    let proof = visits.code_for(ticket, Errand::SignIn, at(0));
    for _ in 0..5 {
        visits.type_password("wrong", None, at(20 * MINUTE));
    }
    assert_eq!(refused(&visits.prove(ticket, proof, at(1))), Refused::NoSuchTicket);
    assert_eq!(visits.type_password(RIGHT, None, at(1)), Typed::Blocked(at(20 * MINUTE + 30_000)));
}

fn require_change(visits: &Visits, now: Timestamp) {
    let by = |authority| RequirePasswordChange { by: Actor::staff(ActorId::parse("leak-watch").unwrap(), authority) };
    let refused = visits.service.execute(&visits.alice, &by(Authority::Owner), now);
    assert_eq!(refused, Err(ServiceError::Rejected(Rejection::NotAuthorised)));
    assert!(visits.service.execute(&visits.alice, &by(Authority::Rule), now).unwrap());
    assert!(!visits.service.execute(&visits.alice, &by(Authority::Rule), now).unwrap(), "required already");
}

#[test]
fn a_password_that_must_be_changed_lets_nobody_in_before_it_is() {
    on_every_store(|store| {
        let visits = Visits::with_alice(store);
        require_change(&visits, at(0));
        let ticket = visits.ticket(at(0));
        let early = visits.set_password("Nq4!zz-harbour", SetBy::SignIn { ticket, remember: None }, at(0));
        assert_eq!(early, PasswordSet::Refused(Refused::NoSuchTicket), "the second factor comes first");
        let proof = visits.code_for(ticket, Errand::SignIn, at(0));
        let SignInStep::ChangePassword { ticket } = visits.prove(ticket, proof.clone(), at(1)) else { panic!() };
        let again = visits.prove(ticket, proof, at(1));
        assert_eq!(again, SignInStep::ChangePassword { ticket }, "nothing more to prove");
        let set = visits.set_password("Nq4!zz-harbour", SetBy::SignIn { ticket, remember: None }, at(2));
        let PasswordSet::Set { signed_in: Some(signed_in) } = set else { panic!("{set:?}") };
        assert_eq!(signed_in.rotation, RotationDue::No);
        let twice = visits.set_password("Wm7?kk-meadow", SetBy::SignIn { ticket, remember: None }, at(3));
        assert_eq!(twice, PasswordSet::Refused(Refused::NoSuchTicket));
        assert_eq!(visits.type_password(RIGHT, None, at(4)), Typed::Wrong);
        assert!(matches!(visits.type_password("Nq4!zz-harbour", None, at(5)), Typed::Right(_)));
    });
}

#[test]
fn a_new_password_voids_every_ticket_and_code_of_the_old_one() {
    let visits = Visits::with_alice(&Shared::memory());
    let compared = visits.service.record(&visits.alice).unwrap().password.unwrap().phc().to_owned();
    let ticket = visits.ticket(at(0));
    let proof = visits.code_for(ticket, Errand::SignIn, at(0));
    let by = || SetBy::Owner { compared: compared.clone() };
    assert_eq!(visits.set_password("Nq4!zz-harbour", by(), at(1)), PasswordSet::Set { signed_in: None });
    assert_eq!(refused(&visits.prove(ticket, proof, at(2))), Refused::NoSuchTicket);
    assert!(kinds(&visits.service, &visits.alice).iter().any(|kind| matches!(kind, EventKind::CodeCancelled { .. })));
    let second = visits.set_password("Wm7?kk-meadow", by(), at(3));
    assert_eq!(second, PasswordSet::Refused(Refused::PasswordChanged), "it was compared with the old one");
}

#[test]
fn a_password_that_changed_while_it_was_compared_opens_nothing() {
    let visits = Visits::with_alice(&Shared::memory());
    let compared = visits.service.record(&visits.alice).unwrap().password.unwrap().phc().to_owned();
    visits.set_password("Nq4!zz-harbour", SetBy::Integrator, at(1));
    let open = account_security::command::OpenSignIn { compared, renewed: None, device: None, locked_device: None };
    let step = visits.service.execute(&visits.alice, &open, at(2)).unwrap();
    assert_eq!(refused(&step), Refused::PasswordChanged);
}

#[test]
fn a_young_password_is_not_changed_again_where_the_policy_says_so() {
    let mut slow = settings();
    slow.sign_in.password_age_ms_min = DAY_MS;
    let visits = Visits::with(&Shared::memory(), slow);
    visits.sign_up_confirmed(None);
    let phc = || visits.service.record(&visits.alice).unwrap().password.unwrap().phc().to_owned();
    let change = |now| visits.set_password("Nq4!zz-harbour", SetBy::Owner { compared: phc() }, now);
    assert_eq!(change(at(DAY_MS - 1)), PasswordSet::TooYoung { until: at(DAY_MS) });
    require_change(&visits, at(DAY_MS - 1));
    assert!(matches!(change(at(DAY_MS - 1)), PasswordSet::Set { .. }), "not where a change is required");
}

#[test]
fn of_two_who_type_one_code_at_once_one_gets_in() {
    use std::sync::Barrier;
    let visits = Visits::with_alice(&Shared::memory());
    let ticket = visits.ticket(at(0));
    let proof = visits.code_for(ticket, Errand::SignIn, at(0));
    let barrier = Barrier::new(8);
    let steps: Vec<SignInStep> = std::thread::scope(|scope| {
        let visitors: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let prove = ProveSignIn { ticket, proof: proof.clone(), remember: None };
                    visits.service.execute(&visits.alice, &prove, at(1)).unwrap()
                })
            })
            .collect();
        visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect()
    });
    assert_eq!(steps.iter().filter(|step| matches!(step, SignInStep::SignedIn(_))).count(), 1);
    assert_eq!(steps.iter().filter(|step| **step == SignInStep::Refused(Refused::NoSuchTicket)).count(), 7);
}

#[test]
fn who_does_not_hold_the_challenge_of_a_confirmation_learns_nothing_of_the_account() {
    let visits = Visits::with_alice(&Shared::memory());
    freeze(&visits, Scopes::ALL, at(0));
    let confirm = ConfirmContact { contact: ContactKind::Phone, challenge: RandomId([7; 16]), code: code(1) };
    let known = visits.service.execute(&visits.alice, &confirm, at(1));
    assert_eq!(known, visits.service.execute(&account("nobody"), &confirm, at(1)));
    assert_eq!(known, Ok(CodeAnswer::Tried(VerifyOutcome::NotFound)));
}

#[test]
fn a_confirmed_phone_of_his_own_earns_nobody_fresh_guesses() {
    let visits = Visits::on(&Shared::memory());
    visits.sign_up_confirmed(Some(email()));
    let ticket = visits.ticket(at(0));
    let proof = visits.code_for(ticket, Errand::SignIn, at(0));
    visits.prove(ticket, wrong(&proof), at(1));
    let send = SendConfirmation { contact: ContactKind::Email, sender: sender(), locale: Locale::En };
    let sent = visits.service.execute(&visits.alice, &send, at(2)).unwrap().unwrap().unwrap();
    let confirm = ConfirmContact { contact: ContactKind::Email, challenge: sent.challenge, code: visits.code() };
    let answer = visits.service.execute(&visits.alice, &confirm, at(3)).unwrap();
    assert_eq!(answer, CodeAnswer::Tried(VerifyOutcome::Accepted));
    assert_eq!(failures(&visits).1, 1, "still counted");
}

#[test]
fn an_account_without_any_way_to_prove_needs_support() {
    let visits = Visits::on(&Shared::memory());
    let phc = Phc::parse(&visits.hash(RIGHT).to_text(), &VerifyCeiling::DEFAULT).unwrap();
    let set = account_security::command::SetPassword { phc, by: SetBy::Integrator };
    visits.service.execute(&visits.alice, &set, at(0)).unwrap();
    let Typed::Right(SignInStep::SecondFactor { ticket, offers }) = visits.type_password(RIGHT, None, at(1)) else {
        panic!()
    };
    assert!(offers.proofs.is_empty(), "never let in for want of a factor");
    assert_eq!(visits.send(ticket, Errand::SignIn, ContactKind::Phone, at(1)), Err(CodeRefused::NotOffered));
}
