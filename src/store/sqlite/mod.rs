//! The SQLite store: the embedded default. One file, one writer at a time, readers beside it.
//!
//! - WAL and `BEGIN IMMEDIATE`, always: a deferred transaction that reads and then writes fails at once when another
//!   process wrote in between, and no busy time-out helps it.
//! - One writer connection per process with a queue in front. Two connections writing with full synchronisation stall
//!   each other for more than a second at times; a queue does not. Other processes get a jittered retry of our own.
//! - Check-points run on their own connection and thread, passive, off the request path. Only writers that outrun them
//!   wait, so the write-ahead log stays below some 100 MiB however fast they are.
//! - Two processes may share the file. Network file systems may not: SQLite's locks do not work there.
//!
//! - A phone that puts the app to sleep takes its locks for a crime (iOS ends an app that holds one in a shared container):
//!   [`SqliteStore::suspend`] copies the log back and lets go of the file, [`SqliteStore::resume`] takes it up again.
//!
//! What survives what: [`Durability::Full`] survives power loss, [`Durability::Normal`] survives `kill -9` of the
//! process but may lose the last commits on power loss, so a spent code could be valid again. `Full` is the default.

mod checkpoint;
mod connection;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use rusqlite::{Connection, params};

use self::checkpoint::Checkpoints;
use self::connection::{begin_immediate, commit_fault, create, fault, for_writing, refuse_stump, reopen};
use self::rows::{append, count, find_cell, find_commit, read_event, signed, swap_cell};
use super::port::{Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned};
use crate::types::{StoreKey, Timestamp};

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
/// What a commit adds to the write-ahead log beside its bodies: the pages of three tables and two indexes.
const COMMIT_BYTES: usize = 6 * 4_096;

/// Cells in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    durability: Durability,
    /// See [`SqliteStore::limit_pages`]; 0 for no limit.
    pages_max: AtomicU32,
    /// Whose file it is, from the first [`Store::bind`] on.
    check: OnceLock<[u8; 16]>,
    /// `None` while suspended. Every question holds it for reading, so that a suspension waits for all of them.
    open: RwLock<Option<Open>>,
}

/// Everything that holds the file.
#[derive(Debug)]
struct Open {
    // Dropped, and so joined, before the connections: the last check-point still has the file.
    checkpoints: Checkpoints,
    writer: Arc<Mutex<Connection>>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens or creates the file with [`Durability::Full`].
    ///
    /// A file that is missing or empty becomes a new store: a deleted one cannot be told from one that never was. Where a
    /// store must be there, open it with [`SqliteStore::open_existing`].
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
    /// [`StoreError::Unavailable`] when the folder does not exist or no write-ahead log is possible there (`:memory:`,
    /// some network file systems), [`StoreError::Corrupt`] when the file is not a database, another application's or
    /// damaged, [`StoreError::ReadOnly`], [`StoreError::Unsupported`] for a newer schema.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Durability::default())
    }

    /// Opens or creates the file. A path that begins with `file:` is read as an SQLite URI.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        let connection = create(&path, durability)?;
        schema::is_new(&connection)?;
        Self::over(path, durability, connection)
    }

    /// Opens a file that holds a store already. One that is missing or empty is a fault and stays as it is.
    ///
    /// # Errors
    /// [`StoreError::StateLost`] for an empty file, [`StoreError::Unavailable`] where there is none, and as
    /// [`SqliteStore::open`].
    pub fn open_existing(path: impl AsRef<Path>, durability: Durability) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        let connection = existing(&path, durability)?;
        Self::over(path, durability, connection)
    }

    fn over(path: PathBuf, durability: Durability, connection: Connection) -> Result<Self, StoreError> {
        let open = RwLock::new(Some(Open::over(&path, durability, connection)?));
        Ok(Self { path, durability, pages_max: AtomicU32::new(0), check: OnceLock::new(), open })
    }

    /// Refuses, from now on and in this process, to let the file grow beyond `pages` of 4,096 bytes: a commit that
    /// needs another one gets [`StoreError::Full`]. A limit below the present size keeps the present size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.write(|_, writer| limit(writer, pages))?;
        self.pages_max.store(pages, Ordering::Relaxed);
        Ok(())
    }

    /// Lets go of the file: waits for what is under way, copies the write-ahead log back, closes every connection. Until
    /// [`SqliteStore::resume`] every question is [`StoreError::Unavailable`], which means "denied, try later".
    ///
    /// For phones: to be called before the system puts the app to sleep. Asking twice changes nothing.
    pub fn suspend(&self) {
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Takes the file up again after [`SqliteStore::suspend`]. Asking twice changes nothing.
    ///
    /// # Errors
    /// As [`SqliteStore::open`], and [`StoreError::Unavailable`] where the file is gone: a store that slept is never
    /// created anew. [`StoreError::KeyLost`] or [`StoreError::StateLost`] where another store's file took its place.
    pub fn resume(&self) -> Result<(), StoreError> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if open.is_none() {
            let connection = existing(&self.path, self.durability)?;
            self.check_owner(&connection)?;
            let again = Open::over(&self.path, self.durability, connection)?;
            if let (Ok(writer), pages @ 1..) = (again.writer.lock(), self.pages_max.load(Ordering::Relaxed)) {
                limit(&writer, pages)?;
            }
            *open = Some(again);
        }
        Ok(())
    }

    fn opened(&self) -> RwLockReadGuard<'_, Option<Open>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the queue and lends the writer.
    fn write<T>(&self, ask: impl FnOnce(&Open, &Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let opened = self.opened();
        let open = opened.as_ref().ok_or_else(suspended)?;
        open.checkpoints.wait_if_ahead();
        let writer =
            open.writer.lock().map_err(|_| StoreError::Corrupt("a thread died inside the store".to_owned()))?;
        ask(open, &writer)
    }

    /// Lends a reader connection for one question.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let opened = self.opened();
        let open = opened.as_ref().ok_or_else(suspended)?;
        let idle = open.readers.lock().ok().and_then(|mut readers| readers.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let connection = reopen(&self.path, self.durability)?;
                self.check_owner(&connection)?;
                connection
            }
        };
        let answer = ask(&connection).map_err(|error| fault(&error))?;
        if let Ok(mut readers) = open.readers.lock()
            && readers.len() < READERS_MAX
        {
            readers.push(connection);
        }
        Ok(answer)
    }

    /// Another file may have taken this one's place since the store was bound: nobody is a new account for that.
    fn check_owner(&self, connection: &Connection) -> Result<(), StoreError> {
        let Some(check) = self.check.get() else { return Ok(()) };
        match schema::owner(connection)? {
            Some(found) if found == check => Ok(()),
            Some(_) => Err(StoreError::KeyLost),
            None => Err(StoreError::StateLost),
        }
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
        if !append(&transaction, commit).map_err(|error| fault(&error))? {
            return Err(StoreError::broken_chain());
        }
        transaction.commit().map_err(|error| commit_fault(&error))?;
        Ok(CommitOutcome::Committed { version: commit.expected.unwrap_or(0) + 1 })
    }
}

