//! The cancel handle: what an old contact is sent, so that whoever still reads it can call a change off.
//!
//! It is computed from a key and the change's id, so every message about one change carries the same handle and none is
//! stored. Twelve letters without vowels: it spells no word, and nobody takes it for a one-time code, which is digits
//! and is never to be passed on. About 52 bits: at a thousand guesses a second for three days one would hit with a
//! chance of one in sixteen million, and win no more than that a change has to be asked for again. So wrong handles
//! lock nothing: a lock would be the thief's means to keep the owner from cancelling.

use hmac::Mac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::keyring::{Keyring, KeyringError};
use crate::types::{KeyId, RandomId, StoreKey};

/// Letters of a handle.
pub const HANDLE_LETTERS: usize = 12;
/// Longest typed handle looked at, in bytes.
const TYPED_BYTES_MAX: usize = 64;
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const GROUP: usize = 4;

/// A handle as typed, or as it is to be sent. Redacted in Debug, wiped on drop, compared in constant time.
///
/// ```
/// use account_security::account::CancelHandle;
/// let typed = CancelHandle::parse("bcdf ghjk-lmnp")?;
/// assert_eq!(typed.expose().as_str(), "BCDF-GHJK-LMNP");
/// assert!(CancelHandle::parse("123456").is_err());
/// # Ok::<(), account_security::account::HandleError>(())
/// ```
#[derive(Clone)]
pub struct CancelHandle(Zeroizing<[u8; HANDLE_LETTERS]>);

/// A text that no handle reads like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cancel handle is 12 letters, as in the message; spaces and dashes do not matter")]
pub struct HandleError;

impl CancelHandle {
    /// Reads a typed handle. Case, full-width letters, spaces and dashes do not matter.
    ///
    /// # Errors
    /// [`HandleError`] for anything else than [`HANDLE_LETTERS`] of its letters.
    pub fn parse(typed: &str) -> Result<Self, HandleError> {
        if typed.len() > TYPED_BYTES_MAX {
            return Err(HandleError);
        }
        let mut letters = Zeroizing::new([0; HANDLE_LETTERS]);
        let mut count = 0;
        for character in typed.chars().filter(|character| !is_separator(*character)) {
            let letter = letter(character).ok_or(HandleError)?;
            *letters.get_mut(count).ok_or(HandleError)? = letter;
            count += 1;
        }
        if count == HANDLE_LETTERS { Ok(Self(letters)) } else { Err(HandleError) }
    }

    /// The handle of a change: the same each time, and another for each account, change and key.
    pub(crate) fn of(keys: &Keyring, key: KeyId, owner: StoreKey, change: RandomId) -> Result<Self, KeyringError> {
        let mut mac = keys.get(key)?.handle.clone();
        mac.update(&owner.0);
        mac.update(&change.0);
        let digest: Zeroizing<[u8; 32]> = Zeroizing::new(mac.finalize().into_bytes().into());
        let mut number = [0; 16];
        number.copy_from_slice(&digest[..16]);
        // 128 bits over 20^12 values: no letter is likelier than another by more than 2^-75.
        let mut left = Zeroizing::new(u128::from_be_bytes(number));
        let mut letters = Zeroizing::new([0; HANDLE_LETTERS]);
        for place in letters.iter_mut() {
            let index = usize::try_from(*left % 20).unwrap_or(0);
            *place = ALPHABET[index];
            *left /= 20;
        }
        Ok(Self(letters))
    }

    /// Whether both are the same handle.
    #[must_use]
    pub fn ct_eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }

    /// The handle in groups of four, for the message; wiped on drop. Named so that a review finds every place that
    /// looks.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * HANDLE_LETTERS));
        for (place, letter) in self.0.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*letter));
        }
        text
    }
}

impl std::fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CancelHandle(redacted)")
    }
}

fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '\u{A0}' | '\u{3000}' | '\u{200B}' | '\u{2010}'..='\u{2015}' | '\u{FF0D}')
}

fn letter(character: char) -> Option<u8> {
    const FULL_WIDTH: u32 = 0xFF21 - 0x41;
    let code = u32::from(character);
    let ascii = if code >= 0xFF21 { code - FULL_WIDTH } else { code };
    let upper = u8::try_from(ascii).ok()?.to_ascii_uppercase();
    ALPHABET.contains(&upper).then_some(upper)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SecretBytes;

    fn ring() -> Keyring {
        let root = |byte| SecretBytes::new(vec![byte; 32]);
        Keyring::new(root(9), KeyId(1), vec![(KeyId(1), root(1)), (KeyId(2), root(2))]).unwrap()
    }

    fn handle(key: u32, owner: u8, change: u8) -> CancelHandle {
        CancelHandle::of(&ring(), KeyId(key), StoreKey([owner; 16]), RandomId([change; 16])).unwrap()
    }

    #[test]
    fn the_same_change_has_one_handle_and_every_other_another() {
        assert!(handle(1, 1, 1).ct_eq(&handle(1, 1, 1)));
        for other in [handle(2, 1, 1), handle(1, 2, 1), handle(1, 1, 2)] {
            assert!(!handle(1, 1, 1).ct_eq(&other));
        }
        let lost = CancelHandle::of(&ring(), KeyId(3), StoreKey([1; 16]), RandomId([1; 16]));
        assert_eq!(lost.map(|_| ()), Err(KeyringError::KeyLost(KeyId(3))));
    }

    #[test]
    fn what_was_sent_reads_back_however_it_is_typed() {
        let sent = handle(1, 1, 1);
        let text = sent.expose();
        let wide: String = text.chars().map(|it| char::from_u32(u32::from(it) + 0xFEE0).unwrap()).collect();
        for typed in [text.to_string(), text.to_lowercase(), text.replace('-', " "), text.replace('-', ""), wide] {
            assert!(CancelHandle::parse(&typed).unwrap().ct_eq(&sent), "{typed}");
        }
    }

    #[test]
    fn a_handle_never_looks_like_a_code_and_no_code_reads_as_one() {
        assert!(!handle(1, 1, 1).expose().contains(|mark: char| mark.is_ascii_digit()));
        for bad in ["", "123456", "BCDFGHJKLMN", "BCDFGHJKLMNPQ", "ABCDFGHJKLMN", "BCDF_GHJK_LMNP", &"B".repeat(65)] {
            assert_eq!(CancelHandle::parse(bad).map(|_| ()), Err(HandleError), "{bad}");
        }
    }

    #[test]
    fn debug_is_redacted() {
        assert_eq!(format!("{:?}", handle(1, 1, 1)), "CancelHandle(redacted)");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(typed in ".{0,40}") {
            let _ = CancelHandle::parse(&typed);
        }
    }
}
