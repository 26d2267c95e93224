//! PostgreSQL alone: full disks, read-only servers, locks, missing and newer tables, careless settings.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use account_security::store::{Commit, CommitOutcome, OnTokio, PostgresStore, Store, StoreError};
use account_security::types::StoreKey;
use tokio_postgres::NoTls;

use crate::making::{commit, everything, id, item, key, put};
use crate::servers::postgres::{Postgres, shared};
use crate::servers::{or_skip, runtime};

#[test]
fn tables_that_are_gone_are_lost_state_and_never_a_new_account() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(0);
    put(&store, &commit(key(1), None, 1, 1));
    server.sql(&format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}")).unwrap();
    assert_eq!(store.load(key(1)), Err(StoreError::StateLost));
    assert_eq!(store.load(key(2)), Err(StoreError::StateLost));
    assert_eq!(store.commit(&commit(key(2), None, 1, 1)), Err(StoreError::StateLost));
    assert_eq!(store.events(key(1), 1, 10), Err(StoreError::StateLost));
    assert_eq!(store.bind([1; 16]), Err(StoreError::StateLost));
    assert_eq!(server.open(&schema).map(|_| ()), Err(StoreError::StateLost), "opening creates nothing");
}

#[test]
fn a_newer_schema_is_refused_by_opening_and_by_migrating() {
    let Some(server) = shared() else { return };
    let (_, schema) = server.new_store(0);
    server.sql(&format!("UPDATE {schema}.account_security_meta SET value = '\\x02' WHERE name = 'schema'")).unwrap();
    assert_eq!(server.open(&schema).map(|_| ()), Err(StoreError::Unsupported(2)));
    let migrated = runtime().block_on(PostgresStore::migrate(&server.sessions(&schema, 1), 0));
    assert_eq!(migrated, Err(StoreError::Unsupported(2)));
}

#[test]
fn migrating_again_changes_nothing() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(4);
    put(&store, &commit(key(1), None, 1, 1));
    let before = everything(&store);
    runtime().block_on(PostgresStore::migrate(&server.sessions(&schema, 1), 4)).unwrap();
    assert_eq!(everything(&store), before);
    let too_many = runtime().block_on(PostgresStore::migrate(&server.sessions(&schema, 1), 2_000));
    assert!(matches!(too_many, Err(StoreError::Unavailable(_))));
}

#[test]
fn a_commit_answered_before_it_is_on_disk_is_refused_at_opening() {
    let Some(server) = shared() else { return };
    let (_, schema) = server.new_store(0);
    let mut config = server.config(&schema);
    config.options(format!("-c search_path={schema} -c synchronous_commit=off"));
    let opened = runtime().block_on(PostgresStore::open(server.sessions_by(config, 1)));
    assert!(matches!(&opened, Err(StoreError::Unsafe(why)) if why.contains("synchronous_commit")), "{opened:?}");
}

#[test]
fn a_server_that_only_reads_is_told_as_such() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(0);
    put(&store, &commit(key(1), None, 1, 1));
    let mut config = server.config(&schema);
    config.options(format!("-c search_path={schema} -c default_transaction_read_only=on"));
    let reader = runtime().block_on(PostgresStore::open(server.sessions_by(config, 1))).unwrap();
    let reader = OnTokio::new(reader, runtime());
    assert_eq!(reader.load(key(1)).unwrap().unwrap().version, 1);
    assert_eq!(reader.commit(&commit(key(1), Some(1), 2, 2)), Err(StoreError::ReadOnly));
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, 1);
}

#[test]
fn a_row_that_somebody_else_has_locked_is_busy_and_other_rows_are_not() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(0);
    put(&store, &commit(key(1), None, 1, 1));
    put(&store, &commit(key(2), None, 1, 1));
    let mut config = server.config(&schema);
    config.options(format!("-c search_path={schema} -c lock_timeout=200ms"));
    let patient = runtime().block_on(PostgresStore::open(server.sessions_by(config, 1))).unwrap();
    let patient = OnTokio::new(patient, runtime());
    let (client, connection) = runtime().block_on(server.config(&schema).connect(NoTls)).unwrap();
    let _connection = runtime().spawn(connection);
    runtime()
        .block_on(client.batch_execute(
            "BEGIN; SELECT 1 FROM account_security_cell WHERE key = decode(repeat('01', 16), 'hex') FOR UPDATE",
        ))
        .unwrap();
    assert_eq!(patient.commit(&commit(key(1), Some(1), 2, 2)), Err(StoreError::Busy));
    assert_eq!(patient.commit(&commit(key(2), Some(1), 2, 2)), Ok(CommitOutcome::Committed { version: 2 }));
    runtime().block_on(client.batch_execute("ROLLBACK")).unwrap();
    assert_eq!(patient.commit(&commit(key(1), Some(1), 2, 2)), Ok(CommitOutcome::Committed { version: 2 }));
}

