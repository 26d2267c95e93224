//! A typed password on its way to the hash: bounded, wiped, unprintable.

use zeroize::Zeroizing;

use super::error::PasswordError;
use super::normalisation;
use crate::types::SecretBytes;

/// Longest password looked at, in bytes, before normalisation. RFC 8265 and NIST want at least 64 characters.
pub const BYTES_MAX: usize = 1024;

/// A password as typed. NUL and bytes that are no UTF-8 are legal here, because hashes made elsewhere may hold them;
/// [`evaluate`](super::evaluate()) is what refuses them in a new password.
///
/// ```
/// use account_security::password::Password;
/// let typed = Password::parse(b"correct horse")?;
/// assert_eq!(format!("{typed:?}"), "Password(redacted)");
/// # Ok::<(), account_security::password::PasswordError>(())
/// ```
#[derive(Clone)]
pub struct Password(SecretBytes);

impl Password {
    /// Copies a typed password into memory that is wiped on drop.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] beyond [`BYTES_MAX`] bytes.
    pub fn parse(typed: &[u8]) -> Result<Self, PasswordError> {
        if typed.len() > BYTES_MAX {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(SecretBytes::new(typed.to_vec())))
    }

    /// The bytes as typed. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The bytes that are hashed today: UTF-8 in Unicode normalisation form C, anything else as typed.
    ///
    /// See [`Normalisation`](super::Normalisation).
    #[must_use]
    pub fn normalised(&self) -> Zeroizing<Vec<u8>> {
        normalisation::nfc(self)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_long_is_refused_and_never_cut() {
        assert!(Password::parse(&[b'a'; BYTES_MAX]).is_ok());
        assert_eq!(Password::parse(&[b'a'; BYTES_MAX + 1]).unwrap_err(), PasswordError::TooLong);
    }

    #[test]
    fn composed_and_decomposed_forms_are_the_same_password() {
        let composed = Password::parse("Zoë".as_bytes()).unwrap();
        let decomposed = Password::parse("Zoe\u{308}".as_bytes()).unwrap();
        assert_ne!(composed.expose(), decomposed.expose());
        assert_eq!(composed.normalised(), decomposed.normalised());
    }

    #[test]
    fn full_width_letters_stay_another_password() {
        let narrow = Password::parse(b"pass").unwrap();
        let wide = Password::parse("ｐａｓｓ".as_bytes()).unwrap();
        assert_ne!(narrow.normalised(), wide.normalised());
    }

    #[test]
    fn bytes_that_are_no_text_are_hashed_as_they_are() {
        let typed = Password::parse(b"\xff\x00a").unwrap();
        assert_eq!(typed.normalised().as_slice(), b"\xff\x00a");
    }
}
