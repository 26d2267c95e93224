//! What the stories cannot tell of the face for other languages: long names, clients' addresses.

#![cfg(feature = "shell")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use account_security::ffi::shell::{
    CodeAnswer, CodeSentAnswer, ContactAnswer, FixedClock, KeyMaterial, PasswordAnswer, PaymentBinding, Proof,
    Security, ShellError, SignInAnswer, SignUpAnswer, StepUpAnswer,
};

const RIGHT: &[u8] = b"Vx9#qLm2-tide";
const NEXT: &[u8] = b"Kp4$wZt7-reef";
const START_MS: i64 = 1_772_366_400_000;
const CLIENT: &str = "203.0.113.7";

fn security() -> (Security, Arc<FixedClock>) {
    let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
    let clock = Arc::new(FixedClock::at(START_MS));
    (Security::dangerous_seeded_in_memory(&keys, clock.clone(), 1).unwrap(), clock)
}

/// The digits of the newest message.
fn newest_code(security: &Security) -> String {
    let messages = security.drain(1_000, "en").unwrap();
    security.delivered(&messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>()).unwrap();
    let text = &messages.iter().rfind(|message| message.is_code).expect("a code").text;
    let mut runs = text.split(|character: char| !character.is_ascii_digit());
    runs.rfind(|run| (6..=8).contains(&run.len())).unwrap().to_owned()
}

fn signed_up(security: &Security, account: &str, contact: &str) {
    let answer = security.sign_up(account, RIGHT, &[], contact, "en").unwrap();
    let SignUpAnswer::Created { sent } = answer else { panic!("{answer:?}") };
    let via = if contact.contains('@') { "email" } else { "phone" };
    let code = newest_code(security);
    let confirmed = security.confirm_contact(account, via, &sent.challenge, code.as_bytes()).unwrap();
    assert_eq!(confirmed, CodeAnswer::Accepted);
}

fn opened_step_up(security: &Security, account: &str) -> String {
    match security.begin_step_up(account).unwrap() {
        StepUpAnswer::Opened { ticket, .. } => ticket,
        other => panic!("{other:?}"),
    }
}

/// The account's name and contacts stand beside the caller's words, and are longer than a word may be.
#[test]
fn a_long_name_and_a_long_address_shut_nobody_out_of_a_new_password() {
    let (security, _) = security();
    let account = "n".repeat(120);
    let address = format!("{}@{}.example.com", "a".repeat(64), "d".repeat(60));
    signed_up(&security, &account, &address);
    let words: Vec<String> = (0..13).map(|number| format!("word-{number}")).collect();
    let changed = security.change_password(&account, RIGHT, NEXT, &words, None, "en").unwrap();
    assert!(matches!(changed, PasswordAnswer::Changed { .. }), "{changed:?}");
    // Looked for all the same: by as much of it as a word may have.
    let own = format!("A1!{}", "a".repeat(64));
    let refused = security.change_password(&account, NEXT, own.as_bytes(), &words, None, "en").unwrap();
    let PasswordAnswer::Unfit { report } = refused else { panic!("{refused:?}") };
    let words_rule = report.rules.iter().find(|rule| rule.name == "USER_WORDS").unwrap();
    assert_ne!(words_rule.have, 0, "{report:?}");
}

/// How many words are taken depends on nothing of the account, known or not.
#[test]
fn the_bound_of_words_tells_nothing_of_an_account() {
    let (security, _) = security();
    signed_up(&security, "alice", "+8613812345678");
    let words: Vec<String> = (0..14).map(|number| format!("word-{number}")).collect();
    let ticket = "0".repeat(32);
    for account in ["alice", "nobody"] {
        let most = security.finish_reset(account, &ticket, NEXT, &words[1..], "en").unwrap();
        assert_eq!(most, PasswordAnswer::Refused { retry_at_ms: None }, "{account}");
        let more = security.finish_reset(account, &ticket, NEXT, &words, "en").unwrap_err();
        assert!(matches!(more, ShellError::Invalid { ref field, .. } if field == "words"), "{account}: {more:?}");
    }
}

