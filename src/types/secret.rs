//! Secret bytes: wiped on drop, redacted in Debug, compared in constant time, never serialised.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

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

/// A kilobyte or more on its way, wiped on drop with the room behind it. `Zeroizing` of a list goes byte by byte, which on
/// every read and write of a record would cost a tenth of the whole command.
pub(crate) struct Wiped(Vec<u8>);

impl Wiped {
    pub(crate) const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Writes more behind them. Where they do not fit, they move, and the place they leave is wiped.
    #[inline]
    pub(crate) fn append(&mut self, more: &[u8]) {
        if self.0.capacity() - self.0.len() < more.len() {
            self.make_room(more.len());
        }
        self.0.extend_from_slice(more);
    }

    /// The same for one byte, which is most of what a record is written in.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        if self.0.capacity() == self.0.len() {
            self.make_room(1);
        }
        self.0.push(byte);
    }

    #[cold]
    fn make_room(&mut self, more: usize) {
        let mut larger = Vec::with_capacity(2 * (self.0.len() + more));
        larger.extend_from_slice(&self.0);
        drop(Self(std::mem::replace(&mut self.0, larger)));
    }

    /// The bytes, unwiped, for whoever seals them or has sealed them.
    pub(crate) fn into_inner(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl std::ops::Deref for Wiped {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::ops::DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.spare_capacity_mut().zeroize();
        self.0.as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_move_stay_the_same_bytes() {
        let mut bytes = Wiped::new(Vec::with_capacity(3));
        let expected: Vec<u8> = (0..=255).cycle().take(5_000).collect();
        for chunk in expected.chunks(7) {
            let (first, rest) = chunk.split_first().unwrap();
            bytes.push(*first);
            bytes.append(rest);
        }
        assert_eq!((&*bytes, bytes.len()), (&expected[..], 5_000));
        assert_eq!(bytes.into_inner(), expected);
    }
}
