//! Check-points: the write-ahead log is copied back by a thread of its own, off the request path.
//!
//! Writers that never pause could outrun it: the log only starts anew when all of it is copied. So a writer that is
//! [`BYTES_AHEAD_MAX`] ahead waits for the turn in progress, and at its end the queue is held while the rest is copied.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::Durability;
use super::connection::{fault, reopen};
use crate::store::port::StoreError;

/// Bytes of commits between two check-points: about 4,000 pages of write-ahead log.
const BYTES_PER_CHECKPOINT: usize = 16 * 1024 * 1024;
/// Bytes that may be committed while a check-point is under way.
const BYTES_AHEAD_MAX: usize = 2 * BYTES_PER_CHECKPOINT;
/// Pages of log from which the queue is held until all is copied: twice what is usual at a check-point.
const LOG_PAGES_MAX: i64 = 8_000;
/// Waits of a writer that is ahead of a thread that has not begun its turn: 100 ms in all.
const WAITS_MAX: u32 = 100;
const WAIT: Duration = Duration::from_millis(1);
/// The last check-point waits this long for other processes; whoever closes the file last empties the log anyway.
const LAST_TIMEOUT: Duration = Duration::from_millis(200);

/// The thread and the way to wake it; stops, with a last check-point, when dropped.
#[derive(Debug)]
pub(super) struct Checkpoints {
    signal: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    log: Arc<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// Committed since the last check-point began.
    bytes: AtomicUsize,
    /// Held by the thread for a whole turn.
    turn: Mutex<()>,
    /// The thread wants the queue: later writers wait for the end of the turn.
    held: AtomicBool,
}

impl Checkpoints {
    pub(super) fn spawn(
        path: &Path,
        durability: Durability,
        writer: &Arc<Mutex<Connection>>,
    ) -> Result<Self, StoreError> {
        let connection = reopen(path, durability)?;
        let (writer, log) = (Arc::clone(writer), Arc::new(Log::default()));
        let (signal, turns) = sync_channel(1);
        let thread_log = Arc::clone(&log);
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || run(&connection, &turns, &writer, &thread_log))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let checkpoints = Self { signal: Some(signal), thread: Some(thread), log };
        // What processes that were killed left behind: if each dies young, no other check-point would ever come.
        checkpoints.wake();
        Ok(checkpoints)
    }

    /// Notes what was committed, and wakes the thread when it is time.
    pub(super) fn add(&self, bytes: usize) {
        let before = self.log.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) >= BYTES_PER_CHECKPOINT {
            self.wake();
        }
    }

    /// To be called before the queue is entered; waits when the thread is too far behind.
    pub(super) fn wait_if_ahead(&self) {
        let is_ahead =
            || self.log.held.load(Ordering::Relaxed) || self.log.bytes.load(Ordering::Relaxed) >= BYTES_AHEAD_MAX;
        // Bounded, so that a thread that died costs time and log, never the answer.
        for _ in 0..WAITS_MAX {
            if !is_ahead() {
                return;
            }
            drop(self.log.turn.lock());
            if is_ahead() {
                // The thread was woken and has not begun.
                std::thread::sleep(WAIT);
            }
        }
    }

    fn wake(&self) {
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
fn run(connection: &Connection, turns: &Receiver<()>, writer: &Mutex<Connection>, log: &Log) {
    while turns.recv().is_ok() {
        let _turn = log.turn.lock();
        log.bytes.store(0, Ordering::Relaxed);
        let log_pages = copy_back(connection).unwrap_or(0);
        if log_pages > LOG_PAGES_MAX {
            log.held.store(true, Ordering::Relaxed);
            let _queue = writer.lock();
            let _ = copy_back(connection);
            log.bytes.store(0, Ordering::Relaxed);
            log.held.store(false, Ordering::Relaxed);
        }
    }
    let _ = connection.busy_timeout(LAST_TIMEOUT);
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

/// Pages in the log. Never waits for, nor stops, a reader or a writer.
fn copy_back(connection: &Connection) -> Result<i64, StoreError> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1)).map_err(|error| fault(&error))
}
