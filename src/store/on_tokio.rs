//! An awaited store for callers with threads instead of tasks.

use std::fmt;

use tokio::runtime::Handle;

use super::awaited::AsyncStore;
use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

/// An [`AsyncStore`] whose connections live on a tokio runtime, as a blocking [`Store`]: what a thread of a C, Kotlin or
/// plain Rust program uses.
///
/// The runtime must outlive the store and go on running somewhere else, e.g. on its own worker threads: this thread only
/// waits. A task that asks is refused, because it would hold up the very runtime it waits for; tasks use `AsyncService`.
pub struct OnTokio<S> {
    store: S,
    runtime: Handle,
}

impl<S: AsyncStore> OnTokio<S> {
    /// Takes the store over, and the handle of the runtime its connections were made on.
    #[must_use]
    pub const fn new(store: S, runtime: Handle) -> Self {
        Self { store, runtime }
    }

    /// The store.
    #[must_use]
    pub const fn inner(&self) -> &S {
        &self.store
    }

    fn wait<T>(&self, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        if Handle::try_current().is_ok() {
            let why = "asked from a task, which must not wait with its thread; use `AsyncService`";
            return Err(StoreError::Unavailable(why.to_owned()));
        }
        self.runtime.block_on(answer)
    }
}

impl<S: AsyncStore> Store for OnTokio<S> {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.wait(self.store.bind(check))
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.wait(self.store.load(key))
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.wait(self.store.commit(commit))
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.wait(self.store.event_by_commit(key, commit_id))
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.wait(self.store.events(key, from_seq, limit))
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.wait(self.store.keys(after, limit))
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.wait(self.store.outbox(limit))
    }

    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.wait(self.store.outbox_after(after, limit))
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.wait(self.store.outbox_done(ids))
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.wait(self.store.purge_expired(now, limit))
    }
}

impl<S: fmt::Debug> fmt::Debug for OnTokio<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnTokio").field("store", &self.store).finish_non_exhaustive()
    }
}
