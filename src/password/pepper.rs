//! A key beside the database: the secret input of argon2 (RFC 9106 §3.1, K).
//!
//! The record names its key in the PHC parameter `keyid`, so a new key needs no reset: add it, make it current, and every
//! customer who signs in is re-hashed under it. Count the hashes per key ([`PepperUse`]) and retire a key at zero. Former
//! hashes count too: without their key a customer's history cannot be compared, so no password could be changed. Customers
//! who never sign in stay under the old key; that is the price of not storing passwords.

use std::collections::BTreeMap;

use super::error::PepperError;
use super::params::VerifyCeiling;
use super::phc::Phc;
use super::state::PasswordState;
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

/// How many stored hashes, current and former, hang on each pepper. Feed it every account's state.
///
/// ```
/// use account_security::password::PepperUse;
/// use account_security::types::KeyId;
/// let counted = PepperUse::default(); // counted.add(&state) for each account
/// assert!(counted.may_retire(KeyId(1)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PepperUse {
    by_key: BTreeMap<Option<KeyId>, u64>,
    unreadable: u64,
}

impl PepperUse {
    /// Counts the hashes of one account. Costs no hash: only the key ids are read.
    pub fn add(&mut self, state: &PasswordState) {
        let no_ceiling = VerifyCeiling { m_kib: u32::MAX, t: u32::MAX, p: u32::MAX };
        for stored in state.last_hashes() {
            match Phc::parse(stored, &no_ceiling) {
                Ok(phc) => *self.by_key.entry(phc.key_id()).or_default() += 1,
                Err(_) => self.unreadable += 1,
            }
        }
    }

    /// Hashes under this key; `None` = without pepper.
    #[must_use]
    pub fn count(&self, id: Option<KeyId>) -> u64 {
        self.by_key.get(&id).copied().unwrap_or(0)
    }

    /// Damaged hashes, of which nobody knows what they need.
    #[must_use]
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Whether no hash needs the key any more. A damaged hash may need any key.
    #[must_use]
    pub fn may_retire(&self, id: KeyId) -> bool {
        self.unreadable == 0 && self.count(Some(id)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u32, length: usize) -> (KeyId, SecretBytes) {
        (KeyId(id), SecretBytes::new(vec![7; length]))
    }

    #[test]
    fn a_key_may_go_when_no_hash_names_it_the_former_ones_counted() {
        let hash = |id: Option<u32>| {
            let keyid = id.map_or("", |id| if id == 1 { ",keyid=AAAAAQ" } else { ",keyid=AAAAAg" });
            let text =
                format!("$argon2id$v=19$m=64,t=1,p=1{keyid}$c29tZXNhbHQ$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4");
            Phc::parse(&text, &VerifyCeiling::DEFAULT).unwrap()
        };
        let policy = crate::password::PasswordPolicy::card_default();
        let now = crate::types::Timestamp::MIN;
        let first = PasswordState::set(None, &hash(Some(1)), &policy, now);
        let changed = PasswordState::set(Some(&first), &hash(Some(2)), &policy, now);
        let bare = PasswordState::set(None, &hash(None), &policy, now);
        let mut counted = PepperUse::default();
        [&changed, &bare].into_iter().for_each(|state| counted.add(state));
        assert_eq!([Some(KeyId(1)), Some(KeyId(2)), None].map(|id| counted.count(id)), [1, 1, 1]);
        assert!(!counted.may_retire(KeyId(1)), "the history still needs it");
        assert!(counted.may_retire(KeyId(3)));
        // As a damaged record might hold it: text, but no hash.
        let damaged = postcard::to_allocvec(&bare).map(|mut bytes| {
            bytes[2] = b'#';
            postcard::from_bytes(&bytes).unwrap()
        });
        counted.add(&damaged.unwrap());
        assert_eq!(counted.unreadable(), 1);
        assert!(!counted.may_retire(KeyId(3)), "nobody knows what the damaged one needs");
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
