//! A key beside the database: the secret input of argon2 (RFC 9106 §3.1, K).
//!
//! The record names its key in the PHC parameter `keyid`, so a new key needs no reset: add it, make it current, and every
//! customer who signs in is re-hashed under it. Count the records per key id and retire a key at zero. Customers who
//! never sign in stay under the old key; that is the price of not storing passwords.

use super::error::PepperError;
use crate::types::{KeyId, SecretBytes};

/// Most keys in a ring.
pub const PEPPERS_MAX: usize = 16;

/// Where peppers come from: a key store, a vault, [`Peppers`], or nowhere ([`NoPepper`]).
pub trait PepperRing {
    /// The key id new hashes are made under; `None` means without pepper.
    fn current(&self) -> Option<KeyId>;
    /// The key of this id.
    fn pepper(&self, id: KeyId) -> Option<&SecretBytes>;
}

/// Hashing without pepper.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPepper;

impl PepperRing for NoPepper {
    fn current(&self) -> Option<KeyId> {
        None
    }

    fn pepper(&self, _id: KeyId) -> Option<&SecretBytes> {
        None
    }
}

/// A few peppers in memory.
///
/// ```
/// use account_security::password::Peppers;
/// use account_security::types::{KeyId, SecretBytes};
/// let ring = Peppers::new(KeyId(1), vec![(KeyId(1), SecretBytes::new(vec![7; 32]))])?;
/// # Ok::<(), account_security::password::PepperError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Peppers {
    current: KeyId,
    keys: Vec<(KeyId, SecretBytes)>,
}

impl Peppers {
    /// A ring of 1 to 16 keys of 16 to 64 bytes, one of them current.
    ///
    /// # Errors
    /// [`PepperError`] names the key.
    pub fn new(current: KeyId, keys: Vec<(KeyId, SecretBytes)>) -> Result<Self, PepperError> {
        if keys.len() > PEPPERS_MAX {
            return Err(PepperError::TooMany);
        }
        for (index, (id, key)) in keys.iter().enumerate() {
            if keys[..index].iter().any(|(earlier, _)| earlier == id) {
                return Err(PepperError::Duplicate(*id));
            }
            if !(16..=64).contains(&key.expose().len()) {
                return Err(PepperError::Length(*id));
            }
        }
        if !keys.iter().any(|(id, _)| *id == current) {
            return Err(PepperError::CurrentMissing(current));
        }
        Ok(Self { current, keys })
    }
}

impl PepperRing for Peppers {
    fn current(&self) -> Option<KeyId> {
        Some(self.current)
    }

    fn pepper(&self, id: KeyId) -> Option<&SecretBytes> {
        self.keys.iter().find(|(known, _)| *known == id).map(|(_, key)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u32, length: usize) -> (KeyId, SecretBytes) {
        (KeyId(id), SecretBytes::new(vec![7; length]))
    }

    #[test]
    fn rings_that_could_not_work_are_refused() {
        assert_eq!(Peppers::new(KeyId(1), vec![key(2, 32)]).unwrap_err(), PepperError::CurrentMissing(KeyId(1)));
        assert_eq!(Peppers::new(KeyId(1), vec![key(1, 32), key(1, 32)]).unwrap_err(), PepperError::Duplicate(KeyId(1)));
        assert_eq!(Peppers::new(KeyId(1), vec![key(1, 15)]).unwrap_err(), PepperError::Length(KeyId(1)));
        assert_eq!(Peppers::new(KeyId(1), (1..=17).map(|id| key(id, 32)).collect()).unwrap_err(), PepperError::TooMany);
        assert!(!format!("{:?}", Peppers::new(KeyId(1), vec![key(1, 32)]).unwrap()).contains("7, 7"));
    }
}
