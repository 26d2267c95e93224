//! What the engine needs from outside, in two colours: threads that wait, and tasks that are polled.
//!
//! Every flow is written once, as an `async fn` over a [`World`]. In the blocking world each future is ready when it is
//! made, so one poll runs a flow from end to end on the caller's thread and nothing is ever woken; in the other one the
//! store's futures wait, and hashes go to threads of their own. Two copies of a sign-in would drift apart.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::store::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::StoreKey;

/// Locks that queue callers of this process by account. They guard no data, only spare each other lost races.
pub(super) const STRIPES: usize = 256;

/// A store, a queue per account, and a place for long computations.
pub(super) trait World {
    /// Held while a command of an account is decided and committed.
    type Turn<'a>
    where
        Self: 'a;

    async fn turn(&self, stripe: usize) -> Self::Turn<'_>;
    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError>;
    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError>;
    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError>;
    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;
    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError>;
    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError>;
    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError>;
    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError>;

    /// Runs a computation of milliseconds where it holds nobody else up. It runs to its end even if nobody waits for
    /// it any more, with the memory it was given.
    async fn compute<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T;
}

/// Threads that wait.
pub(super) struct Blocking<S> {
    pub(super) store: S,
    stripes: Vec<Mutex<()>>,
}

impl<S> Blocking<S> {
    pub(super) fn new(store: S) -> Self {
        Self { store, stripes: (0..STRIPES).map(|_| Mutex::default()).collect() }
    }
}

impl<S: Store> World for Blocking<S> {
    type Turn<'a>
        = MutexGuard<'a, ()>
    where
        S: 'a;

    async fn turn(&self, stripe: usize) -> MutexGuard<'_, ()> {
        // The lock guards no data, so a thread that died inside leaves nothing half done: go on.
        self.stripes[stripe % STRIPES].lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.store.load(key)
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.store.commit(commit)
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.store.event_by_commit(key, commit_id)
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.store.events(key, from_seq, limit)
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.store.keys(after, limit)
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.store.outbox(limit)
    }

    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.store.outbox_after(after, limit)
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.store.outbox_done(ids)
    }

    async fn compute<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        job()
    }
}

/// Runs a flow of the blocking world: nothing in it ever waits to be woken, so the first poll is the last.
pub(super) fn run<F: Future>(flow: F) -> F::Output {
    let mut flow = pin!(flow);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(answer) = flow.as_mut().poll(&mut context) {
            return answer;
        }
        std::hint::spin_loop();
    }
}