impl Open {
    /// Makes the connection the writer, and starts the check-points.
    fn over(path: &Path, durability: Durability, connection: Connection) -> Result<Self, StoreError> {
        let connection = for_writing(connection)?;
        schema::create(&connection)?;
        let writer = Arc::new(Mutex::new(connection));
        let checkpoints = Checkpoints::spawn(path, durability, &writer)?;
        Ok(Self { checkpoints, writer, readers: Mutex::default() })
    }
}

/// A connection to a file that holds a store.
fn existing(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    refuse_stump(path)?;
    let connection = reopen(path, durability)?;
    if schema::is_new(&connection)? { Err(StoreError::StateLost) } else { Ok(connection) }
}

fn limit(writer: &Connection, pages: u32) -> Result<(), StoreError> {
    writer.execute_batch(&format!("PRAGMA max_page_count = {pages}")).map_err(|error| fault(&error))
}

fn suspended() -> StoreError {
    StoreError::Unavailable("the store is suspended; call `resume`".to_owned())
}

impl Store for SqliteStore {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.write(|_, writer| {
            let transaction = begin_immediate(writer)?;
            let bound = schema::bind(&transaction, check)?;
            transaction.commit().map_err(|error| commit_fault(&error))?;
            if !bound {
                return Err(StoreError::KeyLost);
            }
            self.check.get_or_init(|| check);
            Ok(())
        })
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        self.read(|connection| find_cell(connection, key))
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        self.write(|open, writer| {
            let outcome = Self::commit_in(writer, commit)?;
            if matches!(outcome, CommitOutcome::Committed { .. }) {
                open.checkpoints.add(COMMIT_BYTES + commit.bytes());
            }
            Ok(outcome)
        })
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
            // Two sorted streams, merged and stopped at the limit: a page costs the same wherever it begins.
            let sql = "SELECT key FROM cell WHERE key > ?1 UNION SELECT key FROM event WHERE key > ?1
                       ORDER BY key LIMIT ?2";
            let after = after.as_ref().map_or(&[][..], |key| &key.0);
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map(params![after, count(limit)], |row| row.get(0).map(StoreKey))?.collect()
        })
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.read(|connection| rows::waiting(connection, None, limit))
    }

    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.read(|connection| rows::waiting(connection, Some(after), limit))
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.write(|open, writer| {
            let transaction = begin_immediate(writer)?;
            rows::forget_items(&transaction, ids).map_err(|error| fault(&error))?;
            transaction.commit().map_err(|error| commit_fault(&error))?;
            open.checkpoints.add(COMMIT_BYTES * ids.len());
            Ok(())
        })
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(|open, writer| {
            let transaction = begin_immediate(writer)?;
            let purged = rows::forget_expired(&transaction, now, limit).map_err(|error| fault(&error))?;
            transaction.commit().map_err(|error| commit_fault(&error))?;
            open.checkpoints.add(COMMIT_BYTES * purged);
            Ok(purged)
        })
    }
}
