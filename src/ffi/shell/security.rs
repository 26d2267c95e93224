//! The one object: a store, keys, settings, a clock.

use std::fmt;
use std::net::IpAddr;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::clock::{self, Clock};
use super::error::ShellError;
use super::keys::KeyMaterial;
use super::parse;
use crate::account::Keyring;
use crate::command::Settings;
use crate::password::HashParams;
use crate::service::{Entropy, Service, SystemEntropy};
use crate::store::foreign::{Foreign, ForeignStore};
use crate::store::{
    Commit, CommitId, CommitOutcome, MemoryStore, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned,
};
use crate::types::{AccountId, StoreKey, Timestamp};
use crate::verification::Sender;

/// Everything that is asked about accounts. May be used by many threads at once.
pub struct Security {
    pub(super) service: Arc<Service<AnyStore>>,
    /// Held while settings are read, changed and swapped.
    pub(super) configuring: Arc<Mutex<()>>,
    /// From where it is asked, for the budgets of messages.
    pub(super) from: Option<IpAddr>,
    clock: Arc<dyn Clock>,
}

/// Whichever store the caller chose.
#[derive(Clone)]
pub(super) struct AnyStore(Arc<dyn Store>);

impl Security {
    /// Over a store in memory, gone with the object.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn in_memory(keys: &KeyMaterial, clock: Arc<dyn Clock>) -> Result<Self, ShellError> {
        Self::over(Arc::new(MemoryStore::new()), keys.ring()?, clock, Box::new(SystemEntropy), Settings::default())
    }

    /// Over an SQLite file, which is created where it is not.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] of `path` where no file can be: empty, a folder, or in a folder that does not exist; any other
    /// [`ShellError`].
    #[cfg(feature = "sqlite")]
    pub fn in_sqlite(path: &str, keys: &KeyMaterial, clock: Arc<dyn Clock>) -> Result<Self, ShellError> {
        file_path(path)?;
        let store = Arc::new(crate::store::SqliteStore::open(path)?);
        Self::over(store, keys.ring()?, clock, Box::new(SystemEntropy), Settings::default())
    }

    /// Over a place of the caller's own.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn in_foreign<F: Foreign + 'static>(
        place: F,
        keys: &KeyMaterial,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ShellError> {
        let store = Arc::new(ForeignStore::new(place));
        Self::over(store, keys.ring()?, clock, Box::new(SystemEntropy), Settings::default())
    }

    /// For tests and replays alone: in memory, with a hash that costs nothing and randomness that follows from `seed`, so that
    /// every code and id can be foretold.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn dangerous_seeded_in_memory(
        keys: &KeyMaterial,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Result<Self, ShellError> {
        Self::dangerous_seeded(Arc::new(MemoryStore::new()), keys, clock, seed)
    }

    /// [`Security::dangerous_seeded_in_memory`] over a place of the caller's own.
    ///
    /// # Errors
    /// [`ShellError`].
    pub fn dangerous_seeded_in_foreign<F: Foreign + 'static>(
        place: F,
        keys: &KeyMaterial,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Result<Self, ShellError> {
        Self::dangerous_seeded(Arc::new(ForeignStore::new(place)), keys, clock, seed)
    }

    fn dangerous_seeded(
        store: Arc<dyn Store>,
        keys: &KeyMaterial,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> Result<Self, ShellError> {
        let hashing = HashParams::new(64, 1, 1).map_err(|error| ShellError::invalid("hashing", error))?;
        let settings = Settings { hashing, hashing_memory_kib: 1_024, ..Settings::default() };
        Self::over(store, keys.ring()?, clock, Box::new(Seeded(seed.into())), settings)
    }

    fn over(
        store: Arc<dyn Store>,
        ring: Keyring,
        clock: Arc<dyn Clock>,
        entropy: Box<dyn Entropy>,
        settings: Settings,
    ) -> Result<Self, ShellError> {
        // Codes must name a sender, and notices name the same.
        let settings = Settings { sender: Some(nobodys_name()?), ..settings };
        let service = Service::with_entropy(AnyStore(store), ring, settings, entropy)?;
        Ok(Self { service: Arc::new(service), configuring: Arc::default(), from: None, clock })
    }

    /// The same object, asked by a client at this address, as the server sees it: IPv4 or IPv6. What it sends is counted for the
    /// client's network, too; without an address that budget is not kept.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a text that is no address.
    pub fn asked_from(&self, address: &str) -> Result<Self, ShellError> {
        let from = address.parse().map_err(|_| ShellError::invalid("address", "an IPv4 or IPv6 address"))?;
        let (service, configuring, clock) = (self.service.clone(), self.configuring.clone(), self.clock.clone());
        Ok(Self { service, configuring, from: Some(from), clock })
    }

    pub(super) fn now(&self) -> Result<Timestamp, ShellError> {
        clock::read(&*self.clock)
    }

    /// The account's name, and the time.
    pub(super) fn asked(&self, account: &str) -> Result<(AccountId, Timestamp), ShellError> {
        Ok((parse::account(account)?, self.now()?))
    }

    /// Under which name the store keeps this account: the first 32 digits of the ids of its messages.
    ///
    /// # Errors
    /// [`ShellError::Invalid`].
    pub fn account_key(&self, account: &str) -> Result<String, ShellError> {
        Ok(self.service.keyring().account_key(&parse::account(account)?).to_string())
    }

    pub(super) fn sender(&self) -> Result<Sender, ShellError> {
        self.service.settings().sender.clone().map_or_else(nobodys_name, Ok)
    }
}

