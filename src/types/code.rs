//! One normaliser for every code a person types: TOTP, SMS and e-mail codes.
//!
//! Peers differ wildly here: some accept `+287082` or `287_082`, some refuse `287 082`, some let the input choose the
//! number of digits. Two of them normalised for verification but not for the replay cache, and a spent code passed
//! again. Here there is one door; replay is keyed by step or challenge, never by text.

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

fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '-' | '\u{A0}' | '\u{AD}' | '\u{2007}' | '\u{202F}' | '\u{3000}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{2010}'..='\u{2015}'
    )
}

fn digit_value(character: char) -> Option<u32> {
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

    proptest::proptest! {
        #[test]
        fn never_panics(typed in ".{0,80}", digits in 0_u8..=255) {
            let _ = TypedCode::parse(&typed, digits);
        }
    }
}
