//! The audit trail as auditors meet it: check-points, epochs, exports, erasures, rotated keys; on threads and on tasks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "audit/checkpoints.rs"]
mod checkpoints;
#[path = "audit/epochs.rs"]
mod epochs;
#[path = "audit/erasing.rs"]
mod erasing;
#[path = "audit/exporting.rs"]
mod exporting;
#[path = "audit/rotating.rs"]
mod rotating;
mod support;
#[path = "audit/throughput.rs"]
mod throughput;

use account_security::account::checkpoint::{CellHead, CheckpointBuilder};
use account_security::account::{Event, EventKind, Keyring};
use account_security::service::Service;
use account_security::store::{Commit, CommitOutcome, Store, StoredEvent, Versioned};
use account_security::types::{AccountId, StoreKey};

use support::acts::{court_order, payment};
use support::stores::Shared;
use support::{account, at, settings};

fn on_every_store(story: impl Fn(&Shared)) {
    story(&Shared::memory());
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        story(&Shared::sqlite(&folder.path().join("security.db")));
    }
}

fn with_ring(store: &Shared, keys: Keyring) -> Service<Shared> {
    Service::new(store.clone(), keys, settings()).unwrap()
}

/// One payment.
fn pay(service: &Service<Shared>, who: &AccountId, number: u64) {
    service.assess(who, &payment(&format!("{who}-{number}"), at(number)), 480, at(number)).unwrap();
}

/// One freeze by a clerk, with the number of an order.
fn freeze(service: &Service<Shared>, who: &AccountId, number: u8) {
    service.execute(who, &court_order(number), at(u64::from(number))).unwrap().unwrap();
}

/// The heads of all chains, read in small pages.
fn heads(service: &Service<Shared>) -> (Vec<CellHead>, CheckpointBuilder) {
    let (mut heads, mut tree, mut after) = (Vec::new(), CheckpointBuilder::new(), None);
    loop {
        let page = service.heads(after, 2).unwrap();
        page.heads.iter().for_each(|head| tree.push(head).unwrap());
        heads.extend(page.heads);
        let Some(last) = page.last else { return (heads, tree) };
        after = Some(last);
    }
}

/// Everything a store holds of one cell.
struct Backup(Versioned, Vec<StoredEvent>);

fn backup(store: &Shared, key: StoreKey) -> Backup {
    Backup(store.load(key).unwrap().unwrap(), store.events(key, 1, 10_000).unwrap())
}

/// Puts a cell back: it and its events are what they were. Every commit here wrote one event.
fn put_back(store: &Shared, key: StoreKey, Backup(cell, events): &Backup) {
    assert_eq!(events.len() as u64, cell.version);
    for (version, event) in (1..).zip(events) {
        let commit = Commit {
            key,
            expected: Some(version - 1).filter(|version| *version > 0),
            body: if version == cell.version { cell.body.clone() } else { vec![0] },
            events: vec![event.clone()],
            outbox: Vec::new(),
            expires_at: None,
            commit_id: commit_id(event).unwrap_or([u8::try_from(version).unwrap(); 16]),
        };
        assert_eq!(store.commit(&commit).unwrap(), CommitOutcome::Committed { version });
    }
}

/// A payment's commit has the payment's id, and `verify` looks it up.
fn commit_id(event: &StoredEvent) -> Option<[u8; 16]> {
    match Event::decode(&event.body).ok()?.kind {
        EventKind::PaymentAssessed { tx_id, .. } => Some(tx_id.0),
        _ => None,
    }
}

fn kinds(service: &Service<Shared>, who: &AccountId) -> Vec<EventKind> {
    service.history(who, 1, 1_000).unwrap().into_iter().map(|(_, event)| event.kind).collect()
}

fn key(service: &Service<Shared>, name: &str) -> StoreKey {
    service.keyring().account_key(&account(name))
}
