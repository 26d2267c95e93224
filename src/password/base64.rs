//! The unpadded base64 of PHC strings. Strict: one text for one value.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes without padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain(&[0; 2]).take(3).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        for place in 0..=chunk.len() {
            let index = word >> (18 - 6 * place) & 63;
            text.push(
                usize::try_from(index).ok().and_then(|index| ALPHABET.get(index)).map_or('A', |b| char::from(*b)),
            );
        }
    }
    text
}

/// The number of bytes an unpadded text of this length stands for; `None` if no text has this length.
pub(super) const fn decoded_len(text_len: usize) -> Option<usize> {
    match text_len % 4 {
        1 => None,
        rest => Some(text_len / 4 * 3 + rest * 3 / 4),
    }
}

/// Reads an unpadded text; padding, white space, other alphabets and stray low bits are refused.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(decoded_len(text.len())?);
    let mut faults = 0;
    for chunk in text.chunks(4) {
        let mut word = 0_u32;
        for place in 0..4 {
            let value = chunk.get(place).map_or(0, |byte| VALUES[usize::from(*byte)]);
            faults |= value & NO_LETTER;
            word = word << 6 | u32::from(value);
        }
        let [_, whole @ ..] = word.to_be_bytes();
        let (kept, stray) = whole.split_at(chunk.len() * 3 / 4);
        faults |= stray.iter().fold(0, |all, byte| all | byte);
        bytes.extend_from_slice(kept);
    }
    (faults == 0).then_some(bytes)
}

/// What each letter stands for. A table, because a branch on each kind of letter is guessed wrong every third time: a
/// stored hash took a tenth of a microsecond longer to read than the one of zeros with which names without an account are
/// compared.
const VALUES: [u8; 256] = {
    let mut values = [NO_LETTER; 256];
    let (mut index, mut value) = (0, 0);
    while index < ALPHABET.len() {
        values[ALPHABET[index] as usize] = value;
        (index, value) = (index + 1, value + 1);
    }
    values
};
const NO_LETTER: u8 = 0xC0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4648_section_10_without_padding() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn a_second_spelling_of_the_same_bytes_is_refused() {
        for text in ["Zg==", "Zh", "Zm9", "Z", "Zm9v\n", " Zm9v", "Zm-_", "Zm9vZ\u{e9}", "\0m9v"] {
            assert_eq!(decode(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_byte_string_reads_back(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes));
        }
    }
}
