//! The store port and its adapters: bytes in, bytes out, one atomic commit per operation.
//!
//! A store knows nothing of accounts: it keeps sealed cells under opaque keys, appends events, and swaps a cell only
//! if its version is the expected one. What it must promise is small and the contract suite (`tests/store_contract`)
//! checks every word of it on every adapter.

#[cfg(feature = "async")]
mod awaited;
pub mod foreign;
pub mod memory;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod on_tokio;
pub mod port;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod postgres_schema;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "sqlite")]
pub mod sqlite;

#[cfg(feature = "async")]
pub use awaited::{AsyncStore, AtOnce, OnThreads};
pub use foreign::{Foreign, ForeignStore};
pub use memory::MemoryStore;
#[cfg(any(feature = "postgres", feature = "redis"))]
pub use on_tokio::OnTokio;
pub use port::{
    CELL_BYTES_MAX, Commit, CommitId, CommitOutcome, EVENTS_PER_COMMIT_MAX, OUTBOX_PER_COMMIT_MAX, OutboxId,
    OutboxItem, Store, StoreError, StoredEvent, Versioned,
};
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "redis")]
pub use redis::{Persistence, RedisStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, SqliteStore};
