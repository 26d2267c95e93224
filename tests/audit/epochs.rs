//! Keys that only move forward, end to end.

use account_security::account::{AuditEpoch, Keyring, KeyringError, Verdict};
use account_security::risk::Label;
use account_security::service::{LabelOutcome, Service, ServiceError};
use account_security::types::{SecretBytes, TxId};

use crate::support::acts::payment;
use crate::support::stores::Shared;
use crate::support::{account, at, ring};
use crate::{freeze, key, on_every_store, pay, with_ring};

/// A ring that proves from epoch `oldest` on and writes under `present`.
fn epochs(oldest: u32, present: u32) -> Keyring {
    let first = AuditEpoch::first(&SecretBytes::new(vec![0xE9; 32])).unwrap();
    let oldest = (1..oldest).fold(first, |epoch, _| epoch.next().unwrap());
    ring(1, &[1]).with_audit_epochs(&oldest, present).unwrap()
}

fn verdict(service: &Service<Shared>) -> Verdict {
    service.verify_cell(key(service, "alice")).unwrap()
}

#[test]
fn a_chain_through_epochs_is_proven_by_who_holds_the_first_and_by_nobody_who_came_later() {
    on_every_store(|store| {
        let alice = account("alice");
        pay(&with_ring(store, ring(1, &[1])), &alice, 1);
        pay(&with_ring(store, epochs(1, 1)), &alice, 2);
        pay(&with_ring(store, epochs(1, 3)), &alice, 3);
        let today = with_ring(store, epochs(3, 3));
        pay(&today, &alice, 4);
        assert_eq!(verdict(&with_ring(store, epochs(1, 3))), Verdict::Intact { events: 4 });
        let told = verdict(&today);
        assert!(matches!(&told, Verdict::CannotTell { why } if why.starts_with("event 2 ")), "{told:?}");
        let written: Vec<u32> = today.history(&alice, 1, 10).unwrap().iter().map(|(_, event)| event.epoch).collect();
        assert_eq!(written, [0, 1, 3, 3]);
    });
}

#[test]
fn a_process_that_lags_follows_and_one_without_epochs_writes_nothing() {
    on_every_store(|store| {
        let alice = account("alice");
        pay(&with_ring(store, epochs(4, 5)), &alice, 1);
        let lags = with_ring(store, epochs(4, 4));
        pay(&lags, &alice, 2);
        let epochs_of = lags.history(&alice, 1, 10).unwrap().iter().map(|(_, event)| event.epoch).collect::<Vec<_>>();
        assert_eq!(epochs_of, [5, 5], "it never goes back");
        let refused = |keys| {
            let service = with_ring(store, keys);
            service.assess(&alice, &payment("tx-9", at(9)), 480, at(9)).unwrap_err()
        };
        let lost = ServiceError::KeyLost(KeyringError::EpochLost(5));
        assert_eq!(refused(ring(1, &[1])), lost);
        assert_eq!(refused(epochs(1, 2)), lost, "too far behind");
        assert_eq!(verdict(&lags), Verdict::Intact { events: 2 }, "and nothing was broken by it");
    });
}

#[test]
fn what_old_events_answer_is_answered_as_long_as_their_epoch_is_held() {
    on_every_store(|store| {
        let alice = account("alice");
        let paid = |service: &Service<Shared>| service.assess(&alice, &payment("tx-1", at(1)), 480, at(1));
        let first = paid(&with_ring(store, epochs(1, 1))).unwrap();
        assert_eq!(paid(&with_ring(store, epochs(1, 9))).unwrap(), first);
        let late = with_ring(store, epochs(5, 9));
        let lost = ServiceError::KeyLost(KeyringError::EpochLost(1));
        assert_eq!(paid(&late), Err(lost.clone()), "denied, never decided anew");
        assert_eq!(late.label(&alice, TxId::of("tx-1"), Label::Fraud, at(2)), Err(lost));
        let held = with_ring(store, epochs(1, 9));
        assert_eq!(held.label(&alice, TxId::of("tx-1"), Label::Fraud, at(2)).unwrap(), LabelOutcome::Learned);
        freeze(&late, &alice, 3);
    });
}
