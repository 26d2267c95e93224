//! Stored formats: one version byte, then the fields in a compact binary form.
//!
//! A version's layout never changes once released. A new field means a new version byte and a conversion from the old
//! one; golden files (`tests/golden`) hold a record of every version ever written and must open for ever.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Layout of records and events written now.
pub(crate) const VERSION: u8 = 1;

/// Why bytes are not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Damaged, cut, or with something left over.
    #[error("the stored record is damaged; restore it from a backup")]
    Malformed,
    /// A version this library does not know.
    #[error("the stored record has version {0}, which this version does not know; update the library")]
    Unsupported(u8),
    /// A value outside its bounds.
    #[error("the record breaks its own bounds: {0}")]
    OutOfBounds(&'static str),
}

/// Version byte and fields.
pub(crate) fn encode(value: &impl Serialize, capacity: usize) -> Result<Vec<u8>, FormatError> {
    let mut bytes = Vec::with_capacity(capacity);
    bytes.push(VERSION);
    postcard::to_extend(value, bytes).map_err(|_| FormatError::OutOfBounds("a field cannot be encoded"))
}

/// Reads what [`encode`] wrote; nothing may be left over.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormatError> {
    match bytes.split_first() {
        Some((&VERSION, fields)) => match postcard::take_from_bytes(fields) {
            Ok((value, [])) => Ok(value),
            _ => Err(FormatError::Malformed),
        },
        Some((&other, _)) => Err(FormatError::Unsupported(other)),
        None => Err(FormatError::Malformed),
    }
}
