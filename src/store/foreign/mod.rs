//! A store of the caller's own making, in any language: bytes in, bytes out.
//!
//! An app has a place for bytes already (a key-value table, Room, Core Data, a file of its own). It gives three methods over
//! names and bytes, [`Foreign`]; this adapter makes cells, events, the outbox and expiries of them, and believes nothing:
//! whatever comes back is checked for order, length and shape before it is used, and what does not fit is
//! [`StoreError::Corrupt`].
//!
//! All rests on one promise, [`Foreign::apply`]: all changes or none, and only where every condition holds. Reads before it
//! need no lock, because each commit changes the version entry that it also makes a condition.

mod names;
mod read;

use self::names::{Name, Names};
use self::read::{bounded, cell, event, version_entry};
use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

/// Longest name, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// Longest entry, in bytes: a cell and what stands before it.
pub const ENTRY_BYTES_MAX: usize = super::port::CELL_BYTES_MAX + 64;
/// Most entries that are asked for, and most changes that are made, at once.
pub const ENTRIES_MAX: usize = 4_096;
/// Decisions on newer and newer entries before `Busy`.
const TRIES_MAX: usize = 64;

/// A name and the bytes under it.
pub type Entry = (Vec<u8>, Vec<u8>);

/// One entry that must be as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name.
    pub name: Vec<u8>,
    /// Exactly these bytes; `None`: there must be no such entry.
    pub bytes: Option<Vec<u8>>,
}

/// One entry as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: Vec<u8>,
    /// Its new bytes; `None` to remove it.
    pub bytes: Option<Vec<u8>>,
}

/// Why a foreign store gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignFault {
    /// Locked by others; ask again.
    #[error("the foreign store is busy")]
    Busy,
    /// No room left; nothing was changed.
    #[error("the foreign store is full")]
    Full,
    /// It may only be read.
    #[error("the foreign store is read-only")]
    ReadOnly,
    /// Anything else before a change; nothing was changed.
    #[error("the foreign store cannot be reached: {0}")]
    Unavailable(String),
    /// The changes may have been made or not.
    #[error("the foreign store did not confirm")]
    Unknown,
}

/// A place for named bytes. Names are compared byte by byte, as in `memcmp`.
pub trait Foreign: Send + Sync {
    /// The bytes under a name, if any.
    ///
    /// # Errors
    /// [`ForeignFault`].
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault>;

    /// Up to `limit` entries with `from <= name < to`, in order of their names.
    ///
    /// # Errors
    /// [`ForeignFault`].
    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<Entry>, ForeignFault>;

    /// Makes all changes in one transaction and says `true`, if every condition holds in it; otherwise makes none and says
    /// `false`.
    ///
    /// # Errors
    /// [`ForeignFault::Unknown`] when they may have been made; any other: none was.
    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault>;
}

/// Cells in a [`Foreign`] place.
#[derive(Debug)]
pub struct ForeignStore<F>(F);

impl<F: Foreign> ForeignStore<F> {
    /// A store over `place`, which belongs to it alone.
    #[must_use]
    pub const fn new(place: F) -> Self {
        Self(place)
    }

    /// Gives the place back.
    #[must_use]
    pub fn into_inner(self) -> F {
        self.0
    }

