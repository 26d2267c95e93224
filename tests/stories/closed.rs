//! What a freeze closes besides payments, what renewing it does, and how a lock is cleared.

use account_security::account::{EventKind, Proof};
use account_security::command::LiftFreeze;
use account_security::command::{
    AbandonAttempt, ClearLockout, EnrolTotp, LockoutCleared, PlaceFreeze, Rejection, RequestLift, ResendCode,
    ReserveAttempt, Reserved,
};
use account_security::freeze::{Actor, Authority, FreezeError, FreezeRequest, Scopes};
use account_security::password::{Password, UserContext};
use account_security::service::{PasswordOutcome, ServiceError, SetOutcome};
use account_security::totp::TotpParameters;
use account_security::types::{ActorId, Locale, RandomId, Timestamp};
use account_security::verification::{Binding, Purpose, SendRefused, Sender};

use crate::on_every_store;
use crate::support::acts::{kinds, phone, seen, send_code, sign_in_code, type_code};
use crate::support::{account, at, service, tries_max};

fn person(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

fn own(scopes: Scopes) -> PlaceFreeze {
    PlaceFreeze { request: FreezeRequest::by_owner(person("alice"), scopes), caused_by: None }
}

fn agent(name: &str) -> Actor {
    Actor::staff(person(name), Authority::Agent)
}

#[test]
fn a_frozen_account_takes_no_new_factor_no_new_password_and_no_sign_in_code() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let (challenge, code) = sign_in_code(&service, &alice, at(0));
        service.execute(&alice, &own(Scopes::ALL), at(1_000)).unwrap().unwrap();
        let before = service.record(&alice).unwrap();
        let frozen = ServiceError::Rejected(Rejection::Frozen);
        let (issuer, account_name) = ("Example Pay".to_owned(), "alice".to_owned());
        let enrol = EnrolTotp { issuer, account_name, parameters: TotpParameters::STANDARD, ticket: None };
        assert_eq!(service.execute(&alice, &enrol, at(2_000)).map(|_| ()), Err(frozen.clone()));
        let new = Password::parse(b"Vx9#qLm2-tide").unwrap();
        let set = service.set_password(&alice, &new, &UserContext::none(), at(2_000));
        assert_eq!(set.map(|_| ()), Err(frozen.clone()));
        assert_eq!(type_code(&service, &alice, challenge, code, at(2_000)).map(|_| ()), Err(frozen));
        assert_eq!(service.record(&alice).unwrap(), before, "nothing changed, nothing was counted");
        // The owner must still be able to prove who asks for the lift.
        assert!(send_code(&service, &alice, Purpose::Unfreeze, Binding::None, at(90_000)).is_ok());
    });
}

#[test]
fn no_code_is_sent_again_for_what_a_freeze_has_closed_since() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let again = |challenge, now| {
            let sender = Sender::new("Example Pay").unwrap();
            let resend = ResendCode { challenge, to: phone(), binding: Binding::None, sender, locale: Locale::En };
            service.execute(&alice, &resend, now).map(|sent| sent.map(|_| ()))
        };
        let sign_in = send_code(&service, &alice, Purpose::SignIn, Binding::None, at(0)).unwrap().challenge;
        let unfreeze = send_code(&service, &alice, Purpose::Unfreeze, Binding::None, at(0)).unwrap().challenge;
        service.execute(&alice, &own(Scopes::ALL), at(1_000)).unwrap().unwrap();
        let before = service.drain(10).unwrap().len();
        assert_eq!(again(sign_in, at(90_000)), Err(ServiceError::Rejected(Rejection::Frozen)));
        assert_eq!(service.drain(10).unwrap().len(), before, "nothing rings");
        assert_eq!(again(unfreeze, at(90_000)), Ok(Ok(())), "the owner's way to a lift is open");
        assert_eq!(again(RandomId([1; 16]), at(90_000)), Ok(Err(SendRefused::NotFound)));
    });
}

#[test]
fn an_owner_who_freezes_again_withdraws_a_lift_asked_for_meanwhile() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let freeze = service.execute(&alice, &own(Scopes::ALL), at(0)).unwrap().unwrap().id;
        let ask = RequestLift { freeze, by: agent("deceived"), release: None, identity: Some(seen()) };
        service.execute(&alice, &ask, at(1_000)).unwrap().unwrap();
        let again = service.execute(&alice, &own(Scopes::ALL), at(2_000)).unwrap().unwrap();
        assert_eq!((again.id, again.already), (freeze, true));
        let approve = LiftFreeze { freeze, by: agent("second"), release: None, identity: None };
        let approved = service.execute(&alice, &approve, at(3_000)).unwrap();
        assert_eq!(approved, Err(FreezeError::SecondAgentNeeded));
        assert!(matches!(kinds(&service, &alice).last(), Some(EventKind::LiftWithdrawn { .. })));
    });
}

