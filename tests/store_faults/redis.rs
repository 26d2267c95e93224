//! Redis alone: forgotten scripts, empty replicas, eviction, memory that is full, replicas that are waited for.

use std::time::Duration;

use account_security::service::ServiceError;
use account_security::store::{CommitOutcome, OnTokio, Persistence, RedisStore, Store, StoreError};

use crate::making::{commit, everything, id, item, key, put};
use crate::servers::redis::{Redis, RestartableRedis, shared, shared_cluster};
use crate::servers::{free_port, or_skip, patiently, runtime};
use crate::support::acts::payment;
use crate::support::stores::Shared;
use crate::support::{account, at, service};

#[test]
fn a_server_that_forgot_its_scripts_gets_them_again() {
    let Some(server) = shared() else { return };
    let (store, _) = server.new_store();
    for version in 0..10 {
        put(&store, &commit(key(1), (version > 0).then_some(version), version, version + 1));
        server.ask(&["SCRIPT", "FLUSH"]).unwrap();
    }
    assert_eq!(store.events(key(1), 1, 100).unwrap().len(), 10);
}

#[test]
fn a_cluster_that_forgot_its_scripts_gets_them_again() {
    let Some(cluster) = shared_cluster() else { return };
    let store = cluster.new_store();
    for cell in 0..30 {
        put(&store, &commit(key(cell * 8), None, 1, 1));
        cluster.nodes.iter().for_each(|node| drop(node.ask(&["SCRIPT", "FLUSH"]).unwrap()));
    }
    assert_eq!(store.keys(None, 100).unwrap().len(), 30);
}

/// A failover to a replica that never got anything: the same address, the same password, nothing in it.
#[test]
fn an_empty_server_in_the_place_of_the_old_one_is_lost_state_and_never_a_new_account() {
    let (port, password) = (free_port().unwrap(), "p".repeat(24));
    let start = || RestartableRedis::start_with(port, &password, &["--appendonly", "yes"]);
    let Some(old) = or_skip("Redis", start()) else { return };
    let (store, prefix) = old.server.new_store();
    let store = Shared::new(store);
    let service = service(&store);
    service.assess(&account("bob"), &payment("1", at(0)), 480, at(0)).unwrap();
    drop(old);
    let new = start().unwrap();
    patiently(|| match store.0.load(key(1)) {
        Err(StoreError::Unavailable(_)) => Err("not there yet".into()),
        other => {
            assert_eq!(other, Err(StoreError::StateLost));
            Ok(())
        }
    })
    .unwrap();
    for name in ["bob", "somebody new"] {
        let denied = service.assess(&account(name), &payment("2", at(1)), 480, at(1));
        assert_eq!(denied.unwrap_err(), ServiceError::Store(StoreError::StateLost), "{name}");
        assert_eq!(service.is_known(&account(name)), Err(ServiceError::Store(StoreError::StateLost)));
    }
    assert_eq!(store.0.commit(&commit(key(1), None, 1, 1)), Err(StoreError::StateLost));
    assert_eq!(store.0.events(key(1), 1, 1), Err(StoreError::StateLost));
    assert_eq!(store.0.keys(None, 1), Err(StoreError::StateLost));
    assert_eq!(store.0.outbox(1), Err(StoreError::StateLost));
    assert_eq!(store.0.bind([1; 16]), Err(StoreError::StateLost));
    assert_eq!(new.server.open(&prefix).map(|_| ()), Err(StoreError::StateLost));
}

#[test]
fn one_bucket_without_its_marker_is_a_store_that_lost_a_part() {
    let Some(server) = shared() else { return };
    let (store, prefix) = server.new_store();
    server.ask(&["DEL", &format!("{prefix}{{004}}:marker")]).unwrap();
    assert_eq!(store.load(key(1)), Err(StoreError::StateLost), "key 1 lies in bucket 4");
    assert_eq!(store.load(key(2)), Ok(None));
    assert_eq!(server.open(&prefix).map(|_| ()), Err(StoreError::StateLost));
    let again = runtime().block_on(async {
        RedisStore::create(server.connection().await.unwrap(), &prefix, Persistence::AppendOnly).await
    });
    assert_eq!(again.map(|_| ()), Err(StoreError::StateLost), "creating mends nothing that was whole once");
}