    fn get(&self, name: &Name) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.get(name).map_err(fault)?.map(|bytes| bounded(bytes, ENTRY_BYTES_MAX)).transpose()
    }

    /// Entries of a range, checked for order, range and number.
    fn list(&self, range: &Names, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let limit = limit.min(ENTRIES_MAX);
        if limit == 0 {
            return Ok(Vec::new());
        }
        let found = self.0.list(&range.from, &range.to, limit).map_err(fault)?;
        read::entries(found, range, limit)
    }

    /// All entries of a range up to `limit`, page by page.
    fn list_all(&self, mut range: Names, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let wanted = (limit - all.len()).min(ENTRIES_MAX);
            let page = self.list(&range, wanted)?;
            let is_last = page.len() < wanted || wanted == 0;
            all.extend(page);
            match all.last() {
                Some((last, _)) if !is_last && all.len() < limit => range.begin_after(last),
                _ => return Ok(all),
            }
        }
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, StoreError> {
        self.0.apply(conditions, changes).map_err(fault)
    }

    /// One try of a commit; `None` where somebody else was faster.
    fn try_commit(&self, commit: &Commit) -> Result<Option<CommitOutcome>, StoreError> {
        let key = commit.key;
        let entry = self.get(&names::version(key))?;
        if let Some(first) = self.event_by_commit(key, commit.commit_id)? {
            return Ok(Some(CommitOutcome::Duplicate { first }));
        }
        let (version, expiry) = entry.as_deref().map(version_entry).transpose()?.unzip();
        if version != commit.expected {
            return Ok(Some(CommitOutcome::Conflict { current: self.load(key)? }));
        }
        match self.prepare(commit, entry.clone(), expiry.flatten()) {
            Ok((conditions, changes)) => {
                let applied = self.apply(&conditions, &changes)?;
                Ok(applied.then(|| CommitOutcome::Committed { version: commit.expected.unwrap_or(0) + 1 }))
            }
            // Looked at in several reads, so a refusal counts only where nobody got on in between.
            Err(refusal) if self.get(&names::version(key))? == entry => Err(refusal),
            Err(_) => Ok(None),
        }
    }

    /// What a commit to a cell with this version entry takes.
    fn prepare(
        &self,
        commit: &Commit,
        entry: Option<Vec<u8>>,
        old_expiry: Option<i64>,
    ) -> Result<(Vec<Condition>, Vec<Change>), StoreError> {
        self.check_chain(commit)?;
        let mut conditions = vec![Condition { name: names::version(commit.key), bytes: entry }];
        let mut changes = names::changes(commit, old_expiry);
        if !commit.outbox.is_empty() {
            self.queue(commit, &mut conditions, &mut changes)?;
        }
        Ok((conditions, changes))
    }

    fn check_chain(&self, commit: &Commit) -> Result<(), StoreError> {
        let first = commit.events.first().map_or(0, |event| event.seq);
        let follows = match first {
            0 => false,
            1 => true,
            _ => self.get(&names::event(commit.key, first - 1))?.is_some(),
        };
        let begins_anew = commit.expected.is_some() || first == 1;
        let is_taken = self.get(&names::event(commit.key, first))?.is_some();
        if follows && begins_anew && !is_taken && commit.is_consecutive() {
            Ok(())
        } else {
            Err(StoreError::broken_chain())
        }
    }

    /// Adds the items to a commit: under their turns, which all commits with items draw from one entry.
    fn queue(
        &self,
        commit: &Commit,
        conditions: &mut Vec<Condition>,
        changes: &mut Vec<Change>,
    ) -> Result<(), StoreError> {
        let waits = |item: &OutboxItem| Ok::<_, StoreError>(self.get(&names::item(item.name()))?.is_some());
        if commit.repeats_an_item() || commit.outbox.iter().map(waits).collect::<Result<Vec<_>, _>>()?.contains(&true) {
            return Err(StoreError::item_waits());
        }
        let last = self.get(&names::last_turn())?;
        let mut turn = last.as_deref().map(read::number).transpose()?.unwrap_or(0);
        for item in &commit.outbox {
            turn = turn.checked_add(1).ok_or_else(read::damaged)?;
            let place = names::turn(turn);
            let entry = [&item.key.0[..], &item.id.0, &item.body].concat();
            changes.push(Change { name: names::item(item.name()), bytes: Some(place.clone()) });
            changes.push(Change { name: place, bytes: Some(entry) });
        }
        conditions.push(Condition { name: names::last_turn(), bytes: last });
        changes.push(Change { name: names::last_turn(), bytes: Some(turn.to_be_bytes().to_vec()) });
        Ok(())
    }

    /// The first key after `after` that has an entry of this kind.
    fn next_key(&self, kind: u8, after: Option<StoreKey>) -> Result<Option<StoreKey>, StoreError> {
        let found = self.list(&names::of_kind_after(kind, after), 1)?;
        found.first().map(|(name, _)| read::key_in(name)).transpose()
    }

    /// Takes one expired cell away; `false` where a commit moved its expiry meanwhile.
    fn purge(&self, key: StoreKey, now: Timestamp) -> Result<bool, StoreError> {
        let Some(entry) = self.get(&names::version(key))? else { return Ok(false) };
        let (_, expiry) = version_entry(&entry)?;
        let Some(expiry) = expiry.filter(|expiry| *expiry <= now.unix_ms()) else { return Ok(false) };
        let mut names = vec![names::version(key), names::cell(key), names::expiry(expiry, key)];
        for range in [names::events(key, 0), names::commits(key)] {
            names.extend(self.list(&range, ENTRIES_MAX)?.into_iter().map(|(name, _)| name));
        }
        if names.len() > ENTRIES_MAX {
            // More than one transaction may carry: it stays. What expires is counted by the day and never grows so long.
            return Ok(false);
        }
        let conditions = [Condition { name: names::version(key), bytes: Some(entry) }];
        let changes: Vec<Change> = names.into_iter().map(|name| Change { name, bytes: None }).collect();
        self.apply(&conditions, &changes)
    }
}

