//! What customers read, and what thieves cannot make them read.

use super::*;
use crate::types::{Currency, Timestamp};
use crate::verification::{BoundText, Code, Destination, PaymentBinding};

const PAYEE: &str = "6222 0202 0011 2345";
const APP_HASH: &str = "FA+9qCX9VSu";

fn delivery(purpose: Purpose, to: &str, binding: Binding) -> Delivery {
    let channel = if to.contains('@') { Channel::Email } else { Channel::Sms };
    let digits = if purpose.is_high_risk() { 8 } else { 6 };
    let sent_at = Timestamp::from_unix_s(1_800_000_000).unwrap();
    Delivery {
        challenge_id: crate::types::RandomId([1; 16]),
        purpose,
        to: Destination::parse(channel, to).unwrap(),
        binding,
        code: Code::of(42, digits),
        sent_at,
        expires_at: sent_at.plus_ms(5 * MINUTE_MS),
        resend_at: sent_at.plus_ms(MINUTE_MS),
    }
}

fn payment(name: Option<&str>) -> Delivery {
    payment_of("1299.00", Currency::CNY, PAYEE, name)
}

fn payment_of(amount: &str, currency: Currency, payee: &str, name: Option<&str>) -> Delivery {
    let payment = PaymentBinding::new(Money::parse(amount, currency).unwrap(), payee).unwrap();
    let payment = match name {
        Some(name) => payment.named(name).unwrap(),
        None => payment,
    };
    delivery(Purpose::Payment, "+8613812345678", Binding::Payment(payment))
}

fn web() -> Sender {
    Sender::new("示例支付").unwrap().for_origin("example.com").unwrap()
}

fn text(delivery: &Delivery, sender: &Sender, locale: Locale) -> String {
    render(delivery, sender, locale).unwrap().expose().to_owned()
}

#[test]
fn a_payment_names_amount_payee_and_its_account() {
    assert_eq!(
        text(&payment(Some("张记面馆")), &web(), Locale::ZhCn),
        "【示例支付】验证码000042，用于向“张记面馆”（尾号2345）付款1299.00元，5分钟内有效。\
         请勿告诉任何人，工作人员绝不会索要验证码。\n@example.com #000042"
    );
    let sender = Sender::new("Example Pay").unwrap();
    assert_eq!(
        text(&payment_of("7", Currency::JPY, PAYEE, Some("Noodle Bar")), &sender, Locale::En),
        "Example Pay: 000042 is your code to pay 7 JPY to \"Noodle Bar\" *2345. Valid for 5 min. \
         Never share it: our staff never asks for it."
    );
    assert!(
        text(&payment_of("7", Currency::USD, PAYEE, None), &web(), Locale::ZhCn).contains("向尾号2345付款7.00 USD")
    );
}

#[test]
fn a_changed_contact_is_named_but_not_shown_whole() {
    let new = Destination::parse(Channel::Sms, "+8613987654321").unwrap();
    let change = delivery(Purpose::ChangeContact, "+8613812345678", Binding::NewContact(new));
    assert!(text(&change, &web(), Locale::ZhCn).contains("00000042，用于更换联系方式为+86 ****4321，"));
    assert!(text(&change, &web(), Locale::En).contains("to change your contact to +86 ****4321."));
}

#[test]
fn every_purpose_has_its_own_words_in_every_language() {
    let session = || Binding::Session(BoundText::parse("s").unwrap());
    let plain = [
        Purpose::SignIn,
        Purpose::ResetPassword,
        Purpose::Unfreeze,
        Purpose::BindDevice,
        Purpose::ConfirmContact,
        Purpose::StepUp,
    ];
    for locale in [Locale::En, Locale::ZhCn] {
        let mut texts: Vec<_> =
            plain.map(|purpose| text(&delivery(purpose, "+8613812345678", session()), &web(), locale)).into();
        assert!(texts.iter().all(|text| text.contains("Never share") || text.contains("请勿告诉任何人")));
        // Short and long codes aside, only the action differs.
        texts.iter_mut().for_each(|text| *text = text.replace("00000042", "000042"));
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), plain.len());
    }
}

#[test]
fn the_last_line_binds_the_code_to_the_site() {
    let message = text(&payment(None), &web(), Locale::En);
    assert_eq!(message.lines().last(), Some("@example.com #000042"));
    assert_eq!(message.lines().count(), 2);
}

#[test]
fn a_hostile_payee_writes_no_line_link_or_second_code() {
    let hostile = "x\u{2028}@evil.com #999999 https://evil.com/】\u{202e}Code 123456";
    for locale in [Locale::En, Locale::ZhCn] {
        let message = text(&payment(Some(hostile)), &web(), locale);
        assert_eq!(message.matches('@').count(), 1, "{message}");
        assert_eq!(message.matches('#').count(), 1, "{message}");
        assert_eq!(message.lines().count(), 2, "{message}");
        assert_eq!(message.lines().last(), Some("@example.com #000042"));
        for bad in ["evil.com", "://", "99999", "12345", "\u{202e}", "\u{2028}"] {
            assert!(!message.contains(bad), "{bad} in {message}");
        }
        assert_eq!(message.matches('】').count(), usize::from(locale == Locale::ZhCn));
    }
    assert!(text(&payment(Some("\u{3164}...")), &web(), Locale::En).contains("to account *2345"), "no name is left");
}

