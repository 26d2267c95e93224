//! A place for bytes that the app brings: a table of its own, a file, anything with transactions.

use std::sync::Arc;

use crate::store::foreign::{Change, Condition, Foreign, ForeignFault};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PlaceEntry {
    /// Its name, at most 64 bytes; compared byte by byte, unsigned.
    pub name: Vec<u8>,
    /// Its bytes; sealed, nothing of them can be read without the keys.
    pub bytes: Vec<u8>,
}

/// One entry that must be as it was.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PlaceCondition {
    /// Its name.
    pub name: Vec<u8>,
    /// Exactly these bytes; nothing: there must be no such entry.
    pub bytes: Option<Vec<u8>>,
}

/// One entry as it is to be.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PlaceChange {
    /// Its name.
    pub name: Vec<u8>,
    /// Its new bytes; nothing: it is removed.
    pub bytes: Option<Vec<u8>>,
}

/// Why a place gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PlaceFault {
    /// Locked by others; ask again.
    #[error("the place is busy")]
    Busy,
    /// No room left; nothing was changed.
    #[error("the place is full")]
    Full,
    /// It may only be read.
    #[error("the place is read-only")]
    ReadOnly,
    /// Anything else before a change; nothing was changed.
    #[error("the place cannot be reached")]
    Unavailable,
    /// The changes may have been made or not.
    #[error("the place did not confirm")]
    Unknown,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlaceFault {
    /// Nobody knows how far a call-back got that threw something else. The reason holds the foreign stack trace: it is
    /// dropped.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unknown
    }
}

/// A place for named bytes. Called from whatever thread calls the library; must not call back into it.
#[uniffi::export(rust, foreign)]
pub trait Place: Send + Sync {
    /// The bytes under a name, if any.
    fn get(&self, name: Vec<u8>) -> Result<Option<Vec<u8>>, PlaceFault>;

    /// Up to `limit` entries with `from <= name < to`, in order of their names.
    fn list(&self, from: Vec<u8>, to: Vec<u8>, limit: u32) -> Result<Vec<PlaceEntry>, PlaceFault>;

    /// Makes all changes in one transaction and says true, if every condition holds in it; otherwise makes none and says
    /// false. A fault but `Unknown` promises that nothing was changed.
    fn apply(&self, conditions: Vec<PlaceCondition>, changes: Vec<PlaceChange>) -> Result<bool, PlaceFault>;
}

/// Speaks [`Foreign`] to the library and [`Place`] to the app.
pub(super) struct Adapter(pub Arc<dyn Place>);

impl Foreign for Adapter {
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
        self.0.get(name.to_vec()).map_err(read_fault)
    }

    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ForeignFault> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let found = self.0.list(from.to_vec(), to.to_vec(), limit).map_err(read_fault)?;
        Ok(found.into_iter().map(|entry| (entry.name, entry.bytes)).collect())
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault> {
        let conditions = conditions.iter().cloned().map(|Condition { name, bytes }| PlaceCondition { name, bytes });
        let changes = changes.iter().cloned().map(|Change { name, bytes }| PlaceChange { name, bytes });
        self.0.apply(conditions.collect(), changes.collect()).map_err(fault)
    }
}

fn fault(fault: PlaceFault) -> ForeignFault {
    match fault {
        PlaceFault::Busy => ForeignFault::Busy,
        PlaceFault::Full => ForeignFault::Full,
        PlaceFault::ReadOnly => ForeignFault::ReadOnly,
        PlaceFault::Unavailable => ForeignFault::Unavailable("no reason crosses".to_owned()),
        PlaceFault::Unknown => ForeignFault::Unknown,
    }
}

/// A read changes nothing, however it failed.
fn read_fault(found: PlaceFault) -> ForeignFault {
    match found {
        PlaceFault::Unknown => fault(PlaceFault::Unavailable),
        known => fault(known),
    }
}
