//! What these stories once found wrong. Each failed before it was mended, and says what must hold.

use std::sync::{Arc, Mutex};

use account_security::account::{Keyring, Verdict};
use account_security::command::PlaceFreeze;
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::password::{HashParams, Password, UserContext};
use account_security::risk::Label;
use account_security::service::{LabelOutcome, PasswordOutcome, Service, ServiceError};
use account_security::types::time::{DAY_MS, HOUR_MS};
use account_security::types::{ActorId, KeyId, Payment, SecretBytes};

use crate::support::acts::{payment, yuan};
use crate::support::stores::{Interrupted, InterruptedLoad, Shared};
use crate::support::{Counted, FailsAt, account, at, ring, service, settings, tries_max};

fn with_password(service: &Service<Shared>) -> Password {
    let password = Password::parse(b"Vx9#qLm2-tide").unwrap();
    service.set_password(&account("alice"), &password, &UserContext::none(), at(0)).unwrap();
    password
}

#[test]

fn an_intact_chain_that_grows_while_it_is_verified_is_not_called_truncated() {
    let store = Shared::memory();
    let writer = Arc::new(service(&store));
    let alice = account("alice");
    writer.assess(&alice, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    let meanwhile = {
        let (writer, alice) = (Arc::clone(&writer), alice.clone());
        move || drop(writer.assess(&alice, &payment("tx-2", at(0)), 480, at(0)).unwrap())
    };
    let reader = service(&Shared::new(Interrupted(store, Mutex::new(Some(meanwhile)))));
    let verdict = reader.verify_account(&alice).unwrap();
    assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
}

#[test]

fn the_right_password_at_the_last_try_does_not_lock_its_owner_out_for_ever() {
    let (service, alice) = (service(&Shared::memory()), account("alice"));
    let (right, wrong) = (with_password(&service), Password::parse(b"wrong").unwrap());
    for number in 1..u64::from(tries_max()) {
        let answer = service.verify_password(&alice, &wrong, at(number * 2 * HOUR_MS)).unwrap();
        assert_eq!(answer, PasswordOutcome::Rejected, "try {number}");
    }
    let now = at(u64::from(tries_max()) * 2 * HOUR_MS);
    assert!(matches!(service.verify_password(&alice, &right, now).unwrap(), PasswordOutcome::Accepted { .. }));
    let again = service.verify_password(&alice, &right, now.plus_ms(DAY_MS)).unwrap();
    assert!(matches!(again, PasswordOutcome::Accepted { .. }), "accepted a moment ago, now {again:?}");
}

#[test]

fn a_right_password_whose_hash_cannot_be_renewed_is_not_counted_as_wrong() {
    let (store, alice) = (Shared::memory(), account("alice"));
    let right = with_password(&service(&store));
    let mut stronger = settings();
    stronger.hashing = HashParams::new(128, 1, 1).unwrap();
    // The second seed is the salt of the stronger hash; the first and the third are for the two commits.
    let entropy = Box::new(FailsAt(2, Counted::default()));
    let service = Service::with_entropy(store, ring(1, &[1]), stronger, entropy).unwrap();
    let answer = service.verify_password(&alice, &right, at(0));
    let failures = service.record(&alice).unwrap().password_budget.failures_in_a_row();
    assert_eq!(failures, 0, "{answer:?}");
}

#[test]

fn a_leap_of_twenty_years_opens_no_freeze_to_whoever_only_looks() {
    let (service, alice) = (service(&Shared::memory()), account("alice"));
    let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), Scopes::ALL).until(at(DAY_MS));
    service.execute(&alice, &PlaceFreeze { request, caused_by: None }, at(0)).unwrap().unwrap();
    let leapt = service.restriction(&alice, at(20 * 365 * DAY_MS));
    assert!(matches!(leapt, Err(ServiceError::Rejected(_)) | Ok(Scopes::ALL)), "{leapt:?}");
}

#[test]

