//! The store port and its adapters: bytes in, bytes out, one atomic commit per operation.
//!
//! A store knows nothing of accounts: it keeps sealed cells under opaque keys, appends events, and swaps a cell only
//! if its version is the expected one. What it must promise is small and the contract suite (`tests/store_contract`)
//! checks every word of it on every adapter.

#[cfg(feature = "async")]
mod awaited;
pub mod memory;
pub mod port;
#[cfg(feature = "sqlite")]
pub mod sqlite;

#[cfg(feature = "async")]
pub use awaited::{AsyncStore, AtOnce, OnThreads};
pub use memory::MemoryStore;
pub use port::{
    CELL_BYTES_MAX, Commit, CommitId, CommitOutcome, EVENTS_PER_COMMIT_MAX, OUTBOX_PER_COMMIT_MAX, OutboxItem, Store,
    StoreError, StoredEvent, Versioned,
};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteStore};
