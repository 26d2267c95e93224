//! Parsers of text: what is read prints as itself, and nothing else is read.

use account_security::password::{Phc, VerifyCeiling};
use account_security::totp::{KeyUri, URI_BYTES_MAX, UriWarning};
use account_security::types::money::AMOUNT_MINOR_MAX;
use account_security::types::{Currency, Money, TypedCode};
use account_security::verification::{Channel, Destination, MASKED_BYTES_MAX};

/// A stored hash; under the usual ceiling and under none.
pub fn phc(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let no_ceiling = VerifyCeiling { m_kib: u32::MAX, t: u32::MAX, p: u32::MAX };
    let usual = VerifyCeiling::DEFAULT;
    let unbounded = Phc::parse(text, &no_ceiling);
    if let Ok(stored) = Phc::parse(text, &usual) {
        assert!(stored.m_kib() <= usual.m_kib && stored.t() <= usual.t && stored.p() <= usual.p);
        assert_eq!(unbounded.as_ref(), Ok(&stored), "a ceiling only ever refuses");
    }
    let Ok(stored) = unbounded else { return };
    assert!(stored.t() >= 1 && stored.p() >= 1 && stored.m_kib() / 8 >= stored.p());
    let written = stored.to_text();
    assert!(written.len() <= 512 && written.is_ascii());
    assert_eq!(Phc::parse(&stored.to_stored(), &no_ceiling).as_ref(), Ok(&stored));
    assert!(stored.to_stored().len() <= 512 && stored.to_stored().ends_with(&written));
    assert!(Phc::parse(&written, &no_ceiling).is_ok_and(|plain| plain.to_text() == written));
    let (salt_and_before, tag) = written.rsplit_once('$').expect("a tag");
    let salt = salt_and_before.rsplit('$').next().expect("a salt");
    let shown = format!("{stored:?}");
    assert!(!shown.contains(tag) && !shown.contains(salt), "{shown}");
    assert!(text.ends_with(&format!("${salt}${tag}")), "one text has one meaning: nothing was repaired");
}

/// A key URI; weak secrets are let in through their own door only.
pub fn otpauth_uri(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (strict, weak) = (KeyUri::parse(text), KeyUri::dangerous_parse_weak(text));
    if let Ok(parsed) = &strict {
        assert!(!parsed.key.secret().is_weak());
        assert_eq!(weak.as_ref(), Ok(parsed), "the wider door reads the same");
    }
    let Ok(parsed) = weak else { return };
    let is_weak = parsed.key.secret().is_weak();
    assert_eq!(parsed.warnings.contains(&UriWarning::WeakSecret), is_weak);
    assert_eq!(parsed.label_issuer.is_some(), parsed.warnings.contains(&UriWarning::IssuerMismatch));
    let mut warnings = parsed.warnings.clone();
    warnings.sort_unstable();
    warnings.dedup();
    assert_eq!(warnings.len(), parsed.warnings.len(), "each warning once");

    let written = parsed.key.to_uri();
    assert!(written.len() <= URI_BYTES_MAX && written.is_ascii());
    let again = KeyUri::dangerous_parse_weak(&written).expect("what is written can be read");
    assert_eq!(again.key, parsed.key);
    let only_weakness: &[UriWarning] = if is_weak { &[UriWarning::WeakSecret] } else { &[] };
    assert_eq!(again.warnings, only_weakness, "{}", &*written);
    // The names may hold anything, the secret's own text too, so only the secret is looked at.
    let secret = parsed.key.secret();
    assert!(!format!("{secret:?}").contains(secret.to_base32().as_str()));
}

/// A typed code: the first byte says how many digits are wanted.
pub fn typed_code(bytes: &[u8]) {
    let Some((digits, typed)) = bytes.split_first() else { return };
    let Ok(typed) = std::str::from_utf8(typed) else { return };
    // No policy asks for zero digits; the parser documents 1 to 9.
    let Ok(code) = TypedCode::parse(typed, *digits) else { return };
    let width = usize::from(code.digits());
    assert!(code.digits() == *digits && (1..=9).contains(&width));
    assert!(u64::from(code.value()) < 10_u64.pow(u32::from(code.digits())));
    assert!(code.ct_eq(code.value()) && !code.ct_eq(code.value() ^ 1));
    let plain = format!("{:0width$}", code.value());
    let wide: String = plain.bytes().filter_map(|digit| char::from_u32(0xFF10 + u32::from(digit - b'0'))).collect();
    let spaced: String = plain.chars().flat_map(|digit| [' ', digit, '-']).collect();
    for same in [&plain, &wide, &spaced] {
        assert_eq!(TypedCode::parse(same, code.digits()).as_ref(), Ok(&code), "{same}");
    }
    assert!(
        TypedCode::parse(&plain, code.digits() + 1).is_err() && TypedCode::parse(&plain, code.digits() - 1).is_err()
    );
    assert!(!format!("{code:?}").contains(&plain) || width == 1, "Debug shows no code");
}

/// An amount: three letters of currency, then the text.
pub fn money(bytes: &[u8]) {
    let Some((code, text)) = std::str::from_utf8(bytes).ok().and_then(|text| text.split_at_checked(3)) else { return };
    let Ok(currency) = Currency::parse(code) else { return };
    assert_eq!(currency.code(), code);
    let Ok(money) = Money::parse(text, currency) else { return };
    assert!((0..=AMOUNT_MINOR_MAX).contains(&money.minor()) && money.currency() == currency);
    // The same number again, by moving the point in the text.
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let minor = format!("{whole}{decimals:0<width$}", width = usize::from(currency.exponent()));
    let minor = minor.trim_start_matches('0');
    assert_eq!(if minor.is_empty() { "0" } else { minor }, money.minor().to_string());
    let shown = money.to_string();
    assert_eq!(shown.split_once(' ').map(|(amount, _)| Money::parse(amount, currency)), Some(Ok(money)), "{shown}");
    let stored = postcard::to_allocvec(&money).expect("money is stored");
    assert_eq!(postcard::from_bytes(&stored), Ok(money));
}

/// A phone number or an e-mail address, on every channel.
pub fn destination(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for channel in [Channel::Sms, Channel::Voice, Channel::Email] {
        let Ok(to) = Destination::parse(channel, text) else { continue };
        assert!(to.channel() == channel && to.expose().eq_ignore_ascii_case(text));
        assert!(to.expose().bytes().all(|byte| byte.is_ascii_graphic()), "nothing that could split a header");
        assert_eq!(Destination::parse(channel, to.expose()).as_ref(), Ok(&to));
        let masked = to.masked();
        assert!(masked.len() <= MASKED_BYTES_MAX && masked.contains("***") && !masked.chars().any(char::is_control));
        let shown = format!("{to:?}");
        if let Some((name, host)) = to.expose().split_once('@') {
            // A name that ends in stars may look like its mask.
            assert!(name.trim_end_matches('*').len() <= 1 || !shown.contains(to.expose()), "{shown}");
            assert!(channel == Channel::Email && host == host.to_ascii_lowercase());
            assert!(masked.split("***").next().is_some_and(|first| first.len() <= 1 && name.starts_with(first)));
        } else {
            assert!(channel != Channel::Email && !shown.contains(to.expose()), "{shown}");
            let hidden = to.expose().len() - masked.bytes().filter(u8::is_ascii_digit).count() - 1;
            assert!(hidden >= 4, "{masked}");
        }
    }
}
