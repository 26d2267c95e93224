//! The same promises as [`Store`], awaited; and a [`Store`] that never waits long, as one of these.

use super::port::{
    Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned, behind,
};
use crate::types::{StoreKey, Timestamp};

/// What every store promises, awaited. What each method does and when it fails is told at the method of the same name of
/// [`Store`].
pub trait AsyncStore: Send + Sync {
    /// [`Store::bind`].
    fn bind(&self, check: [u8; 16]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// [`Store::load`].
    fn load(&self, key: StoreKey) -> impl Future<Output = Result<Option<Versioned>, StoreError>> + Send;

    /// [`Store::commit`].
    fn commit(&self, commit: &Commit) -> impl Future<Output = Result<CommitOutcome, StoreError>> + Send;

    /// [`Store::event_by_commit`].
    fn event_by_commit(
        &self,
        key: StoreKey,
        commit_id: CommitId,
    ) -> impl Future<Output = Result<Option<StoredEvent>, StoreError>> + Send;

    /// [`Store::events`].
    fn events(
        &self,
        key: StoreKey,
        from_seq: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoredEvent>, StoreError>> + Send;

    /// [`Store::keys`].
    fn keys(
        &self,
        after: Option<StoreKey>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<StoreKey>, StoreError>> + Send;

    /// [`Store::outbox`].
    fn outbox(&self, limit: usize) -> impl Future<Output = Result<Vec<OutboxItem>, StoreError>> + Send;

    /// [`Store::outbox_after`]. A store of one's own need not bring it.
    fn outbox_after(
        &self,
        after: OutboxId,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<OutboxItem>, StoreError>> + Send {
        async move {
            let mut asked = limit.max(1);
            loop {
                asked = asked.saturating_mul(2);
                if let Some(found) = behind(self.outbox(asked).await?, asked, after, limit) {
                    return Ok(found);
                }
            }
        }
    }

    /// [`Store::outbox_done`].
    fn outbox_done(&self, ids: &[OutboxId]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// [`Store::purge_expired`].
    fn purge_expired(&self, now: Timestamp, limit: usize) -> impl Future<Output = Result<usize, StoreError>> + Send;
}

/// A blocking store that answers at once, e.g. the one in memory, on the task's own thread.
#[derive(Clone, Debug, Default)]
pub struct AtOnce<S>(pub S);

/// A blocking store that reads and writes a disk, e.g. SQLite, on threads of its own: a task that waits for a disk
/// would hold up every other task of its executor.
#[derive(Clone, Debug, Default)]
pub struct OnThreads<S>(std::sync::Arc<S>);

impl<S> OnThreads<S> {
    /// Takes the store over; share the result.
    #[must_use]
    pub fn new(store: S) -> Self {
        Self(std::sync::Arc::new(store))
    }

    /// The store.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.0
    }
}

impl<S: Store> AsyncStore for AtOnce<S> {
    async fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.0.bind(check)
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.0.load(key)
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.0.commit(commit)
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.0.event_by_commit(key, commit_id)
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.events(key, from_seq, limit)
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.0.keys(after, limit)
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.0.outbox(limit)
    }

    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.0.outbox_after(after, limit)
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.0.outbox_done(ids)
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.purge_expired(now, limit)
    }
}

impl<S: Store + 'static> OnThreads<S> {
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = std::sync::Arc::clone(&self.0);
        blocking::unblock(move || question(&store)).await
    }
}

impl<S: Store + 'static> AsyncStore for OnThreads<S> {
    async fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.ask(move |store| store.bind(check)).await
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.ask(move |store| store.load(key)).await
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let commit = commit.clone();
        self.ask(move |store| store.commit(&commit)).await
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.ask(move |store| store.event_by_commit(key, commit_id)).await
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.ask(move |store| store.events(key, from_seq, limit)).await
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.ask(move |store| store.keys(after, limit)).await
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.ask(move |store| store.outbox(limit)).await
    }

    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.ask(move |store| store.outbox_after(after, limit)).await
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        let ids = ids.to_vec();
        self.ask(move |store| store.outbox_done(&ids)).await
    }

    async fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.ask(move |store| store.purge_expired(now, limit)).await
    }
}
