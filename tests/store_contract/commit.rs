//! One atomic swap: versions, conflicts, commit ids, limits.

use account_security::store::{
    CELL_BYTES_MAX, CommitOutcome, EVENTS_PER_COMMIT_MAX, OUTBOX_PER_COMMIT_MAX, Store, StoreError, Versioned,
};
use account_security::types::StoreKey;

use crate::making::{commit, event, everything, grow, id, item, key, put};

pub fn a_first_commit_expects_nothing_and_makes_version_one(store: &dyn Store) {
    assert_eq!(store.load(key(1)), Ok(None));
    let first = commit(key(1), None, 1, 1);
    assert_eq!(store.commit(&first), Ok(CommitOutcome::Committed { version: 1 }));
    assert_eq!(store.load(key(1)), Ok(Some(Versioned { version: 1, body: first.body })));
    assert_eq!(store.events(key(1), 1, 10), Ok(vec![event(1)]));
}

pub fn each_commit_raises_the_version_by_one(store: &dyn Store) {
    for version in 1..=40 {
        let next = commit(key(1), (version > 1).then_some(version - 1), version, version);
        assert_eq!(store.commit(&next), Ok(CommitOutcome::Committed { version }));
        assert_eq!(store.load(key(1)), Ok(Some(Versioned { version, body: next.body })));
    }
}

pub fn a_first_commit_to_a_cell_that_exists_is_a_conflict_that_hands_back_the_cell(store: &dyn Store) {
    grow(store, key(1), 2, 1);
    let before = everything(store);
    let mut late = commit(key(1), None, 9, 1);
    late.outbox = vec![item(1, key(1))];
    assert_eq!(store.commit(&late), Ok(CommitOutcome::Conflict { current: store.load(key(1)).unwrap() }));
    late.events = vec![event(3)];
    assert_eq!(store.commit(&late), Ok(CommitOutcome::Conflict { current: store.load(key(1)).unwrap() }));
    assert_eq!(everything(store), before);
}

pub fn a_commit_that_expects_another_version_is_a_conflict_that_hands_back_the_cell(store: &dyn Store) {
    grow(store, key(1), 3, 1);
    let before = everything(store);
    let current = Some(Versioned { version: 3, body: b"body 3".to_vec() });
    for expected in [0, 1, 2, 4, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX] {
        let mut other = commit(key(1), Some(expected), 9, 4);
        other.outbox = vec![item(1, key(1))];
        assert_eq!(store.commit(&other), Ok(CommitOutcome::Conflict { current: current.clone() }), "{expected}");
    }
    assert_eq!(everything(store), before);
}

pub fn a_commit_that_expects_a_cell_where_none_is_conflicts_and_leaves_no_trace(store: &dyn Store) {
    for expected in [0, 1, u64::MAX] {
        let orphan = commit(key(1), Some(expected), 9, 1);
        assert_eq!(store.commit(&orphan), Ok(CommitOutcome::Conflict { current: None }), "{expected}");
    }
    assert_eq!(store.load(key(1)), Ok(None));
    assert_eq!(store.keys(None, 10), Ok(vec![]));
    assert_eq!(store.events(key(1), 0, 10), Ok(vec![]));
    assert_eq!(store.event_by_commit(key(1), id(9)), Ok(None));
}

pub fn a_commit_id_commits_once_whatever_comes_with_it_later(store: &dyn Store) {
    let mut first = commit(key(1), None, 1, 1);
    first.outbox = vec![item(1, key(1))];
    put(store, &first);
    put(store, &commit(key(1), Some(1), 2, 2));
    let before = everything(store);
    let mut again = first.clone();
    again.body = b"another body".to_vec();
    again.outbox = vec![item(2, key(1))];
    // The version of then, the version of now, none, and one that never was; events of then and of now.
    for expected in [None, Some(1), Some(2), Some(77)] {
        for seq in [1, 3] {
            (again.expected, again.events) = (expected, vec![event(seq)]);
            assert_eq!(store.commit(&again), Ok(CommitOutcome::Duplicate { first: event(1) }), "{expected:?}, {seq}");
        }
    }
    assert_eq!(everything(store), before);
}

pub fn a_commit_id_answers_with_the_first_of_its_events(store: &dyn Store) {
    grow(store, key(1), 1, 1);
    let mut triple = commit(key(1), Some(1), 2, 2);
    triple.events = vec![event(2), event(3), event(4)];
    put(store, &triple);
    put(store, &commit(key(1), Some(2), 3, 5));
    assert_eq!(store.commit(&triple), Ok(CommitOutcome::Duplicate { first: event(2) }));
    assert_eq!(store.event_by_commit(key(1), id(2)), Ok(Some(event(2))));
    assert_eq!(store.event_by_commit(key(1), id(3)), Ok(Some(event(5))));
    assert_eq!(store.event_by_commit(key(1), id(4)), Ok(None));
    assert_eq!(store.event_by_commit(key(2), id(2)), Ok(None));
}

