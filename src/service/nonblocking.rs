//! The service for tasks that are polled, on whichever runtime.
//!
//! Nothing here knows a runtime: stores bring their own futures, callers of one account queue on an `async-lock`, and
//! hashes run on the threads of the crate `blocking`, off the executor. A caller who hangs up in the middle of a hash
//! frees nothing early: the job owns its memory and runs to its end.

use std::sync::Arc;

use async_lock::{Mutex, MutexGuard};

use super::engine::Engine;
use super::entropy::{Entropy, SystemEntropy};
use super::error::ServiceError;
use super::world::{STRIPES, World};
use crate::account::{AccountRecord, Keyring};
use crate::command::{Command, Settings};
use crate::password::BreachCheck;
use crate::risk::CheckedPolicy;
use crate::store::{
    AsyncStore, Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, StoreError, StoredEvent, Versioned,
};
use crate::types::{AccountId, StoreKey, Timestamp};

/// All operations of [`Service`](super::Service), awaited.
///
/// A future that is dropped half-way leaves what was committed until then: a try that was counted stays counted.
pub struct AsyncService<S> {
    pub(super) engine: Engine<Awaiting<S>>,
}

/// Tasks that are polled.
pub(super) struct Awaiting<S> {
    store: S,
    stripes: Vec<Mutex<()>>,
}

impl<S: AsyncStore> AsyncService<S> {
    /// A service over `store`. The store is tied to the key ring at its first use.
    ///
    /// # Errors
    /// [`StoreError::KeyLost`] when the store belongs to another key ring; any other fault of the store.
    pub async fn new(store: S, keys: Keyring, settings: Settings) -> Result<Self, ServiceError> {
        Self::with_entropy(store, keys, settings, Box::new(SystemEntropy)).await
    }

    /// A service with its own source of randomness, e.g. a seeded one for a replay.
    ///
    /// # Errors
    /// As [`AsyncService::new`].
    pub async fn with_entropy(
        store: S,
        keys: Keyring,
        settings: Settings,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ServiceError> {
        store.bind(keys.lookup_fingerprint()).await?;
        let stripes = (0..STRIPES).map(|_| Mutex::new(())).collect();
        Ok(Self { engine: Engine::new(Awaiting { store, stripes }, keys, settings, entropy)? })
    }

    /// The service with a list of breached passwords, which a policy with `breached` needs: without one no password can be
    /// set under it.
    #[must_use]
    pub fn with_breaches(self, breaches: Box<dyn BreachCheck>) -> Self {
        Self { engine: self.engine.with_breaches(breaches) }
    }

    /// Runs one command on one account.
    ///
    /// # Errors
    /// [`ServiceError`]; whatever it is, the answer to a security question is "denied".
    pub async fn execute<C>(&self, account: &AccountId, command: &C, now: Timestamp) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        self.engine.execute(account, command, now).await
    }

    /// The settings in force. A command decides under those it began with.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.engine.settings()
    }

    /// Puts other settings in force for the commands that begin from now on. The cost, memory, queue and engine of
    /// password hashing stay what they were when the service was made.
    pub fn swap_settings(&self, settings: Settings) {
        self.engine.swap_settings(settings);
    }

    /// Puts another rule set in force for the payments that are judged from now on, at once and whole: every decision
    /// was made by one set, and its [`policy_hash`](crate::risk::Assessment::policy_hash) says by which. A rule file that
    /// cannot be read never comes this far, so the old rules stay in force.
    pub fn replace_risk_policy(&self, risk: CheckedPolicy) {
        self.engine.replace_risk_policy(risk);
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.engine.world.store
    }

    /// The key ring.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.engine.keys
    }
}

impl<S: AsyncStore> World for Awaiting<S> {
    type Turn<'a>
        = MutexGuard<'a, ()>
    where
        S: 'a;

    async fn turn(&self, stripe: usize) -> MutexGuard<'_, ()> {
        self.stripes[stripe % STRIPES].lock().await
    }

    async fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.store.load(key).await
    }

    async fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.store.commit(commit).await
    }

    async fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.store.event_by_commit(key, commit_id).await
    }

    async fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.store.events(key, from_seq, limit).await
    }

    async fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.store.keys(after, limit).await
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.store.outbox(limit).await
    }

    async fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.store.outbox_after(after, limit).await
    }

    async fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.store.outbox_done(ids).await
    }

    async fn compute<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        blocking::unblock(job).await
    }
}

impl<S: std::fmt::Debug> std::fmt::Debug for AsyncService<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Engine { world, keys, .. } = &self.engine;
        f.debug_struct("AsyncService").field("store", &world.store).field("keys", keys).finish_non_exhaustive()
    }
}
