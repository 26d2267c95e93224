//! Stored formats: one version byte, then the fields in a compact binary form.
//!
//! A version's layout never changes once released. A new field means a new version byte and a conversion from the old
//! one; golden files (`tests/golden`) hold a record of every version ever written and must open for ever.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::types::secret::Wiped;

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

/// Version byte and fields, behind `room` zeros where a header comes to stand: what is sealed in its place need not be
/// copied, nor the copy wiped. `capacity` is what it usually takes, so that it does not grow on the way.
pub(crate) fn encode_behind(room: usize, value: &impl Serialize, capacity: usize) -> Result<Vec<u8>, FormatError> {
    let mut bytes = Vec::with_capacity(room + capacity);
    bytes.resize(room, 0);
    bytes.push(VERSION);
    let written = postcard::serialize_with_flavor(value, Appended(Wiped::new(bytes)));
    written.map_err(|_| FormatError::OutOfBounds("a field cannot be encoded"))
}

/// Bytes that grow, a slice at a time, and leave nothing behind where they lay before.
struct Appended(Wiped);

impl Flavor for Appended {
    type Output = Vec<u8>;

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.append(bytes);
        Ok(())
    }

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0.into_inner())
    }
}

/// Reads what [`encode_behind`] wrote; nothing may be left over.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FormatError> {
    match decode_front(bytes)? {
        (value, []) => Ok(value),
        _ => Err(FormatError::Malformed),
    }
}

/// The same, and what is left over.
pub(crate) fn decode_front<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), FormatError> {
    match bytes.split_first() {
        Some((&VERSION, fields)) => postcard::take_from_bytes(fields).map_err(|_| FormatError::Malformed),
        // No version ever wrote a zero: bytes that were wiped.
        Some((&0, _)) => Err(FormatError::Malformed),
        Some((&other, _)) => Err(FormatError::Unsupported(other)),
        None => Err(FormatError::Malformed),
    }
}
