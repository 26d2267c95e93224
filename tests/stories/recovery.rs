//! Recovery codes end to end: shown once, good once, counted with every other second factor.

use account_security::account::{EventKind, KeyringError, Proof, RejectedBecause};
use account_security::command::{
    ClearLockout, Effect, EnrolTotp, GenerateRecoveryCodes, LockoutCleared, NewRecoveryCodes, Notice, PlaceFreeze,
    RecoveryAnswer, Rejection, SpendRecoveryCode, TotpOutcome, VerifyTotp,
};
use account_security::freeze::{Actor, Authority, FreezeRequest, Scopes};
use account_security::service::{Service, ServiceError};
use account_security::totp::{RecoveryCode, TotpParameters, code_at};
use account_security::types::{ActorId, KeyId, RandomId, Timestamp, TypedCode};

use super::on_every_store;
use super::support::acts::{kinds, seen};
use super::support::stores::Shared;
use super::support::{account, at, ring, tries_max, without_step_up};

/// Step-ups have stories of their own.
fn service(store: &Shared) -> Service<Shared> {
    Service::new(store.clone(), ring(1, &[1]), without_step_up()).unwrap()
}

fn draw(service: &Service<Shared>, now: Timestamp) -> NewRecoveryCodes {
    service.execute(&account("alice"), &GenerateRecoveryCodes { ticket: None }, now).unwrap()
}

/// Types a code into sign-in number `sign_in`.
fn spend(service: &Service<Shared>, code: &RecoveryCode, sign_in: u8, now: Timestamp) -> RecoveryAnswer {
    let spend = SpendRecoveryCode { code: code.clone(), sign_in: RandomId([sign_in; 16]) };
    service.execute(&account("alice"), &spend, now).unwrap()
}

fn wrong() -> RecoveryCode {
    RecoveryCode::parse("0000-0000-0000-0000-0000-0000").unwrap()
}

fn failures(service: &Service<Shared>) -> u32 {
    service.record(&account("alice")).unwrap().second_factor_budget.failures_in_a_row()
}

fn notices(service: &Service<Shared>) -> Vec<Notice> {
    let waiting = service.drain(1_000).unwrap();
    let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
    service.delivered(&ids).unwrap();
    let told = waiting.into_iter().filter_map(|waiting| match waiting.effect.unwrap() {
        Effect::NotifyOwner { notice } => Some(notice),
        _ => None,
    });
    told.collect()
}

#[test]
fn ten_codes_open_ten_sign_ins_and_the_owner_hears_of_each() {
    on_every_store(|store| {
        let service = service(store);
        let drawn = draw(&service, at(0));
        assert_eq!((drawn.generation, drawn.codes.len()), (1, 10));
        assert_eq!(notices(&service), [Notice::RecoveryCodesIssued]);
        for (index, code) in drawn.codes.iter().enumerate() {
            let (sign_in, left) = (u8::try_from(index).unwrap(), u8::try_from(9 - index).unwrap());
            // As it comes back from paper.
            let typed = RecoveryCode::parse(&code.to_text().to_lowercase().replace('-', " ")).unwrap();
            assert_eq!(spend(&service, &typed, sign_in, at(1)), RecoveryAnswer::Accepted { left });
            let mut told = vec![Notice::RecoveryCodeSpent { left }];
            if left <= 3 {
                told.push(Notice::RecoveryCodesLow { left });
            }
            assert_eq!(notices(&service), told);
            let again = spend(&service, &typed, sign_in + 100, at(1));
            assert_eq!(again, RecoveryAnswer::Rejected(RejectedBecause::Replayed));
        }
        assert_eq!(service.record(&account("alice")).unwrap().recovery.left(), 0);
        let spent = |kind: &&EventKind| matches!(kind, EventKind::RecoveryCodeSpent { .. });
        assert_eq!(kinds(&service, &account("alice")).iter().filter(spent).count(), 10);
    });
}

