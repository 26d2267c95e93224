//! The keys that turn codes into tags. They live outside the database: six digits hashed without a key are plain text
//! to whoever holds the table (all million of them hash in a second).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VerificationError;
use super::tlv::Tlv;
use crate::types::{KeyId, SecretBytes};

/// Most retired keys looked at.
pub const RETIRED_KEYS_MAX: usize = 8;

/// Bytes of a tag.
pub(super) const MAC_BYTES: usize = 16;

const KEY_BYTES_MIN: usize = 32;
const BLOCK_BYTES: usize = 64;

/// One key for codes, 32 to 64 random bytes, with its id.
#[derive(Clone)]
pub struct CodeKey {
    id: KeyId,
    // HMAC with the key already taken in: as good as the key, and wiped on drop like it.
    hmac: Hmac<Sha256>,
}

/// The key that makes tags, and the retired ones that still have tags out.
///
/// ```
/// use account_security::types::{KeyId, SecretBytes};
/// use account_security::verification::{CodeKey, CodeKeys};
/// let yesterday = CodeKey::new(KeyId(1), &SecretBytes::new(vec![1; 32]))?;
/// let today = CodeKey::new(KeyId(2), &SecretBytes::new(vec![2; 32]))?;
/// let keys = CodeKeys::new(today, vec![yesterday])?;
/// assert!(keys.holds(KeyId(1)) && !keys.holds(KeyId(3)));
/// # Ok::<(), account_security::verification::VerificationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CodeKeys {
    current: CodeKey,
    retired: Vec<CodeKey>,
}

impl CodeKey {
    /// Names a key.
    ///
    /// # Errors
    /// [`VerificationError::KeyUnusable`] for fewer than 32 or more than 64 bytes.
    pub fn new(id: KeyId, bytes: &SecretBytes) -> Result<Self, VerificationError> {
        let bytes = bytes.expose();
        if !(KEY_BYTES_MIN..=BLOCK_BYTES).contains(&bytes.len()) {
            return Err(VerificationError::KeyUnusable);
        }
        // Padded with zeros to the block of SHA-256, as RFC 2104 §2 does anyway; so HMAC cannot refuse it.
        let mut block = Zeroizing::new([0; BLOCK_BYTES]);
        block[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { id, hmac: Hmac::<Sha256>::new((&*block).into()) })
    }

    pub(super) const fn id(&self) -> KeyId {
        self.id
    }

    /// HMAC-SHA-256 over a domain and the fields that `fill` adds, cut to 16 bytes (RFC 2104 §5 allows half).
    pub(super) fn mac(&self, domain: &str, fill: impl FnOnce(&mut Tlv<Hmac<Sha256>>)) -> [u8; MAC_BYTES] {
        let mut message = Tlv::new(self.hmac.clone(), domain);
        fill(&mut message);
        let whole: [u8; 32] = message.into_inner().finalize().into_bytes().into();
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&whole[..MAC_BYTES]);
        mac
    }
}

impl CodeKeys {
    /// The current key, and at most [`RETIRED_KEYS_MAX`] that were current within the last hour.
    ///
    /// # Errors
    /// [`VerificationError::KeysUnusable`] for too many keys or two with one id.
    pub fn new(current: CodeKey, retired: Vec<CodeKey>) -> Result<Self, VerificationError> {
        let mut ids: Vec<KeyId> = retired.iter().map(|key| key.id).chain([current.id]).collect();
        ids.sort_unstable();
        let repeated = ids.windows(2).any(|pair| pair[0] == pair[1]);
        if repeated || retired.len() > RETIRED_KEYS_MAX {
            return Err(VerificationError::KeysUnusable);
        }
        Ok(Self { current, retired })
    }

    /// Whether a key with this id is here.
    #[must_use]
    pub fn holds(&self, id: KeyId) -> bool {
        self.find(id).is_ok()
    }

    pub(super) const fn current(&self) -> &CodeKey {
        &self.current
    }

    pub(super) fn find(&self, id: KeyId) -> Result<&CodeKey, VerificationError> {
        let mut all = self.retired.iter().chain([&self.current]);
        all.find(|key| key.id == id).ok_or(VerificationError::KeyLost(id))
    }
}

impl std::fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CodeKey({}, redacted)", self.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u32, length: usize) -> Result<CodeKey, VerificationError> {
        CodeKey::new(KeyId(id), &SecretBytes::new(vec![0x0b; length]))
    }

    #[test]
    fn a_mac_is_the_hmac_sha_256_of_the_encoding() {
        // Made by Python: hmac.new(b'\x0b'*32, b'\x00' + (1).to_bytes(8,'big') + b'd' + b'\x07' + (2).to_bytes(8,'big') + b'hi', 'sha256')
        let mac = key(1, 32).unwrap().mac("d", |message| message.field(7, b"hi"));
        assert_eq!(u128::from_be_bytes(mac), 0xbfb7_2481_eb0f_8f0b_c343_45fb_a641_ecd9);
    }

    #[test]
    fn short_long_and_ambiguous_keys_are_refused() {
        assert_eq!(key(1, 31).unwrap_err(), VerificationError::KeyUnusable);
        assert_eq!(key(1, 65).unwrap_err(), VerificationError::KeyUnusable);
        let keys = |retired: Vec<u32>| {
            let retired = retired.into_iter().map(|id| key(id, 32).unwrap()).collect();
            CodeKeys::new(key(1, 64).unwrap(), retired)
        };
        assert_eq!(keys(vec![1]).unwrap_err(), VerificationError::KeysUnusable);
        assert_eq!(keys(vec![2, 2]).unwrap_err(), VerificationError::KeysUnusable);
        assert_eq!(keys((2..11).collect()).unwrap_err(), VerificationError::KeysUnusable);
        assert!(keys((2..10).collect()).is_ok());
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", key(7, 32).unwrap()), "CodeKey(7, redacted)");
    }
}
