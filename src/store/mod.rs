//! The store port and its adapters: bytes in, bytes out, one atomic commit per operation.
//!
//! A store knows nothing of accounts: it keeps sealed cells under opaque keys, appends events, and swaps a cell only
//! if its version is the expected one. What it must promise is small and the contract suite (`tests/store_contract`)
//! checks every word of it on every adapter.
//!
//! ```
//! use account_security::store::{Commit, CommitOutcome, MemoryStore, Store, StoredEvent};
//! use account_security::types::StoreKey;
//!
//! let (store, key) = (MemoryStore::new(), StoreKey([1; 16]));
//! let first = Commit {
//!     key,
//!     expected: None, // the cell must not exist
//!     body: b"sealed".to_vec(),
//!     events: vec![StoredEvent { seq: 1, body: b"event".to_vec(), mac: [0; 32] }],
//!     outbox: Vec::new(),
//!     expires_at: None,
//!     commit_id: [1; 16],
//! };
//! assert_eq!(store.commit(&first)?, CommitOutcome::Committed { version: 1 });
//! // Asked again because the answer was lost: nothing is written twice.
//! assert!(matches!(store.commit(&first)?, CommitOutcome::Duplicate { .. }));
//! // Decided on a cell that somebody else changed meanwhile: nothing is written, and the cell as it is now comes back.
//! let late = Commit { commit_id: [2; 16], ..first };
//! assert!(matches!(store.commit(&late)?, CommitOutcome::Conflict { current: Some(_) }));
//! # Ok::<(), account_security::store::StoreError>(())
//! ```

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
