//! Destinations as people type them, brought to the one form that is stored, counted and sent to.

use super::destination::{email, phone};
use super::{Channel, Destination, DestinationError};
use crate::types::Country;

/// Longest typed destination looked at, in bytes.
pub const TYPED_DESTINATION_BYTES_MAX: usize = 512;
/// An international access code and the longest number; the reader of national numbers takes no more.
const TYPED_DIGITS_MAX: usize = 16;

impl Destination {
    /// Reads a phone number as typed: spaces, dashes, dots, slashes and brackets are skipped, full-width digits read. A
    /// number without `+` is one of `home`; reading those takes the feature `phone-metadata`, which also knows that the
    /// zero of `+44 (0)20` is not dialled, and refuses a number that its country does not have. Without the feature any
    /// international number of a fitting length is taken. A number newer than the metadata, if one is to be let in, goes
    /// through [`Destination::parse`].
    ///
    /// ```
    /// use account_security::types::Country;
    /// use account_security::verification::{Channel, Destination};
    /// let home = Country::parse("CN").ok_or("a country")?;
    /// let read = |text| Destination::parse_phone(Channel::Sms, text, home).map(|to| to.expose().to_owned());
    /// assert_eq!(read("+86-138-1234-5678")?, "+8613812345678");
    /// assert_eq!(read("＋８６ 138 1234 5678")?, "+8613812345678");
    /// # #[cfg(feature = "phone-metadata")]
    /// assert_eq!(read("138 1234 5678")?, "+8613812345678");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DestinationError::Phone`] for letters, extensions, too many digits, a number the country is known not to have, and
    /// for the channel [`Channel::Email`].
    pub fn parse_phone(channel: Channel, text: &str, home: Country) -> Result<Self, DestinationError> {
        let digits = dialled(text).filter(|_| channel != Channel::Email).ok_or(DestinationError::Phone)?;
        let number = dialled_from(home, &digits).ok_or(DestinationError::Phone)?;
        Ok(Self::checked(channel, number))
    }

    /// Reads an e-mail address as typed: blanks around it are dropped, a full-width `＠` is read. A host in another
    /// script becomes its A-label with the feature `idn`; the name before the `@` is kept as written, and is ASCII.
    ///
    /// ```
    /// use account_security::verification::Destination;
    /// assert_eq!(Destination::parse_email(" Alice＠Example.com ")?.expose(), "Alice@example.com");
    /// # #[cfg(feature = "idn")]
    /// assert_eq!(Destination::parse_email("alice@Bücher.example")?.expose(), "alice@xn--bcher-kva.example");
    /// # Ok::<(), account_security::verification::DestinationError>(())
    /// ```
    ///
    /// # Errors
    /// [`DestinationError::Email`].
    pub fn parse_email(text: &str) -> Result<Self, DestinationError> {
        let read = || {
            let (name, host) = bounded(text)?.trim().split_once(['@', '＠'])?;
            email(&[name, "@", &ascii_host(host)?].concat())
        };
        read().map(|address| Self::checked(Channel::Email, address)).ok_or(DestinationError::Email)
    }
}

fn bounded(text: &str) -> Option<&str> {
    (text.len() <= TYPED_DESTINATION_BYTES_MAX).then_some(text)
}

/// A `+` at the start, if there is one, and the digits; `None` where something else is in between.
fn dialled(text: &str) -> Option<String> {
    let mut dialled = String::new();
    for character in bounded(text)?.trim().chars() {
        match character {
            '+' | '＋' if dialled.is_empty() => dialled.push('+'),
            '0'..='9' => dialled.push(character),
            '０'..='９' => dialled.push(char::from_digit(u32::from(character) - u32::from('０'), 10)?),
            ' '
            | '-'
            | '.'
            | '/'
            | '('
            | ')'
            | '（'
            | '）'
            | '\u{A0}'
            | '\u{3000}'
            | '\u{2010}'..='\u{2015}'
            | '－' => {}
            _ => return None,
        }
    }
    let digits = dialled.trim_start_matches('+').len();
    (1..=TYPED_DIGITS_MAX).contains(&digits).then_some(dialled)
}

/// The number by what is known of every country's; `None` where it is not one that can exist.
#[cfg(feature = "phone-metadata")]
fn dialled_from(home: Country, digits: &str) -> Option<String> {
    let letters = home.bytes();
    let home: phonenumber::country::Id = std::str::from_utf8(&letters).ok()?.parse().ok()?;
    let read = phonenumber::parse(Some(home), digits).ok().filter(phonenumber::is_valid)?;
    phone(&read.format().mode(phonenumber::Mode::E164).to_string())
}

#[cfg(not(feature = "phone-metadata"))]
fn dialled_from(_: Country, digits: &str) -> Option<String> {
    phone(digits)
}

/// The host as it stands in the domain name system.
#[cfg(feature = "idn")]
fn ascii_host(host: &str) -> Option<std::borrow::Cow<'_, str>> {
    idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::STD3).ok()
}

