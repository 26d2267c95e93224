//! The service for threads that wait.

use std::sync::Arc;

use super::engine::Engine;
use super::entropy::{Entropy, SystemEntropy};
use super::error::ServiceError;
use super::world::{Blocking, run};
use crate::account::{AccountRecord, Keyring};
use crate::command::{Command, Settings};
use crate::password::BreachCheck;
use crate::risk::CheckedPolicy;
use crate::store::Store;
use crate::types::{AccountId, Timestamp};

/// All operations, over one store. Share one per process.
///
/// ```
/// use account_security::prelude::*;
/// # let keyring = Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![7; 32]))])?;
/// # let now = Timestamp::from_unix_s(1_767_225_600)?;
/// let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
/// let alice = AccountId::parse("alice")?;
/// assert_eq!(security.restriction(&alice, now)?, Scopes::NONE);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Service<S> {
    pub(super) engine: Engine<Blocking<S>>,
}

impl<S: Store> Service<S> {
    /// A service over `store`. The store is tied to the key ring at its first use.
    ///
    /// # Errors
    /// [`StoreError::KeyLost`](crate::store::StoreError::KeyLost) when the store belongs to another key ring; any other
    /// fault of the store.
    pub fn new(store: S, keys: Keyring, settings: Settings) -> Result<Self, ServiceError> {
        Self::with_entropy(store, keys, settings, Box::new(SystemEntropy))
    }

    /// A service with its own source of randomness, e.g. a seeded one for a replay.
    ///
    /// # Errors
    /// As [`Service::new`].
    pub fn with_entropy(
        store: S,
        keys: Keyring,
        settings: Settings,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self, ServiceError> {
        store.bind(keys.lookup_fingerprint())?;
        Ok(Self { engine: Engine::new(Blocking::new(store), keys, settings, entropy)? })
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
    pub fn execute<C>(&self, account: &AccountId, command: &C, now: Timestamp) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = AccountRecord>,
    {
        run(self.engine.execute(account, command, now))
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

impl<S: std::fmt::Debug> std::fmt::Debug for Service<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Engine { world, keys, .. } = &self.engine;
        f.debug_struct("Service").field("store", &world.store).field("keys", keys).finish_non_exhaustive()
    }
}