#[test]
fn a_creation_that_was_cut_off_goes_on() {
    let Some(server) = shared() else { return };
    for bucket in ["000", "001", "3ff"] {
        server.ask(&["HSET", &format!("half{{{bucket}}}:marker"), "schema", "1"]).unwrap();
    }
    assert_eq!(server.open("half").map(|_| ()), Err(StoreError::StateLost));
    runtime().block_on(async {
        RedisStore::create(server.connection().await.unwrap(), "half", Persistence::AppendOnly).await.unwrap();
    });
    server.open("half").unwrap();
}

#[test]
fn a_server_that_may_drop_keys_or_writes_no_log_is_refused() {
    for (options, word) in [
        (vec!["--appendonly", "yes", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"], "allkeys-lru"),
        (vec!["--appendonly", "yes", "--maxmemory-policy", "volatile-ttl"], "volatile-ttl"),
        (vec!["--appendonly", "no"], "appendonly"),
    ] {
        let Some(server) = or_skip("Redis", Redis::start(&options)) else { return };
        let create = |persistence| {
            runtime().block_on(async {
                RedisStore::create(server.connection().await.unwrap(), "s", persistence).await.map(|_| ())
            })
        };
        let refused = create(Persistence::AppendOnly);
        assert!(matches!(&refused, Err(StoreError::Unsafe(why)) if why.contains(word)), "{refused:?}");
        let may_forget = create(Persistence::MayForget);
        assert_eq!(may_forget.is_ok(), word == "appendonly", "{may_forget:?}");
    }
}

#[test]
fn a_server_whose_memory_is_full_says_so_and_loses_nothing() {
    let options = ["--appendonly", "yes", "--maxmemory", "8mb", "--maxmemory-policy", "noeviction"];
    let Some(server) = or_skip("Redis", Redis::start(&options)) else { return };
    let (store, _) = server.new_store();
    let mut committed = 0;
    let refusal = loop {
        let mut big = commit(account_security::types::StoreKey(id(committed)), None, committed, 1);
        big.body = vec![7; 32_768];
        big.outbox = vec![item(committed, big.key)];
        match store.commit(&big) {
            Ok(CommitOutcome::Committed { .. }) => committed += 1,
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal, StoreError::Full);
    assert!(committed > 10, "{committed}");
    let held = usize::try_from(committed).unwrap();
    assert_eq!(store.keys(None, usize::MAX).unwrap().len(), held);
    assert_eq!(store.outbox(usize::MAX).unwrap().len(), held);
    server.ask(&["CONFIG", "SET", "maxmemory", "64mb"]).unwrap();
    put(&store, &commit(account_security::types::StoreKey(id(committed)), None, committed, 1));
}

#[test]
fn a_replica_reads_and_promises_nothing_of_a_commit() {
    let Some(primary) = or_skip("Redis", Redis::start(&["--appendonly", "yes"])) else { return };
    let (store, prefix) = primary.new_store();
    put(&store, &commit(key(1), None, 1, 1));
    let replica = primary.replica().unwrap();
    let read = patiently(|| Ok(replica.open(&prefix)?)).unwrap();
    assert_eq!(read.load(key(1)).unwrap().unwrap().version, 1);
    // Not `ReadOnly`: a cluster's client asks again by itself after this refusal, so it may not be of the first try.
    assert_eq!(read.commit(&commit(key(1), Some(1), 2, 2)), Err(StoreError::Unknown));
    assert_eq!(read.outbox_done(&[item(1, key(1)).name()]), Err(StoreError::ReadOnly));
    assert_eq!(everything(&read), everything(&store));
}

#[test]
fn a_commit_is_answered_when_the_replicas_have_it() {
    let Some(primary) = or_skip("Redis", Redis::start(&["--appendonly", "yes"])) else { return };
    let (_, prefix) = primary.new_store();
    let waiting = runtime().block_on(async {
        let opened = RedisStore::open(primary.connection().await.unwrap(), &prefix, Persistence::AppendOnly).await;
        opened.unwrap().with_replicas(1, Duration::from_millis(300))
    });
    let waiting = OnTokio::new(waiting, runtime());
    assert_eq!(waiting.commit(&commit(key(1), None, 1, 1)), Err(StoreError::Unknown), "no replica is there");
    assert_eq!(waiting.load(key(1)).unwrap().unwrap().version, 1, "and yet it may have happened");
    let replica = primary.replica().unwrap();
    let read = patiently(|| Ok(replica.open(&prefix)?)).unwrap();
    let again = patiently(|| Ok(waiting.commit(&commit(key(1), None, 1, 1))?)).unwrap();
    assert!(matches!(again, CommitOutcome::Duplicate { .. }));
    primary.ask(&["SCRIPT", "FLUSH"]).unwrap();
    for version in 1..50 {
        put(&waiting, &commit(key(1), Some(version), version + 1, version + 1));
        let replicated = read.load(key(1)).unwrap().unwrap().version;
        assert_eq!(replicated, version + 1, "what was answered is on the replica");
    }
}

#[test]
fn a_key_of_another_type_is_a_damaged_store() {
    let Some(server) = shared() else { return };
    let (store, prefix) = server.new_store();
    put(&store, &commit(key(1), None, 1, 1));
    put(&store, &commit(key(2), None, 1, 1));
    let name = |what: &str| format!("{prefix}{{004}}:{what}:{}", key(1));
    server.ask(&["DEL", &name("cell")]).unwrap();
    server.ask(&["SET", &name("cell"), "something else"]).unwrap();
    assert!(matches!(store.load(key(1)), Err(StoreError::Corrupt(_))), "{:?}", store.load(key(1)));
    assert!(matches!(store.commit(&commit(key(1), Some(1), 2, 2)), Err(StoreError::Corrupt(_))));
    server.ask(&["DEL", &name("cell")]).unwrap();
    server.ask(&["HSET", &name("cell"), "version", "minus one", "body", "b"]).unwrap();
    assert!(matches!(store.load(key(1)), Err(StoreError::Corrupt(_))));
    put(&store, &commit(key(2), Some(1), 2, 2));
}

/// The script ran and only what came behind it was refused: that must not be told as "nothing was written".
#[test]
fn a_refusal_of_the_wait_for_replicas_does_not_deny_the_commit() {
    let Some(server) = shared() else { return };
    let (store, prefix) = server.new_store();
    server.ask(&["ACL", "SETUSER", "hasty", "on", ">pw", "~*", "+@all", "-wait"]).unwrap();
    let hasty = runtime().block_on(async {
        let client = ::redis::Client::open(format!("redis://hasty:pw@127.0.0.1:{}/", server.port)).unwrap();
        let connection = client.get_connection_manager().await.unwrap();
        RedisStore::open(connection, &prefix, Persistence::AppendOnly).await.unwrap()
    });
    let hasty = OnTokio::new(hasty.with_replicas(1, Duration::from_millis(50)), runtime());
    assert_eq!(hasty.commit(&commit(key(1), None, 1, 1)), Err(StoreError::Unknown));
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, 1, "it is in");
}

#[test]
fn a_bucket_key_of_another_type_refuses_before_anything_is_written() {
    let Some(server) = shared() else { return };
    for what in ["keys", "expiries", "queue", "items"] {
        let (store, prefix) = server.new_store();
        let name = format!("{prefix}{{004}}:{what}");
        server.ask(&["SET", &name, "something else"]).unwrap();
        let mut next = commit(key(1), None, 1, 1);
        next.outbox = vec![item(1, key(1))];
        next.expires_at = Some(account_security::types::Timestamp::from_unix_ms(1_000).unwrap());
        assert!(matches!(store.commit(&next), Err(StoreError::Corrupt(_))), "{what}");
        assert_eq!(store.load(key(1)), Ok(None), "{what}: nothing was written");
        server.ask(&["DEL", &name]).unwrap();
        put(&store, &next);
    }
}
