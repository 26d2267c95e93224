//! Connections cut at a thousand places, before, in and behind a commit.

use account_security::store::{Commit, CommitOutcome, OnTokio, PostgresStore, Store, StoreError};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::making::{commit, event, item, key, put};
use crate::servers::proxy::Proxy;
use crate::servers::{postgres, redis, runtime};

const ROUNDS: u64 = 1_000;

/// What became of the commits that were cut off.
#[derive(Debug, Default)]
struct Seen {
    confirmed: usize,
    in_without_an_answer: usize,
    not_in: usize,
}

#[test]
fn a_commit_cut_off_anywhere_on_its_way_to_postgresql_is_in_or_not_and_can_be_asked_again() {
    let Some(server) = postgres::shared() else { return };
    let (direct, schema) = server.new_store(0);
    let proxy = Proxy::before(server.port);
    // One session, so that a round meets the connection that the last one left.
    let cut = runtime().block_on(PostgresStore::open(server.behind(proxy.port).sessions(&schema, 1))).unwrap();
    let cut = OnTokio::new(cut, runtime());
    check(&cut, &direct, &proxy);
}

#[test]
fn a_commit_cut_off_anywhere_on_its_way_to_redis_is_in_or_not_and_can_be_asked_again() {
    let Some(server) = redis::shared() else { return };
    let (direct, prefix) = server.new_store();
    let proxy = Proxy::before(server.port);
    let cut = server.behind(proxy.port).open(&prefix).unwrap();
    check(&cut, &direct, &proxy);
}

fn check(cut: &dyn Store, direct: &dyn Store, proxy: &Proxy) {
    let (mut dice, mut seen, mut version) = (StdRng::seed_from_u64(7), Seen::default(), 0_u64);
    for round in 0..ROUNDS {
        let next = one_commit(version, round);
        // Somewhere in what a commit sends, or in what comes back; now and then so late that it gets through.
        match dice.random_bool(0.5) {
            true => proxy.cut_after(dice.random_range(1..1_500), i64::MAX),
            false => proxy.cut_after(i64::MAX, dice.random_range(1..150)),
        }
        let answer = cut.commit(&next);
        proxy.let_all_pass();
        version = settle(cut, direct, &next, answer, &mut seen);
    }
    println!("{seen:?}, {} connections cut", proxy.cuts());
    assert!(seen.confirmed > 20 && seen.in_without_an_answer > 20 && seen.not_in > 20, "{seen:?}");
    assert_eq!(direct.outbox(usize::MAX).unwrap().len(), usize::try_from(version).unwrap(), "each message once");
}

fn one_commit(version: u64, round: u64) -> Commit {
    let mut next = commit(key(1), (version > 0).then_some(version), round, version + 1);
    next.body = vec![7; 500];
    next.outbox = vec![item(round, key(1))];
    next
}

/// Looks past the proxy at what is there, then asks again as a driver would; hands back the version.
fn settle(
    cut: &dyn Store,
    direct: &dyn Store,
    next: &Commit,
    answer: Result<CommitOutcome, StoreError>,
    seen: &mut Seen,
) -> u64 {
    let before = next.expected.unwrap_or(0);
    let found = direct.load(next.key).unwrap().map_or(0, |cell| cell.version);
    let events = direct.events(next.key, 1, usize::MAX).unwrap();
    assert_eq!(events.len(), usize::try_from(found).unwrap(), "never half a commit");
    match answer {
        Ok(CommitOutcome::Committed { version }) => {
            assert_eq!((version, found), (before + 1, before + 1), "what was confirmed is there");
            seen.confirmed += 1;
            return found;
        }
        // The client asked a second time by itself.
        Ok(CommitOutcome::Duplicate { first }) => assert_eq!(first, next.events[0]),
        Ok(conflict) => panic!("{conflict:?}"),
        Err(StoreError::Unavailable(_)) => assert_eq!(found, before, "said that nothing was written"),
        Err(StoreError::Unknown) => assert!(found == before || found == before + 1),
        Err(other) => panic!("{other:?}"),
    }
    if found == before {
        seen.not_in += 1
    } else {
        seen.in_without_an_answer += 1
    }
    let again = (0..20)
        .find_map(|_| match cut.commit(next) {
            Err(StoreError::Unknown | StoreError::Unavailable(_)) => None,
            answered => Some(answered.unwrap()),
        })
        .expect("the connection comes back");
    match again {
        CommitOutcome::Committed { version } => assert_eq!((version, found), (before + 1, before)),
        CommitOutcome::Duplicate { first } => assert_eq!(first, event(before + 1)),
        CommitOutcome::Conflict { .. } => panic!("a commit asked again is no conflict"),
    }
    assert_eq!(direct.load(next.key).unwrap().unwrap().version, before + 1);
    before + 1
}

#[test]
fn other_cells_work_while_one_connection_is_cut() {
    let Some(server) = postgres::shared() else { return };
    let (direct, schema) = server.new_store(0);
    let proxy = Proxy::before(server.port);
    let cut = server.behind(proxy.port).open(&schema).unwrap();
    proxy.cut_after(0, 0);
    for _ in 0..10 {
        assert!(matches!(cut.load(key(1)), Err(StoreError::Unavailable(_))), "{:?}", cut.load(key(1)));
    }
    put(&direct, &commit(key(2), None, 1, 1));
    proxy.let_all_pass();
    let loaded = (0..20).find_map(|_| cut.load(key(2)).ok()).unwrap();
    assert_eq!(loaded.unwrap().version, 1);
}
