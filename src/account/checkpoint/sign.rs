//! Signed check-points: Ed25519 (RFC 8032), so that a third party need not trust who holds the audit keys.
//!
//! Who holds the audit keys can forge chains; what was signed before they did, and kept elsewhere, still shows it. So the
//! signing key belongs to somebody else than the service's keys do.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::{Checkpoint, CheckpointError, CheckpointFile};
use crate::types::SecretBytes;

/// The key that signs. Redacted in Debug, wiped on drop.
///
/// ```
/// use account_security::account::checkpoint::{CheckpointBuilder, CheckpointFile, CheckpointKey};
/// use account_security::types::{SecretBytes, Timestamp};
/// let key = CheckpointKey::new(&SecretBytes::new(vec![7; 32]))?; // 32 random bytes, from a vault
/// let checkpoint = CheckpointBuilder::new().finish([9; 16], 0, Timestamp::from_unix_s(1_767_225_600)?);
/// let text = key.sign(checkpoint).to_text();
/// // Elsewhere, with the public key alone:
/// assert_eq!(CheckpointFile::parse(text.as_bytes())?.verify(&key.public())?, checkpoint);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CheckpointKey(SigningKey);

/// The key that tells whether a signature fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointPublicKey(VerifyingKey);

impl CheckpointKey {
    /// The key of a secret of 32 random bytes.
    ///
    /// # Errors
    /// [`CheckpointError::BadKey`] for another length.
    pub fn new(secret: &SecretBytes) -> Result<Self, CheckpointError> {
        let secret = secret.expose().try_into().map_err(|_| CheckpointError::BadKey)?;
        Ok(Self(SigningKey::from_bytes(secret)))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> CheckpointPublicKey {
        CheckpointPublicKey(self.0.verifying_key())
    }

    /// The check-point, signed. The first line of its text keeps the signature from fitting anything else.
    #[must_use]
    pub fn sign(&self, checkpoint: Checkpoint) -> CheckpointFile {
        let signature = self.0.sign(checkpoint.text().as_bytes()).to_bytes();
        CheckpointFile { checkpoint, signature: Some(signature) }
    }
}

impl CheckpointPublicKey {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`CheckpointError::BadKey`] for bytes that are no point, or one that would let signatures fit anything.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CheckpointError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| CheckpointError::BadKey)?;
        if key.is_weak() { Err(CheckpointError::BadKey) } else { Ok(Self(key)) }
    }

    /// The key as it is published.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }
}

impl CheckpointFile {
    /// The check-point, if whoever holds the key to `public` signed it.
    ///
    /// # Errors
    /// [`CheckpointError::Unsigned`], [`CheckpointError::BadSignature`].
    pub fn verify(&self, public: &CheckpointPublicKey) -> Result<Checkpoint, CheckpointError> {
        let signature = Signature::from_bytes(&self.signature.ok_or(CheckpointError::Unsigned)?);
        let verified = public.0.verify_strict(self.checkpoint.text().as_bytes(), &signature);
        verified.map(|()| self.checkpoint).map_err(|_| CheckpointError::BadSignature)
    }
}

impl std::fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CheckpointKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Timestamp;

    fn key(byte: u8) -> CheckpointKey {
        CheckpointKey::new(&SecretBytes::new(vec![byte; 32])).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { store: [1; 16], tree_size: 7, root: [2; 32], left_out: 0, at: Timestamp::MIN.plus_ms(5) }
    }

    #[test]
    fn a_signature_fits_one_check_point_and_one_key() {
        let signed = key(1).sign(checkpoint());
        assert_eq!(signed.verify(&key(1).public()), Ok(checkpoint()));
        assert_eq!(signed.verify(&key(2).public()), Err(CheckpointError::BadSignature));
        let mut others = [signed; 5];
        others[0].checkpoint.tree_size += 1;
        others[1].checkpoint.root[31] ^= 1;
        others[2].checkpoint.store[0] ^= 1;
        others[3].checkpoint.left_out += 1;
        others[4].checkpoint.at = Timestamp::MIN;
        for other in others {
            assert_eq!(other.verify(&key(1).public()), Err(CheckpointError::BadSignature));
        }
        let unsigned = CheckpointFile::unsigned(checkpoint());
        assert_eq!(unsigned.verify(&key(1).public()), Err(CheckpointError::Unsigned));
        let again = CheckpointFile::parse(signed.to_text().as_bytes()).unwrap();
        assert_eq!(again.verify(&key(1).public()), Ok(checkpoint()));
    }

    /// RFC 8032 §7.1, test 1: the key that this secret has.
    #[test]
    fn the_published_key() {
        let secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let key =
            CheckpointKey::new(&SecretBytes::new(crate::types::hex::array::<32>(secret).unwrap().to_vec())).unwrap();
        assert_eq!(key.public().to_bytes(), crate::types::hex::array::<32>(public).unwrap());
        assert_eq!(CheckpointPublicKey::from_bytes(&key.public().to_bytes()), Ok(key.public()));
    }

    #[test]
    fn weak_and_broken_keys_are_refused_and_debug_shows_none() {
        assert_eq!(CheckpointKey::new(&SecretBytes::new(vec![1; 31])).err(), Some(CheckpointError::BadKey));
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(CheckpointPublicKey::from_bytes(&neutral).err(), Some(CheckpointError::BadKey));
        assert_eq!(format!("{:?}", key(1)), "CheckpointKey(redacted)");
    }
}