pub fn a_conflict_does_not_use_up_its_commit_id(store: &dyn Store) {
    grow(store, key(1), 1, 1);
    let late = commit(key(1), None, 9, 1);
    assert!(matches!(store.commit(&late), Ok(CommitOutcome::Conflict { .. })));
    assert_eq!(store.event_by_commit(key(1), id(9)), Ok(None));
    assert_eq!(store.commit(&commit(key(1), Some(1), 9, 2)), Ok(CommitOutcome::Committed { version: 2 }));
}

pub fn two_cells_may_share_a_commit_id(store: &dyn Store) {
    put(store, &commit(key(1), None, 7, 1));
    put(store, &commit(key(2), None, 7, 1));
    put(store, &commit(key(2), Some(1), 8, 2));
    put(store, &commit(key(1), Some(1), 8, 2));
    assert_eq!(store.event_by_commit(key(1), id(8)), Ok(Some(event(2))));
}

pub fn a_commit_beyond_a_limit_is_refused_and_writes_nothing(store: &dyn Store) {
    grow(store, key(1), 1, 1);
    let before = everything(store);
    let fitting = commit(key(1), Some(1), 2, 2);
    let too_long = vec![0; CELL_BYTES_MAX + 1];
    let mut refused = vec![fitting.clone(); 6];
    refused[0].body.clone_from(&too_long);
    refused[1].events[0].body.clone_from(&too_long);
    refused[2].outbox = vec![item(1, key(1)), item(2, key(1))];
    refused[2].outbox[1].body.clone_from(&too_long);
    refused[3].events = Vec::new();
    refused[4].events = (2..).take(EVENTS_PER_COMMIT_MAX + 1).map(event).collect();
    refused[5].outbox = (0..).take(OUTBOX_PER_COMMIT_MAX + 1).map(|number| item(number, key(1))).collect();
    for commit in refused {
        assert_eq!(store.commit(&commit), Err(StoreError::TooLarge));
    }
    assert_eq!(everything(store), before);
    put(store, &fitting);
}

pub fn a_commit_at_every_limit_reads_back(store: &dyn Store) {
    let big = |fill: u8| vec![fill; CELL_BYTES_MAX];
    let mut full = commit(key(1), None, 1, 1);
    full.body = big(1);
    full.events = (1..).take(EVENTS_PER_COMMIT_MAX).map(event).collect();
    full.outbox = (0..).take(OUTBOX_PER_COMMIT_MAX).map(|number| item(number, key(1))).collect();
    full.events.iter_mut().for_each(|event| event.body = big(2));
    full.outbox.iter_mut().for_each(|item| item.body = big(3));
    put(store, &full);
    assert_eq!(store.load(key(1)), Ok(Some(Versioned { version: 1, body: full.body })));
    assert_eq!(store.events(key(1), 1, usize::MAX).unwrap(), full.events);
    assert_eq!(store.outbox(usize::MAX).unwrap(), full.outbox);
}

pub fn empty_bodies_read_back(store: &dyn Store) {
    let mut empty = commit(key(1), None, 1, 1);
    empty.outbox = vec![item(1, key(1))];
    empty.body.clear();
    empty.events[0].body.clear();
    empty.outbox[0].body.clear();
    put(store, &empty);
    assert_eq!(store.load(key(1)), Ok(Some(Versioned { version: 1, body: Vec::new() })));
    assert_eq!(store.events(key(1), 1, 10), Ok(empty.events));
    assert_eq!(store.outbox(10), Ok(empty.outbox));
}

pub fn every_byte_reads_back(store: &dyn Store) {
    let bytes: Vec<u8> = (0..=255).collect();
    // Keys and ids of zeros, of ones, of what text formats would take for an end.
    for (turn, fill) in [0, 0xff, b'\n', b'\'', b'%'].into_iter().enumerate() {
        let mut odd = commit(StoreKey([fill; 16]), None, 0, 1);
        odd.commit_id = [fill; 16];
        odd.body.clone_from(&bytes);
        odd.events[0].body.clone_from(&bytes);
        odd.events[0].mac = [fill; 32];
        odd.outbox = vec![item(u64::from(fill), odd.key)];
        odd.outbox[0].body.clone_from(&bytes);
        put(store, &odd);
        assert_eq!(store.load(odd.key), Ok(Some(Versioned { version: 1, body: bytes.clone() })));
        assert_eq!(store.event_by_commit(odd.key, odd.commit_id), Ok(Some(odd.events[0].clone())));
        assert_eq!(store.outbox(10).unwrap()[turn], odd.outbox[0]);
    }
}

pub fn cells_do_not_touch_each_other(store: &dyn Store) {
    // Two keys that differ in the last bit only.
    let (mut left, mut right) = (key(1), key(1));
    (left.0[15], right.0[15]) = (2, 3);
    grow(store, left, 2, 1);
    let before = (store.load(left), store.events(left, 1, 10));
    grow(store, right, 5, 11);
    assert_eq!((store.load(left), store.events(left, 1, 10)), before);
    assert_eq!(store.load(right).unwrap().unwrap().version, 5);
    assert_eq!(store.events(right, 1, 10).unwrap(), (1..=5).map(event).collect::<Vec<_>>());
}