#[test]
fn one_sign_in_takes_one_code_and_a_second_click_burns_none() {
    on_every_store(|store| {
        let service = service(store);
        let codes = draw(&service, at(0)).codes;
        assert_eq!(spend(&service, &codes[0], 1, at(1)), RecoveryAnswer::Accepted { left: 9 });
        assert_eq!(spend(&service, &codes[0], 1, at(2)), RecoveryAnswer::SecondOfSignIn);
        assert_eq!(spend(&service, &codes[1], 1, at(3)), RecoveryAnswer::SecondOfSignIn);
        assert_eq!((service.record(&account("alice")).unwrap().recovery.left(), failures(&service)), (9, 0));
        assert_eq!(spend(&service, &codes[1], 2, at(4)), RecoveryAnswer::Accepted { left: 8 });
    });
}

#[test]
fn new_codes_void_the_old_ones() {
    on_every_store(|store| {
        let service = service(store);
        let old = draw(&service, at(0)).codes;
        assert_eq!(spend(&service, &old[0], 1, at(1)), RecoveryAnswer::Accepted { left: 9 });
        let new = draw(&service, at(2));
        assert_eq!(new.generation, 2);
        let answer = spend(&service, &old[1], 2, at(3));
        assert_eq!(answer, RecoveryAnswer::Rejected(RejectedBecause::Wrong));
        assert_eq!(spend(&service, &new.codes[0], 3, at(4)), RecoveryAnswer::Accepted { left: 9 });
        let record = service.record(&account("alice")).unwrap();
        assert_eq!(record.security_changed_at, Some(at(2)));
    });
}

#[test]
fn wrong_codes_charge_the_budget_of_every_second_factor() {
    on_every_store(|store| {
        let service = service(store);
        let code = draw(&service, at(0)).codes.swap_remove(0);
        for tries in 1..=5 {
            let answer = spend(&service, &wrong(), tries, at(1));
            assert_eq!(answer, RecoveryAnswer::Rejected(RejectedBecause::Wrong));
        }
        let until = at(1).plus_ms(30_000);
        assert_eq!(spend(&service, &code, 9, at(2)), RecoveryAnswer::Blocked { until });
        let totp = VerifyTotp { code: TypedCode::parse("123456", 6).unwrap() };
        let blocked = service.execute(&account("alice"), &totp, at(2)).unwrap();
        assert_eq!(blocked, TotpOutcome::Blocked { until });
        // The right code was not looked at, so it is still good, and clears the count.
        assert_eq!(spend(&service, &code, 9, until), RecoveryAnswer::Accepted { left: 9 });
        assert_eq!(failures(&service), 0);
    });
}

#[test]
fn too_many_wrong_codes_lock_and_only_staff_unlocks() {
    on_every_store(|store| {
        let service = service(store);
        let code = draw(&service, at(0)).codes.swap_remove(0);
        let mut now = at(0);
        for _ in 0..tries_max() {
            assert!(matches!(spend(&service, &wrong(), 1, now), RecoveryAnswer::Rejected(_)));
            now = service.record(&account("alice")).unwrap().second_factor_budget.blocked_until(now).unwrap_or(now);
        }
        assert_eq!(spend(&service, &code, 1, at(0)), RecoveryAnswer::Blocked { until: Timestamp::MAX });
        let staff = Actor::staff(ActorId::parse("agent-7").unwrap(), Authority::Agent);
        let clear = ClearLockout { proof: Proof::SecondFactor, by: staff, identity: seen() };
        // Time stands where the last block ended.
        let last = service.record(&account("alice")).unwrap().time_high;
        assert_eq!(service.execute(&account("alice"), &clear, last), Ok(LockoutCleared::Cleared));
        assert_eq!(spend(&service, &code, 1, last), RecoveryAnswer::Accepted { left: 9 });
    });
}

#[test]
fn what_is_no_code_at_all_uses_up_no_try() {
    on_every_store(|store| {
        let service = service(store);
        draw(&service, at(0));
        for typed in ["", "123456", "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU", &"0".repeat(1_000_000)] {
            assert!(RecoveryCode::parse(typed).is_err());
        }
        assert_eq!(failures(&service), 0);
        assert_eq!(kinds(&service, &account("alice")).len(), 1);
    });
}

#[test]
fn an_account_without_codes_says_so_and_counts_nothing() {
    on_every_store(|store| {
        let service = service(store);
        assert_eq!(spend(&service, &wrong(), 1, at(0)), RecoveryAnswer::NoCodes);
        assert!(kinds(&service, &account("alice")).is_empty());
    });
}

