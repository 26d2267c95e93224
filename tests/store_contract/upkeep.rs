//! Key ring binding, listing and purging.

use account_security::store::{Commit, Store, StoreError};
use account_security::types::{StoreKey, Timestamp};

use crate::making::{commit, event, everything, grow, id, item, key, put};

fn at(unix_ms: i64) -> Timestamp {
    Timestamp::from_unix_ms(unix_ms).unwrap()
}

fn expiring(cell: u8, expires_at: i64) -> Commit {
    Commit { expires_at: Some(at(expires_at)), ..commit(key(cell), None, u64::from(cell), 1) }
}

pub fn the_first_key_ring_is_remembered_and_another_refused(store: &dyn Store) {
    assert_eq!(store.bind([7; 16]), Ok(()));
    assert_eq!(store.bind([7; 16]), Ok(()));
    let mut other = [7; 16];
    other[15] = 8;
    assert_eq!(store.bind(other), Err(StoreError::KeyLost));
    assert_eq!(store.bind([0; 16]), Err(StoreError::KeyLost));
    assert_eq!(store.bind([7; 16]), Ok(()), "a refusal changes nothing");
}

pub fn keys_come_in_order_and_in_pages(store: &dyn Store) {
    assert_eq!(store.keys(None, 10), Ok(vec![]));
    // Spread over the whole range, written out of order, some with several events.
    let mut expected: Vec<StoreKey> = (0..150_u8).map(|number| key(number.wrapping_mul(91))).collect();
    for (turn, key) in expected.iter().enumerate() {
        grow(store, *key, 1 + u64::try_from(turn % 3).unwrap(), 1);
    }
    expected.sort_unstable();
    assert_eq!(store.keys(None, usize::MAX).unwrap(), expected);
    let mut paged = Vec::new();
    while let page = store.keys(paged.last().copied(), 7).unwrap()
        && !page.is_empty()
    {
        assert!(page.len() <= 7);
        paged.extend(page);
        assert!(paged.len() <= expected.len(), "the pages never end");
    }
    assert_eq!(paged, expected);
    assert_eq!(store.keys(None, 0), Ok(vec![]));
    // After a key that is not there.
    let (mut between, last) = (expected[9], expected[149]);
    between.0[15] ^= 1;
    let next = store.keys(Some(between), 1).unwrap()[0];
    assert_eq!(next, *expected.iter().find(|key| **key > between).unwrap());
    assert_eq!(store.keys(Some(last), 10), Ok(vec![]));
}

pub fn a_cell_may_be_purged_from_its_last_moment_on(store: &dyn Store) {
    put(store, &expiring(1, 1_000));
    put(store, &expiring(2, 1_001));
    grow(store, key(3), 1, 1);
    assert_eq!(store.purge_expired(at(999), 10), Ok(0));
    assert_eq!(store.purge_expired(at(1_000), 10), Ok(1));
    assert_eq!(store.keys(None, 10), Ok(vec![key(2), key(3)]));
    assert_eq!(store.purge_expired(at(1_000), 10), Ok(0));
    assert_eq!(store.purge_expired(Timestamp::MAX, 10), Ok(1));
    assert_eq!(store.keys(None, 10), Ok(vec![key(3)]), "without an expiry a cell stays for ever");
}

pub fn a_purge_takes_no_more_than_its_limit(store: &dyn Store) {
    for cell in 1..=9 {
        put(store, &expiring(cell, 1_000));
    }
    assert_eq!(store.purge_expired(at(2_000), 0), Ok(0));
    assert_eq!(store.purge_expired(at(2_000), 4), Ok(4));
    let left = store.keys(None, 10).unwrap();
    assert_eq!(left.len(), 5);
    for key in left {
        assert_eq!(store.events(key, 1, 10), Ok(vec![event(1)]), "what is left is whole");
        assert!(store.load(key).unwrap().is_some());
    }
    assert_eq!(store.purge_expired(at(2_000), 100), Ok(5));
    assert_eq!(store.purge_expired(at(2_000), 100), Ok(0));
}

pub fn a_later_commit_moves_or_withdraws_the_expiry(store: &dyn Store) {
    put(store, &expiring(1, 1_000));
    put(store, &expiring(2, 1_000));
    put(store, &Commit { expires_at: Some(at(5_000)), ..commit(key(1), Some(1), 11, 2) });
    put(store, &commit(key(2), Some(1), 12, 2));
    assert_eq!(store.purge_expired(at(4_999), 10), Ok(0));
    assert_eq!(store.purge_expired(Timestamp::MAX, 10), Ok(1));
    assert_eq!(store.keys(None, 10), Ok(vec![key(2)]));
}

pub fn a_purged_cell_begins_a_new_life(store: &dyn Store) {
    put(store, &expiring(1, 1_000));
    assert_eq!(store.purge_expired(at(1_000), 10), Ok(1));
    assert_eq!(store.load(key(1)), Ok(None));
    assert_eq!(store.events(key(1), 0, 10), Ok(vec![]));
    assert_eq!(store.event_by_commit(key(1), id(1)), Ok(None));
    assert_eq!(put(store, &commit(key(1), None, 1, 1)), 1);
    assert_eq!(store.purge_expired(Timestamp::MAX, 10), Ok(0), "the old expiry is gone");
}

pub fn a_purge_leaves_the_outbox_alone(store: &dyn Store) {
    let mut leaving = expiring(1, 1_000);
    leaving.outbox = vec![item(1, key(1))];
    put(store, &leaving);
    assert_eq!(store.purge_expired(at(1_000), 10), Ok(1));
    assert_eq!(store.outbox(10), Ok(leaving.outbox), "a message is owed even by a cell that is gone");
    put(store, &commit(key(2), None, 2, 1));
    let before = everything(store);
    assert_eq!(store.purge_expired(at(1_000), 10), Ok(0));
    assert_eq!(everything(store), before);
}