fn an_exchanged_root_key_is_told_apart_from_tampering() {
    let (store, alice) = (Shared::memory(), account("alice"));
    service(&store).assess(&alice, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    let exchanged = vec![(KeyId(1), SecretBytes::new(vec![0x55; 32]))];
    let exchanged = Keyring::new(SecretBytes::new(vec![0xA7; 32]), KeyId(1), exchanged).unwrap();
    let verdict = Service::new(store, exchanged, settings()).unwrap().verify_account(&alice).unwrap();
    assert!(matches!(verdict, Verdict::CannotTell { .. }), "{verdict:?}");
}

#[cfg(feature = "sqlite")]
#[test]

fn a_decision_written_into_the_database_by_hand_lets_no_payment_through() {
    use account_security::command::PaymentDecision;
    use rusqlite::{Connection, params};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("security.db");
    let (service, thief) = (service(&Shared::sqlite(&file)), account("thief"));
    let small = payment("tx-1", at(0));
    assert!(matches!(service.assess(&thief, &small, 480, at(0)).unwrap(), PaymentDecision::Assessed(_)));
    let request = FreezeRequest::by_owner(ActorId::parse("thief").unwrap(), Scopes::PAY_OUT);
    service.execute(&thief, &PlaceFreeze { request, caused_by: None }, at(0)).unwrap().unwrap();

    // Whoever can write to the file, but has no key, files an old harmless decision under the id of a new payment.
    let large = payment("tx-2", at(1_000));
    let key = service.keyring().account_key(&thief).0;
    let mut forged = service.history(&thief, 1, 1).unwrap().remove(0).1;
    if let account_security::account::EventKind::PaymentAssessed { tx_id, content, .. } = &mut forged.kind {
        (*tx_id, *content) = (large.tx_id, large.content_fingerprint());
    }
    let sql = "INSERT INTO event (key, seq, commit_id, body, mac) VALUES (?1, 9, ?2, ?3, zeroblob(32))";
    let row = params![key, large.tx_id.0, forged.encode().unwrap()];
    Connection::open(&file).unwrap().execute(sql, row).unwrap();
    let decision = service.assess(&thief, &large, 480, at(1_000));
    assert!(!matches!(decision, Ok(PaymentDecision::Assessed(_))), "the account is frozen: {decision:?}");
}

#[test]
fn an_account_whose_first_commit_comes_between_two_looks_is_no_lost_record() {
    let (store, alice) = (Shared::memory(), account("alice"));
    let others = service(&store);
    let pays = alice.clone();
    let meanwhile = move || {
        others.assess(&pays, &payment("tx-1", at(0)), 480, at(0)).unwrap();
    };
    let looks = service(&Shared::new(InterruptedLoad(store, Mutex::new(Some(meanwhile)))));
    assert_eq!(looks.restriction(&alice, at(0)), Ok(Scopes::NONE));
}

#[test]
fn a_chain_that_is_not_there_is_neither_lost_nor_altered() {
    // As one that was purged between the list of keys and the look at it.
    let verdict = service(&Shared::memory()).verify_account(&account("nobody"));
    assert_eq!(verdict, Ok(Verdict::Intact { events: 0 }));
}

#[test]
fn a_label_that_contradicts_another_is_not_half_learned() {
    let (service, alice) = (service(&Shared::memory()), account("alice"));
    let small = payment("tx-1", at(0));
    service.assess(&alice, &small, 480, at(0)).unwrap();
    assert_eq!(service.label(&alice, small.tx_id, Label::Genuine, at(1)), Ok(LabelOutcome::Learned));
    let before = service.record(&alice).unwrap();
    let contradicted = LabelOutcome::Contradicts { first: Label::Genuine };
    assert_eq!(service.label(&alice, small.tx_id, Label::Fraud, at(2)), Ok(contradicted));
    assert_eq!(service.record(&alice).unwrap(), before, "the account learned nothing of it");
    assert_eq!(service.label(&alice, small.tx_id, Label::Genuine, at(3)), Ok(LabelOutcome::Learned), "asked again");

    // Without a payee the account alone remembers it.
    let withdrawn = Payment::out("tx-2", yuan(100), at(4)).unwrap();
    service.assess(&alice, &withdrawn, 480, at(4)).unwrap();
    assert_eq!(service.label(&alice, withdrawn.tx_id, Label::Fraud, at(5)), Ok(LabelOutcome::Learned));
    let contradicted = LabelOutcome::Contradicts { first: Label::Fraud };
    assert_eq!(service.label(&alice, withdrawn.tx_id, Label::Genuine, at(6)), Ok(contradicted));
}
