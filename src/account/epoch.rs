//! Audit epochs: a key that only moves forward, so that a thief of today's cannot rewrite last month.
//!
//! `k(e+1) = HKDF-Expand(k(e))`, and whoever steps forgets `k(e)`: the step cannot be undone (forward security as in
//! Bellare and Yee, "Forward-Security in Private-Key Cryptography", 2003). Epoch keys come from a secret of their own and
//! not from the ring's root keys, because those stay. An event names its epoch, a chain's epochs never go back, and epoch
//! 0 stands for the root key that the event names: so a ring without epochs works as it always did.
//!
//! How far back a process can prove is how old the oldest key is that it was given: [`Keyring::with_audit_epochs`] holds
//! every epoch from there to the present. A payment that is asked for again and a label that comes late are answered from
//! an old event, so a service keeps as many epochs as it waits for labels, and a thief of its keys can rewrite no more.
//! The first secret belongs in a safe: with it an auditor verifies everything, and nobody else needs it.
//!
//! [`Keyring::with_audit_epochs`]: super::Keyring::with_audit_epochs

use hmac::Hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keyring::{ROOT_KEY_BYTES, expand, hmac_of};
use crate::types::SecretBytes;

/// Most epochs between the oldest key of a ring and the one it writes under: eleven years of days.
pub const EPOCHS_HELD_MAX: u32 = 4_096;
/// A process also follows others that have stepped so much further, because no fleet steps at once.
pub const EPOCHS_AHEAD: u32 = 2;

/// Why a key is none of an epoch, or epochs cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpochError {
    /// A key that is not 32 bytes long.
    #[error("an epoch's key must be exactly 32 bytes")]
    BadLength,
    /// Epoch 0, which is the key ring's own, or one past the last.
    #[error("audit epochs are numbered from 1 to 4294967290")]
    BadNumber,
    /// The present lies before the oldest key, or more than [`EPOCHS_HELD_MAX`] behind it.
    #[error("the present epoch must be the oldest one held or one of the 4096 behind it")]
    TooFar,
}

/// The audit key of one epoch. Redacted in Debug, wiped on drop.
///
/// ```
/// use account_security::account::AuditEpoch;
/// use account_security::types::SecretBytes;
/// let first = AuditEpoch::first(&SecretBytes::new(vec![7; 32]))?; // from a vault
/// let second = first.next()?; // the first is gone
/// let kept = second.expose(); // put this in the vault, in place of the first
/// assert_eq!(AuditEpoch::resume(2, &kept)?.number(), second.number());
/// # Ok::<(), account_security::account::EpochError>(())
/// ```
pub struct AuditEpoch {
    number: u32,
    key: Zeroizing<[u8; ROOT_KEY_BYTES]>,
}

impl AuditEpoch {
    /// Epoch 1 of a secret: 32 bytes of strong randomness that serve nothing else.
    ///
    /// # Errors
    /// [`EpochError::BadLength`].
    pub fn first(secret: &SecretBytes) -> Result<Self, EpochError> {
        Self::resume(1, secret)
    }

    /// The epoch whose key [`expose`](Self::expose) gave out.
    ///
    /// # Errors
    /// [`EpochError::BadLength`], [`EpochError::BadNumber`].
    pub fn resume(number: u32, key: &SecretBytes) -> Result<Self, EpochError> {
        if number == 0 || number > u32::MAX - 5 {
            return Err(EpochError::BadNumber);
        }
        let key: [u8; ROOT_KEY_BYTES] = key.expose().try_into().map_err(|_| EpochError::BadLength)?;
        Ok(Self { number, key: Zeroizing::new(key) })
    }

    /// One step on. This key is wiped; whoever kept a copy of it elsewhere must wipe that too.
    ///
    /// # Errors
    /// [`EpochError::BadNumber`] after the last epoch.
    pub fn next(self) -> Result<Self, EpochError> {
        let number =
            self.number.checked_add(1).filter(|number| *number <= u32::MAX - 5).ok_or(EpochError::BadNumber)?;
        Ok(Self { number, key: expand(&*self.key, b"audit-epoch-next") })
    }

