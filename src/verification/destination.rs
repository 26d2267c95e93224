//! Where a code is sent: a phone number or an e-mail address, parsed once, never printed whole.

use super::calling::country_code_digits;
use super::{CallingPrefix, Channel, DestinationError};

/// Longest masked form, in bytes.
pub const MASKED_BYTES_MAX: usize = 32;

const EMAIL_BYTES_MAX: usize = 254;
const LOCAL_PART_BYTES_MAX: usize = 64;
const MASKED_HOST_BYTES_MAX: usize = 24;

/// A phone number (E.164) or an e-mail address, with the channel to it. Its Debug form is masked; it is never stored:
/// a challenge keeps a keyed tag and the masked form only.
///
/// ```
/// use account_security::verification::{Channel, Destination};
/// let phone = Destination::parse(Channel::Sms, "+8613812345678")?;
/// assert_eq!(phone.masked(), "+86 ****5678");
/// let email = Destination::parse(Channel::Email, "alice@Example.com")?;
/// assert_eq!((email.masked().as_str(), email.expose()), ("a***@example.com", "alice@example.com"));
/// # Ok::<(), account_security::verification::DestinationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    channel: Channel,
    text: String,
}

impl Destination {
    /// Reads a destination. An e-mail's host is lowered; its name part is kept as written (RFC 5321 §2.4).
    ///
    /// # Errors
    /// [`DestinationError::Phone`] or [`DestinationError::Email`]. The e-mail rule is narrower than the RFC on purpose:
    /// no quotes, no comments, no address literals, ASCII only.
    pub fn parse(channel: Channel, text: &str) -> Result<Self, DestinationError> {
        let text = match channel {
            Channel::Sms | Channel::Voice => phone(text).ok_or(DestinationError::Phone)?,
            Channel::Email => email(text).ok_or(DestinationError::Email)?,
        };
        Ok(Self { channel, text })
    }

    /// A destination whose text was checked by [`phone`] or [`email`].
    pub(super) const fn checked(channel: Channel, text: String) -> Self {
        Self { channel, text }
    }

    /// The channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The whole number or address, for the one who sends.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Where a message to it is billed; `None` for an e-mail.
    #[must_use]
    pub fn calling_prefix(&self) -> Option<CallingPrefix> {
        self.text.strip_prefix('+').and_then(CallingPrefix::of)
    }

    /// Enough for its owner to recognise it: country code and at most the last four digits, at least four hidden; the
    /// first character of an e-mail's name and the end of its host. At most [`MASKED_BYTES_MAX`] bytes.
    #[must_use]
    pub fn masked(&self) -> String {
        match self.text.split_once('@') {
            Some((name, host)) => masked_email(name, host),
            None => masked_phone(&self.text[1..]),
        }
    }
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Destination({:?} {})", self.channel, self.masked())
    }
}

/// E.164 and nothing else.
pub(super) fn phone(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let fits = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !digits.starts_with('0')).then(|| text.to_owned())
}

/// A plain address in ASCII, its host lowered.
pub(super) fn email(text: &str) -> Option<String> {
    let (name, host) = text.split_once('@')?;
    let named = (1..=LOCAL_PART_BYTES_MAX).contains(&name.len())
        && name.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte));
    (text.len() <= EMAIL_BYTES_MAX && named && is_host(host)).then(|| format!("{name}@{}", host.to_ascii_lowercase()))
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Whether `host` is a public host name: two or more labels of letters, digits and inner hyphens, the last with a letter first.
pub(super) fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = host.rsplit('.').next().unwrap_or("");
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(is_label)
        && top.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn masked_phone(digits: &str) -> String {
    let (country, national) = digits.split_at(country_code_digits(digits));
    let shown = national.len().saturating_sub(4).min(4);
    format!("+{country} ****{}", &national[national.len() - shown..])
}

fn masked_email(name: &str, host: &str) -> String {
    // A one-letter name would be shown whole.
    let first = if name.len() > 1 { &name[..1] } else { "" };
    match host.len().checked_sub(MASKED_HOST_BYTES_MAX) {
        Some(cut) if cut > 0 => format!("{first}***@…{}", &host[cut..]),
        _ => format!("{first}***@{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(channel: Channel, text: &str) -> String {
        Destination::parse(channel, text).unwrap().masked()
    }

    #[test]
    fn a_masked_phone_shows_its_country_and_at_most_four_digits() {
        assert_eq!(masked(Channel::Sms, "+8613812345678"), "+86 ****5678");
        assert_eq!(masked(Channel::Voice, "+12025550123"), "+1 ****0123");
        assert_eq!(masked(Channel::Sms, "+85291234567"), "+852 ****4567");
        assert_eq!(masked(Channel::Sms, "+29012345"), "+290 ****5", "a short number hides four digits all the same");
    }

    #[test]
    fn a_masked_email_shows_one_letter_and_the_host() {
        assert_eq!(masked(Channel::Email, "alice@example.com"), "a***@example.com");
        assert_eq!(masked(Channel::Email, "a@example.com"), "***@example.com");
        let long = masked(Channel::Email, "bob@mail.department-of-physics.university.example.edu");
        assert_eq!(long, "b***@…s.university.example.edu");
    }

    #[test]
    fn phones_are_plus_and_eight_to_fifteen_digits() {
        for bad in [
            "",
            "+",
            "8613812345678",
            "+1234567",
            "+1234567890123456",
            "+0123456789",
            "+86 13812345678",
            "+８６１３８１２３４５６７８",
            "+86138-1234567",
        ] {
            assert_eq!(Destination::parse(Channel::Sms, bad), Err(DestinationError::Phone), "{bad}");
        }
        assert!(Destination::parse(Channel::Sms, "+12345678").is_ok());
        assert!(Destination::parse(Channel::Sms, "+123456789012345").is_ok());
    }

    #[test]
    fn emails_that_could_split_a_header_or_fool_a_reader_are_refused() {
        let long = format!("a@{}.com", "b".repeat(300));
        for bad in [
            "",
            "@",
            "a@",
            "@b.com",
            "a@b",
            "a@@b.com",
            "a@b@c.com",
            ".a@b.com",
            "a.@b.com",
            "a..b@c.com",
            "a b@c.com",
            "a\r\nBcc: x@c.com",
            "\"a\"@b.com",
            "a@[127.0.0.1]",
            "a@1.2.3.4",
            "a@-b.com",
            "a@b-.com",
            "a@b..com",
            "ä@b.com",
            "a@bücher.de",
            "<a@b.com>",
            long.as_str(),
        ] {
            assert_eq!(Destination::parse(Channel::Email, bad), Err(DestinationError::Email), "{bad}");
        }
        assert!(Destination::parse(Channel::Email, "first.last+tag@sub.example.co.uk").is_ok());
    }

    #[test]
    fn debug_is_masked() {
        let phone = Destination::parse(Channel::Sms, "+8613812345678").unwrap();
        assert_eq!(format!("{phone:?}"), "Destination(Sms +86 ****5678)");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_every_mask_is_bounded(text in ".{0,80}", phone in "\\+[1-9][0-9]{7,14}", email in "[a-z.]{1,64}@([a-z]{1,30}\\.){1,6}com") {
            for channel in [Channel::Sms, Channel::Email] {
                for text in [&text, &phone, &email] {
                    if let Ok(to) = Destination::parse(channel, text) {
                        let masked = to.masked();
                        proptest::prop_assert!(masked.len() <= MASKED_BYTES_MAX && masked.contains("***"));
                    }
                }
            }
        }
    }
}
