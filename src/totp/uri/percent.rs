//! Percent-encoding (RFC 3986 §2.1).

use zeroize::Zeroizing;

use crate::totp::error::UriError;

/// Encodes all but the unreserved characters of RFC 3986 §2.3.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(hex_digit(byte >> 4));
            encoded.push(hex_digit(byte & 15));
        }
    }
    encoded
}

/// Decodes `%xx` in either case; everything else stands for itself, `+` too. Wiped on drop, for it may be a secret.
///
/// # Errors
/// [`UriError::PercentEncoding`] for a `%` without two hex digits and for bytes that are not UTF-8.
pub(super) fn decode(text: &str) -> Result<Zeroizing<String>, UriError> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = bytes.next().and_then(hex_value).ok_or(UriError::PercentEncoding)?;
            let low = bytes.next().and_then(hex_value).ok_or(UriError::PercentEncoding)?;
            decoded.push((high << 4) | low);
        } else {
            decoded.push(byte);
        }
    }
    let text = std::str::from_utf8(&decoded).map_err(|_| UriError::PercentEncoding)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn hex_digit(nibble: u8) -> char {
    char::from(b"0123456789ABCDEF"[usize::from(nibble & 15)])
}

fn hex_value(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_are_refused() {
        for text in ["%", "%4", "%zz", "%+1", "a%", "%ff", "%c3%28", "%E6%94"] {
            assert_eq!(decode(text).unwrap_err(), UriError::PercentEncoding, "{text}");
        }
        assert_eq!(decode("%e6%94%AF+%2B").unwrap().as_str(), "支++");
    }
}
