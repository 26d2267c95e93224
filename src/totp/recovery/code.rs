//! One recovery code: 120 random bits that a person can copy from paper.

use rand::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use super::error::RecoveryCodeError;
use crate::types::code::{digit_value, is_separator};

/// Characters of a code, each worth five bits.
pub const RECOVERY_CODE_CHARACTERS: usize = 24;
/// Longest raw input looked at, in bytes: every character full-width, with a few separators to each group.
pub const RECOVERY_CODE_BYTES_MAX: usize = 128;

/// Random bytes of a code.
pub(super) const CODE_BYTES: usize = 15;
/// Characters between two dashes when shown.
const GROUP: usize = 4;
/// Crockford's base 32: no I, L, O, which look like digits, and no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code: wiped on drop, redacted in `Debug`, never serialised.
///
/// ```
/// use account_security::totp::RecoveryCode;
/// let code = RecoveryCode::parse("o1l2 3456-789a BCDE FGHJ KMNP")?;
/// assert_eq!(code.to_text().as_str(), "0112-3456-789A-BCDE-FGHJ-KMNP");
/// assert_eq!(format!("{code:?}"), "RecoveryCode(redacted)");
/// # Ok::<(), account_security::totp::RecoveryCodeError>(())
/// ```
#[derive(Clone)]
pub struct RecoveryCode([u8; CODE_BYTES]);

impl RecoveryCode {
    pub(super) fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut code = Self([0; CODE_BYTES]);
        rng.fill_bytes(&mut code.0);
        code
    }

    /// Reads a code as people type it: either case, `O` for 0, `I` and `L` for 1, full-width characters, spaces and
    /// dashes of any kind anywhere. A text that is no code uses up no try.
    ///
    /// # Errors
    /// [`RecoveryCodeError`]; nothing is padded, trimmed or guessed.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        if typed.len() > RECOVERY_CODE_BYTES_MAX {
            return Err(RecoveryCodeError::TooLong);
        }
        let mut code = Self([0; CODE_BYTES]);
        let mut read = 0;
        for character in typed.chars().filter(|character| !is_separator(*character)) {
            let bits = value(character).ok_or(RecoveryCodeError::ForeignCharacter)?;
            if read == RECOVERY_CODE_CHARACTERS {
                return Err(RecoveryCodeError::WrongLength);
            }
            code.put(read, bits);
            read += 1;
        }
        if read == RECOVERY_CODE_CHARACTERS { Ok(code) } else { Err(RecoveryCodeError::WrongLength) }
    }

    /// The code as it is shown once: six groups of four, upper case.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let dashes = RECOVERY_CODE_CHARACTERS / GROUP - 1;
        let mut text = Zeroizing::new(String::with_capacity(RECOVERY_CODE_CHARACTERS + dashes));
        for index in 0..RECOVERY_CODE_CHARACTERS {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(self.get(index))]));
        }
        text
    }

    pub(super) const fn bytes(&self) -> &[u8; CODE_BYTES] {
        &self.0
    }

    /// The five bits of one character, counted from the left.
    fn get(&self, index: usize) -> u8 {
        let (byte, shift) = place(index);
        let [_, low] = (self.pair(byte) >> shift).to_be_bytes();
        low & 31
    }

    fn put(&mut self, index: usize, bits: u8) {
        let (byte, shift) = place(index);
        let [high, low] = (u16::from(bits & 31) << shift).to_be_bytes();
        self.0[byte] |= high;
        if let Some(next) = self.0.get_mut(byte + 1) {
            *next |= low;
        }
    }

    /// Two neighbouring bytes, the one behind the end being zero.
    fn pair(&self, byte: usize) -> u16 {
        u16::from_be_bytes([self.0[byte], self.0.get(byte + 1).copied().unwrap_or(0)])
    }
}

/// Where the five bits of a character lie: the first byte of a pair, and how far from the pair's right end.
const fn place(index: usize) -> (usize, usize) {
    let first_bit = index * 5;
    (first_bit / 8, 11 - first_bit % 8)
}

