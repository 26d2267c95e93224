//! The k-anonymity range protocol: the first five digits of the hash are asked for, the rest is compared here.
//!
//! Who fetches is the integrator's affair; ask for padding where the service offers it, so that the length of the answer
//! tells an eavesdropper nothing.

use zeroize::Zeroizing;

use super::digest::BreachDigest;
use super::error::RangeError;
use super::line::read_count;
use super::{BreachAnswer, Password};

/// Longest answer read, in bytes. Real ones, padding included, stay below a tenth of it.
pub const RESPONSE_BYTES_MAX: usize = 1024 * 1024;
/// Hexadecimal digits that are sent.
const PREFIX_DIGITS: usize = 5;
/// Hexadecimal digits that are not.
const SUFFIX_DIGITS: usize = 35;

/// One question to a range service: a prefix to send and a suffix to keep.
#[derive(Clone)]
pub struct RangeQuery {
    /// All digits of the digest, upper case.
    hex: Zeroizing<String>,
}

impl RangeQuery {
    /// The questions for a password: one for each of its spellings, see [`BreachDigest::all`]. Ask all and take the worst
    /// answer ([`BreachAnswer::or`]).
    #[must_use]
    pub fn all(password: &Password) -> Vec<Self> {
        BreachDigest::all(password).iter().map(Self::of).collect()
    }

    /// The question for one digest.
    #[must_use]
    pub fn of(digest: &BreachDigest) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut hex = Zeroizing::new(String::with_capacity(PREFIX_DIGITS + SUFFIX_DIGITS));
        for byte in digest.expose() {
            hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
            hex.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        Self { hex }
    }

    /// The five hexadecimal digits to ask for. They narrow the password down to one in a million of all there are.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.hex.get(..PREFIX_DIGITS).unwrap_or("")
    }

    /// Reads what the service sent: `SUFFIX:COUNT` lines that end in LF or CRLF, in any order. Counts of zero are padding.
    ///
    /// # Errors
    /// [`RangeError`]: no answer, which is not "not breached". An error page or a cut line is one.
    pub fn read(&self, response: &[u8]) -> Result<BreachAnswer, RangeError> {
        if response.len() > RESPONSE_BYTES_MAX {
            return Err(RangeError::TooLong);
        }
        let own = self.hex.as_bytes().get(PREFIX_DIGITS..).unwrap_or(&[]);
        let mut times = 0;
        let mut lines = 0;
        for (line, number) in response.split(|byte| *byte == b'\n').zip(1..) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let (suffix, count) = read_line(line).ok_or(RangeError::Line(number))?;
            lines += 1;
            if suffix.eq_ignore_ascii_case(own) {
                times = count.max(times);
            }
        }
        if lines == 0 { Err(RangeError::Empty) } else { Ok(BreachAnswer::seen(times)) }
    }
}

impl std::fmt::Debug for RangeQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RangeQuery(redacted)")
    }
}

fn read_line(line: &[u8]) -> Option<(&[u8], u64)> {
    let (suffix, rest) = line.split_at_checked(SUFFIX_DIGITS)?;
    let is_hex = suffix.iter().all(u8::is_ascii_hexdigit);
    let count = rest.strip_prefix(b":").and_then(read_count)?;
    is_hex.then_some((suffix, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: &str = "003D68EB55068C33ACE09247EE4C639306B";
    const OWN: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

    fn read(response: &str) -> Result<BreachAnswer, RangeError> {
        let query = RangeQuery::of(&BreachDigest::of(b"password"));
        assert_eq!(query.prefix(), "5BAA6");
        query.read(response.as_bytes())
    }

    #[test]
    fn a_breached_password_is_found_wherever_its_line_stands() {
        for response in [
            format!("{OTHER}:3\r\n{OWN}:42\r\n"),
            format!("{OWN}:42\n{OTHER}:3"),
            format!("{}:42", OWN.to_lowercase()),
            format!("{OWN}:0\r\n{OWN}:42\r\n"),
        ] {
            assert_eq!(read(&response), Ok(BreachAnswer::Found { times: 42 }), "{response}");
        }
        assert_eq!(read(&format!("{OWN}:99999999999")), Ok(BreachAnswer::Found { times: u32::MAX }));
    }

    #[test]
    fn padding_is_no_finding() {
        assert_eq!(read(&format!("{OTHER}:3\r\n{OWN}:0\r\n")), Ok(BreachAnswer::NotFound));
        assert_eq!(read(&format!("{OTHER}:0\r\n")), Ok(BreachAnswer::NotFound));
    }

    #[test]
    fn what_is_no_answer_is_never_not_found() {
        for empty in ["", "\n", "\r\n\r\n"] {
            assert_eq!(read(empty), Err(RangeError::Empty));
        }
        assert_eq!(read("<!DOCTYPE html>"), Err(RangeError::Line(1)));
        for cut in [&OTHER[..34], OTHER, &format!("{OTHER}:"), &format!("{OTHER}:x"), &format!("A{OTHER}:1")] {
            assert_eq!(read(&format!("{OTHER}:3\r\n{cut}")), Err(RangeError::Line(2)), "{cut}");
        }
        assert_eq!(read(&format!("{OTHER}:3\n").repeat(30_000)), Err(RangeError::TooLong));
        assert_eq!(read(&OWN.replace('E', "\u{e9}")), Err(RangeError::Line(1)));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RangeQuery::of(&BreachDigest::of(b"x"))), "RangeQuery(redacted)");
    }
}
