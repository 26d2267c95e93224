//! What is done to a password's text before it is hashed, by version, so that it can change without locking anybody out.

use zeroize::Zeroizing;

use super::secret::Password;
use super::text;

/// What was done to the text a stored hash was made from. Older ones compare as smaller.
///
/// NFC makes the same password typed on macOS (decomposed) and on Android (composed) equal. Not NFKC: folding full-width
/// and ligature forms together would shrink what an attacker has to try.
///
/// NIST SP 800-63B-4 §3.1.1.2 wants a normal form; ASVS 5.0 6.2.8 wants the text exactly as received. For ASCII both are
/// the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Normalisation {
    /// Nobody wrote it down: a hash made elsewhere. Tried in NFC, then as typed.
    Unstated,
    /// UTF-8 in Unicode normalisation form C; bytes that are no UTF-8 as they are. Later versions of Unicode give assigned
    /// characters the same form (Unicode Normalization Stability Policy).
    Nfc,
}

impl Normalisation {
    /// What new hashes are made with.
    pub const CURRENT: Self = Self::Nfc;

    /// Every one, the oldest first.
    pub(super) const ALL: [Self; 2] = [Self::Unstated, Self::Nfc];

    /// What stands before the PHC string in a stored hash: nothing or `{nfc}`.
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Unstated => "",
            Self::Nfc => "{nfc}",
        }
    }

    /// The texts to compare, the likeliest first; one, unless the typed text is in another form than NFC and nobody knows
    /// which was hashed.
    pub(super) fn forms(self, password: &Password) -> Vec<Zeroizing<Vec<u8>>> {
        let normalised = nfc(password);
        let is_other_form = normalised.as_slice() != password.expose();
        let as_typed = || Zeroizing::new(password.expose().to_vec());
        match self {
            Self::Unstated if is_other_form => vec![normalised, as_typed()],
            Self::Unstated | Self::Nfc => vec![normalised],
        }
    }

    /// Whether a hash of this password made under this normalisation should be made again. For ASCII all are the same.
    pub(super) fn is_outdated_for(self, password: &Password) -> bool {
        self < Self::CURRENT && !password.expose().is_ascii()
    }
}

/// The bytes [`Normalisation::CURRENT`] hashes.
pub(super) fn nfc(password: &Password) -> Zeroizing<Vec<u8>> {
    match std::str::from_utf8(password.expose()) {
        Ok(typed) => Zeroizing::new(text::nfc(typed).as_bytes().to_vec()),
        Err(_) => Zeroizing::new(password.expose().to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(of: Normalisation, typed: &[u8]) -> Vec<Vec<u8>> {
        of.forms(&Password::parse(typed).unwrap()).iter().map(|form| form.to_vec()).collect()
    }

    #[test]
    fn only_an_unstated_form_is_tried_twice_and_only_where_it_matters() {
        let (composed, decomposed) = ("Zoë".as_bytes(), "Zoe\u{308}".as_bytes());
        assert_eq!(forms(Normalisation::Unstated, decomposed), [composed, decomposed]);
        assert_eq!(forms(Normalisation::Nfc, decomposed), [composed]);
        for plain in [composed, b"pass", b"\xff\x00a"] {
            assert_eq!(forms(Normalisation::Unstated, plain), [plain]);
            assert_eq!(forms(Normalisation::Nfc, plain), [plain]);
        }
    }

    #[test]
    fn an_old_hash_of_ascii_is_as_good_as_a_new_one() {
        let is_outdated =
            |typed: &str| Normalisation::Unstated.is_outdated_for(&Password::parse(typed.as_bytes()).unwrap());
        assert!(is_outdated("Zoë") && is_outdated("密码") && !is_outdated("pass"));
        assert!(!Normalisation::CURRENT.is_outdated_for(&Password::parse("Zoë".as_bytes()).unwrap()));
    }

    #[test]
    fn the_order_is_the_order_of_age_and_every_mark_is_another() {
        assert!(Normalisation::ALL.is_sorted());
        assert_eq!(Normalisation::ALL.last(), Some(&Normalisation::CURRENT));
        let marks: std::collections::BTreeSet<_> = Normalisation::ALL.iter().map(|it| it.mark()).collect();
        assert_eq!(marks.len(), Normalisation::ALL.len());
    }
}
