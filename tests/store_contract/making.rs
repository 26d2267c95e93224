//! Commits to try, and a look at all that a store holds.

#![allow(dead_code, reason = "each test program uses a part of it")]

use account_security::store::{Commit, CommitId, CommitOutcome, OutboxItem, Store, StoredEvent, Versioned};
use account_security::types::{RandomId, StoreKey};

pub fn key(number: u8) -> StoreKey {
    StoreKey([number; 16])
}

pub fn id(number: u64) -> CommitId {
    u128::from(number).to_be_bytes()
}

/// An event that no other number shares.
pub fn event(seq: u64) -> StoredEvent {
    let mut mac = [0xa5; 32];
    mac[..8].copy_from_slice(&seq.to_be_bytes());
    StoredEvent { seq, body: format!("event {seq}").into_bytes(), mac }
}

pub fn item(number: u64, key: StoreKey) -> OutboxItem {
    OutboxItem { id: RandomId(id(number)), key, body: format!("item {number}").into_bytes() }
}

/// A commit of one event, no outbox, no expiry.
pub fn commit(key: StoreKey, expected: Option<u64>, commit_number: u64, seq: u64) -> Commit {
    let body = format!("body {commit_number}").into_bytes();
    let commit_id = id(commit_number);
    Commit { key, expected, body, events: vec![event(seq)], outbox: Vec::new(), expires_at: None, commit_id }
}

/// Commits and insists that it is in.
pub fn put(store: &dyn Store, commit: &Commit) -> u64 {
    match store.commit(commit) {
        Ok(CommitOutcome::Committed { version }) => version,
        other => panic!("not committed: {other:?}"),
    }
}

/// `count` commits with one event each, ids from `first_id`.
pub fn grow(store: &dyn Store, key: StoreKey, count: u64, first_id: u64) {
    for version in 0..count {
        put(store, &commit(key, (version > 0).then_some(version), first_id + version, version + 1));
    }
}

/// All that a store holds, to prove that something wrote nothing.
#[derive(Debug, PartialEq)]
pub struct Everything {
    cells: Vec<(StoreKey, Option<Versioned>, Vec<StoredEvent>)>,
    outbox: Vec<OutboxItem>,
}

pub fn everything(store: &dyn Store) -> Everything {
    let keys = store.keys(None, usize::MAX).unwrap();
    let cell = |key| (key, store.load(key).unwrap(), store.events(key, 0, usize::MAX).unwrap());
    Everything { cells: keys.into_iter().map(cell).collect(), outbox: store.outbox(usize::MAX).unwrap() }
}
