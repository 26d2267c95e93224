//! Hexadecimal digits: how keys, hashes and MACs are written in files that people look at.

/// Reads exactly two digits for each byte of `bytes`, in either case; `None` for anything else, signs and blanks too. What
/// was read up to a fault stays in `bytes`, so a secret is read into a place that is wiped.
///
/// ```
/// use account_security::types::hex;
/// let mut bytes = [0; 2];
/// assert!(hex::read(b"0aFF", &mut bytes).is_some());
/// assert_eq!(bytes, [10, 255]);
/// assert!(hex::read(b"+a00", &mut bytes).is_none());
/// ```
#[must_use]
pub fn read(digits: &[u8], bytes: &mut [u8]) -> Option<()> {
    if Some(digits.len()) != bytes.len().checked_mul(2) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(())
}

/// The same for a length that the type knows: `let hash: [u8; 32] = hex::array(text)?`.
#[must_use]
pub fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    read(text.as_bytes(), &mut bytes)?;
    Some(bytes)
}

/// Writes two lower-case digits for each byte. Takes no memory beside `text`, so a secret leaves no copy where `text` has
/// room for it.
pub fn push(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(half.into(), 16));
        }
    }
}

/// The digits as a text of their own; not for secrets.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push(&mut text, bytes);
    text
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'F' => Some(character - b'A' + 10),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_reads_back_in_either_case() {
        let bytes: [u8; 256] = std::array::from_fn(|byte| u8::try_from(byte).unwrap());
        let text = text(&bytes);
        assert_eq!(array(&text), Some(bytes));
        assert_eq!(array(&text.to_uppercase()), Some(bytes));
    }

    #[test]
    fn nothing_but_digits_is_read() {
        for wrong in ["", "0", "000", "00000", "+f00", "-f00", " f00", "0x00", "gg00", "00é", "0\u{0}00", "００"] {
            assert_eq!(array::<2>(wrong), None, "{wrong:?}");
        }
        assert_eq!(array::<0>(""), Some([]));
    }
}
