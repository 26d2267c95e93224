//! Key rings: lost, foreign, rotated.

use account_security::account::{Keyring, KeyringError, Verdict};
use account_security::command::{CodeAnswer, ConfirmTotp, EnrolTotp, EnrolledTotp, TotpOutcome, VerifyTotp};
use account_security::password::{Password, UserContext};
use account_security::service::{PasswordOutcome, Service, ServiceError};
use account_security::store::StoreError;
use account_security::totp::{TotpParameters, code_at};
use account_security::types::{KeyId, RandomId, SecretBytes, TypedCode};
use account_security::verification::VerifyOutcome;

use crate::on_every_store;
use crate::support::acts::{court_order, payment, sign_in_code, type_code};
use crate::support::stores::Shared;
use crate::support::{account, at, ring, service, settings};

const PASSWORD: &[u8] = b"Vx9#qLm2-tide";

/// An account with a password, an authenticator, an open code and a payment.
struct Alice {
    totp: EnrolledTotp,
    challenge: RandomId,
    code: u32,
}

fn totp_code(enrolled: &EnrolledTotp, ms: u64) -> TypedCode {
    let shown = code_at(enrolled.key.secret(), &TotpParameters::STANDARD, at(ms)).unwrap();
    TypedCode::parse(shown.code(), 6).unwrap()
}