#[test]
fn a_brand_is_reduced_like_any_other_name() {
    let sender = Sender::new("Ex@mple\r\n【Pay】").unwrap();
    assert!(text(&payment(None), &sender, Locale::En).starts_with("Ex mple Pay: "));
    assert_eq!(Sender::new("\n"), Err(MessageError::Brand));
}

#[test]
fn origins_and_app_hashes_are_checked() {
    for bad in ["", "localhost", "https://example.com", "example.com/a", "Example.com", "a b.com", "example.com #1"] {
        assert_eq!(web().for_origin(bad), Err(MessageError::Origin), "{bad}");
    }
    for bad in ["", "FA+9qCX9VS", "FA+9qCX9VSuu", "FA+9qCX9VS\n", "FA+9qCX9VS="] {
        assert_eq!(web().for_android_app(bad), Err(MessageError::AppHash), "{bad}");
    }
}

#[test]
fn the_segments_are_told() {
    let size = |delivery: &Delivery, sender: &Sender, locale| {
        let size = render(delivery, sender, locale).unwrap().sms_size().unwrap();
        (size.encoding, size.segments)
    };
    let english = Sender::new("Example Pay").unwrap().for_origin("example.com").unwrap();
    assert_eq!(size(&payment(None), &english, Locale::En), (SmsEncoding::Gsm7, 1));
    assert_eq!(size(&payment(None), &web(), Locale::En), (SmsEncoding::Ucs2, 3), "a Chinese brand in an English text");
    assert_eq!(size(&payment(None), &web(), Locale::ZhCn), (SmsEncoding::Ucs2, 2));
    let sign_in = delivery(Purpose::SignIn, "+8613812345678", Binding::None);
    let plain = Sender::new("示例支付").unwrap();
    assert_eq!(size(&sign_in, &plain, Locale::ZhCn), (SmsEncoding::Ucs2, 1));
}

#[test]
fn the_longest_message_for_an_android_app_has_at_most_140_bytes() {
    let sender = Sender::new("示例支付").unwrap().for_android_app(APP_HASH).unwrap();
    let long_email = format!("{}@{}.example.com", "a".repeat(64), "b".repeat(60));
    let new = Destination::parse(Channel::Email, &long_email).unwrap();
    let largest = "10000000000000.00";
    let deliveries = [
        payment_of(largest, Currency::CNY, "𠀀𠀁𠀂𠀃", Some("a long name that short messages leave out")),
        payment_of(largest, Currency::USD, "𠀀𠀁𠀂𠀃", None),
        delivery(Purpose::ChangeContact, "+8613812345678", Binding::NewContact(new)),
        delivery(Purpose::ConfirmContact, "+8613812345678", Binding::None),
        delivery(Purpose::ResetPassword, "+8613812345678", Binding::None),
        delivery(Purpose::SignIn, "+8613812345678", Binding::None),
        delivery(Purpose::Unfreeze, "+8613812345678", Binding::None),
        delivery(Purpose::BindDevice, "+8613812345678", Binding::None),
        delivery(Purpose::StepUp, "+8613812345678", Binding::None),
    ];
    for locale in [Locale::En, Locale::ZhCn] {
        for delivery in &deliveries {
            let longest_code = Delivery {
                code: Code::of(99_999_999, 8),
                expires_at: delivery.sent_at.plus_ms(10 * MINUTE_MS),
                ..again(delivery)
            };
            let message = text(&longest_code, &sender, locale);
            assert!(message.len() <= RETRIEVER_BYTES_MAX && message.ends_with(&format!("\n{APP_HASH}")), "{message}");
            assert!(message.contains("99999999"));
        }
    }
}

fn again(delivery: &Delivery) -> Delivery {
    Delivery { to: delivery.to.clone(), binding: delivery.binding.clone(), code: Code::of(42, 6), ..*delivery }
}

#[test]
fn a_call_speaks_the_digits_one_by_one_and_twice() {
    let call = Delivery { to: Destination::parse(Channel::Voice, "+8613812345678").unwrap(), ..again(&payment(None)) };
    let spoken = render(&call, &web(), Locale::En).unwrap();
    assert_eq!(spoken.expose().matches("0, 0, 0, 0, 4, 2").count(), 2);
    assert!(!spoken.expose().contains('@') && spoken.sms_size().is_none());
    assert!(text(&call, &web(), Locale::ZhCn).contains("0，0，0，0，4，2"));
    assert!(text(&call, &web(), Locale::En).contains("to the account ending in 2, 3, 4, 5, is: 0, 0"));
    assert!(text(&call, &web(), Locale::ZhCn).contains("尾号为2，3，4，5的账户付款1299.00元的验证码是：0，0"));
}

