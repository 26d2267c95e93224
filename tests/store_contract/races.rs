//! Many threads at once. Every loop is bounded, so that a broken store fails instead of hanging.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use account_security::store::{Commit, CommitOutcome, Store};
use account_security::types::StoreKey;

use crate::making::{commit, event, id, item, key};

const THREADS: u64 = 8;
const COUNTS_PER_THREAD: u64 = 200;

/// Adds one to the count in a cell: load, then swap until it is in. The count is the body, the events follow it.
pub fn count_up(store: &dyn Store, key: StoreKey, commit_number: u64) {
    let mut current = store.load(key).unwrap();
    for _ in 0..100_000 {
        let count = current.as_ref().map_or(0, |cell| u64::from_be_bytes(cell.body[..8].try_into().unwrap()));
        let expected = current.as_ref().map(|cell| cell.version);
        let body = (count + 1).to_be_bytes().to_vec();
        match store.commit(&Commit { body, ..commit(key, expected, commit_number, count + 1) }).unwrap() {
            CommitOutcome::Committed { version } => return assert_eq!(version, count + 1),
            CommitOutcome::Conflict { current: newer } => current = newer,
            CommitOutcome::Duplicate { first } => panic!("a new commit id is in already: {first:?}"),
        }
    }
    panic!("never got a turn");
}

pub fn eight_threads_counting_in_one_cell_lose_nothing(store: &dyn Store) {
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                (0..COUNTS_PER_THREAD).for_each(|turn| count_up(store, key(1), thread * COUNTS_PER_THREAD + turn));
            });
        }
    });
    let total = THREADS * COUNTS_PER_THREAD;
    let cell = store.load(key(1)).unwrap().unwrap();
    assert_eq!((cell.version, cell.body), (total, total.to_be_bytes().to_vec()));
    assert_eq!(store.events(key(1), 1, usize::MAX).unwrap(), (1..=total).map(event).collect::<Vec<_>>());
}

pub fn eight_threads_with_one_commit_id_commit_once(store: &dyn Store) {
    for round in 0..25_u64 {
        let committed = AtomicUsize::new(0);
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    let mut same = commit(key(1), (round > 0).then_some(round), round, round + 1);
                    same.outbox = vec![item(round, key(1))];
                    match store.commit(&same).unwrap() {
                        CommitOutcome::Committed { version } => {
                            assert_eq!(version, round + 1);
                            committed.fetch_add(1, Ordering::SeqCst);
                        }
                        CommitOutcome::Duplicate { first } => assert_eq!(first, event(round + 1)),
                        CommitOutcome::Conflict { .. } => panic!("a commit that is in already is no conflict"),
                    }
                });
            }
        });
        assert_eq!(committed.into_inner(), 1);
        assert_eq!(store.event_by_commit(key(1), id(round)), Ok(Some(event(round + 1))));
    }
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, 25);
    assert_eq!(store.outbox(usize::MAX).unwrap().len(), 25);
}

pub fn a_reader_never_sees_half_a_commit(store: &dyn Store) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = 0;
            while !over.load(Ordering::SeqCst) {
                let Some(cell) = store.load(key(1)).unwrap() else { continue };
                assert_eq!(cell.body[..8], cell.version.to_be_bytes(), "body and version belong together");
                assert!(cell.version >= last, "what was read once is never unread");
                last = cell.version;
                let events = store.events(key(1), last, usize::MAX).unwrap();
                assert!(!events.is_empty(), "a cell never comes before its event");
                assert!(events.iter().zip(last..).all(|(event, seq)| event.seq == seq), "no gap");
            }
        });
        let _end = EndOnDrop(&over);
        for number in 0..300 {
            // When either side fails, the other must not wait for it.
            if reader.is_finished() {
                break;
            }
            count_up(store, key(1), number);
        }
    });
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, 300);
}

struct EndOnDrop<'a>(&'a AtomicBool);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

pub fn threads_on_different_cells_all_reach_the_outbox(store: &dyn Store) {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for turn in 0..20 {
                    let key = key(u8::try_from(thread).unwrap());
                    let mut with_item = commit(key, (turn > 0).then_some(turn), turn, turn + 1);
                    with_item.outbox = vec![item(thread * 1_000 + turn, key)];
                    assert_eq!(store.commit(&with_item), Ok(CommitOutcome::Committed { version: turn + 1 }));
                }
            });
        }
    });
    let waiting = store.outbox(usize::MAX).unwrap();
    assert_eq!(waiting.len(), 160);
    for thread in 0..THREADS {
        let own = waiting.iter().filter(|waiting| waiting.key == key(u8::try_from(thread).unwrap())).cloned();
        let expected = (0..20).map(|turn| item(thread * 1_000 + turn, key(u8::try_from(thread).unwrap())));
        assert!(own.eq(expected), "the items of one cell keep their order");
    }
}
