//! Reading key URIs: forgiving where vendors differ, strict where two readers could understand two things.

use zeroize::Zeroizing;

use super::{KeyUri, URI_BYTES_MAX, checked_label, percent};
use crate::totp::error::{SecretError, UriError};
use crate::totp::parameters::{Algorithm, TotpParameters};
use crate::totp::secret::TotpSecret;
use crate::types::Locale;

/// A key URI that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedKeyUri {
    /// The key. Its issuer is the `issuer` parameter's, else the label's.
    pub key: KeyUri,
    /// What was odd, each at most once, in no particular order.
    pub warnings: Vec<UriWarning>,
    /// The label's issuer where it differs from the parameter's; show both, one may be a lie.
    pub label_issuer: Option<String>,
}

/// What was odd about a key URI and read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UriWarning {
    /// `OTPAUTH` or `TOTP` in upper case.
    UpperCaseType,
    /// A parameter name in another case, e.g. `Secret`.
    ParameterCase,
    /// A parameter nobody here knows; it was left out.
    UnknownParameter,
    /// A character that should have been percent-encoded, e.g. a space or a Chinese character.
    UnencodedCharacter,
    /// A bare `+`. It was kept as it is: RFC 3986 has no other meaning for it, though some writers mean a space.
    PlusKept,
    /// White space around a name was trimmed.
    NameTrimmed,
    /// The issuer is there but empty; it counts as absent.
    EmptyIssuer,
    /// Label and parameter name different issuers.
    IssuerMismatch,
    /// The secret is in lower case.
    LowerCaseSecret,
    /// The secret holds spaces or dashes.
    SecretSeparators,
    /// The secret is padded with `=`.
    SecretPadding,
    /// The secret has fewer than 128 bits.
    WeakSecret,
    /// The algorithm is spelt unlike `SHA1`, `SHA256`, `SHA512`.
    AlgorithmSpelling,
}

impl UriWarning {
    /// What was odd, in one sentence for the person who imports the key.
    #[must_use]
    pub const fn text(self, locale: Locale) -> &'static str {
        match locale {
            Locale::En => self.english(),
            Locale::ZhCn => self.chinese(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::UpperCaseType => "The beginning is written in upper case.",
            Self::ParameterCase => "The name of a parameter is written in another case than usual.",
            Self::UnknownParameter => "A parameter is unknown and was left out.",
            Self::UnencodedCharacter => "A character should have been percent-encoded.",
            Self::PlusKept => "A plus sign was kept as it is; the issuer may have meant a space.",
            Self::NameTrimmed => "Space around a name was removed.",
            Self::EmptyIssuer => "The issuer is empty.",
            Self::IssuerMismatch => "Two different issuers are named; make sure you know which one is true.",
            Self::LowerCaseSecret => "The secret is written in lower case.",
            Self::SecretSeparators => "The secret is written with spaces or dashes.",
            Self::SecretPadding => "The secret ends in equals signs.",
            Self::WeakSecret => "The secret is shorter than 128 bits; ask the issuer for a longer one.",
            Self::AlgorithmSpelling => "The hash function is spelt in an unusual way.",
        }
    }

    const fn chinese(self) -> &'static str {
        match self {
            Self::UpperCaseType => "开头部分使用了大写字母。",
            Self::ParameterCase => "有参数名的大小写与通常写法不同。",
            Self::UnknownParameter => "有无法识别的参数，已忽略。",
            Self::UnencodedCharacter => "有字符未按规定进行百分号编码。",
            Self::PlusKept => "加号已按原样保留，发行方的本意可能是空格。",
            Self::NameTrimmed => "已去除名称首尾的空格。",
            Self::EmptyIssuer => "发行方名称为空。",
            Self::IssuerMismatch => "出现了两个不同的发行方名称，请确认哪一个是真实的。",
            Self::LowerCaseSecret => "密钥使用了小写字母。",
            Self::SecretSeparators => "密钥中含有空格或短横线。",
            Self::SecretPadding => "密钥末尾含有等号。",
            Self::WeakSecret => "密钥不足 128 位，请向发行方索取更长的密钥。",
            Self::AlgorithmSpelling => "哈希算法的写法不同寻常。",
        }
    }
}