/// Whom messages come from until `configure` names somebody.
fn nobodys_name() -> Result<Sender, ShellError> {
    Sender::new("Account Security").map_err(|error| ShellError::invalid("sender", error))
}

/// What the store would call out of reach, as if it might be there in a moment.
#[cfg(feature = "sqlite")]
fn file_path(path: &str) -> Result<(), ShellError> {
    let refused = |what: &str| Err(ShellError::invalid("path", what));
    if path.starts_with("file:") {
        // An SQLite URI, which SQLite reads by rules of its own.
        return Ok(());
    }
    let file = Path::new(path);
    match file.parent() {
        _ if path.is_empty() => refused("it is empty; name the file"),
        _ if path == ":memory:" => refused("a name for memory; name a file, or make the object in memory"),
        _ if file.is_dir() => refused("it is a folder; name a file in it"),
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            refused("its folder does not exist, or is none; make it first")
        }
        _ => Ok(()),
    }
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security").finish_non_exhaustive()
    }
}

/// Seeds that count up.
struct Seeded(std::sync::atomic::AtomicU64);

impl Entropy for Seeded {
    fn seed(&self) -> Option<[u8; 32]> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        Some(seed)
    }
}

impl Store for AnyStore {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.0.bind(check)
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.0.load(key)
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.0.commit(commit)
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.0.event_by_commit(key, commit_id)
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.events(key, from_seq, limit)
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.0.keys(after, limit)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.0.outbox(limit)
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.0.outbox_done(ids)
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.purge_expired(now, limit)
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::super::FixedClock;
    use super::*;

    #[test]
    fn a_path_where_no_file_can_be_is_a_wrong_argument() {
        let folder = tempfile::tempdir().unwrap();
        let (inside, missing) = (folder.path().join("a.db"), folder.path().join("missing").join("a.db"));
        let made = |path: &str| {
            let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
            Security::in_sqlite(path, &keys, Arc::new(FixedClock::at(1_772_366_400_000)))
        };
        made(inside.to_str().unwrap()).unwrap();
        let within_a_file = inside.join("a.db");
        let none = ["", ":memory:", folder.path().to_str().unwrap(), missing.to_str().unwrap()];
        for path in none.into_iter().chain([within_a_file.to_str().unwrap()]) {
            let refused = made(path).unwrap_err();
            assert!(matches!(&refused, ShellError::Invalid { field, .. } if field == "path"), "{path}: {refused:?}");
        }
        assert!(!missing.exists(), "nothing was made");
    }
}
