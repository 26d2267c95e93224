//! A code that opens one payment only: sent by SMS, typed back, spent.
//!
//! `cargo run --example payment_code`

use account_security::prelude::*;

/// Tells the story; its test runs it too.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    // 32 random bytes each, from a vault, never from source code.
    let (lookup_key, root_key) = (SecretBytes::new(vec![1; 32]), SecretBytes::new(vec![2; 32]));
    let keyring = Keyring::new(lookup_key, KeyId(1), vec![(KeyId(1), root_key)])?;
    let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
    let alice = AccountId::parse("c-1001")?;
    let now = Timestamp::from_unix_s(1_767_225_600)?;

    let issue = IssueCode {
        purpose: Purpose::Payment,
        to: Destination::parse(Channel::Sms, "+8613812345678")?,
        binding: payment_of("1299.00")?,
        sender: Sender::new("Example Pay")?,
        locale: Locale::ZhCn,
    };
    let sent = security.execute(&alice, &issue, now)?.map_err(|refused| format!("{refused:?}"))?;
    println!("a code is on its way to {}", sent.destination_masked);
    let typed = read_message(&security)?;

    let verify = |amount| -> Result<CodeAnswer, Box<dyn std::error::Error>> {
        let code = TypedCode::parse(&typed, 6)?;
        let verify =
            VerifyCode { challenge: sent.challenge, purpose: Purpose::Payment, binding: payment_of(amount)?, code };
        Ok(security.execute(&alice, &verify, now)?)
    };
    // The same digits for another amount are a wrong code, and cost a try.
    assert!(matches!(verify("9299.00")?, CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left: 4 })));
    assert_eq!(verify("1299.00")?, CodeAnswer::Tried(VerifyOutcome::Accepted));
    assert_eq!(verify("1299.00")?, CodeAnswer::Tried(VerifyOutcome::AlreadyUsed));
    println!("the payment was opened once");
    Ok(())
}

fn payment_of(amount: &str) -> Result<Binding, Box<dyn std::error::Error>> {
    Ok(Binding::Payment(PaymentBinding::new(Money::parse(amount, Currency::CNY)?, "6222020200112345")?))
}

/// The courier and the customer in one: takes the message out of the outbox and reads the six digits in it.
fn read_message(security: &Service<MemoryStore>) -> Result<String, Box<dyn std::error::Error>> {
    let waiting = security.drain(10)?;
    let message = waiting.first().ok_or("no message waits")?;
    let Ok(Effect::Send { text, .. }) = &message.effect else { return Err("not a message".into()) };
    security.delivered(&[message.id])?;
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
    Ok(digits.ok_or("no code in the message")?.to_owned())
}
