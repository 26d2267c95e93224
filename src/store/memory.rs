//! The in-memory store: 64 shards of a locked map. For tests, back-tests, and services that replay from elsewhere.
//!
//! Measured against lock-free maps it gains nothing from them: two copies of a kilobyte dominate.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, OnceLock};

use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

const SHARDS: usize = 64;

/// Cells in the memory of this process; gone with it.
#[derive(Debug)]
pub struct MemoryStore {
    shards: Vec<Mutex<BTreeMap<StoreKey, Cell>>>,
    outbox: Mutex<Outbox>,
    check: OnceLock<[u8; 16]>,
}

#[derive(Debug)]
struct Cell {
    current: Versioned,
    events: Vec<StoredEvent>,
    /// Commit id -> index of the commit's first event. Only ever asked for one id.
    commits: HashMap<CommitId, usize>,
    expires_at: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Outbox {
    last_turn: u64,
    waiting: BTreeMap<u64, OutboxItem>,
    turns: BTreeMap<OutboxId, u64>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            outbox: Mutex::default(),
            check: OnceLock::new(),
        }
    }

    fn shard(&self, key: StoreKey) -> Result<MutexGuard<'_, BTreeMap<StoreKey, Cell>>, StoreError> {
        lock(&self.shards[usize::from(key.0[0]) % SHARDS])
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for MemoryStore {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        if *self.check.get_or_init(|| check) == check { Ok(()) } else { Err(StoreError::KeyLost) }
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        Ok(self.shard(key)?.get(&key).map(|cell| cell.current.clone()))
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        let mut shard = self.shard(commit.key)?;
        let cell = shard.get(&commit.key);
        if let Some(first) = cell.and_then(|cell| cell.events.get(*cell.commits.get(&commit.commit_id)?)) {
            return Ok(CommitOutcome::Duplicate { first: first.clone() });
        }
        if cell.map(|cell| cell.current.version) != commit.expected {
            return Ok(CommitOutcome::Conflict { current: cell.map(|cell| cell.current.clone()) });
        }
        let next_seq = cell.and_then(|cell| cell.events.last()).map_or(1, |event| event.seq + 1);
        if commit.events.iter().zip(next_seq..).any(|(event, seq)| event.seq != seq) {
            return Err(StoreError::broken_chain());
        }
        // The last thing that can fail comes first; from here on everything happens.
        if !commit.outbox.is_empty() {
            lock(&self.outbox)?.add(&commit.outbox)?;
        }
        Ok(CommitOutcome::Committed { version: write(&mut shard, commit) })
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let shard = self.shard(key)?;
        let found = shard.get(&key).and_then(|cell| cell.events.get(*cell.commits.get(&commit_id)?));
        Ok(found.cloned())
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let shard = self.shard(key)?;
        let events = shard.get(&key).map_or(&[][..], |cell| &cell.events);
        let start = events.partition_point(|event| event.seq < from_seq);
        Ok(events[start..].iter().take(limit).cloned().collect())
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let mut keys = Vec::new();
        for shard in &self.shards {
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            keys.extend(lock(shard)?.range((from, Bound::Unbounded)).take(limit).map(|(key, _)| *key));
        }
        keys.sort_unstable();
        keys.truncate(limit);
        Ok(keys)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        Ok(lock(&self.outbox)?.waiting.values().take(limit).cloned().collect())
    }

    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let outbox = lock(&self.outbox)?;
        let from = outbox.turns.get(&after).map_or(Bound::Unbounded, |turn| Bound::Excluded(*turn));
        Ok(outbox.waiting.range((from, Bound::Unbounded)).take(limit).map(|(_, item)| item.clone()).collect())
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        let mut outbox = lock(&self.outbox)?;
        for id in ids {
            if let Some(turn) = outbox.turns.remove(id) {
                outbox.waiting.remove(&turn);
            }
        }
        Ok(())
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut purged = 0;
        for shard in &self.shards {
            lock(shard)?.retain(|_, cell| {
                let keep = purged >= limit || cell.expires_at.is_none_or(|expires_at| now < expires_at);
                purged += usize::from(!keep);
                keep
            });
        }
        Ok(purged)
    }
}

fn write(shard: &mut BTreeMap<StoreKey, Cell>, commit: &Commit) -> u64 {
    let version = commit.expected.unwrap_or(0) + 1;
    let cell = shard.entry(commit.key).or_insert_with(|| Cell {
        current: Versioned { version: 0, body: Vec::new() },
        events: Vec::new(),
        commits: HashMap::new(),
        expires_at: None,
    });
    cell.commits.insert(commit.commit_id, cell.events.len());
    cell.events.extend(commit.events.iter().cloned());
    // Where the old one lay: to free a block and take another touches whatever lies beside it.
    cell.current.version = version;
    cell.current.body.clone_from(&commit.body);
    cell.expires_at = commit.expires_at;
    version
}

impl Outbox {
    /// Queues all items or none.
    fn add(&mut self, items: &[OutboxItem]) -> Result<(), StoreError> {
        let fresh: BTreeSet<OutboxId> =
            items.iter().map(OutboxItem::name).filter(|id| !self.turns.contains_key(id)).collect();
        if fresh.len() != items.len() {
            return Err(StoreError::item_waits());
        }
        for item in items {
            self.last_turn += 1;
            self.turns.insert(item.name(), self.last_turn);
            self.waiting.insert(self.last_turn, item.clone());
        }
        Ok(())
    }
}

/// A thread that panicked while it held the lock may have left half a change: fail closed.
fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, StoreError> {
    mutex.lock().map_err(|_| StoreError::Corrupt("a thread died inside the memory store".to_owned()))
}
