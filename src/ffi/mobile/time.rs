//! The app's clock.

use std::sync::Arc;

use crate::ffi::shell::{Clock, ClockFault, SystemClock};

/// The clock gave no time; nothing is decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum TimeFault {
    /// Whatever the reason.
    #[error("the clock gave no time")]
    NoTime,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for TimeFault {
    /// The reason holds the foreign stack trace: it is dropped.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::NoTime
    }
}

/// Where the time comes from.
#[uniffi::export(rust, foreign)]
pub trait TimeSource: Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> Result<i64, TimeFault>;
}

/// The app's clock, or the system's where it gives none.
pub(super) fn clock(time: Option<Arc<dyn TimeSource>>) -> Arc<dyn Clock> {
    time.map_or_else(|| Arc::new(SystemClock) as Arc<dyn Clock>, |time| Arc::new(Foreign(time)))
}

struct Foreign(Arc<dyn TimeSource>);

impl Clock for Foreign {
    fn now_ms(&self) -> Result<i64, ClockFault> {
        self.0.now_ms().map_err(|TimeFault::NoTime| ClockFault::NoTime)
    }
}
