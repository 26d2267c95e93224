//! Check-points: the write-ahead log is copied back by a thread of its own, off the request path.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::connection::{fault, reopen};
use super::{Durability, Writer};
use crate::store::port::StoreError;

/// Bytes of commits between two check-points: about 4,000 pages of write-ahead log.
pub(super) const BYTES_PER_CHECKPOINT: usize = 16 * 1024 * 1024;
/// Pages of log from which writers are held back until it is copied: twice what is usual at a check-point.
const LOG_PAGES_MAX: i64 = 8_000;
/// The last check-point waits this long for other processes; whoever closes the file last empties the log anyway.
const LAST_TIMEOUT: Duration = Duration::from_millis(200);

/// The thread and the way to wake it; stops, with a last check-point, when dropped.
#[derive(Debug)]
pub(super) struct Checkpoints {
    signal: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    pub(super) fn spawn(path: &Path, durability: Durability, writer: &Arc<Mutex<Writer>>) -> Result<Self, StoreError> {
        let connection = reopen(path, durability)?;
        let writer = Arc::clone(writer);
        let (signal, turns) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || run(&connection, &turns, &writer))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let checkpoints = Self { signal: Some(signal), thread: Some(thread) };
        // What processes that were killed left behind: if each dies young, no other check-point would ever come.
        checkpoints.wake();
        Ok(checkpoints)
    }

    pub(super) fn wake(&self) {
        if let Some(signal) = &self.signal {
            // A full channel means that a check-point is on its way already.
            let _ = signal.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        drop(self.signal.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

// Failed check-points are no fault of any caller's: the log grows, and the next turn tries again.
fn run(connection: &Connection, turns: &Receiver<()>, writer: &Mutex<Writer>) {
    while turns.recv().is_ok() {
        let log_pages = copy_back(connection).unwrap_or(0);
        if log_pages > LOG_PAGES_MAX {
            // Writers that never pause add pages faster than the log could ever be started anew. With the queue held,
            // only the rest is left to copy, and the next commit begins at the log's start.
            let _queue = writer.lock();
            let _ = copy_back(connection);
        }
    }
    let _ = connection.busy_timeout(LAST_TIMEOUT);
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Pages in the log. Never waits for, nor stops, a reader or a writer.
fn copy_back(connection: &Connection) -> Result<i64, StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1)).map_err(|error| fault(&error))
}
