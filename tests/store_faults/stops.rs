//! Servers that stop, for a while or by `kill -9`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use account_security::service::ServiceError;
use account_security::store::{CommitOutcome, OnTokio, PostgresStore, Store, StoreError};

use crate::making::{commit, key, put};
use crate::servers::postgres::RestartablePostgres;
use crate::servers::redis::RestartableRedis;
use crate::servers::{Outcome, or_skip, patiently, runtime};
use crate::support::acts::payment;
use crate::support::stores::Shared;
use crate::support::{account, at, service};

/// How long a server stands still; `STOP_S` for another time.
fn stop_for() -> Duration {
    Duration::from_secs(std::env::var("STOP_S").ok().and_then(|text| text.parse().ok()).unwrap_or(4))
}

/// Rounds of `kill -9`; `KILL_ROUNDS` for another number.
fn kill_rounds() -> u64 {
    std::env::var("KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

#[test]
fn a_postgresql_that_stands_still_denies_and_then_goes_on() {
    let Some(server) = or_skip("PostgreSQL", RestartablePostgres::start(&[])) else { return };
    server.server.sql("CREATE SCHEMA s").unwrap();
    let store = runtime().block_on(async {
        PostgresStore::migrate(&server.server.sessions("s", 1), 0).await.unwrap();
        let store = PostgresStore::open(server.server.sessions("s", 2)).await.unwrap();
        store.with_patience(Duration::from_millis(700))
    });
    stand_still(Shared::new(OnTokio::new(store, runtime())), |signal| server.process.signal(signal));
}

#[test]
fn a_redis_that_stands_still_denies_and_then_goes_on() {
    let Some(server) = or_skip("Redis", RestartableRedis::start(&["--appendonly", "yes"])) else { return };
    let (store, _) = server.server.new_impatient_store(Duration::from_millis(700));
    stand_still(Shared::new(store), |signal| server.process.signal(signal));
}

fn stand_still(store: Shared, signal: impl Fn(&str)) {
    let service = service(&store);
    let owner = account("bob");
    service.assess(&owner, &payment("first", at(0)), 480, at(0)).unwrap();
    signal("STOP");
    let (start, mut denied) = (Instant::now(), 0);
    while start.elapsed() < stop_for() {
        match service.assess(&owner, &payment("second", at(1)), 480, at(1)) {
            Err(ServiceError::Store(StoreError::Unavailable(_) | StoreError::Unknown | StoreError::Busy)) => {
                denied += 1
            }
            other => panic!("{other:?}"),
        }
    }
    signal("CONT");
    assert!(denied >= 2, "{denied}");
    let deadline = Instant::now() + Duration::from_secs(30);
    let answered = loop {
        match service.assess(&owner, &payment("second", at(2)), 480, at(2)) {
            Ok(answered) => break answered,
            Err(ServiceError::Store(_)) if Instant::now() < deadline => {}
            Err(other) => panic!("{other:?}"),
        }
    };
    println!("denied {denied} times in {:?}, then {answered:?}", start.elapsed());
    let history = service.history(&owner, 1, 100).unwrap();
    assert_eq!(history.len(), 2, "nothing lost, nothing twice: {history:?}");
}

#[test]
fn a_killed_postgresql_keeps_every_commit_it_confirmed() {
    let Some(mut server) = or_skip("PostgreSQL", RestartablePostgres::start(&[])) else { return };
    server.server.sql("CREATE SCHEMA s").unwrap();
    runtime().block_on(PostgresStore::migrate(&server.server.sessions("s", 1), 0)).unwrap();
    let opened = server.server.behind(server.server.port);
    let open = &mut || patiently(|| Ok(opened.open("s")?)).unwrap();
    kill_among_commits(open, &mut || server.kill_and_start(), Keeps::All);
}

#[test]
fn a_killed_redis_that_syncs_every_commit_keeps_every_one_it_confirmed() {
    kill_redis("always", Keeps::All);
}

/// Found by a hundred kills: while a sync runs in the background this server puts off writing its log, for two seconds at
/// most, and answers all the same. What a kill takes then is the end, and nothing of the middle or of half a commit.
#[test]
fn a_killed_redis_that_syncs_every_second_loses_at_most_the_last_commits() {
    kill_redis("everysec", Keeps::AllOfEarlierRounds);
}

fn kill_redis(sync: &str, keeps: Keeps) {
    let options = ["--appendonly", "yes", "--appendfsync", sync];
    let Some(mut server) = or_skip("Redis", RestartableRedis::start(&options)) else { return };
    let (_, prefix) = server.server.new_store();
    let opened = server.server.behind(server.server.port);
    let open = &mut || patiently(|| Ok(opened.open(&prefix)?)).unwrap();
    kill_among_commits(open, &mut || server.kill_and_start(), keeps);
}

/// What must be there after a kill.
#[derive(Clone, Copy)]
enum Keeps {
    /// All that was confirmed.
    All,
    /// All that was confirmed before this round began.
    AllOfEarlierRounds,
}

/// Four threads count in a cell each while the server is killed; what they were told is compared with what is there.
fn kill_among_commits<S: Store>(
    open: &mut dyn FnMut() -> S,
    kill_and_start: &mut dyn FnMut() -> Outcome<()>,
    keeps: Keeps,
) {
    let confirmed: Vec<AtomicU64> = (0..4).map(|_| AtomicU64::new(0)).collect();
    let mut lost = 0;
    for round in 0..kill_rounds() {
        let (store, over) = (open(), AtomicBool::new(false));
        let before: Vec<u64> = confirmed.iter().map(|told| told.load(Ordering::SeqCst)).collect();
        std::thread::scope(|scope| {
            for (cell, confirmed) in (1_u8..).zip(&confirmed) {
                let (store, over) = (&store, &over);
                scope.spawn(move || write_until_cut(store, cell, confirmed, over));
            }
            std::thread::sleep(Duration::from_millis(40 + 37 * (round % 7)));
            kill_and_start().unwrap();
            over.store(true, Ordering::SeqCst);
        });
        let store = open();
        for ((cell, confirmed), before) in (1_u8..).zip(&confirmed).zip(before) {
            let version = store.load(key(cell)).unwrap().map_or(0, |cell| cell.version);
            let told = confirmed.load(Ordering::SeqCst);
            let least = match keeps {
                Keeps::All => told,
                Keeps::AllOfEarlierRounds => before,
            };
            lost += told.saturating_sub(version);
            assert!((least..=told + 1).contains(&version), "{told} were confirmed, {version} are there");
            let events = store.events(key(cell), 1, usize::MAX).unwrap();
            assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "no gap");
            assert_eq!(events.len(), usize::try_from(version).unwrap(), "never half a commit");
            confirmed.store(version, Ordering::SeqCst);
        }
    }
    let total: u64 = confirmed.iter().map(|told| told.load(Ordering::SeqCst)).sum();
    println!("{total} commits over {} kills, {lost} of the confirmed ones lost", kill_rounds());
    assert!(total > 4 * kill_rounds(), "{total}");
    put(&open(), &commit(key(99), None, 1, 1));
}

fn write_until_cut(store: &dyn Store, cell: u8, confirmed: &AtomicU64, over: &AtomicBool) {
    let mut version = confirmed.load(Ordering::SeqCst);
    while !over.load(Ordering::SeqCst) {
        let expected = (version > 0).then_some(version);
        match store.commit(&commit(key(cell), expected, u64::from(cell) << 32 | version, version + 1)) {
            Ok(CommitOutcome::Committed { version: committed }) => {
                version = committed;
                confirmed.store(version, Ordering::SeqCst);
            }
            Ok(other) => panic!("{other:?}"),
            Err(StoreError::Unknown | StoreError::Unavailable(_) | StoreError::Busy) => return,
            Err(other) => panic!("{other:?}"),
        }
    }
}
