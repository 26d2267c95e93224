//! Secret bytes: wiped on drop, redacted in Debug, compared in constant time, never serialised.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Bytes nobody may see: a key, a password, a TOTP secret.
///
/// ```
/// use account_security::types::SecretBytes;
/// let secret = SecretBytes::new(b"correct horse".to_vec());
/// assert_eq!(format!("{secret:?}"), "SecretBytes(redacted)");
/// assert!(secret.ct_eq(b"correct horse"));
/// ```
#[derive(Clone)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of secret bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Compares in time that depends on the lengths only.
    #[must_use]
    pub fn ct_eq(&self, other: &[u8]) -> bool {
        self.0.as_slice().ct_eq(other).into()
    }
}

impl std::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBytes(redacted)")
    }
}
