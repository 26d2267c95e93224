//! Characters: normal forms, classes, folding. Folding serves matching only; what is hashed is never folded.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

/// Longest folded text, in code points. NFKC turns some single characters into eighteen.
const FOLDED_CODE_POINTS_MAX: usize = 256;

/// What a character counts as in a class rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A letter with lower case.
    Lower,
    /// A letter with upper case.
    Upper,
    /// A letter without case, e.g. a Chinese character.
    OtherLetter,
    /// A digit or another numeric character.
    Digit,
    /// Punctuation, space, emoji: whatever can be seen and is none of the above.
    Symbol,
    /// Accents, joiners and control characters: nothing by themselves.
    None,
}

/// The class of a character. Chinese characters are letters, never symbols.
pub(super) fn class(character: char) -> Class {
    if character.is_numeric() {
        Class::Digit
    } else if character.is_lowercase() {
        Class::Lower
    } else if character.is_uppercase() {
        Class::Upper
    } else if character.is_alphabetic() {
        Class::OtherLetter
    } else if is_combining_mark(character) || is_unsafe(character) || is_joiner(character) {
        Class::None
    } else {
        Class::Symbol
    }
}

/// A control character, a line or paragraph separator, or a mark that turns the writing direction: invisible on one
/// device, lost on another.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200C}' | '\u{200D}')
}

/// Unicode normalisation form C.
pub(super) fn nfc(typed: &str) -> Zeroizing<String> {
    // Composition can lengthen a text threefold (UAX #15); reserved at once so that no half-written copy stays behind.
    let mut normal = Zeroizing::new(String::with_capacity(typed.len() * 3));
    normal.extend(typed.nfc());
    normal
}

/// Form KC in lower case, at most 256 code points: full-width, ligature and case variants become one.
pub(super) fn fold(typed: &str) -> Zeroizing<String> {
    if typed.is_ascii() {
        let mut folded = Zeroizing::new(typed[..typed.len().min(FOLDED_CODE_POINTS_MAX)].to_owned());
        folded.make_ascii_lowercase();
        return folded;
    }
    // NFKC lengthens a text elevenfold at most (UAX #15), lower case by half again; reserved at once, as above.
    let mut folded = Zeroizing::new(String::with_capacity((typed.len() * 17).min(FOLDED_CODE_POINTS_MAX * 4)));
    folded.extend(typed.nfkc().flat_map(char::to_lowercase).take(FOLDED_CODE_POINTS_MAX));
    folded
}

/// The number of ways in which [`unleet`] reads its ambiguous digits.
const LEET_READINGS: u8 = 4;

/// Every way to read the text as letters, with its number; ways that change nothing or agree are left out.
pub(super) fn leet_readings(folded: &str) -> Vec<(Zeroizing<String>, u8)> {
    let mut readings: Vec<(Zeroizing<String>, u8)> = Vec::new();
    if folded.chars().all(|character| leet_letter(character, 0) == character) {
        return readings;
    }
    for reading in 0..LEET_READINGS {
        let letters = unleet(folded, reading);
        if readings.iter().all(|(known, _)| *known != letters) {
            readings.push((letters, reading));
        }
    }
    readings
}

/// Reads digits and symbols as the letters they look like. `1` is i or l, `7` is t or l: bit 0 and bit 1 of `reading`.
pub(super) fn unleet(folded: &str, reading: u8) -> Zeroizing<String> {
    let mut letters = Zeroizing::new(String::with_capacity(folded.len()));
    letters.extend(folded.chars().map(|character| leet_letter(character, reading)));
    letters
}

fn leet_letter(character: char, reading: u8) -> char {
    match character {
        '4' | '@' => 'a',
        '8' => 'b',
        '(' | '{' | '[' | '<' => 'c',
        '3' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' => {
            if reading & 1 == 0 {
                'i'
            } else {
                'l'
            }
        }
        '0' => 'o',
        '$' | '5' => 's',
        '+' => 't',
        '7' => {
            if reading & 2 == 0 {
                't'
            } else {
                'l'
            }
        }
        '%' => 'x',
        '2' => 'z',
        other => other,
    }
}

/// The text backwards.
pub(super) fn reverse(folded: &str) -> Zeroizing<String> {
    let mut reversed = Zeroizing::new(String::with_capacity(folded.len()));
    reversed.extend(folded.chars().rev());
    reversed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_are_letters_and_chinese_punctuation_is_a_symbol() {
        assert_eq!(class('密'), Class::OtherLetter);
        assert_eq!(class('一'), Class::OtherLetter, "a numeral character is still a letter");
        assert_eq!(class('，'), Class::Symbol);
        assert_eq!(class('７'), Class::Digit);
        assert_eq!(class('É'), Class::Upper);
        assert_eq!(class(' '), Class::Symbol);
        assert_eq!(class('🔑'), Class::Symbol);
        assert_eq!(class('\u{308}'), Class::None);
        assert_eq!(class('\0'), Class::None);
    }

    #[test]
    fn a_text_that_explodes_when_folded_is_bounded() {
        assert_eq!(fold(&"\u{FDFA}".repeat(128)).chars().count(), FOLDED_CODE_POINTS_MAX);
    }

    #[test]
    fn ambiguous_digits_are_read_both_ways() {
        assert_eq!(unleet("he11o", 1).as_str(), "hello");
        assert_eq!(unleet("m1ke", 0).as_str(), "mike");
        assert_eq!(unleet("7om", 0).as_str(), "tom");
        assert_eq!(unleet("be77", 2).as_str(), "bell");
    }
}
