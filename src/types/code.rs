//! One normaliser for every code a person types: TOTP, SMS and e-mail codes, and the characters of recovery codes.
//!
//! Peers differ wildly here: some accept `+287082` or `287_082`, some refuse `287 082`, some let the input choose the
//! number of digits. Two of them normalised for verification but not for the replay cache, and a spent code passed
//! again. Here there is one door; replay is keyed by step or challenge, never by text. That is also why a code may mix
//! scripts: each digit has one value wherever it was copied from, and no second spelling of a spent code opens.

use zeroize::Zeroize;

/// Longest raw input looked at, in bytes.
pub const TYPED_CODE_BYTES_MAX: usize = 64;

/// A code as typed, reduced to its ASCII digits. The number of digits came from policy, not from the input.
///
/// ```
/// use account_security::types::TypedCode;
/// assert!(TypedCode::parse("287 082", 6)?.ct_eq(287_082));
/// assert!(TypedCode::parse("２８７-０８２", 6)?.ct_eq(287_082));
/// assert!(TypedCode::parse("+287082", 6).is_err());
/// # Ok::<(), account_security::types::CodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode {
    value: u32,
    digits: u8,
}

/// Why a text is not a code. None of these uses up an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Longer than [`TYPED_CODE_BYTES_MAX`].
    #[error("the code is too long; type the digits of the message only")]
    TooLong,
    /// A letter, sign or other character that is neither digit nor separator.
    #[error("the code holds a character that is not a digit; type the digits only")]
    NotADigit,
    /// Not the number of digits the policy asks for.
    #[error("the code must have {0} digits")]
    WrongDigitCount(u8),
}

impl TypedCode {
    /// Reads a typed code of exactly `digits` digits (1 to 9), dropping spaces and dashes of any kind and mapping
    /// full-width, Arabic-Indic, Persian and Devanagari digits.
    ///
    /// # Errors
    /// [`CodeError`]; signs, `_`, letters and a wrong number of digits are refused, nothing is padded or trimmed.
    pub fn parse(typed: &str, digits: u8) -> Result<Self, CodeError> {
        if typed.len() > TYPED_CODE_BYTES_MAX {
            return Err(CodeError::TooLong);
        }
        if !(1..=9).contains(&digits) {
            return Err(CodeError::WrongDigitCount(digits));
        }
        let (mut value, mut count) = (0_u32, 0_u8);
        for character in typed.chars().filter(|character| !is_separator(*character)) {
            let digit = digit_value(character).ok_or(CodeError::NotADigit)?;
            if count >= digits {
                return Err(CodeError::WrongDigitCount(digits));
            }
            value = value * 10 + digit;
            count += 1;
        }
        if count == digits { Ok(Self { value, digits }) } else { Err(CodeError::WrongDigitCount(digits)) }
    }

    /// Compares with a code value in constant time.
    #[must_use]
    pub fn ct_eq(&self, value: u32) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.value, &value).into()
    }

    /// The value, leading zeros dropped.
    #[must_use]
    pub const fn value(&self) -> u32 {
        self.value
    }

    /// The number of digits, leading zeros counted.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.digits
    }
}

impl Drop for TypedCode {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl std::fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TypedCode({} digits, redacted)", self.digits)
    }
}

/// What people, keyboards and web pages put between the characters of a code: spaces of every width, invisible joints,
/// dashes. Not the minus sign U+2212, and neither tab nor line break: those come from tables and from two codes.
pub(crate) const fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '-'
            | '\u{A0}'                // no-break space
            | '\u{AD}'                // soft hyphen
            | '\u{2007}' | '\u{202F}' // figure space, narrow no-break space
            | '\u{3000}' | '\u{FF0D}' // full-width space and hyphen, from the keyboard that gave full-width digits
            | '\u{200B}'..='\u{200D}' // zero-width space, non-joiner and joiner
            | '\u{2060}' | '\u{FEFF}' // word joiner, zero-width no-break space
            | '\u{2010}'..='\u{2015}' // hyphen to horizontal bar
    )
}

