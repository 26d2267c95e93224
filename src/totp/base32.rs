//! Base32 (RFC 4648 §6): written strictly, read as people type it.

use zeroize::Zeroizing;

use super::error::SecretError;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Longest text looked at, in bytes: the largest secret in groups of four, padded, with room to spare.
const TEXT_BYTES_MAX: usize = 256;

/// Writes upper case without padding.
pub(super) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    // The exact size at once: growing would leave pieces of the secret behind in freed memory.
    let mut text = Zeroizing::new(String::with_capacity((bytes.len() * 8).div_ceil(5)));
    let (mut held, mut held_bits) = (0_u16, 0_u32);
    for byte in bytes {
        held = (held << 8) | u16::from(*byte);
        held_bits += 8;
        while held_bits >= 5 {
            held_bits -= 5;
            text.push(symbol(held >> held_bits));
        }
    }
    if held_bits > 0 {
        text.push(symbol(held << (5 - held_bits)));
    }
    text
}

fn symbol(bits: u16) -> char {
    char::from(ALPHABET[usize::from(bits & 31)])
}

/// Reads either case, with spaces and dashes anywhere and `=` at the end, into at most `bytes_max` bytes.
///
/// # Errors
/// [`SecretError`]; a last character whose unused bits are not zero is refused, because two texts would otherwise
/// name one secret and a mistyped end would pass.
pub(super) fn decode(text: &str, bytes_max: usize) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(SecretError::TooLong);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max));
    let (mut held, mut held_bits, mut symbols, mut padded) = (0_u16, 0_u32, 0_u32, false);
    for (index, character) in text.chars().enumerate() {
        match character {
            ' ' | '-' => continue,
            '=' => padded = true,
            _ => {
                let bits =
                    value(character).filter(|_| !padded).ok_or(SecretError::NotBase32 { position: index + 1 })?;
                held = (held << 5) | bits;
                held_bits += 5;
                symbols += 1;
            }
        }
        if held_bits >= 8 {
            held_bits -= 8;
            let [byte, _] = (held >> held_bits).to_le_bytes();
            held &= (1 << held_bits) - 1;
            if bytes.len() == bytes_max {
                return Err(SecretError::TooLong);
            }
            bytes.push(byte);
        }
    }
    if matches!(symbols % 8, 1 | 3 | 6) || held != 0 {
        return Err(SecretError::NotCanonical);
    }
    Ok(bytes)
}

fn value(character: char) -> Option<u16> {
    let byte = u8::try_from(character).ok()?;
    match byte {
        b'A'..=b'Z' => Some(u16::from(byte - b'A')),
        b'a'..=b'z' => Some(u16::from(byte - b'a')),
        b'2'..=b'7' => Some(u16::from(byte - b'2') + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648_section_10_hold_in_both_directions() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(encode(plain.as_bytes()).as_str(), text.trim_end_matches('='));
            assert_eq!(decode(text, 64).unwrap().as_slice(), plain.as_bytes());
            assert_eq!(decode(text.trim_end_matches('='), 64).unwrap().as_slice(), plain.as_bytes());
        }
    }

    #[test]
    fn what_people_type_is_read() {
        for text in ["mzxw6ytboi", "MZXW 6YTB OI", "mzxw-6ytb-oi", " MZXW6YTBOI ", "MZXW6YTBOI======", "MZXW6YTBOI = ="]
        {
            assert_eq!(decode(text, 64).unwrap().as_slice(), b"foobar", "{text}");
        }
    }

    #[test]
    fn foreign_characters_are_refused_with_their_place() {
        for (text, position) in
            [("MZ0W", 3), ("1", 1), ("MZXW8", 5), ("MZXW=6", 6), ("ＭZ", 1), ("MZ\n", 3), ("MZ+Z", 3)]
        {
            assert_eq!(decode(text, 64).unwrap_err(), SecretError::NotBase32 { position }, "{text}");
        }
    }

    #[test]
    fn an_end_inside_a_byte_is_refused() {
        for text in ["A", "MZX", "MZXW6Y", "MZ", "MZXR", "MZXW6YTBA"] {
            assert_eq!(decode(text, 64).unwrap_err(), SecretError::NotCanonical, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_refused_before_it_is_read() {
        assert_eq!(decode(&"A".repeat(1_000_000), 64).unwrap_err(), SecretError::TooLong);
        assert_eq!(decode(&"A".repeat(105), 64).unwrap_err(), SecretError::TooLong);
        assert_eq!(decode(&"A".repeat(103), 64).unwrap().len(), 64);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_read_back(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..=64)) {
            let decoded = decode(&encode(&bytes), 64).unwrap();
            proptest::prop_assert_eq!(decoded.as_slice(), bytes.as_slice());
        }

        #[test]
        fn one_secret_has_one_text(text in "[A-Z2-7]{0,103}") {
            if let Ok(bytes) = decode(&text, 64) {
                let encoded = encode(&bytes);
                proptest::prop_assert_eq!(encoded.as_str(), text.as_str());
            }
        }

        #[test]
        fn never_panics(text in ".{0,300}") {
            let _ = decode(&text, 64);
        }
    }
}
