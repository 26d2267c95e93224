//! Connections: how they are opened, how they wait for other processes, how SQLite's faults are told.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior, ffi};

use super::Durability;
use crate::store::port::StoreError;

/// Tries for the write lock before `Busy`: about ten seconds in all.
const LOCK_TRIES_MAX: u32 = 600;
/// SQLite's own wait covers what is not ours to retry: opening, recovery after a crash, a reader meeting a check-point.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The smallest page: no database is shorter.
const HEADER_BYTES: u64 = 512;
/// What an emptied write-ahead log keeps of its size.
const LOG_BYTES_KEPT: u32 = 32 * 1024 * 1024;

/// Opens or creates the file, without a change to one that is there.
pub(super) fn create(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    refuse_stump(path)?;
    open(path, durability, OpenFlags::default())
}

/// SQLite takes a file shorter than its header for a new one, and throws away the log beside it.
pub(super) fn refuse_stump(path: &Path) -> Result<(), StoreError> {
    let bytes = |path: &Path| std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // The log first: another process that creates the store right now writes it after the header.
    let log_bytes = bytes(Path::new(&log));
    match bytes(path) {
        Some(1..HEADER_BYTES) => Err(StoreError::Corrupt("the file ends within its header".to_owned())),
        Some(0) if log_bytes.is_some_and(|bytes| bytes > 0) => {
            Err(StoreError::Corrupt("the file is empty, the write-ahead log beside it is not".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Another connection to a file that must be there: one that vanished is a fault, never a fresh store.
pub(super) fn reopen(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    open(path, durability, OpenFlags::default() & !OpenFlags::SQLITE_OPEN_CREATE)
}

fn open(path: &Path, durability: Durability, flags: OpenFlags) -> Result<Connection, StoreError> {
    // On Apple's systems only the "full" fsync reaches the disk; elsewhere the settings do nothing.
    let (synchronous, full) = match durability {
        Durability::Full => ("FULL", "ON"),
        Durability::Normal => ("NORMAL", "OFF"),
    };
    let settings = format!(
        "PRAGMA synchronous = {synchronous};
         PRAGMA fullfsync = {full};
         PRAGMA checkpoint_fullfsync = {full};
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = {LOG_BYTES_KEPT};
         PRAGMA trusted_schema = OFF;"
    );
    let connection = Connection::open_with_flags(path, flags).map_err(|error| fault(&error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| fault(&error))?;
    connection.execute_batch(&settings).map_err(|error| fault(&error))?;
    Ok(connection)
}

/// Makes the connection the process's writer: write-ahead log, and [`begin_immediate`] does the waiting.
pub(super) fn for_writing(connection: Connection) -> Result<Connection, StoreError> {
    if connection.is_readonly("main").map_err(|error| fault(&error))? {
        return Err(StoreError::ReadOnly);
    }
    let mode = switch_to_wal(&connection)?;
    if mode != "wal" {
        // SQLite only says so in passing. A database in memory would be another one for each connection.
        return Err(StoreError::Unavailable(format!("no write-ahead log is possible here (journal mode {mode})")));
    }
    connection.busy_timeout(Duration::ZERO).map_err(|error| fault(&error))?;
    Ok(connection)
}

/// Two processes that create the same file race for the switch, and no time-out of SQLite's covers that race.
fn switch_to_wal(connection: &Connection) -> Result<String, StoreError> {
    for attempt in 0..LOCK_TRIES_MAX {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)) {
            Err(error) if is_busy(&error) => pause(attempt),
            other => return other.map_err(|error| fault(&error)),
        }
    }
    Err(StoreError::Busy)
}

/// Takes the write lock. Waits for other processes with a growing pause, so that none starves: SQLite's built-in wait
/// backs off so far that one writer was seen to wait for more than a second beside another.
pub(super) fn begin_immediate(connection: &Connection) -> Result<Transaction<'_>, StoreError> {
    for attempt in 0..LOCK_TRIES_MAX {
        match Transaction::new_unchecked(connection, TransactionBehavior::Immediate) {
            Err(error) if is_busy(&error) => pause(attempt),
            other => return other.map_err(|error| fault(&error)),
        }
    }
    Err(StoreError::Busy)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn pause(attempt: u32) {
    // 0.1 to 20 ms, spread by the process id so that two processes do not march in step.
    let spread = u64::from(std::process::id().wrapping_mul(2_654_435_761).wrapping_add(attempt) % 7);
    let base_us = 100_u64 << attempt.min(7);
    std::thread::sleep(Duration::from_micros(base_us + base_us * spread / 14));
}

/// SQLite's faults in the port's words.
pub(super) fn fault(error: &rusqlite::Error) -> StoreError {
    if error.sqlite_extended_error_code() == Some(ffi::SQLITE_READONLY_DBMOVED) {
        return StoreError::Unavailable(error.to_string());
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ConstraintViolation
            | ErrorCode::TooBig
            // A plain SQL error: our statements are fixed, so a table or a column is missing.
            | ErrorCode::Unknown
            | ErrorCode::TypeMismatch,
        ) => StoreError::Corrupt(error.to_string()),
        Some(_) => StoreError::Unavailable(error.to_string()),
        // rusqlite's word about a statement or a row: a missing table, a column of another type or length.
        None => StoreError::Corrupt(error.to_string()),
    }
}

/// A COMMIT that failed for input/output reasons may still be in the log.
pub(super) fn commit_fault(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => StoreError::Unknown,
        _ => fault(error),
    }
}