    /// Which epoch.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The key, for a vault. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> SecretBytes {
        SecretBytes::new(self.key.to_vec())
    }

    /// The MAC keys of this epoch and those behind it, to `last`.
    pub(super) fn macs_through(&self, last: u32) -> Vec<Hmac<Sha256>> {
        let mut key = Zeroizing::new(*self.key);
        let mut macs = Vec::new();
        for _ in self.number..=last {
            macs.push(hmac_of(&*expand(&*key, b"audit-epoch-mac")));
            key = expand(&*key, b"audit-epoch-next");
        }
        macs
    }
}

impl std::fmt::Debug for AuditEpoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AuditEpoch({}, redacted)", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Keyring, KeyringError};
    use crate::types::KeyId;

    fn first() -> AuditEpoch {
        AuditEpoch::first(&SecretBytes::new(vec![3; 32])).unwrap()
    }

    fn at(number: u32) -> AuditEpoch {
        (1..number).fold(first(), |epoch, _| epoch.next().unwrap())
    }

    fn ring(oldest: u32, present: u32) -> Keyring {
        let root = SecretBytes::new(vec![1; 32]);
        let ring = Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(1), vec![(KeyId(1), root)]).unwrap();
        ring.with_audit_epochs(&at(oldest), present).unwrap()
    }

    /// The MAC of nothing tells keys apart.
    fn trace(ring: &Keyring, epoch: u32) -> Result<[u8; 32], KeyringError> {
        use hmac::Mac;
        ring.audit_key(KeyId(1), epoch).map(|key| key.clone().finalize().into_bytes().into())
    }

    #[test]
    fn who_holds_an_epoch_makes_it_and_the_later_ones_and_no_earlier_one() {
        let (all, late) = (ring(1, 9), ring(5, 9));
        for epoch in 5..=9 {
            assert_eq!(trace(&all, epoch).unwrap(), trace(&late, epoch).unwrap());
            assert_ne!(trace(&all, epoch), trace(&all, epoch - 1));
        }
        assert_eq!(trace(&late, 4), Err(KeyringError::EpochLost(4)));
        assert_eq!(trace(&late, 9 + EPOCHS_AHEAD + 1), Err(KeyringError::EpochLost(12)));
        assert_ne!(trace(&late, 0), trace(&late, 5), "epoch 0 is the root key's");
    }

    #[test]
    fn a_chain_is_written_under_the_present_epoch_or_the_one_others_reached() {
        let ring = ring(5, 9);
        assert_eq!(ring.epoch_after(0), Ok(9));
        assert_eq!(ring.epoch_after(9), Ok(9));
        assert_eq!(ring.epoch_after(10), Ok(10));
        assert_eq!(ring.epoch_after(12), Err(KeyringError::EpochLost(12)));
        let root = SecretBytes::new(vec![1; 32]);
        let without = Keyring::new(SecretBytes::new(vec![1; 32]), KeyId(1), vec![(KeyId(1), root)]).unwrap();
        assert_eq!((without.epoch_after(0), without.epoch_after(3)), (Ok(0), Err(KeyringError::EpochLost(3))));
    }

    #[test]
    fn what_is_out_of_bounds_is_refused_and_debug_shows_no_key() {
        let key = |bytes| SecretBytes::new(vec![1; bytes]);
        assert_eq!(AuditEpoch::first(&key(31)).err(), Some(EpochError::BadLength));
        assert_eq!(AuditEpoch::resume(0, &key(32)).err(), Some(EpochError::BadNumber));
        assert_eq!(AuditEpoch::resume(u32::MAX, &key(32)).err(), Some(EpochError::BadNumber));
        let last = AuditEpoch::resume(u32::MAX - 5, &key(32)).unwrap();
        assert_eq!(last.next().err(), Some(EpochError::BadNumber));
        let ring = || Keyring::new(key(32), KeyId(1), vec![(KeyId(1), key(32))]).unwrap();
        assert_eq!(ring().with_audit_epochs(&at(5), 4).err(), Some(EpochError::TooFar));
        assert_eq!(ring().with_audit_epochs(&first(), EPOCHS_HELD_MAX + 2).err(), Some(EpochError::TooFar));
        assert_eq!(format!("{:?}", first()), "AuditEpoch(1, redacted)");
    }
}