impl std::fmt::Display for UriWarning {
    /// The English text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.english())
    }
}

/// Reads a key URI; `read_secret` decides how short a secret may be.
pub(super) fn read(
    uri: &str,
    read_secret: fn(&str) -> Result<TotpSecret, SecretError>,
) -> Result<ParsedKeyUri, UriError> {
    if uri.len() > URI_BYTES_MAX {
        return Err(UriError::TooLong);
    }
    let mut warnings = Warnings(Vec::new());
    let rest = strip_type(uri, &mut warnings)?;
    if rest.contains('#') {
        return Err(UriError::Fragment);
    }
    warnings.add_if(rest.chars().any(|character| !character.is_ascii_graphic()), UriWarning::UnencodedCharacter);
    warnings.add_if(rest.contains('+'), UriWarning::PlusKept);
    let (label, query) = rest.split_once('?').ok_or(UriError::SecretMissing)?;
    let query = Query::read(query, &mut warnings)?;
    let (label_issuer, account) = read_label(label, &mut warnings)?;
    let issuer = match &query.issuer {
        Some(issuer) => read_issuer(issuer, &mut warnings)?,
        None => None,
    };
    let mismatch = issuer.is_some() && label_issuer.is_some() && issuer != label_issuer;
    warnings.add_if(mismatch, UriWarning::IssuerMismatch);
    let secret = read_named_secret(&query, read_secret, &mut warnings)?;
    let parameters = read_parameters(&query, &mut warnings)?;
    let kept = if mismatch { label_issuer.clone() } else { None };
    let key = KeyUri { issuer: issuer.or(label_issuer), account, secret, parameters };
    Ok(ParsedKeyUri { key, warnings: warnings.0, label_issuer: kept })
}

/// What follows `otpauth://totp/`.
fn strip_type<'uri>(uri: &'uri str, warnings: &mut Warnings) -> Result<&'uri str, UriError> {
    let (scheme, rest) = uri.split_once("://").ok_or(UriError::NotOtpauth)?;
    let (kind, rest) = rest.split_once('/').ok_or(UriError::NotOtpauth)?;
    if !scheme.eq_ignore_ascii_case("otpauth") {
        return Err(UriError::NotOtpauth);
    }
    if kind.eq_ignore_ascii_case("hotp") {
        return Err(UriError::Hotp);
    }
    if !kind.eq_ignore_ascii_case("totp") {
        return Err(UriError::NotOtpauth);
    }
    warnings.add_if(scheme != "otpauth" || kind != "totp", UriWarning::UpperCaseType);
    Ok(rest)
}

/// Issuer and account of the label. The colon between them may be bare or `%3A`.
fn read_label(label: &str, warnings: &mut Warnings) -> Result<(Option<String>, String), UriError> {
    let label = percent::decode(label)?;
    match label.split_once(':') {
        Some((issuer, account)) => Ok((read_issuer(issuer, warnings)?, read_name("account", account, warnings)?)),
        None => Ok((None, read_name("account", &label, warnings)?)),
    }
}

fn read_issuer(text: &str, warnings: &mut Warnings) -> Result<Option<String>, UriError> {
    if text.is_empty() {
        warnings.add_if(true, UriWarning::EmptyIssuer);
        return Ok(None);
    }
    read_name("issuer", text, warnings).map(Some)
}

fn read_name(part: &'static str, text: &str, warnings: &mut Warnings) -> Result<String, UriError> {
    warnings.add_if(text.trim() != text, UriWarning::NameTrimmed);
    checked_label(part, text.trim())
}

