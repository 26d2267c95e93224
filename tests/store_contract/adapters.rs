//! The stores under test: each hands one new, empty store to a check.

#[cfg(feature = "sqlite")]
use account_security::store::{Durability, SqliteStore};
use account_security::store::{ForeignStore, MemoryStore, Store};

use crate::foreign_places::Shelf;

pub fn memory(check: fn(&dyn Store)) {
    check(&MemoryStore::new());
}

pub fn foreign(check: fn(&dyn Store)) {
    check(&ForeignStore::new(Shelf::default()));
}

#[cfg(feature = "sqlite")]
pub fn sqlite_full(check: fn(&dyn Store)) {
    sqlite(Durability::Full, check);
}

#[cfg(feature = "sqlite")]
pub fn sqlite_normal(check: fn(&dyn Store)) {
    sqlite(Durability::Normal, check);
}

#[cfg(feature = "sqlite")]
fn sqlite(durability: Durability, check: fn(&dyn Store)) {
    let folder = tempfile::tempdir().unwrap();
    check(&SqliteStore::open_with(folder.path().join("security.db"), durability).unwrap());
}

#[cfg(feature = "server-tests")]
pub fn postgres(check: fn(&dyn Store)) {
    if let Some(server) = crate::servers::postgres::shared() {
        check(&server.new_store(0).0);
    }
}

#[cfg(feature = "server-tests")]
pub fn postgres_partitioned(check: fn(&dyn Store)) {
    if let Some(server) = crate::servers::postgres::shared() {
        check(&server.new_store(4).0);
    }
}

#[cfg(feature = "server-tests")]
pub fn redis(check: fn(&dyn Store)) {
    if let Some(server) = crate::servers::redis::shared() {
        check(&server.new_store().0);
    }
}

#[cfg(feature = "server-tests")]
pub fn redis_cluster(check: fn(&dyn Store)) {
    if let Some(cluster) = crate::servers::redis::shared_cluster() {
        check(&cluster.new_store());
    }
}
