//! Key URIs, the text inside an enrolment QR code: strict when written, lenient but never gullible when read.
//!
//! The format is the "Key Uri Format" of the Google Authenticator wiki; no standard exists, and vendors differ.

mod parse;
mod percent;

use std::fmt::Write;

use zeroize::Zeroizing;

use super::error::UriError;
use super::parameters::TotpParameters;
use super::secret::TotpSecret;

pub use parse::{ParsedKeyUri, UriWarning};

/// Longest key URI read, in bytes. The longest one written is shorter.
pub const URI_BYTES_MAX: usize = 2048;
/// Longest issuer and longest account name, in bytes of UTF-8 before encoding.
pub const LABEL_BYTES_MAX: usize = 128;

/// Everything an authenticator app needs, as `otpauth://totp/…`.
///
/// ```
/// use account_security::totp::{KeyUri, TotpParameters, TotpSecret};
/// let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// let key = KeyUri::new("Big Bank", "alice@example.com", secret, TotpParameters::STANDARD)?;
/// assert_eq!(
///     key.to_uri().as_str(),
///     "otpauth://totp/Big%20Bank:alice%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Big%20Bank",
/// );
/// assert_eq!(KeyUri::parse(&key.to_uri())?.key, key);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUri {
    issuer: Option<String>,
    account: String,
    secret: TotpSecret,
    parameters: TotpParameters,
}

impl KeyUri {
    /// Checks and takes the parts. Issuer and account are what the app shows, 1 to [`LABEL_BYTES_MAX`] bytes each.
    ///
    /// # Errors
    /// [`UriError::Label`] for an empty or long name, for `:`, control characters and white space at an end;
    /// [`UriError::T0`] because key URIs cannot say it.
    pub fn new(issuer: &str, account: &str, secret: TotpSecret, parameters: TotpParameters) -> Result<Self, UriError> {
        let (issuer, account) = (checked_label("issuer", issuer)?, checked_label("account", account)?);
        if parameters.t0_s() != 0 {
            return Err(UriError::T0);
        }
        Ok(Self { issuer: Some(issuer), account, secret, parameters })
    }

    /// Writes the URI: RFC 3986 percent-encoding (`%20`, never `+`), issuer as prefix and as parameter, no padding.
    ///
    /// Parameters at their default are left out: every reader knows the defaults, some stumble over the parameters,
    /// and a shorter text makes a coarser QR code that more cameras can read.
    #[must_use]
    pub fn to_uri(&self) -> Zeroizing<String> {
        let account = percent::encode(&self.account);
        let issuer = self.issuer.as_deref().map(percent::encode);
        // Room for everything at once, so that growing leaves no copies of the secret behind.
        let mut uri = Zeroizing::new(String::with_capacity(URI_BYTES_MAX));
        uri.push_str("otpauth://totp/");
        if let Some(issuer) = &issuer {
            uri.push_str(issuer);
            uri.push(':');
        }
        uri.push_str(&account);
        uri.push_str("?secret=");
        uri.push_str(&self.secret.to_base32());
        if let Some(issuer) = &issuer {
            uri.push_str("&issuer=");
            uri.push_str(issuer);
        }
        let (own, standard) = (&self.parameters, TotpParameters::STANDARD);
        if own.algorithm() != standard.algorithm() {
            uri.push_str("&algorithm=");
            uri.push_str(own.algorithm().name());
        }
        // Writing into a String cannot fail.
        if own.digits() != standard.digits() {
            let _ = write!(*uri, "&digits={}", own.digits());
        }
        if own.period_s() != standard.period_s() {
            let _ = write!(*uri, "&period={}", own.period_s());
        }
        uri
    }

    /// Reads a key URI as vendors write them, and says what was odd about it.
    ///
    /// # Errors
    /// [`UriError`] for everything that is ambiguous or unsafe: duplicates, weak secrets, odd digits or periods.
    pub fn parse(uri: &str) -> Result<ParsedKeyUri, UriError> {
        parse::read(uri, TotpSecret::parse_base32)
    }

    /// Like [`parse`](Self::parse), but takes secrets from 80 bits on, with [`UriWarning::WeakSecret`]. For a soft
    /// token that must speak to a service which hands them out.
    ///
    /// # Errors
    /// [`UriError`].
    pub fn dangerous_parse_weak(uri: &str) -> Result<ParsedKeyUri, UriError> {
        parse::read(uri, TotpSecret::dangerous_parse_weak_base32)
    }