fn value(character: char) -> Option<u8> {
    if let Some(digit) = digit_value(character) {
        return u8::try_from(digit).ok();
    }
    let letter = match u32::from(character) {
        full_width @ (0xFF21..=0xFF3A | 0xFF41..=0xFF5A) => u8::try_from(full_width - 0xFEE0).ok()?,
        other => u8::try_from(other).ok()?,
    };
    match letter.to_ascii_uppercase() {
        b'O' => Some(0),
        b'I' | b'L' => Some(1),
        letter => ALPHABET.iter().position(|known| *known == letter).and_then(|index| u8::try_from(index).ok()),
    }
}

impl Drop for RecoveryCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "0123-4567-89AB-CDEF-GHJK-MNPQ";

    fn read(typed: &str) -> Result<String, RecoveryCodeError> {
        RecoveryCode::parse(typed).map(|code| code.to_text().as_str().to_owned())
    }

    #[test]
    fn what_people_type_is_read() {
        for typed in [
            TEXT,
            "0123456789abcdefghjkmnpq",
            " 0123 4567 89ab cdef ghjk mnpq ",
            "o123-4567-89ab-cdef-ghjk-mnpq",
            "OI23-4567-89AB-CDEF-GHJK-MNPQ",
            "0l23\u{2013}4567\u{a0}89ab\u{200b}cdef\u{ad}ghjk\u{3000}mnpq",
            "０１２３－４５６７－８９ＡＢ－ｃｄｅｆ－ＧＨＪＫ－ｍｎｐｑ",
        ] {
            assert_eq!(read(typed).as_deref(), Ok(TEXT), "{typed}");
        }
        assert_eq!(read("zzzz-zzzz-zzzz-zzzz-zzzz-zzzz").as_deref(), Ok("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"));
    }

    #[test]
    fn nothing_is_padded_trimmed_or_guessed() {
        use RecoveryCodeError::{ForeignCharacter, TooLong, WrongLength};
        for (typed, error) in [
            ("", WrongLength),
            ("----", WrongLength),
            ("0123-4567-89AB-CDEF-GHJK-MNP", WrongLength),
            ("0123-4567-89AB-CDEF-GHJK-MNPQ0", WrongLength),
            ("0123-4567-89AB-CDEF-GHJK-MNPU", ForeignCharacter),
            ("0123_4567-89AB-CDEF-GHJK-MNPQ", ForeignCharacter),
            ("+123-4567-89AB-CDEF-GHJK-MNPQ", ForeignCharacter),
            ("0123-4567-89AB-CDEF-GHJK-MNP\n", ForeignCharacter),
            ("0123-4567-89AB-CDEF-GHJK-MNPÖ", ForeignCharacter),
            ("0123-4567-89AB-CDEF-GHJK-MNP\u{212a}", ForeignCharacter),
        ] {
            assert_eq!(read(typed), Err(error), "{typed:?}");
        }
        assert_eq!(read(&"0".repeat(1_000_000)), Err(TooLong));
        assert_eq!(read(&format!("{TEXT}{}", " ".repeat(RECOVERY_CODE_BYTES_MAX - TEXT.len()))).as_deref(), Ok(TEXT));
        assert_eq!(read(&format!("{TEXT}{}", " ".repeat(RECOVERY_CODE_BYTES_MAX - TEXT.len() + 1))), Err(TooLong));
    }

    #[test]
    fn the_alphabet_has_32_signs_and_each_means_itself() {
        for (index, sign) in ALPHABET.iter().enumerate() {
            assert_eq!(value(char::from(*sign)).map(usize::from), Some(index));
        }
        let accepted = ('\0'..=char::MAX).filter(|character| value(*character).is_some()).count();
        // Digits of five scripts; letters but U, in two cases and two widths.
        assert_eq!(accepted, 50 + 4 * 25);
    }

    proptest::proptest! {
        #[test]
        fn any_code_reads_back(bytes in proptest::array::uniform15(0_u8..)) {
            let code = RecoveryCode(bytes);
            let text = code.to_text();
            proptest::prop_assert_eq!(text.len(), 29);
            proptest::prop_assert_eq!(RecoveryCode::parse(&text).unwrap().0, bytes);
            proptest::prop_assert_eq!(RecoveryCode::parse(&text.to_lowercase()).unwrap().0, bytes);
        }

        #[test]
        fn never_panics(typed in ".{0,60}") {
            let _ = RecoveryCode::parse(&typed);
        }
    }
}