#[test]
fn staff_clears_a_hard_lock_and_nobody_below() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
        service.set_password(&alice, &right, &UserContext::none(), at(0)).unwrap();
        let mut now = at(0);
        for _ in 0..tries_max() {
            now = now.plus_ms(7_200_000);
            assert!(matches!(service.execute(&alice, &ReserveAttempt::default(), now), Ok(Reserved::Compare(_))));
        }
        let locked = PasswordOutcome::Blocked { until: Timestamp::MAX };
        assert_eq!(service.verify_password(&alice, &right, now.plus_ms(7_200_000)).unwrap(), locked);
        let by = |authority| Actor::staff(person("x"), authority);
        let clear = |authority| ClearLockout { proof: Proof::Password, by: by(authority), identity: seen() };
        let refused = ServiceError::Rejected(Rejection::NotAuthorised);
        assert_eq!(service.execute(&alice, &clear(Authority::Rule), now), Err(refused));
        assert_eq!(service.execute(&alice, &clear(Authority::Agent), now), Ok(LockoutCleared::Cleared));
        assert_eq!(service.execute(&alice, &clear(Authority::Agent), now), Ok(LockoutCleared::NothingToClear));
        let signed_in = service.verify_password(&alice, &right, now).unwrap();
        assert!(matches!(signed_in, PasswordOutcome::Accepted { .. }));
    });
}

#[test]
fn a_try_is_taken_back_only_where_nobody_elses_was_counted_since() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
        service.set_password(&alice, &right, &UserContext::none(), at(0)).unwrap();
        let reserve = || match service.execute(&alice, &ReserveAttempt::default(), at(1_000)).unwrap() {
            Reserved::Compare(it) => AbandonAttempt { before: it.before, counted: it.counted, device: None },
            blocked => panic!("{blocked:?}"),
        };
        let failures = || service.record(&alice).unwrap().password_budget.failures_in_a_row();
        let (mine, thiefs) = (reserve(), reserve());
        assert!(!service.execute(&alice, &mine, at(1_000)).unwrap());
        assert_eq!(failures(), 2, "the thief's failure is not lost");
        assert!(service.execute(&alice, &thiefs, at(1_000)).unwrap());
        assert_eq!(failures(), 1);
    });
}

#[test]
fn a_try_is_not_taken_back_from_a_row_that_began_after_a_right_password_or_a_new_one() {
    on_every_store(|store| {
        let (service, alice) = (service(store), account("alice"));
        let right = Password::parse(b"Vx9#qLm2-tide").unwrap();
        service.set_password(&alice, &right, &UserContext::none(), at(0)).unwrap();
        let reserve = |ms| match service.execute(&alice, &ReserveAttempt::default(), at(ms)).unwrap() {
            Reserved::Compare(it) => AbandonAttempt { before: it.before, counted: it.counted, device: None },
            blocked => panic!("{blocked:?}"),
        };
        let failures = || service.record(&alice).unwrap().password_budget.failures_in_a_row();
        let owner_signs_in = |ms| {
            let signed_in = service.verify_password(&alice, &right, at(ms)).unwrap();
            assert!(matches!(signed_in, PasswordOutcome::Accepted { .. }));
        };
        let next = Password::parse(b"Nq4!zz-harbour").unwrap();
        let owner_sets_another = |ms| {
            let set = service.set_password(&alice, &next, &UserContext::none(), at(ms)).unwrap();
            assert!(matches!(set, SetOutcome::Set));
        };
        let ends: [&dyn Fn(u64); 2] = [&owner_signs_in, &owner_sets_another];
        for (round, end_the_row) in (0..).zip(ends) {
            let ms = 1_000 * (round + 1);
            let mine = reserve(ms);
            end_the_row(ms + 1);
            let thiefs = reserve(ms + 2);
            assert_eq!(failures(), 1);
            assert!(!service.execute(&alice, &mine, at(ms + 3)).unwrap());
            assert_eq!(failures(), 1, "the thief's failure is not lost");
            assert!(service.execute(&alice, &thiefs, at(ms + 4)).unwrap());
            assert_eq!(failures(), 0);
        }
    });
}