    /// Who issued the key, when the URI says so.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whose key it is.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The secret.
    #[must_use]
    pub const fn secret(&self) -> &TotpSecret {
        &self.secret
    }

    /// Algorithm, digits and period; T0 is 0.
    #[must_use]
    pub const fn parameters(&self) -> &TotpParameters {
        &self.parameters
    }
}

/// A name for a person to read on both ends: bounded, and nothing in it that a terminal or a reader would act on.
fn checked_label(part: &'static str, text: &str) -> Result<String, UriError> {
    let sound = !text.is_empty()
        && text.len() <= LABEL_BYTES_MAX
        && text.trim() == text
        && !text.chars().any(|character| character == ':' || is_acted_on(character));
    if sound { Ok(text.to_owned()) } else { Err(UriError::Label(part)) }
}

/// Control characters, and those that turn the direction of writing: `knab` would be shown as `bank`.
fn is_acted_on(character: char) -> bool {
    let turns =
        matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    character.is_control() || turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::totp::Algorithm;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn only_what_differs_from_the_defaults_is_written() {
        let parameters = TotpParameters::new(Algorithm::Sha512, 8, 60, 0).unwrap();
        let key = KeyUri::new("支付", "a+b/c?d&e=f#g%h", secret(), parameters).unwrap();
        assert_eq!(
            key.to_uri().as_str(),
            "otpauth://totp/%E6%94%AF%E4%BB%98:a%2Bb%2Fc%3Fd%26e%3Df%23g%25h\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%94%AF%E4%BB%98&algorithm=SHA512&digits=8&period=60"
        );
        let parsed = KeyUri::parse(&key.to_uri()).unwrap();
        assert_eq!((parsed.key, parsed.warnings, parsed.label_issuer), (key, vec![], None));
    }

    #[test]
    fn names_that_could_be_misread_are_refused() {
        for bad in ["", " ", "a:b", "a\nb", "a\u{1b}[2J", " a", "a ", "\u{a0}a", &"a".repeat(129)] {
            let standard = TotpParameters::STANDARD;
            assert_eq!(KeyUri::new(bad, "a", secret(), standard), Err(UriError::Label("issuer")), "{bad:?}");
            assert_eq!(KeyUri::new("a", bad, secret(), standard), Err(UriError::Label("account")), "{bad:?}");
        }
        let shifted = TotpParameters::new(Algorithm::Sha1, 6, 30, 1).unwrap();
        assert_eq!(KeyUri::new("a", "b", secret(), shifted), Err(UriError::T0));
    }

    #[test]
    fn the_longest_uri_written_can_be_read() {
        let parameters = TotpParameters::new(Algorithm::Sha512, 8, 120, 0).unwrap();
        let secret = TotpSecret::from_bytes(&[255; 64]).unwrap();
        let key = KeyUri::new(&"ü".repeat(64), &"%".repeat(128), secret, parameters).unwrap();
        assert!(key.to_uri().len() < URI_BYTES_MAX);
        assert_eq!(KeyUri::parse(&key.to_uri()).unwrap().key, key);
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = KeyUri::new("a", "b", secret(), TotpParameters::STANDARD).unwrap();
        assert!(!format!("{key:?} {:?}", KeyUri::parse(&key.to_uri()).unwrap()).contains("GEZD"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back_without_a_warning(
            issuer in "\\PC{1,40}", account in "\\PC{1,40}",
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 16..=64),
            algorithm in 0_usize..3, eight in proptest::bool::ANY, period_s in 15_u32..=120,
        ) {
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][algorithm];
            let parameters = TotpParameters::new(algorithm, if eight { 8 } else { 6 }, period_s, 0).unwrap();
            let secret = TotpSecret::from_bytes(&bytes).unwrap();
            if let Ok(key) = KeyUri::new(&issuer, &account, secret, parameters) {
                let uri = key.to_uri();
                proptest::prop_assert!(uri.is_ascii() && !uri.contains(['+', ' ']));
                let parsed = KeyUri::parse(&uri).unwrap();
                proptest::prop_assert_eq!(parsed.key, key);
                proptest::prop_assert!(parsed.warnings.is_empty() && parsed.label_issuer.is_none());
            }
        }
    }
}
