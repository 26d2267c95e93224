//! The outbox: in with the commit, out when delivered.

use account_security::store::{OutboxId, OutboxItem, Store, StoreError};

use crate::making::{commit, everything, id, item, key, put};

/// Three commits of two cells with two items each; ids fall, so that order by id is not order by age.
fn six_items(store: &dyn Store) -> Vec<OutboxItem> {
    let mut all = Vec::new();
    for (turn, cell) in [(0_u64, 1), (1, 2), (2, 3)] {
        let mut with_items = commit(key(cell), None, turn, 1);
        with_items.outbox = vec![item(90 - turn * 2, key(cell)), item(89 - turn * 2, key(cell))];
        put(store, &with_items);
        all.extend(with_items.outbox);
    }
    all
}

fn done(store: &dyn Store, numbers: &[u64]) {
    // Which of the three cells an item of `six_items` came from; any other number came from none.
    let cell = |number: u64| key(u8::try_from(3 - number.saturating_sub(85).min(5) / 2).unwrap());
    let ids: Vec<OutboxId> = numbers.iter().map(|number| item(*number, cell(*number)).name()).collect();
    store.outbox_done(&ids).unwrap();
}

pub fn items_wait_oldest_first(store: &dyn Store) {
    assert_eq!(store.outbox(10), Ok(vec![]));
    let all = six_items(store);
    assert_eq!(store.outbox(usize::MAX).unwrap(), all);
    assert_eq!(store.outbox(4).unwrap(), all[..4]);
    assert_eq!(store.outbox(0).unwrap(), []);
}

pub fn items_stay_until_they_are_done(store: &dyn Store) {
    let all = six_items(store);
    assert_eq!(store.outbox(10).unwrap(), all, "asked twice,");
    assert_eq!(store.outbox(10).unwrap(), all, "answered twice");
    done(store, &[87, 90]);
    assert_eq!(store.outbox(10).unwrap(), [&all[1..3], &all[4..]].concat());
    done(store, &[89, 88, 86, 85]);
    assert_eq!(store.outbox(10), Ok(vec![]));
}

pub fn unknown_ids_are_ignored(store: &dyn Store) {
    done(store, &[1]);
    let all = six_items(store);
    done(store, &[]);
    done(store, &[1, 90, 2]);
    done(store, &[90, 90]);
    assert_eq!(store.outbox(10).unwrap(), all[1..]);
}

pub fn an_id_that_waits_already_refuses_the_whole_commit(store: &dyn Store) {
    six_items(store);
    let before = everything(store);
    let mut clash = commit(key(1), Some(1), 9, 2);
    clash.outbox = vec![item(1, key(1)), item(90, key(1))];
    assert!(matches!(store.commit(&clash), Err(StoreError::Corrupt(_))));
    clash.outbox = vec![item(1, key(1)), item(1, key(1))];
    assert!(matches!(store.commit(&clash), Err(StoreError::Corrupt(_))));
    assert_eq!(everything(store), before);
    assert_eq!(store.event_by_commit(key(1), id(9)), Ok(None));
    clash.outbox.truncate(1);
    put(store, &clash);
}

pub fn an_id_that_is_done_may_come_again(store: &dyn Store) {
    let all = six_items(store);
    done(store, &[90]);
    let mut again = commit(key(1), Some(1), 9, 2);
    again.outbox = vec![item(90, key(1))];
    put(store, &again);
    assert_eq!(store.outbox(10).unwrap(), [&all[1..], &again.outbox].concat(), "at the end of the queue");
}

pub fn a_walk_goes_on_behind_what_nobody_takes(store: &dyn Store) {
    let all = six_items(store);
    let after = |place: usize, limit: usize| store.outbox_after(all[place].name(), limit).unwrap();
    assert_eq!(after(0, 2), all[1..3]);
    assert_eq!(after(2, usize::MAX), all[3..]);
    assert_eq!((after(5, 3), after(1, 0)), (vec![], vec![]));
    done(store, &[88]);
    assert_eq!(after(1, 2), all[3..5]);
    assert_eq!(after(2, 2), all[..2], "what waits no more is no place to go on from: from the beginning");
}