#[test]
fn a_rotated_ring_judges_old_codes_as_long_as_it_holds_their_key() {
    on_every_store(|store| {
        let codes = draw(&service(store), at(0)).codes;
        let rotated = Service::new(store.clone(), ring(2, &[1, 2]), without_step_up()).unwrap();
        assert_eq!(spend(&rotated, &codes[0], 1, at(1)), RecoveryAnswer::Accepted { left: 9 });
        let named = |service: &Service<Shared>| service.record(&account("alice")).unwrap().recovery.key_id();
        // The record is sealed with the new key by now, but its codes still name the old one.
        assert_eq!(named(&rotated), Some(KeyId(1)));

        let early = Service::new(store.clone(), ring(2, &[2]), without_step_up()).unwrap();
        let spend_one = SpendRecoveryCode { code: codes[1].clone(), sign_in: RandomId([2; 16]) };
        let lost = early.execute(&account("alice"), &spend_one, at(2)).unwrap_err();
        assert!(matches!(lost, ServiceError::KeyLost(KeyringError::KeyLost(KeyId(1)))), "{lost:?}");
        assert_eq!(failures(&early), 0);
        // New codes name the new key, and nothing of the old one is needed any more.
        let new = draw(&early, at(3));
        assert_eq!((new.generation, named(&early)), (2, Some(KeyId(2))));
        assert_eq!(spend(&early, &new.codes[0], 3, at(4)), RecoveryAnswer::Accepted { left: 9 });
    });
}

#[test]
fn no_new_codes_while_a_freeze_forbids_to_change_factors() {
    on_every_store(|store| {
        let service = service(store);
        let codes = draw(&service, at(0)).codes;
        let owner = ActorId::parse("alice").unwrap();
        let place = PlaceFreeze { request: FreezeRequest::by_owner(owner, Scopes::CHANGE_FACTORS), caused_by: None };
        service.execute(&account("alice"), &place, at(0)).unwrap().unwrap();
        let refused = service.execute(&account("alice"), &GenerateRecoveryCodes { ticket: None }, at(1)).unwrap_err();
        assert!(matches!(refused, ServiceError::Rejected(Rejection::Frozen)), "{refused:?}");
        assert_eq!(spend(&service, &codes[0], 1, at(1)), RecoveryAnswer::Accepted { left: 9 });
    });
}

#[test]
fn a_lost_phone_is_replaced_with_a_recovery_code() {
    on_every_store(|store| {
        let (service, standard) = (service(store), TotpParameters::STANDARD);
        let enrol = EnrolTotp {
            issuer: "Example Pay".to_owned(),
            account_name: "alice".to_owned(),
            parameters: standard,
            ticket: None,
        };
        let confirm = |ms: u64| {
            let key = service.execute(&account("alice"), &enrol, at(ms)).unwrap().unwrap().key;
            let code = TypedCode::parse(code_at(key.secret(), &standard, at(ms)).unwrap().code(), 6).unwrap();
            let confirm = account_security::command::ConfirmTotp { code };
            service.execute(&account("alice"), &confirm, at(ms)).unwrap()
        };
        assert_eq!(confirm(0), TotpOutcome::Accepted);
        let codes = draw(&service, at(1)).codes;
        assert_eq!(spend(&service, &codes[4], 1, at(1_000_000)), RecoveryAnswer::Accepted { left: 9 });
        assert_eq!(confirm(1_000_000), TotpOutcome::Accepted);
        let replaced = |kind: &EventKind| matches!(kind, EventKind::TotpConfirmed { replaced: Some(_), .. });
        assert!(kinds(&service, &account("alice")).iter().any(replaced));
    });
}

#[test]
fn no_code_is_stored_written_down_or_printed() {
    on_every_store(|store| {
        let service = service(store);
        let drawn = draw(&service, at(0));
        let record = service.record(&account("alice")).unwrap();
        let said = format!("{drawn:?} {record:?} {:?}", kinds(&service, &account("alice")));
        for code in &drawn.codes {
            assert!(code.to_text().split('-').all(|group| !said.contains(group)), "{said}");
        }
    });
}
