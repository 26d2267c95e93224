//! Places of somebody else's making: a sound one, and some that lie.

use std::collections::BTreeMap;
use std::sync::Mutex;

use account_security::store::foreign::{Change, Condition, Foreign, ForeignFault};
use account_security::store::{ForeignStore, Store, StoreError};
use account_security::types::Timestamp;

use crate::making::{commit, item, key, put};

/// The smallest place that keeps the promise.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl Foreign for Shelf {
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ForeignFault> {
        let entries = self.0.lock().unwrap();
        let range = entries.range(from.to_vec()..to.to_vec());
        Ok(range.take(limit).map(|(name, bytes)| (name.clone(), bytes.clone())).collect())
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault> {
        let mut entries = self.0.lock().unwrap();
        if conditions.iter().any(|condition| entries.get(&condition.name) != condition.bytes.as_ref()) {
            return Ok(false);
        }
        for Change { name, bytes } in changes {
            match bytes {
                Some(bytes) => drop(entries.insert(name.clone(), bytes.clone())),
                None => drop(entries.remove(name)),
            }
        }
        Ok(true)
    }
}

/// A place that answers with something of its own.
struct Liar<G, L> {
    shelf: Shelf,
    get: G,
    list: L,
}

type Entries = Vec<(Vec<u8>, Vec<u8>)>;
/// What it does to a true answer.
type Lie<T> = (&'static str, fn(T) -> T);

impl<G, L> Foreign for Liar<G, L>
where
    G: Fn(Option<Vec<u8>>) -> Option<Vec<u8>> + Send + Sync,
    L: Fn(Entries) -> Entries + Send + Sync,
{
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
        self.shelf.get(name).map(&self.get)
    }

    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Entries, ForeignFault> {
        self.shelf.list(from, to, limit).map(&self.list)
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault> {
        self.shelf.apply(conditions, changes)
    }
}

/// Four events, two messages, one expiry.
fn filled() -> Shelf {
    let store = ForeignStore::new(Shelf::default());
    for version in 0..4 {
        let mut next = commit(key(1), (version > 0).then_some(version), version, version + 1);
        next.outbox = vec![item(version, key(1))];
        next.expires_at = Some(Timestamp::from_unix_ms(1_000).unwrap());
        put(&store, &next);
    }
    store.into_inner()
}

#[test]
fn a_place_that_lies_is_a_damaged_store_and_never_a_panic() {
    let lies: [Lie<Entries>; 5] = [
        ("turned round", |mut entries| {
            entries.reverse();
            entries
        }),
        ("the same twice", |entries| entries.iter().flat_map(|entry| [entry.clone(), entry.clone()]).collect()),
        ("out of range", |entries| entries.into_iter().map(|(_, bytes)| (vec![0xff; 30], bytes)).collect()),
        ("too long", |entries| entries.into_iter().map(|(name, _)| (name, vec![0; 80_000])).collect()),
        ("cut", |entries| {
            entries.into_iter().map(|(name, bytes)| (name, bytes[..bytes.len().min(7)].to_vec())).collect()
        }),
    ];
    for (what, list) in lies {
        let store = ForeignStore::new(Liar { shelf: filled(), get: |found| found, list });
        assert!(matches!(store.events(key(1), 1, 10), Err(StoreError::Corrupt(_))), "{what}");
        assert!(matches!(store.outbox(10), Err(StoreError::Corrupt(_))), "{what}");
    }
    let lies: [Lie<Option<Vec<u8>>>; 3] = [
        ("too long", |found| found.map(|_| vec![1; 80_000])),
        ("cut", |found| found.map(|bytes| bytes[..bytes.len().min(7)].to_vec())),
        ("empty", |found| found.map(|_| Vec::new())),
    ];
    for (what, get) in lies {
        let store = ForeignStore::new(Liar { shelf: filled(), get, list: |entries| entries });
        assert!(matches!(store.load(key(1)), Err(StoreError::Corrupt(_))), "{what}");
        let next = commit(key(1), Some(4), 9, 5);
        assert!(matches!(store.commit(&next), Err(StoreError::Corrupt(_))), "{what}: {:?}", store.commit(&next));
    }
}

#[test]
fn faults_of_the_place_are_told_as_what_they_are() {
    struct Broken(ForeignFault);
    impl Foreign for Broken {
        fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
            Ok(None)
        }
        fn list(&self, _: &[u8], _: &[u8], _: usize) -> Result<Entries, ForeignFault> {
            Err(self.0.clone())
        }
        fn apply(&self, _: &[Condition], _: &[Change]) -> Result<bool, ForeignFault> {
            Err(self.0.clone())
        }
    }
    for (fault, told) in [
        (ForeignFault::Busy, StoreError::Busy),
        (ForeignFault::Full, StoreError::Full),
        (ForeignFault::ReadOnly, StoreError::ReadOnly),
        (ForeignFault::Unknown, StoreError::Unknown),
        (ForeignFault::Unavailable("locked".to_owned()), StoreError::Unavailable("locked".to_owned())),
    ] {
        let store = ForeignStore::new(Broken(fault));
        assert_eq!(store.commit(&commit(key(1), None, 1, 1)), Err(told.clone()));
        assert_eq!(store.events(key(1), 1, 1), Err(told));
    }
}

#[test]
fn a_place_whose_conditions_never_hold_is_busy_in_the_end() {
    struct Stubborn;
    impl Foreign for Stubborn {
        fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
            Ok(None)
        }
        fn list(&self, _: &[u8], _: &[u8], _: usize) -> Result<Entries, ForeignFault> {
            Ok(Vec::new())
        }
        fn apply(&self, _: &[Condition], _: &[Change]) -> Result<bool, ForeignFault> {
            Ok(false)
        }
    }
    assert_eq!(ForeignStore::new(Stubborn).commit(&commit(key(1), None, 1, 1)), Err(StoreError::Busy));
}

#[test]
fn a_queue_at_its_last_number_is_a_damaged_store_and_never_begins_anew() {
    let shelf = filled();
    shelf.0.lock().unwrap().insert(b"mturn".to_vec(), u64::MAX.to_be_bytes().to_vec());
    let store = ForeignStore::new(shelf);
    let mut next = commit(key(1), Some(4), 9, 5);
    next.outbox = vec![item(99, key(1))];
    assert!(matches!(store.commit(&next), Err(StoreError::Corrupt(_))));
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, 4);
}
