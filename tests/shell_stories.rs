//! The stories that four languages tell alike, told in Rust: `tests/scenarios/STORIES.md` says what a story is.
//!
//! `WRITE_TRANSCRIPTS=1` writes the expected transcripts anew; look at the difference before you keep it.

#![cfg(feature = "shell")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "shell_stories/answers.rs"]
mod answers;
#[path = "shell_stories/canonical.rs"]
mod canonical;
#[path = "shell_stories/place.rs"]
mod place;
#[path = "shell_stories/steps.rs"]
mod steps;

use std::path::{Path, PathBuf};

use serde_json::Value;

#[test]
fn every_story_is_told_as_it_was_written_down() {
    let stories = stories();
    // How many there are is held against the README by `tests/told.rs`; a folder that was emptied proves nothing.
    assert!(!stories.is_empty());
    let mut wrong = Vec::new();
    for path in &stories {
        let told = steps::play(&read(path));
        let expected = path.with_extension("jsonl");
        if std::env::var_os("WRITE_TRANSCRIPTS").is_some() {
            std::fs::write(&expected, &told).unwrap();
        }
        let written = std::fs::read_to_string(&expected).unwrap_or_default();
        if told != written {
            wrong.push(format!("{}: {}", path.display(), first_difference(&told, &written)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A story told twice is told alike, and one with another seed is not: so the transcripts are fixed by the story alone.
#[test]
fn a_story_is_fixed_by_its_seed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/second_factor.json");
    let mut story = read(&path);
    assert_eq!(steps::play(&story), steps::play(&story));
    let told = steps::play(&story);
    story["seed"] = Value::from(story["seed"].as_u64().unwrap() + 1);
    assert_ne!(steps::play(&story), told);
}

fn stories() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut stories: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect();
    stories.sort();
    stories
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn first_difference(told: &str, written: &str) -> String {
    let lines = told.lines().zip(written.lines()).enumerate().find(|(_, (told, written))| told != written);
    match lines {
        Some((number, (told, written))) => format!("step {}\n  told    {told}\n  written {written}", number + 1),
        None => format!("{} lines told, {} written", told.lines().count(), written.lines().count()),
    }
}

/// What a developer prints by mistake: answers that carry a code, a token or a secret do not show it.
#[test]
fn no_debug_of_an_answer_shows_a_code_a_token_or_a_secret() {
    use account_security::ffi::shell::{
        FixedClock, KeyMaterial, Proof, Security, SignInAnswer, SignUpAnswer, SoftToken,
    };
    let keys = KeyMaterial::new(b"lookup key of thirty-two bytes..", 1, b"root key of thirty-two bytes....").unwrap();
    let clock = std::sync::Arc::new(FixedClock::at(1_772_366_400_000));
    let security = Security::dangerous_seeded_in_memory(&keys, clock.clone(), 5).unwrap();
    let hidden = |shown: String, secret: &str| {
        assert!(secret.len() > 5 && !shown.contains(secret), "{shown} shows {secret}");
    };
    let enrolment = security.enrol_totp("alice", "Example Pay", "alice", None).unwrap();
    let uri = enrolment.uri();
    let secret = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    hidden(format!("{enrolment:?}"), secret);
    let token = SoftToken::from_uri(uri.as_bytes()).unwrap();
    let code = token.code_at(1_772_366_400_000).unwrap();
    hidden(format!("{token:?}"), secret);
    hidden(format!("{code:?}"), &code.digits);
    hidden(format!("{keys:?} {security:?}"), "thirty-two");

    let read = || {
        let messages = security.drain(10, "en").unwrap();
        security.delivered(&messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>()).unwrap();
        let last = messages.into_iter().next_back().unwrap();
        let code = last.text.split(|character: char| !character.is_ascii_digit()).find(|run| run.len() == 6);
        (code.unwrap().to_owned(), last)
    };
    let signed_up = security.sign_up("bob", b"Vx9#qLm2-tide", &[], "+8613812345678", "en").unwrap();
    let SignUpAnswer::Created { sent } = signed_up else { panic!("{signed_up:?}") };
    let (code, message) = read();
    hidden(format!("{message:?}"), &code);
    hidden(format!("{message:?}"), "+8613812345678");
    security.confirm_contact("bob", "phone", &sent.challenge, code.as_bytes()).unwrap();
    let step = security.sign_in("bob", b"Vx9#qLm2-tide", None).unwrap();
    let SignInAnswer::SecondFactor { ticket, .. } = &step else { panic!("{step:?}") };
    hidden(format!("{step:?}"), ticket);
    clock.set(1_772_366_500_000);
    let sent = security.send_proof_code("bob", "sign-in", ticket, "phone", "en").unwrap();
    let account_security::ffi::shell::CodeSentAnswer::Sent { sent } = sent else { panic!("{sent:?}") };
    let (code, _) = read();
    let proof = Proof::Code { challenge: &sent.challenge, code: code.as_bytes() };
    hidden(format!("{proof:?}"), &code);
    let step = security.prove_sign_in("bob", ticket, proof, Some("Bob's phone")).unwrap();
    let SignInAnswer::SignedIn { device_token: Some(token), .. } = &step else { panic!("{step:?}") };
    hidden(format!("{step:?}"), token);
}
