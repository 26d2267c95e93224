//! The key an authenticator and this side share.

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::base32;
use super::error::SecretError;
use crate::types::SecretBytes;

/// The shortest secret, in bytes: the 128 bits of RFC 4226 §4, R6.
pub const SECRET_BYTES_MIN: usize = 16;
/// The longest secret, in bytes: 512 bits, the output of HMAC-SHA-512.
pub const SECRET_BYTES_MAX: usize = 64;
/// The shortest secret the `dangerous_` doors let in, in bytes: the 80 bits some services still hand out.
pub const WEAK_SECRET_BYTES_MIN: usize = 10;

/// The size of a fresh secret, in bytes: the 160 bits RFC 4226 §4 recommends.
const FRESH_SECRET_BYTES: usize = 20;

/// A shared secret: wiped on drop, redacted in `Debug`, never serialised. Seal it before you store it.
///
/// ```
/// use account_security::totp::TotpSecret;
/// let secret = TotpSecret::parse_base32("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?;
/// assert_eq!(secret.expose(), b"12345678901234567890");
/// assert_eq!(secret.to_base32().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
/// # Ok::<(), account_security::totp::SecretError>(())
/// ```
#[derive(Clone)]
pub struct TotpSecret(SecretBytes);

impl TotpSecret {
    /// Draws a fresh secret of 160 bits.
    #[must_use]
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = vec![0; FRESH_SECRET_BYTES];
        rng.fill_bytes(&mut bytes);
        Self(SecretBytes::new(bytes))
    }

    /// Copies a secret of 128 to 512 bits.
    ///
    /// # Errors
    /// [`SecretError::TooShort`] or [`SecretError::TooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        copied(bytes, SECRET_BYTES_MIN)
    }

    /// Reads base32 as people type it: either case, spaces, dashes, `=` at the end; 128 to 512 bits.
    ///
    /// # Errors
    /// [`SecretError`]; nothing is corrected or guessed.
    pub fn parse_base32(text: &str) -> Result<Self, SecretError> {
        copied(&base32::decode(text, SECRET_BYTES_MAX)?, SECRET_BYTES_MIN)
    }

    /// Like [`from_bytes`](Self::from_bytes), from 80 bits on. For a soft token that must speak to a service which
    /// hands out short secrets; never for secrets this side issues.
    ///
    /// # Errors
    /// [`SecretError::TooShort`] below 80 bits, [`SecretError::TooLong`].
    pub fn dangerous_from_weak_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        copied(bytes, WEAK_SECRET_BYTES_MIN)
    }

    /// Like [`parse_base32`](Self::parse_base32), from 80 bits on; same warning as
    /// [`dangerous_from_weak_bytes`](Self::dangerous_from_weak_bytes).
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn dangerous_parse_weak_base32(text: &str) -> Result<Self, SecretError> {
        copied(&base32::decode(text, SECRET_BYTES_MAX)?, WEAK_SECRET_BYTES_MIN)
    }

    /// The secret as upper-case base32 without padding, as it is shown to the user once.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        base32::encode(self.expose())
    }

    /// The bytes themselves, to be sealed. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// Whether it has fewer than 128 bits.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.expose().len() < SECRET_BYTES_MIN
    }
}

fn copied(bytes: &[u8], bytes_min: usize) -> Result<TotpSecret, SecretError> {
    if bytes.len() < bytes_min {
        return Err(SecretError::TooShort { bits: bytes.len() * 8, bits_min: bytes_min * 8 });
    }
    if bytes.len() > SECRET_BYTES_MAX {
        return Err(SecretError::TooLong);
    }
    Ok(TotpSecret(SecretBytes::new(bytes.to_vec())))
}

impl PartialEq for TotpSecret {
    /// In time that depends on the lengths only.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(other.expose())
    }
}

impl Eq for TotpSecret {}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn a_fresh_secret_has_160_bits_and_differs_from_the_next() {
        let mut rng = StdRng::seed_from_u64(1);
        let (first, second) = (TotpSecret::generate(&mut rng), TotpSecret::generate(&mut rng));
        assert_eq!((first.expose().len(), first.to_base32().len()), (20, 32));
        assert!(first != second && !first.is_weak());
    }

    #[test]
    fn short_secrets_pass_only_the_dangerous_doors() {
        let text = "JBSWY3DPEHPK3PXP";
        assert_eq!(TotpSecret::parse_base32(text), Err(SecretError::TooShort { bits: 80, bits_min: 128 }));
        assert!(TotpSecret::dangerous_parse_weak_base32(text).unwrap().is_weak());
        assert_eq!(TotpSecret::from_bytes(&[7; 15]), Err(SecretError::TooShort { bits: 120, bits_min: 128 }));
        assert!(TotpSecret::from_bytes(&[7; 16]).is_ok());
        assert_eq!(
            TotpSecret::dangerous_from_weak_bytes(&[7; 9]),
            Err(SecretError::TooShort { bits: 72, bits_min: 80 })
        );
        assert!(TotpSecret::dangerous_parse_weak_base32("").is_err());
    }

    #[test]
    fn long_secrets_are_refused() {
        assert!(TotpSecret::from_bytes(&[7; 64]).is_ok());
        assert_eq!(TotpSecret::from_bytes(&[7; 65]), Err(SecretError::TooLong));
        assert_eq!(TotpSecret::dangerous_from_weak_bytes(&[7; 65]), Err(SecretError::TooLong));
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(format!("{secret:?}"), "TotpSecret(redacted)");
    }
}
