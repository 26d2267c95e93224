//! The events of a cell: in order, without a gap.

use account_security::store::{CommitOutcome, Store, StoreError};

use crate::making::{commit, event, everything, grow, id, item, key, put};

pub fn events_come_in_order_from_a_number_up_to_a_limit(store: &dyn Store) {
    // 300 events: past the point where numbers sorted as text or as single bytes go wrong.
    for version in 0..100 {
        let mut next = commit(key(1), (version > 0).then_some(version), version, 1);
        next.events = (1..=3).map(|place| event(version * 3 + place)).collect();
        put(store, &next);
    }
    let expected = |from: u64, to: u64| (from..=to).map(event).collect::<Vec<_>>();
    assert_eq!(store.events(key(1), 0, usize::MAX), Ok(expected(1, 300)));
    assert_eq!(store.events(key(1), 1, 10), Ok(expected(1, 10)));
    assert_eq!(store.events(key(1), 250, 20), Ok(expected(250, 269)));
    assert_eq!(store.events(key(1), 299, 20), Ok(expected(299, 300)));
    assert_eq!(store.events(key(1), 300, 1), Ok(expected(300, 300)));
    for (from, limit) in [(301, 10), (u64::MAX, 10), (1, 0)] {
        assert_eq!(store.events(key(1), from, limit), Ok(vec![]), "from {from}, limit {limit}");
    }
}

pub fn a_cell_that_is_not_there_has_no_events(store: &dyn Store) {
    grow(store, key(1), 3, 1);
    assert_eq!(store.events(key(2), 0, 10), Ok(vec![]));
    assert_eq!(store.event_by_commit(key(2), id(1)), Ok(None));
}

pub fn events_that_do_not_continue_the_chain_are_refused_and_nothing_is_written(store: &dyn Store) {
    grow(store, key(1), 2, 1);
    let before = everything(store);
    let old_cell: [&[u64]; 9] = [&[0], &[1], &[2], &[4], &[3, 3], &[3, 5], &[4, 3], &[3, 4, 6], &[u64::MAX]];
    let new_cell: [&[u64]; 6] = [&[0], &[2], &[1, 1], &[1, 3], &[2, 1], &[u64::MAX]];
    let cases = old_cell.iter().map(|seqs| (key(1), Some(2), *seqs));
    for (key, expected, seqs) in cases.chain(new_cell.iter().map(|seqs| (key(2), None, *seqs))) {
        let mut broken = commit(key, expected, 9, 0);
        broken.events = seqs.iter().copied().map(event).collect();
        broken.outbox = vec![item(1, key)];
        assert!(matches!(store.commit(&broken), Err(StoreError::Corrupt(_))), "{key:?}: {seqs:?}");
        assert_eq!(store.event_by_commit(key, id(9)), Ok(None));
        assert_eq!(everything(store), before, "{key:?}: {seqs:?}");
    }
    // The refusals block nobody: the right numbers go through, under the same commit id.
    put(store, &commit(key(1), Some(2), 9, 3));
    put(store, &commit(key(2), None, 9, 1));
}

pub fn a_commit_asked_again_is_a_duplicate_before_it_is_a_broken_chain(store: &dyn Store) {
    grow(store, key(1), 2, 1);
    let mut again = commit(key(1), Some(2), 2, 99);
    assert_eq!(store.commit(&again), Ok(CommitOutcome::Duplicate { first: event(2) }));
    // And a conflict before a broken chain: who lost the race cannot know the numbers.
    (again.commit_id, again.expected) = (id(9), Some(1));
    assert!(matches!(store.commit(&again), Ok(CommitOutcome::Conflict { current: Some(_) })));
}
