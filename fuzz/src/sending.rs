//! What decides where a code goes, what its message says, and whether it may go out at all.

use account_security::types::{AccountId, Country, Currency, KeyId, Locale, Money, SecretBytes, Timestamp};
use account_security::verification::budget::{SendBudget, SendPolicy, charge, scopes, settle};
use account_security::verification::{
    Binding, Challenges, Channel, CodeKey, CodeKeys, Destination, IssueRequest, PaymentBinding, Purpose,
    RETRIEVER_BYTES_MAX, SendOutcome, Sender, Sent, SmsSize, VerificationPolicy, issue, render,
};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A destination as typed by people: what is read is one that the strict parser reads as itself.
pub fn typed_destination(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for home in ["CN", "GB", "US", "IT", "ZZ"] {
        let home = Country::parse(home).expect("a country");
        let Ok(to) = Destination::parse_phone(Channel::Sms, text, home) else { continue };
        assert_eq!(Destination::parse(Channel::Sms, to.expose()).as_ref(), Ok(&to));
        assert!(to.calling_prefix().is_some_and(|prefix| to.expose()[1..].starts_with(&prefix.number().to_string())));
        let planned = scopes(&to, None, bytes.len().to_le_bytes()[0], &SendPolicy::default());
        assert!(planned.is_err() || planned.is_ok_and(|planned| planned.len() == 3));
        if text.starts_with('+') && !text.contains('(') {
            let typed: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!(!text.is_ascii() || to.expose()[1..].len() <= typed.len(), "no digit is made up");
        }
    }
    assert!(Destination::parse_phone(Channel::Email, text, Country::parse("CN").expect("a country")).is_err());
    if let Ok(to) = Destination::parse_email(text) {
        assert_eq!(Destination::parse(Channel::Email, to.expose()).as_ref(), Ok(&to));
        assert_eq!(Destination::parse_email(to.expose()).as_ref(), Ok(&to), "read twice is read once");
        assert_eq!(to.calling_prefix(), None);
    }
}

/// What goes into a message: flags, then brand, payee's account and payee's name, with the byte 255 between them.
pub fn message(bytes: &[u8]) {
    let Some((flags, rest)) = bytes.split_first() else { return };
    let mut parts = rest.split(|byte| *byte == 0xFF).map(String::from_utf8_lossy);
    let (brand, account, name) = (parts.next(), parts.next().unwrap_or_default(), parts.next());
    let Ok(sender) = Sender::new(&brand.unwrap_or_default()) else { return };
    let minor = if flags & 16 == 0 { 129_900 } else { 1_000_000_000_000_000 };
    let money = Money::from_minor(minor, Currency::CNY).expect("money");
    let Ok(mut payment) = PaymentBinding::new(money, &account) else { return };
    if let Some(name) = name {
        let Ok(named) = payment.clone().named(&name) else { return };
        payment = named;
    }
    let (channel, to) = match flags & 3 {
        0 => (Channel::Voice, "+8613812345678"),
        1 => (Channel::Email, "alice@example.com"),
        _ => (Channel::Sms, "+8613812345678"),
    };
    let locale = if flags & 4 == 0 { Locale::En } else { Locale::ZhCn };
    let to = Destination::parse(channel, to).expect("a destination");
    let sent = sent(&to, &Binding::Payment(payment));
    let code = sent.delivery.code.expose();
    let app = sender.clone().for_android_app("FA+9qCX9VSu").expect("a hash");
    let short = render(&sent.delivery, &app, locale).expect("whatever may be bound has a message");
    let web = render(&sent.delivery, &sender.for_origin("example.com").expect("a host"), locale).expect("the same");
    if channel == Channel::Sms {
        assert!(short.expose().len() <= RETRIEVER_BYTES_MAX && short.expose().ends_with("\nFA+9qCX9VSu"));
        let text = web.expose();
        assert!(text.ends_with(&format!("\n@example.com #{}", code.as_str())) && text.lines().count() == 2, "{text}");
        assert!(text.matches('@').count() == 1 && text.matches('#').count() == 1, "{text}");
        let size = web.sms_size().expect("a text message has a size");
        assert_eq!(size, SmsSize::of(text));
        assert!((1..=4).contains(&size.segments), "{size:?} {text}");
    } else {
        assert_eq!((web.sms_size(), web.expose().lines().count()), (None, 1));
        assert_eq!(web.subject().is_some(), channel == Channel::Email);
    }
    assert!(!web.expose().chars().any(|it| it.is_control() && it != '\n'));
    assert!(!web.expose().contains("://") && !format!("{web:?}").contains(code.as_str()));
}

fn sent(to: &Destination, binding: &Binding) -> Sent {
    let keys = CodeKeys::new(CodeKey::new(KeyId(1), &SecretBytes::new(vec![7; 32])).expect("a key"), Vec::new());
    let account = AccountId::parse("c-1001").expect("an account");
    let request = IssueRequest { account: &account, purpose: Purpose::Payment, to, binding };
    let now = Timestamp::from_unix_s(1_800_000_000).expect("a time");
    let (policy, mut rng) = (VerificationPolicy::default(), StdRng::seed_from_u64(7));
    match issue(&Challenges::default(), &request, &keys.expect("keys"), &policy, &mut rng, now) {
        Ok(SendOutcome::Sent(sent)) => sent,
        other => panic!("{other:?}"),
    }
}

/// A stored send budget: charged and settled at any time it stays one, and counts what it was given.
pub fn send_budget(bytes: &[u8]) {
    let Ok(budget) = postcard::from_bytes::<SendBudget>(bytes) else { return };
    rewritten(&budget);
    let policy = SendPolicy::default();
    let to = Destination::parse(Channel::Sms, "+8613812345678").expect("a number");
    for now in [0, 1_700_000_000_000, 1_800_000_000_000, Timestamp::MAX.unix_ms()] {
        let now = Timestamp::from_unix_ms(now).expect("a time");
        for scope in scopes(&to, "192.0.2.7".parse().ok(), 0, &policy).expect("open") {
            let charged = charge(&budget, &policy.rules_for(&scope), to.calling_prefix(), now);
            rewritten(&charged.budget);
            let (before, after) = (budget.sent_in_hour(now), charged.budget.sent_in_hour(now));
            match charged.verdict {
                Ok(()) => assert_eq!(after, before.saturating_add(1)),
                Err(refused) => {
                    assert_eq!((after, charged.budget.sent_in_day(now)), (before, budget.sent_in_day(now)));
                    assert!(refused.retry_at().is_some_and(|at| at >= now), "{refused:?}");
                }
            }
        }
        let settled = settle(&budget, now);
        rewritten(&settled);
        assert_eq!(settled.sent_in_hour(now), budget.sent_in_hour(now));
        assert!(settled.verified_in_hour(now) - budget.verified_in_hour(now) <= 1);
    }
}

fn rewritten(budget: &SendBudget) {
    let written = postcard::to_allocvec(budget).expect("a state is always written");
    assert_eq!(postcard::from_bytes::<SendBudget>(&written).as_ref(), Ok(budget), "what is written must be read back");
}
