//! Clocks: the caller's, the system's, one that stands still.

use std::sync::atomic::{AtomicI64, Ordering};

use super::error::ShellError;
use crate::types::Timestamp;

/// A clock gave no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockFault {
    /// Whatever the reason: nothing is decided without a time.
    #[error("the clock gave no time")]
    NoTime,
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// [`ClockFault`].
    fn now_ms(&self) -> Result<i64, ClockFault>;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the shells, where no other is given")]
    fn now_ms(&self) -> Result<i64, ClockFault> {
        let since =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_err(|_| ClockFault::NoTime)?;
        i64::try_from(since.as_millis()).map_err(|_| ClockFault::NoTime)
    }
}

/// A clock that stands where it is set. For tests and replays.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Stands at this moment.
    #[must_use]
    pub const fn at(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Sets it to another moment.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now_ms(&self) -> Result<i64, ClockFault> {
        Ok(self.0.load(Ordering::SeqCst))
    }
}

/// The number of a clock's fault, after those of the service.
const NO_TIME: u16 = 9_020;

/// Not the caller's argument: the same call may be answered in a moment.
fn no_time(fault: &dyn std::fmt::Display) -> ShellError {
    let (reason, what) = ("no_time".to_owned(), format!("the clock: {fault}"));
    ShellError::Denied { code: NO_TIME, reason, what, is_transient: true }
}

pub(super) fn read(clock: &dyn Clock) -> Result<Timestamp, ShellError> {
    let now_ms = clock.now_ms().map_err(|fault| no_time(&fault))?;
    // 1970 itself is what a call-back leaves that wrote nothing; accounts begun there would be denied once it ticks again.
    if now_ms <= 0 {
        return Err(no_time(&ClockFault::NoTime));
    }
    Timestamp::from_unix_ms(now_ms).map_err(|error| no_time(&error))
}