impl<F: Foreign> Store for ForeignStore<F> {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        let name = names::check();
        let condition = Condition { name: name.clone(), bytes: None };
        let change = Change { name: name.clone(), bytes: Some(check.to_vec()) };
        let bound = match self.get(&name)? {
            None if self.apply(&[condition], &[change])? => return Ok(()),
            None => self.get(&name)?,
            bound => bound,
        };
        if bound.as_deref() == Some(&check[..]) { Ok(()) } else { Err(StoreError::KeyLost) }
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.get(&names::cell(key))?.as_deref().map(cell).transpose()
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        for _ in 0..TRIES_MAX {
            if let Some(outcome) = self.try_commit(commit)? {
                return Ok(outcome);
            }
        }
        Err(StoreError::Busy)
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        let Some(seq) = self.get(&names::commit(key, commit_id))? else { return Ok(None) };
        let seq = read::number(&seq)?;
        // The entry is there because its event is: both came with one commit and go with one purge.
        self.get(&names::event(key, seq))?.map(|found| event(seq, &found)).transpose()
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let found = self.list_all(names::events(key, from_seq), limit)?;
        found.iter().map(|(name, bytes)| event(read::number_in(name)?, bytes)).collect()
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        let (mut keys, mut after) = (Vec::new(), after);
        while keys.len() < limit {
            // Two sorted streams, merged: a cell may have lost its events, and events their cell.
            let next = [names::VERSION, names::EVENT].map(|kind| self.next_key(kind, after));
            let [cells, events] = next;
            let Some(next) = [cells?, events?].into_iter().flatten().min() else { break };
            keys.push(next);
            after = Some(next);
        }
        Ok(keys)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.list_all(names::turns(), limit)?.iter().map(|(_, bytes)| read::item(bytes)).collect()
    }

    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let mut turns = names::turns();
        if let Some(turn) = self.get(&names::item(after))? {
            // Believed no further than a name can be: one of another kind would end the walk, or begin it outside.
            if turn < turns.from || turn >= turns.to {
                return Err(read::damaged());
            }
            turns.begin_after(&turn);
        }
        self.list_all(turns, limit)?.iter().map(|(_, bytes)| read::item(bytes)).collect()
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        for id in ids {
            let name = names::item(*id);
            if let Some(place) = self.get(&name)? {
                let conditions = [Condition { name: name.clone(), bytes: Some(place.clone()) }];
                let changes = [name, place].map(|name| Change { name, bytes: None });
                // Where the condition no longer holds somebody else was here.
                self.apply(&conditions, &changes)?;
            }
        }
        Ok(())
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut purged = 0;
        for (name, _) in self.list_all(names::expired(now), limit)? {
            purged += usize::from(self.purge(read::expired_key(&name)?, now)?);
        }
        Ok(purged)
    }
}

fn fault(fault: ForeignFault) -> StoreError {
    match fault {
        ForeignFault::Busy => StoreError::Busy,
        ForeignFault::Full => StoreError::Full,
        ForeignFault::ReadOnly => StoreError::ReadOnly,
        ForeignFault::Unavailable(why) => StoreError::Unavailable(why),
        ForeignFault::Unknown => StoreError::Unknown,
    }
}