#[cfg(not(feature = "idn"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it can fail")]
const fn ascii_host(host: &str) -> Option<std::borrow::Cow<'_, str>> {
    Some(std::borrow::Cow::Borrowed(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, home: &str) -> Option<String> {
        let home = Country::parse(home).unwrap();
        Destination::parse_phone(Channel::Sms, text, home).ok().map(|to| to.expose().to_owned())
    }

    #[test]
    fn an_international_number_is_read_however_it_is_spaced() {
        for text in [
            "+8613812345678",
            "+86-138-1234-5678",
            " +86 138 1234 5678 ",
            "＋８６（１３８）１２３４－５６７８",
            "+86.138/1234 5678",
        ] {
            assert_eq!(read(text, "GB").as_deref(), Some("+8613812345678"), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let long = "1".repeat(1_000_000);
        for bad in [
            "",
            "+",
            "++8613812345678",
            "86+13812345678",
            "+86138x2345678",
            "+86138123456#12",
            "tel:+8613812345678",
            "+86 138\0 12345678",
            "+١٢٣٤٥٦٧٨٩",
            "+1234567890123456",
            "+1234567",
            long.as_str(),
        ] {
            assert_eq!(read(bad, "CN"), None, "{}", &bad[..bad.len().min(40)]);
        }
        assert!(Destination::parse_phone(Channel::Email, "+8613812345678", Country::parse("CN").unwrap()).is_err());
    }

    #[cfg(feature = "phone-metadata")]
    #[test]
    fn a_number_of_home_is_read_without_its_country() {
        for (text, home, number) in [
            ("138 1234 5678", "CN", "+8613812345678"),
            ("0086 138 1234 5678", "CN", "+8613812345678"),
            ("１３８１２３４５６７８", "CN", "+8613812345678"),
            ("(0)20 7946 0958", "GB", "+442079460958"),
            ("020 7946 0958", "GB", "+442079460958"),
            ("+44 (0)20 7946 0958", "CN", "+442079460958"),
            ("(202) 555-0123", "US", "+12025550123"),
            ("0049 30 901820", "DE", "+4930901820"),
            ("06 698 12345", "IT", "+390669812345"),
            ("9123 4567", "HK", "+85291234567"),
        ] {
            assert_eq!(read(text, home).as_deref(), Some(number), "{text} in {home}");
        }
        assert_eq!(read("12", "CN"), None);
        assert_eq!(read("138 1234 5678", "ZZ"), None, "no such country");
    }

    #[cfg(feature = "phone-metadata")]
    #[test]
    fn a_number_that_its_country_does_not_have_is_refused() {
        for text in ["+1 000 000 0000", "+999 1234 5678"] {
            assert_eq!(read(text, "CN"), None, "{text}");
        }
    }

    #[cfg(not(feature = "phone-metadata"))]
    #[test]
    fn without_metadata_a_number_of_home_is_refused_and_not_guessed() {
        assert_eq!(read("138 1234 5678", "CN"), None);
    }

    #[test]
    fn an_address_is_read_without_the_blanks_around_it() {
        let read = |text: &str| Destination::parse_email(text).ok().map(|to| to.expose().to_owned());
        assert_eq!(read("\tAlice@Example.COM\n").as_deref(), Some("Alice@example.com"));
        for bad in [
            "alice@",
            "a@b@c.com",
            "a＠b＠c.com",
            "ä@b.com",
            "a@b.com\0",
            "a@b\r\n.com",
            "a@127.0.0.1",
            "a@[::1]",
            "a@b..com",
            &"a".repeat(1_000_000),
        ] {
            assert_eq!(read(bad), None, "{}", &bad[..bad.len().min(40)]);
        }
    }

    #[cfg(feature = "idn")]
    #[test]
    fn a_host_in_another_script_becomes_its_a_label() {
        let read = |text: &str| Destination::parse_email(text).ok().map(|to| to.expose().to_owned());
        assert_eq!(read("a@例え.テスト").as_deref(), Some("a@xn--r8jz45g.xn--zckzah"));
        assert_eq!(read("a@ＥＸＡＭＰＬＥ．com").as_deref(), Some("a@example.com"), "full-width letters are letters");
        assert_eq!(read("a@faß.de").as_deref(), Some("a@xn--fa-hia.de"));
        for bad in ["a@b_c.com", "a@xn--a.com", "a@\u{200d}.com", "a@1.2.3.4"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_what_is_read_is_a_destination(text in "[+＋]?[0-9０-９ ()./-]{0,30}|\\PC{0,60}|.{0,20}@.{0,40}", home in proptest::sample::select(&["CN", "GB", "US", "IT", "ZZ"][..])) {
            if let Ok(to) = Destination::parse_phone(Channel::Voice, &text, Country::parse(home).unwrap()) {
                proptest::prop_assert_eq!(Destination::parse(Channel::Voice, to.expose()), Ok(to));
            }
            if let Ok(to) = Destination::parse_email(&text) {
                proptest::prop_assert_eq!(Destination::parse(Channel::Email, to.expose()), Ok(to.clone()));
                proptest::prop_assert_eq!(Destination::parse_email(to.expose()), Ok(to));
            }
        }
    }
}