/// What engines do that are serializable only: they refuse the later of two, who has to ask again.
#[test]
fn commits_that_lose_a_race_of_transactions_are_asked_again() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(0);
    put(&store, &commit(key(1), None, 1_000_000, 1));
    let mut config = server.config(&schema);
    config.options(format!("-c search_path={schema} -c default_transaction_isolation=serializable"));
    let strict = runtime().block_on(PostgresStore::open(server.sessions_by(config, 8))).unwrap();
    let strict = OnTokio::new(strict, runtime());
    let (committed, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let (strict, committed, busy) = (&strict, &committed, &busy);
            scope.spawn(move || {
                for turn in 0..40 {
                    let mut current = strict.load(key(1)).unwrap();
                    for _ in 0..200 {
                        let version = current.as_ref().unwrap().version;
                        match strict.commit(&commit(key(1), Some(version), thread << 32 | turn, version + 1)) {
                            Ok(CommitOutcome::Committed { .. }) => {
                                committed.fetch_add(1, Ordering::SeqCst);
                                break;
                            }
                            Ok(CommitOutcome::Conflict { current: newer }) => current = newer,
                            Err(StoreError::Busy) => {
                                busy.fetch_add(1, Ordering::SeqCst);
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                }
            });
        }
    });
    println!("{committed:?} commits, {busy:?} times busy");
    let cell = store.load(key(1)).unwrap().unwrap();
    assert_eq!(cell.version, 1 + u64::try_from(committed.into_inner()).unwrap());
    assert_eq!(store.events(key(1), 1, usize::MAX).unwrap().len(), usize::try_from(cell.version).unwrap());
    assert_eq!(cell.version, 321);
}

#[test]
fn sessions_that_prepare_nothing_give_the_same_answers() {
    let Some(server) = shared() else { return };
    let (store, schema) = server.new_store(0);
    let unnamed = runtime().block_on(async {
        let (client, connection) = server.config(&schema).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let session = account_security::store::postgres::Session::unnamed(client);
        PostgresStore::open(std::sync::Arc::new(session)).await.unwrap()
    });
    let unnamed = OnTokio::new(unnamed, runtime());
    for version in 0..5 {
        let mut next = commit(key(1), (version > 0).then_some(version), version, version + 1);
        next.outbox = vec![item(version, key(1))];
        put(&unnamed, &next);
    }
    assert_eq!(everything(&unnamed), everything(&store));
    assert!(matches!(unnamed.commit(&commit(key(1), Some(2), 99, 3)), Ok(CommitOutcome::Conflict { .. })));
    assert_eq!(unnamed.purge_expired(account_security::types::Timestamp::MAX, 10), Ok(0));
}

#[test]
fn a_full_disk_is_told_as_such_and_loses_nothing() {
    let Some(server) = or_skip("PostgreSQL", Postgres::start(&["max_wal_size=64MB"])) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mount = |options: &[&str]| {
        Command::new("mount").args(options).arg(folder.path()).output().is_ok_and(|run| run.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=4m,mode=777", "none"]) {
        println!("skipped: mounting a small disk needs root");
        return;
    }
    let checked = std::panic::catch_unwind(|| {
        let place = server.folder_for_tablespace(folder.path()).unwrap();
        server.sql(&format!("CREATE TABLESPACE small LOCATION '{place}'")).unwrap();
        server.sql("CREATE SCHEMA s").unwrap();
        server.sql("ALTER SYSTEM SET default_tablespace = 'small'").unwrap();
        server.sql("SELECT pg_reload_conf()").unwrap();
        runtime().block_on(PostgresStore::migrate(&server.sessions("s", 1), 0)).unwrap();
        let store = server.open("s").unwrap();
        let mut committed = 0;
        let refusal = loop {
            // Incompressible, or the engine would keep it small.
            let noise = |salt: u64| -> Vec<u8> {
                let mut state = committed * 1_000_003 + salt + 1;
                (0..8_192)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        state.to_be_bytes()[0]
                    })
                    .collect()
            };
            let big = Commit { body: noise(1), ..commit(StoreKey(id(committed)), None, committed, 1) };
            match store.commit(&big) {
                Ok(CommitOutcome::Committed { .. }) => committed += 1,
                Ok(other) => panic!("{other:?}"),
                Err(refusal) => break refusal,
            }
            assert!(committed < 10_000, "never full");
        };
        assert_eq!(refusal, StoreError::Full);
        assert!(committed > 50, "{committed}");
        assert_eq!(store.keys(None, usize::MAX).unwrap().len(), usize::try_from(committed).unwrap());
        assert_eq!(store.event_by_commit(StoreKey(id(committed)), id(committed)), Ok(None));
        assert!(mount(&["-o", "remount,size=16m"]));
        put(&store, &commit(StoreKey(id(committed)), None, committed, 1));
        println!("{committed} commits, then {refusal}");
    });
    drop(server);
    let unmounted = Command::new("umount").arg("-l").arg(folder.path()).status();
    checked.unwrap();
    assert!(unmounted.is_ok_and(|status| status.success()));
}

#[test]
fn statements_that_a_pooler_took_away_are_prepared_anew() {
    let Some(server) = shared() else { return };
    let (_, schema) = server.new_store(0);
    let session = runtime().block_on(async {
        let (client, connection) = server.config(&schema).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        std::sync::Arc::new(account_security::store::postgres::Session::new(client))
    });
    let store = runtime().block_on(PostgresStore::open(std::sync::Arc::clone(&session))).unwrap();
    let store = OnTokio::new(store, runtime());
    for version in 0..4 {
        put(&store, &commit(key(1), (version > 0).then_some(version), version, version + 1));
        assert_eq!(store.load(key(1)).unwrap().unwrap().version, version + 1);
        runtime().block_on(session.client().batch_execute("DEALLOCATE ALL")).unwrap();
    }
}