fn read_named_secret(
    query: &Query,
    read_secret: fn(&str) -> Result<TotpSecret, SecretError>,
    warnings: &mut Warnings,
) -> Result<TotpSecret, UriError> {
    let text = query.secret.as_ref().ok_or(UriError::SecretMissing)?;
    let secret = read_secret(text)?;
    warnings.add_if(text.bytes().any(|byte| byte.is_ascii_lowercase()), UriWarning::LowerCaseSecret);
    warnings.add_if(text.contains([' ', '-']), UriWarning::SecretSeparators);
    warnings.add_if(text.contains('='), UriWarning::SecretPadding);
    warnings.add_if(secret.is_weak(), UriWarning::WeakSecret);
    Ok(secret)
}

fn read_parameters(query: &Query, warnings: &mut Warnings) -> Result<TotpParameters, UriError> {
    let standard = TotpParameters::STANDARD;
    let algorithm = match &query.algorithm {
        Some(name) => Algorithm::parse(name).ok_or(UriError::Algorithm)?,
        None => standard.algorithm(),
    };
    let spelt_oddly = query.algorithm.as_ref().is_some_and(|name| name.as_str() != algorithm.name());
    warnings.add_if(spelt_oddly, UriWarning::AlgorithmSpelling);
    let digits = match query.digits.as_ref().map(|digits| digits.as_str()) {
        None | Some("6") => 6,
        Some("8") => 8,
        Some(_) => return Err(UriError::Digits),
    };
    let period_s = match &query.period {
        Some(text) => read_period_s(text).ok_or(UriError::Period)?,
        None => standard.period_s(),
    };
    // Algorithm and digits are sound by now, T0 is 0: only the period can still be out of bounds.
    TotpParameters::new(algorithm, digits, period_s, 0).map_err(|_| UriError::Period)
}

/// Digits only: `u32::from_str` would take a sign.
fn read_period_s(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

type Value = Option<Zeroizing<String>>;

/// The known parameters, decoded, each at most once.
#[derive(Default)]
struct Query {
    secret: Value,
    issuer: Value,
    algorithm: Value,
    digits: Value,
    period: Value,
}

impl Query {
    fn read(query: &str, warnings: &mut Warnings) -> Result<Self, UriError> {
        let mut read = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // The first `=` ends the name; later ones are padding of a secret.
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let lower_case = name.to_ascii_lowercase();
            let (known, slot) = match lower_case.as_str() {
                "secret" => ("secret", &mut read.secret),
                "issuer" => ("issuer", &mut read.issuer),
                "algorithm" => ("algorithm", &mut read.algorithm),
                "digits" => ("digits", &mut read.digits),
                "period" => ("period", &mut read.period),
                _ => {
                    warnings.add_if(true, UriWarning::UnknownParameter);
                    continue;
                }
            };
            warnings.add_if(name != known, UriWarning::ParameterCase);
            if slot.is_some() {
                return Err(UriError::Duplicate(known));
            }
            *slot = Some(percent::decode(value)?);
        }
        Ok(read)
    }
}

struct Warnings(Vec<UriWarning>);

