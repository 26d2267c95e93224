//! Connections: how they are opened, how they wait for other processes, how SQLite's faults are told.

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::Durability;
use crate::store::port::StoreError;

/// Tries for the write lock before `Busy`: about ten seconds in all.
const LOCK_TRIES_MAX: u32 = 600;
/// SQLite's own wait covers what is not ours to retry: opening, recovery after a crash, a reader meeting a check-point.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn open(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(|error| fault(&error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| fault(&error))?;
    for attempt in 0..LOCK_TRIES_MAX {
        // Two processes that create the same file race for the switch to WAL, and no time-out covers that race.
        match connection.execute_batch("PRAGMA journal_mode = WAL") {
            Err(error) if is_busy(&error) => pause(attempt),
            other => {
                other.map_err(|error| fault(&error))?;
                break;
            }
        }
    }
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    let settings =
        format!("PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF;");
    connection.execute_batch(&settings).map_err(|error| fault(&error))?;
    Ok(connection)
}

/// Turns SQLite's own wait off: [`begin_immediate`] does the waiting.
pub(super) fn for_writing(connection: Connection) -> Result<Connection, StoreError> {
    connection.busy_timeout(Duration::ZERO).map_err(|error| fault(&error))?;
    Ok(connection)
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

/// One thread with its own connection that copies the write-ahead log back whenever it is told to, and once at the end.
pub(super) fn spawn_checkpoints(connection: Connection) -> Result<(SyncSender<()>, JoinHandle<()>), StoreError> {
    let (signal, turns) = sync_channel(1);
    let thread = std::thread::Builder::new()
        .name("checkpoints".to_owned())
        .spawn(move || {
            while turns.recv().is_ok() {
                let _ = connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)");
            }
            let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        })
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok((signal, thread))
}

/// SQLite's faults in the port's words.
pub(super) fn fault(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch,
        ) => StoreError::Corrupt(error.to_string()),
        Some(_) => StoreError::Unavailable(error.to_string()),
        // Not SQLite's word but ours about a row: a column of another type or length than the schema has.
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
