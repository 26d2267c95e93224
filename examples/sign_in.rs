//! From the sign-up to a sign-in with a second factor on a device that is remembered.
//!
//! `cargo run --example sign_in`

use account_security::prelude::*;

/// Tells the story; its test runs it too.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    // 32 random bytes each, from a vault, never from source code.
    let (lookup_key, root_key) = (SecretBytes::new(vec![1; 32]), SecretBytes::new(vec![2; 32]));
    let keyring = Keyring::new(lookup_key, KeyId(1), vec![(KeyId(1), root_key)])?;
    let security = Service::new(MemoryStore::new(), keyring, Settings::default())?;
    let alice = AccountId::parse("c-1001")?;
    let now = Timestamp::from_unix_s(1_767_225_600)?;
    let password = Password::parse(b"Vx9#qLm2-tide")?;
    let words = UserContext::new(&["alice", "13812345678"])?;
    let sender = Sender::new("Example Pay")?;
    let from = Some("192.0.2.7".parse()?); // the address that asks: messages are counted for it, too

    let new = NewAccount {
        password: &password,
        words: &words,
        contact: Destination::parse(Channel::Sms, "+8613812345678")?,
        second: None,
        sender: sender.clone(),
        locale: Locale::En,
    };
    let SignUpResult::Created(sent) = security.sign_up(&alice, from, &new, now)? else {
        return Err("not created: the answer says why, rule by rule".into());
    };
    let code = read_message(&security)?;
    let confirm = ConfirmContact { contact: ContactKind::Phone, challenge: sent.challenge, code };
    security.confirm_contact(&alice, &confirm, now)?;

    let later = now.plus_ms(3_600_000);
    let step = security.sign_in(&alice, &password, None, later)?;
    let SignInStep::SecondFactor { ticket, offers } = step else {
        return Err(format!("no: {:?}", step.refusal()).into());
    };
    println!("a code can go to {:?}", offers.phone_masked);

    let send = SendProofCode { ticket, errand: Errand::SignIn, via: ContactKind::Phone, sender, locale: Locale::En };
    let sent = security.send_proof_code(&alice, from, &send, later)?.map_err(|refused| format!("{refused:?}"))?;
    let proof = TypedProof::Code { challenge: sent.challenge, code: read_message(&security)? };
    let remember = Some(DeviceLabel::parse("Anna's phone")?); // from now on strangers cannot lock her out there
    match security.prove_sign_in(&alice, &ProveSignIn { ticket, proof, remember }, later)? {
        SignInStep::SignedIn(signed_in) => println!("open the session; review due: {}", signed_in.review_due),
        step => return Err(format!("no: {:?}", step.refusal()).into()),
    }
    Ok(())
}

/// The courier and the customer in one: takes what waits out of the outbox and reads the six digits in the last message.
fn read_message(security: &Service<MemoryStore>) -> Result<TypedCode, Box<dyn std::error::Error>> {
    let waiting = security.drain(10)?;
    security.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>())?;
    let Some(Ok(Effect::Send { text, .. })) = waiting.last().map(|waiting| &waiting.effect) else {
        return Err("no message waits".into());
    };
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
    Ok(TypedCode::parse(digits.ok_or("no code in the message")?, 6)?)
}