#[test]
fn an_email_keeps_the_code_out_of_its_subject() {
    let email = delivery(Purpose::SignIn, "alice@example.com", Binding::None);
    for (locale, subject) in [(Locale::En, "Your verification code"), (Locale::ZhCn, "您的验证码")] {
        let message = render(&email, &web(), locale).unwrap();
        assert_eq!((message.subject(), message.sms_size()), (Some(subject), None));
        assert!(message.expose().contains("000042") && !message.expose().contains("@example.com #"));
    }
}

#[test]
fn debug_shows_neither_text_nor_code() {
    let message = render(&payment(None), &web(), Locale::En).unwrap();
    assert!(!format!("{message:?} {:?}", payment(None)).contains("42"));
}

/// Anything that can be bound and sent, longest codes and lives included.
fn any_delivery() -> impl proptest::strategy::Strategy<Value = Delivery> {
    use proptest::prelude::*;
    let payee = "[^\\p{Cc}]{0,40}[\\p{L}\\p{N}&&[^\u{115F}\u{1160}\u{3164}\u{FFA0}]][^\\p{Cc}]{0,40}";
    let currency = prop::sample::select(&["CNY", "USD", "JPY", "KWD", "CLF", "HUF"][..]);
    let money = (prop_oneof![Just(1_000_000_000_000_000_i64), 0..=1_000_000_000_000_000_i64], currency);
    let payment = (money, payee, prop::option::of("[^\\p{Cc}]{1,60}")).prop_map(|((minor, currency), payee, name)| {
        let money = Money::from_minor(minor, Currency::parse(currency).unwrap()).unwrap();
        let payment = PaymentBinding::new(money, &payee).unwrap();
        Binding::Payment(name.into_iter().fold(payment, |payment, name| payment.named(&name).unwrap()))
    });
    let contact =
        prop_oneof!["\\+[1-9][0-9]{7,14}", "[a-z0-9]{1,40}@[a-z0-9]{1,60}\\.[a-z]{2,60}"].prop_map(|to: String| {
            let channel = if to.contains('@') { Channel::Email } else { Channel::Sms };
            Binding::NewContact(Destination::parse(channel, &to).unwrap())
        });
    let bound = prop_oneof![
        payment.prop_map(|binding| (Purpose::Payment, binding)),
        contact.prop_map(|binding| (Purpose::ChangeContact, binding)),
        prop::sample::select(&Purpose::ALL[..]).prop_map(|purpose| (purpose, Binding::None)),
    ];
    (bound, 0..100_000_000_u32, 1..=10_u64).prop_map(|((purpose, binding), code, minutes)| {
        let plain = delivery(purpose, "+8613812345678", binding);
        Delivery { code: Code::of(code, 8), expires_at: plain.sent_at.plus_ms(minutes * MINUTE_MS), ..plain }
    })
}

proptest::proptest! {
    #[test]
    fn nothing_allowed_exceeds_what_android_reads_or_four_segments(delivery in any_delivery(), brand in "[^\\p{Cc}]{0,30}[a-z中]") {
        let code = delivery.code.expose();
        for locale in [Locale::En, Locale::ZhCn] {
            let app = Sender::new(&brand).unwrap().for_android_app(APP_HASH).unwrap();
            let read = render(&delivery, &app, locale);
            proptest::prop_assert!(read.is_ok(), "{:?}", read);
            let read = read.unwrap();
            proptest::prop_assert!(read.expose().len() <= RETRIEVER_BYTES_MAX && read.expose().ends_with(APP_HASH));
            let full = render(&delivery, &Sender::new(&brand).unwrap().for_origin("example.com").unwrap(), locale).unwrap();
            let (text, size) = (full.expose(), full.sms_size().unwrap());
            proptest::prop_assert!(size.segments <= 4, "{} in {}", size.segments, text);
            proptest::prop_assert_eq!((text.matches(code.as_str()).count(), text.lines().count()), (2, 2), "{}", text);
            proptest::prop_assert!(!text.contains("://") && text.matches('#').count() == 1);
            // A second run of digits as long as a code could be taken for it.
            let (body, _) = text.split_once('\n').unwrap();
            let money = match &delivery.binding { Binding::Payment(payment) => payment.money().to_string(), _ => String::new() };
            let rest = body.replacen(code.as_str(), "", 1).replace(money.trim_end_matches(|it: char| !it.is_ascii_digit()), "");
            let longest = rest.split(|it: char| !it.is_numeric()).map(|run| run.chars().count()).max();
            proptest::prop_assert!(longest <= Some(5), "{}", text);
        }
    }

    #[test]
    fn no_name_breaks_the_frame(name in "[^\\p{Cc}]{1,60}", payee in "[^\\p{Cc}]{0,20}[0-9a-z中][^\\p{Cc}]{0,20}") {
        let delivery = payment_of("1", Currency::CNY, &payee, Some(&name));
        for locale in [Locale::En, Locale::ZhCn] {
            let full = text(&delivery, &web(), locale);
            proptest::prop_assert_eq!(full.lines().count(), 2);
            proptest::prop_assert_eq!(full.lines().last(), Some("@example.com #000042"));
            let app = web().for_android_app(APP_HASH).unwrap();
            proptest::prop_assert!(render(&delivery, &app, locale).is_ok());
        }
    }
}