fn settled(service: &Service<Shared>) -> Alice {
    let alice = account("alice");
    service.set_password(&alice, &Password::parse(PASSWORD).unwrap(), &UserContext::none(), at(0)).unwrap();
    let parameters = TotpParameters::STANDARD;
    let enrol =
        EnrolTotp { issuer: "Example Pay".to_owned(), account_name: "alice".to_owned(), parameters, ticket: None };
    let totp = service.execute(&alice, &enrol, at(0)).unwrap().unwrap();
    service.execute(&alice, &ConfirmTotp { code: totp_code(&totp, 0) }, at(0)).unwrap();
    service.assess(&alice, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    let (challenge, code) = sign_in_code(service, &alice, at(0));
    Alice { totp, challenge, code }
}

fn with_ring(store: &Shared, keys: Keyring) -> Service<Shared> {
    Service::new(store.clone(), keys, settings()).unwrap()
}

#[test]
fn a_store_refuses_a_key_ring_with_another_look_up_key_before_anything_is_asked() {
    on_every_store(|store| {
        settled(&service(store));
        let root = || SecretBytes::new(vec![1; 32]);
        let foreign = Keyring::new(SecretBytes::new(vec![0xA8; 32]), KeyId(1), vec![(KeyId(1), root())]).unwrap();
        let refused = Service::new(store.clone(), foreign, settings()).err().unwrap();
        assert_eq!(refused, ServiceError::Store(StoreError::KeyLost));
        assert_eq!(refused.code(), 9007);
    });
}

#[test]
fn a_missing_or_exchanged_root_key_is_key_lost_and_never_a_rejection() {
    on_every_store(|store| {
        let held = settled(&service(store));
        let before = events_of(store);
        let exchanged = vec![(KeyId(1), SecretBytes::new(vec![0x55; 32]))];
        let exchanged = Keyring::new(SecretBytes::new(vec![0xA7; 32]), KeyId(1), exchanged).unwrap();
        for keys in [ring(2, &[2]), exchanged] {
            let service = with_ring(store, keys);
            let (alice, lost) = (account("alice"), ServiceError::KeyLost(KeyringError::KeyLost(KeyId(1))));
            let right = Password::parse(PASSWORD).unwrap();
            assert_eq!(service.verify_password(&alice, &right, at(1_000)), Err(lost.clone()));
            let set = service.set_password(&alice, &right, &UserContext::none(), at(1_000));
            assert_eq!(set.unwrap_err(), lost);
            assert_eq!(type_code(&service, &alice, held.challenge, held.code, at(1_000)), Err(lost.clone()));
            let verify = VerifyTotp { code: totp_code(&held.totp, 60_000) };
            assert_eq!(service.execute(&alice, &verify, at(60_000)), Err(lost.clone()));
            assert_eq!(service.assess(&alice, &payment("tx-2", at(1_000)), 480, at(1_000)), Err(lost.clone()));
            assert_eq!(service.execute(&alice, &court_order(1), at(1_000)), Err(lost.clone()));
            assert_eq!(service.restriction(&alice, at(1_000)), Err(lost));
            assert!(!matches!(service.verify_account(&alice).unwrap(), Verdict::Intact { .. }));
        }
        let missing = with_ring(store, ring(2, &[2]));
        assert!(matches!(missing.verify_account(&account("alice")).unwrap(), Verdict::CannotTell { .. }));
        assert_eq!(events_of(store), before, "nothing was counted against the owner");
    });
}

fn events_of(store: &Shared) -> usize {
    service(store).history(&account("alice"), 1, 1_000).unwrap().len()
}

#[test]
fn after_a_rotation_everything_still_opens_and_is_sealed_anew() {
    on_every_store(|store| {
        let held = settled(&service(store));
        let (alice, rotated) = (account("alice"), with_ring(store, ring(2, &[1, 2])));
        let answer = type_code(&rotated, &alice, held.challenge, held.code, at(1_000)).unwrap();
        assert_eq!(answer, CodeAnswer::Tried(VerifyOutcome::Accepted), "a code sent before the rotation");
        let right = Password::parse(PASSWORD).unwrap();
        for _ in 0..2 {
            let answer = rotated.verify_password(&alice, &right, at(2_000)).unwrap();
            assert!(matches!(answer, PasswordOutcome::Accepted { .. }), "{answer:?}");
        }
        let renewed = rotated.record(&alice).unwrap().password.unwrap();
        assert!(renewed.phc().contains("keyid=AAAAAg$"), "hashed anew under the new pepper: {}", renewed.phc());
        let verify = VerifyTotp { code: totp_code(&held.totp, 60_000) };
        assert_eq!(rotated.execute(&alice, &verify, at(60_000)).unwrap(), TotpOutcome::Accepted);
        let first = rotated.assess(&alice, &payment("tx-1", at(0)), 480, at(60_000)).unwrap();
        assert!(matches!(first, account_security::command::PaymentDecision::Assessed(_)));
        assert!(matches!(rotated.verify_account(&alice).unwrap(), Verdict::Intact { .. }), "two keys, one chain");
    });
}

#[test]
fn without_the_old_key_the_record_opens_but_what_it_alone_can_prove_is_key_lost() {
    on_every_store(|store| {
        let held = settled(&service(store));
        let alice = account("alice");
        // One write under the new key seals the whole record anew; the authenticator's secret inside keeps its key.
        with_ring(store, ring(2, &[1, 2])).execute(&alice, &court_order(1), at(1_000)).unwrap().unwrap();
        let without = with_ring(store, ring(2, &[2]));
        let verify = VerifyTotp { code: totp_code(&held.totp, 60_000) };
        let lost = ServiceError::KeyLost(KeyringError::KeyLost(KeyId(1)));
        assert_eq!(without.execute(&alice, &verify, at(60_000)), Err(lost.clone()));
        let answer = type_code(&without, &alice, held.challenge, held.code, at(2_000));
        assert_eq!(answer, Err(lost.clone()));
        let answer = without.verify_password(&alice, &Password::parse(PASSWORD).unwrap(), at(2_000));
        assert_eq!(answer, Err(lost), "a lost pepper is never a wrong password");
        assert_eq!(without.record(&alice).unwrap().password_budget.failures_in_a_row(), 0, "and nothing is counted");
        assert!(matches!(without.verify_account(&alice).unwrap(), Verdict::CannotTell { .. }));
    });
}
