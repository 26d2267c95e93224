//! Stores: one shared by many services, and wrappers that count, meet, or break a promise on purpose.

use std::collections::BTreeMap;
#[cfg(feature = "sqlite")]
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use account_security::store::{
    Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned,
};
use account_security::types::{StoreKey, Timestamp};

/// Any store, shared.
#[derive(Clone)]
pub struct Shared(pub Arc<dyn Store>);

impl Shared {
    pub fn new(store: impl Store + 'static) -> Self {
        Self(Arc::new(store))
    }

    pub fn memory() -> Self {
        Self::new(account_security::store::MemoryStore::new())
    }

    /// Tells a story on every store, new and empty; the servers too where they are installed.
    pub fn every(mut story: impl FnMut(&'static str, &Self)) {
        story("memory", &Self::memory());
        #[cfg(feature = "sqlite")]
        {
            let folder = tempfile::tempdir().unwrap();
            story("SQLite", &Self::sqlite(&folder.path().join("security.db")));
        }
        #[cfg(feature = "server-tests")]
        {
            use super::servers::{postgres, redis};
            if let Some(server) = postgres::shared() {
                story("PostgreSQL", &Self::new(server.new_store(0).0));
            }
            if let Some(server) = redis::shared() {
                story("Redis", &Self::new(server.new_store().0));
            }
        }
    }

    #[cfg(feature = "sqlite")]
    pub fn sqlite(file: &Path) -> Self {
        use account_security::store::{Durability, SqliteStore};
        Self::new(SqliteStore::open_with(file, Durability::Normal).unwrap())
    }
}

/// Passes every method but those written out on to the inner store.
macro_rules! pass_on {
    ($($method:ident)*) => { $(pass_on!(@ $method);)* };
    (@ bind) => {
        fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> { self.0.bind(check) }
    };
    (@ load) => {
        fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> { self.0.load(key) }
    };
    (@ commit) => {
        fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> { self.0.commit(commit) }
    };
    (@ reads) => {
        fn event_by_commit(&self, key: StoreKey, id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
            self.0.event_by_commit(key, id)
        }
        fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
            self.0.keys(after, limit)
        }
        fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> { self.0.outbox(limit) }
        fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> { self.0.outbox_done(ids) }
        fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
            self.0.purge_expired(now, limit)
        }
    };
    (@ events) => {
        fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
            self.0.events(key, from_seq, limit)
        }
    };
}

impl Store for Shared {
    pass_on!(bind load commit events reads);
}

/// Counts what is asked of it.
pub struct Counting(pub Shared, pub Arc<Counts>);

#[derive(Debug, Default)]
pub struct Counts {
    pub loads: AtomicUsize,
    pub looks_at_events: AtomicUsize,
    pub commits: AtomicUsize,
    pub conflicts: AtomicUsize,
}

impl Counts {
    /// Loads and commits since the last call.
    pub fn take(&self) -> (usize, usize) {
        (self.loads.swap(0, Ordering::SeqCst), self.commits.swap(0, Ordering::SeqCst))
    }
}

impl Store for Counting {
    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.1.loads.fetch_add(1, Ordering::SeqCst);
        self.0.load(key)
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.1.commits.fetch_add(1, Ordering::SeqCst);
        let outcome = self.0.commit(commit);
        let conflicts = usize::from(matches!(outcome, Ok(CommitOutcome::Conflict { .. })));
        self.1.conflicts.fetch_add(conflicts, Ordering::SeqCst);
        outcome
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.1.looks_at_events.fetch_add(1, Ordering::SeqCst);
        self.0.events(key, from_seq, limit)
    }

    pass_on!(bind reads);
}

/// What happens meanwhile.
type Deed = Box<dyn FnOnce() + Send>;

/// Once armed, does something right behind the look for this commit id: between a look-up and the commit that rests on it.
#[derive(Clone)]
pub struct Meanwhile(pub Shared, pub Arc<Mutex<Option<(CommitId, Deed)>>>);

impl Meanwhile {
    pub fn over(store: &Shared) -> Self {
        Self(store.clone(), Arc::default())
    }

    pub fn arm(&self, id: CommitId, deed: impl FnOnce() + Send + 'static) {
        *self.1.lock().unwrap() = Some((id, Box::new(deed)));
    }
}

impl Store for Meanwhile {
    fn event_by_commit(&self, key: StoreKey, id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let found = self.0.event_by_commit(key, id);
        let deed = self.1.lock().unwrap().take_if(|(armed, _)| *armed == id);
        if let Some((_, deed)) = deed {
            deed();
        }
        found
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

    pass_on!(bind load commit events);
}

/// Once armed, the next so many loads wait for each other: all of them read the same row, so the race happens for sure.
pub struct Meeting(pub Shared, pub Arc<Meet>);

pub struct Meet {
    barrier: Barrier,
    places: AtomicUsize,
    size: usize,
}

impl Meet {
    pub fn of(size: usize) -> Arc<Self> {
        Arc::new(Self { barrier: Barrier::new(size), places: AtomicUsize::new(0), size })
    }

