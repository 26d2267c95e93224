//! The hash by which breached passwords are listed.

use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use crate::password::Password;

/// Bytes of SHA-1.
pub(super) const DIGEST_BYTES: usize = 20;

/// SHA-1 of a password: the lists are kept in it. Nothing else here rests on SHA-1, and it is wiped like the password,
/// because it is guessed as easily.
#[derive(Clone)]
pub struct BreachDigest(Zeroizing<[u8; DIGEST_BYTES]>);

impl BreachDigest {
    /// The digest of these very bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        // The hasher's state and block are wiped by its `zeroize` feature; the result is written where it is wiped.
        let mut digest = Zeroizing::new([0; DIGEST_BYTES]);
        let mut hasher = Sha1::new();
        hasher.update(bytes);
        hasher.finalize_into((&mut *digest).into());
        Self(digest)
    }

    /// The digests of a password: as typed and, where that differs, as hashed.
    #[must_use]
    pub fn all(password: &Password) -> Vec<Self> {
        let normalised = password.normalised();
        let other = (normalised.as_slice() != password.expose()).then(|| Self::of(&normalised));
        std::iter::once(Self::of(password.expose())).chain(other).collect()
    }

    /// The bytes. Named so that a review finds every place that looks.
    #[must_use]
    pub fn expose(&self) -> &[u8; DIGEST_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for BreachDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BreachDigest(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, example of SHA-1: "abc".
    #[test]
    fn the_published_example_holds() {
        let hex: String = BreachDigest::of(b"abc").expose().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    #[test]
    fn both_spellings_of_a_password_are_looked_up() {
        let count = |typed: &str| BreachDigest::all(&Password::parse(typed.as_bytes()).unwrap()).len();
        assert_eq!((count("Zoë"), count("Zoe\u{308}"), count("Zoe")), (1, 2, 1));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", BreachDigest::of(b"abc")), "BreachDigest(redacted)");
    }
}