impl Warnings {
    fn add_if(&mut self, odd: bool, warning: UriWarning) {
        if odd && !self.0.contains(&warning) {
            self.0.push(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn parse(rest: &str) -> Result<ParsedKeyUri, UriError> {
        KeyUri::parse(&rest.replace("SECRET", SECRET))
    }

    #[test]
    fn each_vendors_quirk_is_read_with_its_own_warning() {
        use UriWarning as W;
        for (uri, warning) in [
            ("otpauth://TOTP/a?secret=SECRET", W::UpperCaseType),
            ("OTPAUTH://totp/a?secret=SECRET", W::UpperCaseType),
            ("otpauth://totp/a?Secret=SECRET", W::ParameterCase),
            ("otpauth://totp/a?secret=SECRET&image=https%3A%2F%2Fx", W::UnknownParameter),
            ("otpauth://totp/支付?secret=SECRET", W::UnencodedCharacter),
            ("otpauth://totp/a+b?secret=SECRET", W::PlusKept),
            ("otpauth://totp/I:%20a?secret=SECRET", W::NameTrimmed),
            ("otpauth://totp/a?secret=SECRET&issuer=", W::EmptyIssuer),
            ("otpauth://totp/:a?secret=SECRET", W::EmptyIssuer),
            ("otpauth://totp/I:a?secret=SECRET&issuer=J", W::IssuerMismatch),
            ("otpauth://totp/a?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq", W::LowerCaseSecret),
            ("otpauth://totp/a?secret=GEZDGNBV-GY3TQOJQ%20GEZDGNBVGY3TQOJQ", W::SecretSeparators),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY======", W::SecretPadding),
            ("otpauth://totp/a?secret=SECRET&algorithm=HmacSHA1", W::AlgorithmSpelling),
            ("otpauth://totp/a?secret=SECRET&algorithm=SHA-256", W::AlgorithmSpelling),
        ] {
            assert_eq!(parse(uri).unwrap().warnings, [warning], "{uri}");
            let (english, chinese) = (warning.text(Locale::En), warning.text(Locale::ZhCn));
            assert!(english.is_ascii() && english.ends_with('.') && english == warning.to_string());
            assert!(chinese.ends_with('。') && !chinese.is_ascii());
        }
    }

    #[test]
    fn what_the_quirks_mean_is_kept() {
        let parsed = parse("otpauth://totp/Label%3A%20a+b?secret=SECRET&issuer=Other&algorithm=hmac-sha-512").unwrap();
        assert_eq!((parsed.key.issuer(), parsed.key.account()), (Some("Other"), "a+b"));
        assert_eq!(parsed.label_issuer.as_deref(), Some("Label"));
        assert_eq!(parsed.key.parameters().algorithm(), Algorithm::Sha512);
        let plain = parse("otpauth://totp/alice?secret=SECRET&&period=60&digits=8&").unwrap();
        assert_eq!((plain.key.issuer(), plain.warnings, plain.label_issuer), (None, vec![], None));
        assert_eq!((plain.key.parameters().digits(), plain.key.parameters().period_s()), (8, 60));
        assert_eq!(parse("otpauth://totp/I:a?secret=SECRET").unwrap().key.issuer(), Some("I"));
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        use UriError as E;
        for (uri, error) in [
            ("", E::NotOtpauth),
            ("https://totp/a?secret=SECRET", E::NotOtpauth),
            ("otpauth:totp/a?secret=SECRET", E::NotOtpauth),
            ("otpauth://totp?secret=SECRET", E::NotOtpauth),
            ("otpauth://steam/a?secret=SECRET", E::NotOtpauth),
            ("otpauth://hotp/a?secret=SECRET&counter=1", E::Hotp),
            ("otpauth://HOTP/a?secret=SECRET", E::Hotp),
            ("otpauth://totp/a", E::SecretMissing),
            ("otpauth://totp/a?issuer=I", E::SecretMissing),
            ("otpauth://totp/a#b?secret=SECRET", E::Fragment),
            ("otpauth://totp/a%?secret=SECRET", E::PercentEncoding),
            ("otpauth://totp/a%ff?secret=SECRET", E::PercentEncoding),
            ("otpauth://totp/?secret=SECRET", E::Label("account")),
            ("otpauth://totp/I:?secret=SECRET", E::Label("account")),
            ("otpauth://totp/I:a:b?secret=SECRET", E::Label("account")),
            ("otpauth://totp/a%0Ab?secret=SECRET", E::Label("account")),
            ("otpauth://totp/a?secret=SECRET&issuer=a%3Ab", E::Label("issuer")),
            ("otpauth://totp/a?secret=SECRET&issuer=%20", E::Label("issuer")),
            ("otpauth://totp/a?secret=SECRET&secret=SECRET", E::Duplicate("secret")),
            ("otpauth://totp/a?secret=SECRET&SECRET=SECRET", E::Duplicate("secret")),
            ("otpauth://totp/a?secret=SECRET&issuer=I&issuer=", E::Duplicate("issuer")),
            ("otpauth://totp/a?secret=SECRET&digits=6&digits=8", E::Duplicate("digits")),
            ("otpauth://totp/a?secret=SECRET&period=30&Period=30", E::Duplicate("period")),
            ("otpauth://totp/a?secret=SECRET&algorithm=SHA1&algorithm=SHA1", E::Duplicate("algorithm")),
            ("otpauth://totp/a?secret=SECRET&algorithm=MD5", E::Algorithm),
            ("otpauth://totp/a?secret=SECRET&algorithm=", E::Algorithm),
        ] {
            let uri = uri.replace("&SECRET=SECRET", "&SeCrEt=SECRET");
            assert_eq!(parse(&uri).unwrap_err(), error, "{uri}");
        }
        for digits in ["", "0", "5", "7", "9", "06", "+6", "6.0", "18446744073709551622", "%EF%BC%96"] {
            assert_eq!(parse(&format!("otpauth://totp/a?secret=SECRET&digits={digits}")).unwrap_err(), E::Digits);
        }
        for period in ["", "0", "14", "121", "+30", "-30", "30s", "4294967326", "18446744073709551615"] {
            assert_eq!(parse(&format!("otpauth://totp/a?secret=SECRET&period={period}")).unwrap_err(), E::Period);
        }
    }

    #[test]
    fn bad_secrets_are_refused_and_weak_ones_need_the_dangerous_door() {
        let weak = "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP";
        let refused = UriError::Secret(SecretError::TooShort { bits: 80, bits_min: 128 });
        assert_eq!(KeyUri::parse(weak).unwrap_err(), refused);
        assert_eq!(KeyUri::dangerous_parse_weak(weak).unwrap().warnings, [UriWarning::WeakSecret]);
        for (secret, error) in [
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", SecretError::NotBase32 { position: 32 }),
            ("GEZD+GNBV", SecretError::NotBase32 { position: 5 }),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGZ", SecretError::NotCanonical),
        ] {
            let uri = format!("otpauth://totp/a?secret={secret}");
            assert_eq!(KeyUri::dangerous_parse_weak(&uri).unwrap_err(), UriError::Secret(error));
        }
        assert!(KeyUri::dangerous_parse_weak("otpauth://totp/a?secret=").is_err());
    }

    #[test]
    fn the_longest_text_is_2048_bytes() {
        let filled = |bytes: usize| {
            let start = format!("otpauth://totp/a?secret={SECRET}&image=");
            format!("{start}{}", "x".repeat(bytes - start.len()))
        };
        assert!(KeyUri::parse(&filled(2048)).is_ok());
        assert_eq!(KeyUri::parse(&filled(2049)).unwrap_err(), UriError::TooLong);
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
            let _ = KeyUri::parse(&text);
        }

        #[test]
        fn what_is_read_from_almost_a_uri_is_sound_and_reads_back(
            rest in "[a-z0-9:%+ /?&=#\u{00e9}\u{4e00}]{0,30}", tail in "(&(secret|issuer|digits|period|x)=?[%+0-9A-Z=]{0,8}){0,4}"
        ) {
            let uri = format!("otpauth://totp/{rest}?secret={SECRET}{tail}");
            if let Ok(parsed) = KeyUri::dangerous_parse_weak(&uri) {
                let again = KeyUri::parse(&parsed.key.to_uri()).unwrap();
                proptest::prop_assert_eq!(again.key, parsed.key);
                proptest::prop_assert!(again.warnings.is_empty());
            }
        }
    }
}