/// The digit this is: ASCII, full-width, Arabic-Indic, Persian or Devanagari.
pub(crate) fn digit_value(character: char) -> Option<u32> {
    const ZEROS: [char; 5] = ['0', '\u{FF10}', '\u{0660}', '\u{06F0}', '\u{0966}'];
    ZEROS.iter().find_map(|zero| u32::from(character).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_other_digit_scripts_are_read() {
        for typed in [
            "012345",
            " 012 345 ",
            "012-345",
            "0\u{a0}1\u{200b}2345",
            "０１２３４５",
            "٠١٢٣٤٥",
            "۰۱۲۳۴۵",
            "०१२३४५",
            "01\u{2013}2345",
        ] {
            let code = TypedCode::parse(typed, 6).unwrap();
            assert_eq!((code.value(), code.digits()), (12_345, 6), "{typed}");
        }
    }

    #[test]
    fn nothing_is_padded_trimmed_or_guessed() {
        assert_eq!(TypedCode::parse("", 0), Err(CodeError::WrongDigitCount(0)));
        assert_eq!(TypedCode::parse("1234567890", 10), Err(CodeError::WrongDigitCount(10)));
        assert_eq!(TypedCode::parse("12345", 6), Err(CodeError::WrongDigitCount(6)));
        assert_eq!(TypedCode::parse("0000123456", 6), Err(CodeError::WrongDigitCount(6)));
        for typed in ["+12345", "1_2345", "12345a", "●●●●●●", "1.2345", "12345\n"] {
            assert_eq!(TypedCode::parse(typed, 6), Err(CodeError::NotADigit), "{typed}");
        }
        assert_eq!(TypedCode::parse(&"1".repeat(1_000_000), 6), Err(CodeError::TooLong));
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(format!("{:?}", TypedCode::parse("123456", 6).unwrap()), "TypedCode(6 digits, redacted)");
    }

    #[test]
    fn only_what_stands_between_characters_is_dropped() {
        let separators: Vec<char> = ('\0'..=char::MAX).filter(|character| is_separator(*character)).collect();
        assert_eq!(separators.len(), 2 + 2 + 2 + 2 + 3 + 2 + 6);
        for separator in separators {
            let typed = format!("{separator}01{separator}{separator}2345{separator}");
            assert!(TypedCode::parse(&typed, 6).unwrap().ct_eq(12_345), "{separator:?}");
        }
        for sign in ['+', '\u{2212}', '\u{FF0B}', '\u{B1}', '_', '\u{FF3F}', '.', ',', '\u{66B}', '/', '\t', '\r', '\0']
        {
            assert_eq!(TypedCode::parse(&format!("{sign}012345"), 6), Err(CodeError::NotADigit), "{sign:?}");
        }
    }

    #[test]
    fn only_five_scripts_have_digits_and_each_ten() {
        let digits: Vec<char> = ('\0'..=char::MAX).filter(|character| digit_value(*character).is_some()).collect();
        assert_eq!(digits.len(), 50);
        for other in ['\u{9E6}', '\u{96F0}', '\u{2460}', '\u{B9}', '\u{1D7CE}', 'l', 'O'] {
            assert_eq!(digit_value(other), None, "{other}");
        }
        assert_eq!(TypedCode::parse("0\u{FF11}\u{662}\u{6F3}\u{96A}5", 6).unwrap().value(), 12_345);
    }

    /// One character as it may arrive: a digit of any script, with separators around it.
    fn spelt(digit: char, script: usize, separators: &[usize]) -> String {
        const BETWEEN: [char; 8] = [' ', '-', '\u{A0}', '\u{AD}', '\u{200B}', '\u{2013}', '\u{3000}', '\u{FF0D}'];
        let zero = ['0', '\u{FF10}', '\u{0660}', '\u{06F0}', '\u{0966}'][script];
        let written = char::from_u32(u32::from(zero) + u32::from(digit) - u32::from('0')).unwrap();
        separators.iter().map(|index| BETWEEN[*index]).chain([written]).collect()
    }

    proptest::proptest! {
        #[test]
        fn never_panics(typed in ".{0,80}", digits in 0_u8..=255) {
            let _ = TypedCode::parse(&typed, digits);
        }

        /// However it is written, a code means its digits; one digit more or less and it means nothing.
        #[test]
        fn every_spelling_of_a_code_is_the_same_code(
            digits in "[0-9]{4,9}",
            spelling in proptest::collection::vec((0_usize..5, proptest::collection::vec(0_usize..8, 0..2)), 9),
        ) {
            let typed: String =
                digits.chars().zip(&spelling).map(|(digit, (script, before))| spelt(digit, *script, before)).collect();
            let count = u8::try_from(digits.len()).unwrap();
            if typed.len() > TYPED_CODE_BYTES_MAX {
                proptest::prop_assert_eq!(TypedCode::parse(&typed, count), Err(CodeError::TooLong));
            } else {
                let code = TypedCode::parse(&typed, count).unwrap();
                proptest::prop_assert_eq!((code.value(), code.digits()), (digits.parse().unwrap(), count));
                proptest::prop_assert_eq!(TypedCode::parse(&typed, count - 1), Err(CodeError::WrongDigitCount(count - 1)));
                let next = count % 9 + 1;
                proptest::prop_assert_eq!(TypedCode::parse(&typed, next), Err(CodeError::WrongDigitCount(next)));
            }
        }

        /// What is accepted holds nothing but digits and separators.
        #[test]
        fn nothing_foreign_is_ever_read_past(typed in "[0-9]{2}.[0-9]{3}.?[0-9]") {
            if TypedCode::parse(&typed, 6).is_ok() {
                let known = |character| is_separator(character) || digit_value(character).is_some();
                proptest::prop_assert!(typed.chars().all(known), "{}", typed);
            }
        }
    }
}
