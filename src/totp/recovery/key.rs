//! The key that turns recovery codes into tags.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::code::RecoveryCode;
use super::error::RecoveryError;
use crate::types::{AccountId, KeyId, SecretBytes};

/// Bytes of a tag: RFC 2104 §5 allows half of the signature, and a code has fewer bits than this.
pub(super) const TAG_BYTES: usize = 16;

const KEY_BYTES_MIN: usize = 32;
/// Starts every signed text, so that a tag made for one use is never valid in another.
const DOMAIN: &[u8] = b"account-security/recovery-code/v1\0";

/// One key for recovery codes, at least 32 random bytes, with its id. The key's state is wiped on drop.
pub struct RecoveryKey {
    id: KeyId,
    mac: Hmac<Sha256>,
}

impl RecoveryKey {
    /// Names a key.
    ///
    /// # Errors
    /// [`RecoveryError::KeyUnusable`] for fewer than 32 bytes.
    pub fn new(id: KeyId, bytes: &SecretBytes) -> Result<Self, RecoveryError> {
        if bytes.expose().len() < KEY_BYTES_MIN {
            return Err(RecoveryError::KeyUnusable);
        }
        let mac = Hmac::<Sha256>::new_from_slice(bytes.expose()).map_err(|_| RecoveryError::KeyUnusable)?;
        Ok(Self { id, mac })
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// HMAC-SHA-256 over account, generation and code, cut to 16 bytes. The length in front of the account and the
    /// fixed length of what follows leave one way only to read the whole.
    pub(super) fn tag(&self, account: &AccountId, generation: u32, code: &RecoveryCode) -> [u8; TAG_BYTES] {
        let account = account.as_str().as_bytes();
        let mut mac = self.mac.clone();
        mac.update(DOMAIN);
        mac.update(&(account.len() as u64).to_be_bytes());
        mac.update(account);
        mac.update(&generation.to_be_bytes());
        mac.update(code.bytes());
        let whole: [u8; 32] = mac.finalize().into_bytes().into();
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&whole[..TAG_BYTES]);
        tag
    }
}

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecoveryKey({}, redacted)", self.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_hmac_sha_256_of_domain_account_generation_and_code() {
        // Made by Python: hmac.new(b'\x0b'*32, b'account-security/recovery-code/v1\0' + (5).to_bytes(8,'big') + b'alice'
        //   + (3).to_bytes(4,'big') + bytes(range(15)), 'sha256').hexdigest()[:32]
        let key = RecoveryKey::new(KeyId(1), &SecretBytes::new(vec![0x0b; 32])).unwrap();
        let code = RecoveryCode::parse("000G-40R4-0M30-E209-185G-R38E").unwrap();
        assert_eq!(*code.bytes(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        let tag = key.tag(&AccountId::parse("alice").unwrap(), 3, &code);
        assert_eq!(u128::from_be_bytes(tag), 0xd830_daf1_65b8_00dc_fd37_8513_f598_b0d4);
    }

    #[test]
    fn short_keys_are_refused_and_none_is_shown() {
        let key = |length| RecoveryKey::new(KeyId(7), &SecretBytes::new(vec![1; length]));
        assert_eq!(key(31).unwrap_err(), RecoveryError::KeyUnusable);
        assert_eq!(format!("{:?}", key(32).unwrap()), "RecoveryKey(7, redacted)");
    }
}
