//! Typed, numbered events: what the audit chain proves.
//!
//! No secret, no code, no full phone number or e-mail address is ever in one: destinations are masked, payees and
//! transactions are fingerprints. Encoded as `version (1) | audit key id (4) | number (2) | time in ms (8) | fields`;
//! the numbers are stable, the fields follow the order of the enum, and both are append-only.

mod because;
mod kind;
mod number;

pub use because::{DeviceLost, Proof, RejectedBecause, SetAuthority};
pub use kind::EventKind;

use super::format::{FormatError, VERSION};
use crate::types::{KeyId, Timestamp};

/// Longest encoded event, in bytes.
pub const EVENT_BYTES_MAX: usize = 4 * 1024;
const HEADER_BYTES: usize = 1 + 4 + 2 + 8;

/// One thing that happened to an account or a payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was decided.
    pub at: Timestamp,
    /// The key that MACs it.
    pub key_id: KeyId,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// The stored bytes.
    ///
    /// # Errors
    /// [`FormatError::OutOfBounds`] beyond [`EVENT_BYTES_MAX`].
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::with_capacity(160);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.key_id.0.to_le_bytes());
        bytes.extend_from_slice(&self.kind.number().to_le_bytes());
        bytes.extend_from_slice(&self.at.unix_ms().to_le_bytes());
        let too_long = FormatError::OutOfBounds("an event is too long");
        let bytes = postcard::to_extend(&self.kind, bytes).map_err(|_| too_long)?;
        if bytes.len() <= EVENT_BYTES_MAX { Ok(bytes) } else { Err(too_long) }
    }

    /// Reads stored bytes. Only a verified chain makes them proof.
    ///
    /// # Errors
    /// [`FormatError`] for damaged bytes or a newer version.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        match bytes.first() {
            Some(&VERSION) => {}
            Some(&other) => return Err(FormatError::Unsupported(other)),
            None => return Err(FormatError::Malformed),
        }
        if bytes.len() > EVENT_BYTES_MAX || bytes.len() < HEADER_BYTES {
            return Err(FormatError::Malformed);
        }
        let (header, fields) = bytes.split_at(HEADER_BYTES);
        let (kind, rest) = postcard::take_from_bytes::<EventKind>(fields).map_err(|_| FormatError::Malformed)?;
        let number = u16::from_le_bytes(array(&header[5..7])?);
        if !rest.is_empty() || kind.number() != number {
            return Err(FormatError::Malformed);
        }
        let at =
            Timestamp::from_unix_ms(i64::from_le_bytes(array(&header[7..])?)).map_err(|_| FormatError::Malformed)?;
        Ok(Self { at, key_id: KeyId(u32::from_le_bytes(array(&header[1..5])?)), kind })
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], FormatError> {
    bytes.try_into().map_err(|_| FormatError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let kind = EventKind::TotpAccepted { step: 7 };
        Event { at: Timestamp::from_unix_s(1_700_000_000).unwrap(), key_id: KeyId(3), kind }
    }

    #[test]
    fn reads_back_and_refuses_what_it_did_not_write() {
        let bytes = event().encode().unwrap();
        assert_eq!(Event::decode(&bytes), Ok(event()));
        for cut in 0..bytes.len() {
            assert!(Event::decode(&bytes[..cut]).is_err());
        }
        assert_eq!(Event::decode(&[&bytes[..], &[0]].concat()), Err(FormatError::Malformed));
        let mut other_number = bytes.clone();
        other_number[5] = 99;
        assert_eq!(Event::decode(&other_number), Err(FormatError::Malformed));
        assert_eq!(Event::decode(&[9]), Err(FormatError::Unsupported(9)));
    }

    proptest::proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(0_u8.., 0..200)) {
            let _ = Event::decode(&bytes);
            let _ = Event::decode(&[&event().encode().unwrap()[..15], &bytes].concat());
        }
    }
}
