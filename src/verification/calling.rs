//! Which network a phone number belongs to, as far as its first digits tell: what messages cost is decided there.

use serde::{Deserialize, Serialize};

/// The first digits of a phone number as one number: the country code of ITU-T E.164, with the area code where one code
/// is shared by countries that bill differently (`1` is the United States and Canada, `1876` Jamaica).
///
/// A country with several area codes has several prefixes. It says where a message is billed, not who reads it.
///
/// ```
/// use account_security::verification::{Channel, Destination};
/// let prefix = |text| Destination::parse(Channel::Sms, text).map(|to| to.calling_prefix().map(|it| it.number()));
/// assert_eq!(prefix("+8613812345678")?, Some(86));
/// assert_eq!(prefix("+12025550123")?, Some(1));
/// assert_eq!(prefix("+18765550123")?, Some(1876));
/// # Ok::<(), account_security::verification::DestinationError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct CallingPrefix(u16);

const NUMBER_MAX: u16 = 9_999;

impl CallingPrefix {
    /// The digits as a number, 1 to 9999.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The prefix of an international number without its `+`.
    pub(super) fn of(digits: &str) -> Option<Self> {
        let length = prefix_digits(digits);
        digits.get(..length)?.parse().ok().map(Self)
    }
}

impl TryFrom<u16> for CallingPrefix {
    type Error = &'static str;
    fn try_from(number: u16) -> Result<Self, Self::Error> {
        if (1..=NUMBER_MAX).contains(&number) { Ok(Self(number)) } else { Err("not a calling prefix") }
    }
}

impl From<CallingPrefix> for u16 {
    fn from(prefix: CallingPrefix) -> Self {
        prefix.0
    }
}

impl std::fmt::Display for CallingPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// ITU-T E.164 country codes have one digit (zones 1 and 7), two where listed, else three.
pub(super) fn country_code_digits(digits: &str) -> usize {
    const TWO: &[u8] = b"2027303132333436394041434445464748495152535455565758606162636465668182848690919293949598";
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [first, second, ..] if TWO.chunks_exact(2).any(|code| code == [*first, *second]) => 2,
        _ => 3,
    }
}

/// Zone 1 and zone 7 are told apart further. NANPA: the area codes of zone 1 outside the United States' fifty states
/// and Canada; Kazakhstan has 6 and 7 of zone 7.
fn prefix_digits(digits: &str) -> usize {
    const ISLANDS: &[u8] = b"242246264268284340345441473649658664670671684721758767784787809829849868869876939";
    match digits.as_bytes() {
        [b'1', area @ ..] if area.get(..3).is_some_and(|area| ISLANDS.chunks_exact(3).any(|it| it == area)) => 4,
        [b'7', b'6' | b'7', ..] => 2,
        _ => country_code_digits(digits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(digits: &str) -> u16 {
        CallingPrefix::of(digits).unwrap().number()
    }

    #[test]
    fn countries_that_share_a_code_but_not_a_bill_are_told_apart() {
        for (digits, number) in [
            ("8613812345678", 86),
            ("85291234567", 852),
            ("442079460958", 44),
            ("12025550123", 1),
            ("14165550123", 1),
            ("18765550123", 1876),
            ("18095550123", 1809),
            ("79161234567", 7),
            ("77011234567", 77),
            ("29012345", 290),
            ("97912345678", 979),
        ] {
            assert_eq!(prefix(digits), number, "{digits}");
        }
    }

    #[test]
    fn a_stored_prefix_is_one_to_four_digits() {
        assert!(CallingPrefix::try_from(0).is_err() && CallingPrefix::try_from(10_000).is_err());
        assert!(CallingPrefix::try_from(1_876).is_ok());
    }
}