/// Once a network's messages are used up, whatever sends one through an object of a client there is refused; asked from
/// nowhere it is not.
#[test]
fn every_call_that_sends_counts_for_the_clients_network() {
    let (security, clock) = security();
    let client = security.asked_from(CLIENT).unwrap();
    signed_up(&security, "alice", "+8613812345678");
    signed_up(&security, "bob", "+8613812345679");
    signed_up(&security, "carol", "+8613812345600");
    signed_up(&security, "erin", "+8613812345602");
    clock.set(START_MS + 300_000);
    let begin = |asked: &Security| asked.begin_contact_change("bob", "+8613987654321", None, "en").unwrap();
    let begun = begin(&security);
    let ContactAnswer::Begun { change, .. } = begun else { panic!("{begun:?}") };
    let agreed_code = newest_code(&security);
    let payment = PaymentBinding {
        amount_minor: 100,
        currency: "CNY".to_owned(),
        payee_account: "6222020200112233445".to_owned(),
        payee_name: None,
    };
    let paid = security.send_payment_code("carol", "+8613812345600", &payment, "en").unwrap();
    let CodeSentAnswer::Sent { sent: first } = paid else { panic!("{paid:?}") };
    security.sign_up("dave", RIGHT, &[], "+8613812345601", "en").unwrap();

    let used_up = (0..200).any(|number| {
        let contact = format!("+86139000{number:05}");
        let answer = client.sign_up(&format!("u-{number}"), RIGHT, &[], &contact, "en").unwrap();
        matches!(answer, SignUpAnswer::NotSent { .. })
    });
    assert!(used_up, "the network's budget has an end");
    security.drain(1_000, "en").unwrap();
    clock.set(START_MS + 300_000 + 100_000);

    let ticket = opened_step_up(&security, "alice");
    let proof = |asked: &Security| asked.send_proof_code("alice", "step-up", &ticket, "phone", "en").unwrap();
    let confirm = |asked: &Security| asked.send_confirmation("dave", "phone", "en").unwrap();
    let pay = |asked: &Security| asked.send_payment_code("erin", "+8613812345602", &payment, "en").unwrap();
    let resend = |asked: &Security| {
        asked.resend_payment_code("carol", "+8613812345600", &first.challenge, &payment, "en").unwrap()
    };
    let differs = |what: &str, call: &dyn Fn(&Security) -> CodeSentAnswer| {
        assert!(matches!(call(&client), CodeSentAnswer::Refused { .. }), "{what}: from the client's network");
        assert!(matches!(call(&security), CodeSentAnswer::Sent { .. }), "{what}: from nowhere");
    };
    differs("proof", &proof);
    differs("confirmation", &confirm);
    differs("payment again", &resend);
    differs("payment", &pay);
    let again = |asked: &Security| asked.send_contact_code("bob", &change, "en").unwrap();
    assert!(matches!(again(&client), ContactAnswer::Refused { code: 605, .. }), "a contact's code");
    let agreed = client.prove_old_contact("bob", &change, agreed_code.as_bytes(), "en").unwrap();
    assert!(
        matches!(agreed, ContactAnswer::Agreed { sent: CodeSentAnswer::Refused { .. }, .. }),
        "the new contact's code: {agreed:?}"
    );
    assert!(matches!(again(&security), ContactAnswer::Sent { .. }), "a contact's code, from nowhere");
    assert!(matches!(begin(&client), ContactAnswer::Refused { code: 605, .. }), "another change");

    let waiting = |security: &Security| security.drain(1_000, "en").unwrap().len();
    let before = waiting(&security);
    client.begin_reset("alice", "phone", "en").unwrap();
    assert_eq!(waiting(&security), before, "a reset reads alike and sends nothing");
    clock.set(START_MS + 300_000 + 600_000);
    security.begin_reset("alice", "phone", "en").unwrap();
    assert_eq!(waiting(&security), before + 1, "a reset, from nowhere");
}

/// A remembered device is known until its owner forgets it; its token is a stranger's from then on.
#[test]
fn a_device_that_is_forgotten_is_a_stranger() {
    let (security, clock) = security();
    signed_up(&security, "alice", "+8613812345678");
    clock.set(START_MS + 300_000);
    let step = security.sign_in("alice", RIGHT, None).unwrap();
    let SignInAnswer::SecondFactor { ticket, .. } = step else { panic!("{step:?}") };
    let sent = security.send_proof_code("alice", "sign-in", &ticket, "phone", "en").unwrap();
    let CodeSentAnswer::Sent { sent } = sent else { panic!("{sent:?}") };
    let code = newest_code(&security);
    let proof = Proof::Code { challenge: &sent.challenge, code: code.as_bytes() };
    let step = security.prove_sign_in("alice", &ticket, proof, Some("Alice's phone")).unwrap();
    let SignInAnswer::SignedIn { device_token: Some(token), .. } = step else { panic!("{step:?}") };
    let devices = security.devices("alice", Some(&token)).unwrap();
    assert!(devices.len() == 1 && devices[0].is_this && devices[0].label == "Alice's phone", "{devices:?}");
    assert!(security.forget_device("alice", &devices[0].device).unwrap());
    assert!(!security.forget_device("alice", &devices[0].device).unwrap());
    assert!(security.devices("alice", Some(&token)).unwrap().is_empty());
    let told = security.history("alice", 1, 100).unwrap();
    let forgotten = told.iter().find(|line| line.name == "DeviceForgotten").unwrap();
    assert_eq!(forgotten.device.as_ref(), Some(&devices[0].device));
}

/// C reads names in the header alone: every one that may be passed or comes back stands there.
#[test]
fn the_header_lists_every_name() {
    use account_security::freeze::{FreezeReason, Scopes};
    use account_security::types::ReasonCode;
    let header = include_str!("../include/account_security.h");
    let reasons = ReasonCode::ALL.iter().filter(|reason| reason.code() < 1_000).map(|reason| reason.name());
    let names = Scopes::ALL
        .names()
        .chain(FreezeReason::ALL.iter().map(|reason| reason.name()))
        .chain(account_security::password::Preset::ALL.iter().map(|preset| preset.name()))
        .chain(account_security::risk::Preset::ALL.iter().map(|preset| preset.name()))
        .chain(reasons.chain([ReasonCode::CustomRule.name()]));
    let missing: Vec<&str> = names.filter(|name| !header.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, <[&str; 0]>::default());
}
