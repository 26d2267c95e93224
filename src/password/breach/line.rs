//! One line of the published list: `SHA1HEX:COUNT`.

use super::digest::DIGEST_BYTES;
use super::error::HashLineError;
use crate::types::hex;

/// Longest line, its end not counted: 40 digits, a colon and a count.
pub const LINE_BYTES_MAX: usize = HEX_DIGITS + 1 + COUNT_DIGITS_MAX;
const HEX_DIGITS: usize = 2 * DIGEST_BYTES;
const COUNT_DIGITS_MAX: usize = 20;

/// A hash and how often its password was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashLine {
    /// SHA-1 of the password.
    pub digest: [u8; DIGEST_BYTES],
    /// How often it was seen.
    pub times: u64,
}

impl HashLine {
    /// Reads a line without its line feed; a carriage return at its end is let pass.
    ///
    /// ```
    /// use account_security::password::breach::HashLine;
    /// let line = HashLine::parse(b"5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3730471\r")?;
    /// assert_eq!((line.digest[0], line.times), (0x5B, 3_730_471));
    /// # Ok::<(), account_security::password::breach::HashLineError>(())
    /// ```
    ///
    /// # Errors
    /// [`HashLineError`] says what the line lacks.
    pub fn parse(line: &[u8]) -> Result<Self, HashLineError> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LINE_BYTES_MAX {
            return Err(HashLineError::TooLong);
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (digits, rest) = line.split_at(colon);
        if digits.len() == 32 && digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(HashLineError::OtherHash);
        }
        let mut digest = [0; DIGEST_BYTES];
        hex::read(digits, &mut digest).ok_or(HashLineError::Hash)?;
        let times = rest.strip_prefix(b":").and_then(read_count).ok_or(HashLineError::Count)?;
        Ok(Self { digest, times })
    }
}

/// A decimal number of at most 20 digits without sign; beyond 64 bits there is no such count.
pub(super) fn read_count(digits: &[u8]) -> Option<u64> {
    let is_number = (1..=COUNT_DIGITS_MAX).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

    fn parse(line: &str) -> Result<u64, HashLineError> {
        HashLine::parse(line.as_bytes()).map(|line| line.times)
    }

    #[test]
    fn lines_of_either_case_and_ending_are_read() {
        assert_eq!(parse(&format!("{HASH}:7")), Ok(7));
        assert_eq!(parse(&format!("{}:18446744073709551615\r", HASH.to_lowercase())), Ok(u64::MAX));
        let upper = HashLine::parse(format!("{HASH}:7").as_bytes());
        assert_eq!(upper, HashLine::parse(format!("{}:7\r", HASH.to_lowercase()).as_bytes()));
    }

    #[test]
    fn a_bad_line_is_told_by_its_kind() {
        assert_eq!(parse(&"A".repeat(10_000)), Err(HashLineError::TooLong));
        assert_eq!(parse("8846F7EAEE8FB117AD06BDD830B7586C:3"), Err(HashLineError::OtherHash));
        for hash in
            ["", ":3", "hello", &HASH[1..], &format!("{HASH}0:3"), &format!(" {HASH}:3"), &HASH.replace('5', "g")]
        {
            assert_eq!(parse(hash), Err(HashLineError::Hash), "{hash}");
        }
        for count in ["", ":", ":-1", ":+1", ": 1", ":1 ", ":1:2", ":18446744073709551616", ":1\r\r", ":1x"] {
            assert_eq!(parse(&format!("{HASH}{count}")), Err(HashLineError::Count), "{count}");
        }
    }
}