    pub fn arm(&self) {
        self.places.store(self.size, Ordering::SeqCst);
    }
}

impl Store for Meeting {
    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let loaded = self.0.load(key);
        let place = |left: usize| left.checked_sub(1);
        if self.1.places.fetch_update(Ordering::SeqCst, Ordering::SeqCst, place).is_ok() {
            self.1.barrier.wait();
        }
        loaded
    }

    pass_on!(bind commit events reads);
}

/// Keeps a copy of every message that was ever put into its outbox.
pub struct Keeping(pub Shared, pub Arc<Mutex<Vec<OutboxItem>>>);

impl Store for Keeping {
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let outcome = self.0.commit(commit)?;
        if matches!(outcome, CommitOutcome::Committed { .. }) {
            self.1.lock().unwrap().extend(commit.outbox.iter().cloned());
        }
        Ok(outcome)
    }

    pass_on!(bind load events reads);
}

/// Takes so many commits, and then its disk is full.
pub struct FullAfter(pub Shared, pub AtomicUsize);

impl Store for FullAfter {
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let room = |left: usize| left.checked_sub(1);
        self.1.fetch_update(Ordering::SeqCst, Ordering::SeqCst, room).map_err(|_| StoreError::Full)?;
        self.0.commit(commit)
    }

    pass_on!(bind load events reads);
}

/// How an answer gets lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The commit is in, its first answer is not heard.
    FirstAnswer,
    /// The commit is not in, and nobody knows.
    FirstRequest,
    /// The commit is in, and no answer is ever heard.
    EveryAnswer,
}

/// A store at the other end of a bad line.
pub struct BadLine(pub Shared, Lost, Mutex<BTreeMap<(StoreKey, CommitId), usize>>);

impl BadLine {
    pub fn to(store: &Shared, lost: Lost) -> Shared {
        Shared::new(Self(store.clone(), lost, Mutex::default()))
    }
}

impl Store for BadLine {
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let asked_before = {
            let mut asked = self.2.lock().unwrap();
            let count = asked.entry((commit.key, commit.commit_id)).or_default();
            *count += 1;
            *count - 1
        };
        match self.1 {
            Lost::FirstRequest if asked_before == 0 => Err(StoreError::Unknown),
            Lost::FirstAnswer if asked_before == 0 => self.0.commit(commit).and(Err(StoreError::Unknown)),
            Lost::EveryAnswer => self.0.commit(commit).and(Err(StoreError::Unknown)),
            _ => self.0.commit(commit),
        }
    }

    pass_on!(bind load events reads);
}

/// A planted bug: whoever writes last wins, whatever version was expected.
#[derive(Default)]
pub struct LastWriterWins(Mutex<BTreeMap<StoreKey, (Versioned, Vec<StoredEvent>)>>);

impl Store for LastWriterWins {
    fn bind(&self, _check: [u8; 16]) -> Result<(), StoreError> {
        Ok(())
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        Ok(self.0.lock().unwrap().get(&key).map(|(cell, _)| cell.clone()))
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let version = commit.expected.unwrap_or(0) + 1;
        let mut cells = self.0.lock().unwrap();
        let (_, mut events) = cells.remove(&commit.key).unwrap_or((Versioned { version, body: vec![] }, vec![]));
        events.extend(commit.events.iter().cloned());
        cells.insert(commit.key, (Versioned { version, body: commit.body.clone() }, events));
        Ok(CommitOutcome::Committed { version })
    }

    fn event_by_commit(&self, _key: StoreKey, _id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        Ok(None)
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let cells = self.0.lock().unwrap();
        let events = cells.get(&key).map_or(&[][..], |(_, events)| events);
        Ok(events.iter().filter(|event| event.seq >= from_seq).take(limit).cloned().collect())
    }

    fn keys(&self, _after: Option<StoreKey>, _limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        Ok(self.0.lock().unwrap().keys().copied().collect())
    }

    fn outbox(&self, _limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        Ok(vec![])
    }

    fn outbox_done(&self, _ids: &[OutboxId]) -> Result<(), StoreError> {
        Ok(())
    }

    fn purge_expired(&self, _now: Timestamp, _limit: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// Runs something once, in the middle of a read of events: somebody else got on between two looks.
pub struct Interrupted<F>(pub Shared, pub Mutex<Option<F>>);

impl<F: FnOnce() + Send> Store for Interrupted<F> {
    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let events = self.0.events(key, from_seq, limit);
        if let Some(interruption) = self.1.lock().unwrap().take() {
            interruption();
        }
        events
    }

    pass_on!(bind load commit reads);
}

/// The same in the middle of the first load.
pub struct InterruptedLoad<F>(pub Shared, pub Mutex<Option<F>>);

impl<F: FnOnce() + Send> Store for InterruptedLoad<F> {
    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let found = self.0.load(key);
        if let Some(interruption) = self.1.lock().unwrap().take() {
            interruption();
        }
        found
    }

    pass_on!(bind commit events reads);
}

/// The same behind the first commit.
pub struct InterruptedCommit<F>(pub Shared, pub Mutex<Option<F>>);

impl<F: FnOnce() + Send> Store for InterruptedCommit<F> {
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let outcome = self.0.commit(commit);
        if let Some(interruption) = self.1.lock().unwrap().take() {
            interruption();
        }
        outcome
    }

    pass_on!(bind load events reads);
}
