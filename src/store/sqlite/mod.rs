//! The SQLite store: the embedded default. One file, one writer at a time, readers beside it.
//!
//! - WAL and `BEGIN IMMEDIATE`, always: a deferred transaction that reads and then writes fails at once when another
//!   process wrote in between, and no busy time-out helps it.
//! - One writer connection per process with a queue in front. Two connections writing with full synchronisation stall
//!   each other for more than a second at times; a queue does not. Other processes get a jittered retry of our own.
//! - Check-points run on their own connection and thread, passive, off the request path.
//! - Two processes may share the file. Network file systems may not: SQLite's locks do not work there.
//!
//! What survives what: [`Durability::Full`] survives power loss, [`Durability::Normal`] survives `kill -9` of the
//! process but may lose the last commits on power loss, so a spent code could be valid again. `Full` is the default.

mod connection;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, MutexGuard};
use std::thread::JoinHandle;

use rusqlite::{Connection, OptionalExtension, params};

use self::connection::{begin_immediate, fault, for_writing, open};
use super::port::{Commit, CommitId, CommitOutcome, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{RandomId, StoreKey, Timestamp};

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Power loss: one fsync for each commit (milliseconds).
    #[default]
    Full,
    /// A killed process, not power loss (tens of microseconds).
    Normal,
}

/// Idle reader connections kept.
const READERS_MAX: usize = 4;
/// Commits between two check-points: about 4,000 pages of write-ahead log.
const COMMITS_PER_CHECKPOINT: u32 = 1_000;

/// Cells in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    durability: Durability,
    writer: Mutex<Writer>,
    readers: Mutex<Vec<Connection>>,
    checkpoints: Option<(SyncSender<()>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Writer {
    connection: Connection,
    commits: u32,
}

impl SqliteStore {
    /// Opens or creates the file with [`Durability::Full`].
    ///
    /// ```
    /// use account_security::store::{SqliteStore, Store};
    /// let folder = tempfile::tempdir()?;
    /// let store = SqliteStore::open(folder.path().join("security.db"))?;
    /// assert_eq!(store.keys(None, 10)?, []);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the folder does not exist, [`StoreError::Corrupt`] when the file is not a
    /// database, [`StoreError::ReadOnly`], [`StoreError::Unsupported`] for a newer schema.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Durability::default())
    }

    /// Opens or creates the file.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        let connection = for_writing(open(&path, durability)?)?;
        schema::create(&connection)?;
        let checkpoints = connection::spawn_checkpoints(open(&path, durability)?)?;
        Ok(Self {
            path,
            durability,
            writer: Mutex::new(Writer { connection, commits: 0 }),
            readers: Mutex::default(),
            checkpoints: Some(checkpoints),
        })
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, StoreError> {
        self.writer.lock().map_err(|_| StoreError::Corrupt("a thread died inside the store".to_owned()))
    }

    /// Lends a reader connection for one question.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let idle = self.readers.lock().ok().and_then(|mut readers| readers.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => open(&self.path, self.durability)?,
        };
        let answer = ask(&connection).map_err(|error| fault(&error))?;
        if let Ok(mut readers) = self.readers.lock()
            && readers.len() < READERS_MAX
        {
            readers.push(connection);
        }
        Ok(answer)
    }

    fn commit_in(writer: &Connection, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        let transaction = begin_immediate(writer)?;
        if let Some(first) = find_commit(&transaction, commit.key, commit.commit_id).map_err(|error| fault(&error))? {
            return Ok(CommitOutcome::Duplicate { first });
        }
        if !swap_cell(&transaction, commit).map_err(|error| fault(&error))? {
            let current = find_cell(&transaction, commit.key).map_err(|error| fault(&error))?;
            return Ok(CommitOutcome::Conflict { current });
        }
        append(&transaction, commit).map_err(|error| fault(&error))?;
        transaction.commit().map_err(|error| connection::commit_fault(&error))?;
        Ok(CommitOutcome::Committed { version: commit.expected.unwrap_or(0) + 1 })
    }
}

