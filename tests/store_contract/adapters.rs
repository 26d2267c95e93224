//! The stores under test: each hands one new, empty store to a check.

#[cfg(feature = "sqlite")]
use account_security::store::{Durability, SqliteStore};
use account_security::store::{MemoryStore, Store};

pub fn memory(check: fn(&dyn Store)) {
    check(&MemoryStore::new());
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
