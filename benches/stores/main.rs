//! What the library adds to a store, on every store, in one run: `cargo bench --bench stores --features sqlite,server-tests`.
//!
//! One raw operation is a read of a cell and a write of 1 KiB with one event of 256 bytes; one command is a payment judged on a
//! sealed, audited record. Both go to the same store in turns, so that a slow second hits both. Starts PostgreSQL, Redis and a
//! Redis Cluster of three on loopback ports; what is not installed is skipped and named.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

mod chain;
mod cluster;
mod cost;
mod payer;
mod raw;
#[path = "../../tests/support/servers/mod.rs"]
mod servers;
mod sizes;
mod writers;

use std::sync::Arc;

use account_security::store::{Durability, MemoryStore, SqliteStore, Store};

/// A store under measurement.
struct Measured {
    name: &'static str,
    store: Arc<dyn Store>,
    /// Highest p50 of a command over the raw operation, in thousandths.
    bar: Option<u64>,
    /// Operations a p50 is taken from.
    samples: usize,
    /// Whether eight clients are measured too.
    is_server: bool,
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = |name: &str, durability| {
        Arc::new(SqliteStore::open_with(folder.path().join(name), durability).unwrap()) as Arc<dyn Store>
    };
    let mut stores = vec![
        Measured { name: "memory", store: Arc::new(MemoryStore::new()), bar: None, samples: 60_000, is_server: false },
        Measured {
            name: "SQLite NORMAL",
            store: sqlite("normal.db", Durability::Normal),
            bar: Some(1_400),
            samples: 20_000,
            is_server: false,
        },
        Measured {
            name: "SQLite FULL",
            store: sqlite("full.db", Durability::Full),
            bar: Some(1_100),
            samples: 1_500,
            is_server: false,
        },
    ];
    if let Some(server) = servers::postgres::shared() {
        let store = Arc::new(server.new_store_with(8, 8).0);
        stores.push(Measured { name: "PostgreSQL", store, bar: Some(1_100), samples: 1_500, is_server: true });
    }
    if let Some(server) = servers::redis::shared() {
        let store = Arc::new(server.new_store().0);
        stores.push(Measured {
            name: "Redis, log every second",
            store,
            bar: Some(1_100),
            samples: 6_000,
            is_server: true,
        });
    }
    // What `manual::stores` asks for; a server of its own, because the others share one that syncs every second.
    let options = ["--appendonly", "yes", "--appendfsync", "always"];
    let syncing = servers::or_skip("Redis", servers::redis::Redis::start(&options));
    if let Some(server) = &syncing {
        let store = Arc::new(server.new_store().0);
        stores.push(Measured {
            name: "Redis, log every commit",
            store,
            bar: Some(1_100),
            samples: 1_500,
            is_server: true,
        });
    }
    cost::print(&stores);
    chain::print();
    writers::print(&stores);
    cluster::print();
    sizes::print();
}