impl Store for SqliteStore {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        let writer = self.writer()?;
        let transaction = begin_immediate(&writer.connection)?;
        let bound = schema::bind(&transaction, check)?;
        transaction.commit().map_err(|error| fault(&error))?;
        if bound { Ok(()) } else { Err(StoreError::KeyLost) }
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.read(|connection| find_cell(connection, key))
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        let mut writer = self.writer()?;
        let outcome = Self::commit_in(&writer.connection, commit)?;
        writer.commits += 1;
        if writer.commits.is_multiple_of(COMMITS_PER_CHECKPOINT)
            && let Some((signal, _)) = &self.checkpoints
        {
            // A full channel means that a check-point is on its way already.
            let _ = signal.try_send(());
        }
        Ok(outcome)
    }

    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.read(|connection| find_commit(connection, key, commit_id))
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT seq, body, mac FROM event WHERE key = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map(params![key.0, signed(from_seq), count(limit)], read_event)?.collect()
        })
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT key FROM (SELECT key FROM cell UNION SELECT key FROM event)
                       WHERE ?1 IS NULL OR key > ?1 ORDER BY key LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let rows =
                statement.query_map(params![after.map(|key| key.0), count(limit)], |row| row.get(0).map(StoreKey))?;
            rows.collect()
        })
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, key, body FROM outbox ORDER BY turn LIMIT ?1")?;
            let rows = statement.query_map(params![count(limit)], |row| {
                Ok(OutboxItem { id: RandomId(row.get(0)?), key: StoreKey(row.get(1)?), body: row.get(2)? })
            })?;
            rows.collect()
        })
    }

    fn outbox_done(&self, ids: &[RandomId]) -> Result<(), StoreError> {
        let writer = self.writer()?;
        let transaction = begin_immediate(&writer.connection)?;
        for id in ids {
            let deleted = transaction.execute("DELETE FROM outbox WHERE id = ?1", params![id.0]);
            deleted.map_err(|error| fault(&error))?;
        }
        transaction.commit().map_err(|error| fault(&error))
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let writer = self.writer()?;
        let transaction = begin_immediate(&writer.connection)?;
        let expired = "SELECT key FROM cell WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";
        let forget = |table: &str| {
            let sql = format!("DELETE FROM {table} WHERE key IN ({expired})");
            transaction.execute(&sql, params![now.unix_ms(), count(limit)]).map_err(|error| fault(&error))
        };
        forget("event")?;
        let purged = forget("cell")?;
        transaction.commit().map_err(|error| fault(&error))?;
        Ok(purged)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if let Some((signal, thread)) = self.checkpoints.take() {
            drop(signal);
            let _ = thread.join();
        }
    }
}

fn find_cell(connection: &Connection, key: StoreKey) -> rusqlite::Result<Option<Versioned>> {
    let mut statement = connection.prepare_cached("SELECT version, body FROM cell WHERE key = ?1")?;
    statement
        .query_row(params![key.0], |row| Ok(Versioned { version: unsigned(row.get(0)?), body: row.get(1)? }))
        .optional()
}

fn find_commit(connection: &Connection, key: StoreKey, id: CommitId) -> rusqlite::Result<Option<StoredEvent>> {
    let sql = "SELECT seq, body, mac FROM event WHERE key = ?1 AND commit_id = ?2";
    connection.prepare_cached(sql)?.query_row(params![key.0, id], read_event).optional()
}

fn read_event(row: &rusqlite::Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent { seq: unsigned(row.get(0)?), body: row.get(1)?, mac: row.get(2)? })
}

/// Whether the cell had the expected version and has the new body now.
fn swap_cell(connection: &Connection, commit: &Commit) -> rusqlite::Result<bool> {
    let expires_at = commit.expires_at.map(Timestamp::unix_ms);
    let changed = match commit.expected {
        None => connection
            .prepare_cached(
                "INSERT INTO cell (key, version, body, expires_at) VALUES (?1, 1, ?2, ?3) ON CONFLICT (key) DO NOTHING",
            )?
            .execute(params![commit.key.0, commit.body, expires_at])?,
        Some(version) => connection
            .prepare_cached(
                "UPDATE cell SET version = version + 1, body = ?3, expires_at = ?4 WHERE key = ?1 AND version = ?2",
            )?
            .execute(params![commit.key.0, signed(version), commit.body, expires_at])?,
    };
    Ok(changed == 1)
}

fn append(connection: &Connection, commit: &Commit) -> rusqlite::Result<()> {
    let sql = "INSERT INTO event (key, seq, commit_id, body, mac) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut statement = connection.prepare_cached(sql)?;
    for (index, event) in commit.events.iter().enumerate() {
        let commit_id = (index == 0).then_some(commit.commit_id);
        statement.execute(params![commit.key.0, signed(event.seq), commit_id, event.body, event.mac])?;
    }
    let mut statement = connection.prepare_cached("INSERT INTO outbox (id, key, body) VALUES (?1, ?2, ?3)")?;
    for item in &commit.outbox {
        statement.execute(params![item.id.0, item.key.0, item.body])?;
    }
    Ok(())
}

// SQLite integers are signed; versions and sequence numbers never come near the middle.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
