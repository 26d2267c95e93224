//! A stored hash that is damaged or absurdly dear is refused in less than a millisecond, and before memory is taken.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may panic; how long it takes is the question"
)]

use std::time::{Duration, Instant};

use account_security::password::{HashParams, Hasher, NoPepper, Password, Phc, VerifyCeiling, VerifyError};
use allocation_counter::measure;

const SALT: &str = "c29tZXNhbHRzb21lc2FsdA";
const TAG: &str = "3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";
/// Salt and tag are the only things a parser may copy: 64 bytes each at most.
const COPIED_BYTES_MAX: u64 = 128;

fn with(parameters: &str) -> String {
    format!("$argon2id$v=19${parameters}${SALT}${TAG}")
}

fn absurd() -> Vec<String> {
    let mut texts: Vec<String> = [
        "m=262145,t=1,p=1",
        "m=4294967295,t=1,p=1",
        "m=4294967295,t=4294967295,p=16777215",
        "m=64,t=17,p=1",
        "m=64,t=4294967295,p=1",
        "m=1024,t=1,p=17",
        "m=4294967295,p=1,t=1",
        "m=4294967295,t=1,p=1,keyid=AAAABw",
    ]
    .map(with)
    .into();
    texts.push(format!("$argon2id$v=19$m=64,t=1,p=1${}${TAG}", "A".repeat(88)));
    texts.push(format!("$argon2i$m=4294967295,t=1,p=1${SALT}${TAG}"));
    texts
}

/// Every way a text can be no stored hash: cut at each place, one byte changed at each place, a field twice, a field
/// missing, fields in another order, foreign numbers, foreign alphabets, far too long.
fn malformed() -> Vec<String> {
    let whole = with("m=64,t=1,p=1,keyid=AAAABw");
    let mut texts: Vec<String> = (0..whole.len() - 22).map(|at| whole[..at].to_owned()).collect();
    texts.extend((0..whole.len()).map(|at| format!("{} {}", &whole[..at], &whole[at + 1..])));
    texts.extend((0..whole.len()).map(|at| format!("{}\u{7bf}{}", &whole[..at], &whole[at + 1..])));
    let fields: Vec<&str> = whole.split('$').collect();
    for at in 1..fields.len() {
        let twice = [&fields[..=at], &fields[at..]].concat().join("$");
        let without = [&fields[..at], &fields[at + 1..]].concat().join("$");
        texts.push(twice);
        // Without its version it is an old hash, and no damage.
        texts.extend((fields[at] != "v=19").then_some(without));
    }
    // Salt and tag are both base64 of many lengths; which is which nobody can see.
    for at in 1..fields.len() - 2 {
        let mut swapped = fields.clone();
        swapped.swap(at, at + 1);
        texts.push(swapped.join("$"));
    }
    let parameters = [
        "",
        "m=64",
        "m=64,t=1",
        "t=1,p=1,m=64",
        "m=64,t=1,t=1",
        "m=64,t=1,p=1,p=1",
        "m=064,t=1,p=1",
        "m=+64,t=1,p=1",
        "m=-64,t=1,p=1",
        "m=0x40,t=1,p=1",
        "m=64.0,t=1,p=1",
        "m=6e1,t=1,p=1",
        "m=4294967296,t=1,p=1",
        "m=7,t=1,p=1",
        "m=64,t=0,p=1",
        "m=64,t=1,p=0",
        "m=99999999999999999999999999,t=1,p=1",
        "m=64;t=1;p=1",
        "M=64,T=1,P=1",
        "m=٦٤,t=1,p=1",
        "m=64,t=1,p=1,keyid=",
        "m=64,t=1,p=1,keyid=AAAABwA",
        "m=64,t=1,p=1,keyid=AAAABw,keyid=AAAABw",
    ];
    texts.extend(parameters.map(with));
    texts.extend([
        "$".repeat(512),
        "$".repeat(1_000_000),
        "A".repeat(513),
        format!("{whole}{}", "A".repeat(1_000_000)),
    ]);
    texts.extend(["{nfc}".to_owned(), "{nfc}{nfc}".to_owned() + &whole, "{nfkc}".to_owned() + &whole]);
    texts
}

/// The quickest of a few tries: a busy machine must not make this test fail.
fn quickest(mut act: impl FnMut()) -> Duration {
    let mut time = || {
        let start = Instant::now();
        act();
        start.elapsed()
    };
    (0..20).map(|_| time()).min().unwrap()
}

#[test]
fn absurd_costs_are_refused_at_once_and_nothing_is_allocated() {
    for text in absurd() {
        let mut is_refused = true;
        let used = measure(|| is_refused = Phc::parse(&text, &VerifyCeiling::DEFAULT).is_err());
        assert!(is_refused, "{text}");
        assert_eq!(used.count_total, 0, "{text}");
        assert!(quickest(|| drop(Phc::parse(&text, &VerifyCeiling::DEFAULT))) < Duration::from_millis(1), "{text}");
    }
}

#[test]
fn every_kind_of_damage_is_refused_at_once_with_no_more_than_salt_and_tag_copied() {
    let texts = malformed();
    assert!(texts.len() > 300);
    for text in texts {
        let mut is_refused = true;
        let used = measure(|| is_refused = Phc::parse(&text, &VerifyCeiling::DEFAULT).is_err());
        let shown: String = text.chars().take(120).collect();
        assert!(is_refused, "{shown}");
        assert!(used.bytes_total <= COPIED_BYTES_MAX, "{shown}: {} bytes", used.bytes_total);
        assert!(quickest(|| drop(Phc::parse(&text, &VerifyCeiling::DEFAULT))) < Duration::from_millis(1), "{shown}");
    }
}

#[test]
fn a_refused_record_takes_no_permit_and_no_hashing_memory() {
    let hasher =
        Hasher::new(HashParams::new(1_024, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 1_024).unwrap().with_queue(0);
    let typed = Password::parse(b"anything").unwrap();
    // Every permit is out: whoever asked for one would be told `Busy`.
    let all = hasher.permit(None).unwrap();
    let held_kib = hasher.held_kib();
    for text in absurd().into_iter().chain(malformed()) {
        let verdict = hasher.verify_text(Some(&text), &typed, &NoPepper);
        assert!(matches!(verdict, Err(VerifyError::Stored(_))), "{verdict:?}");
    }
    // Within the ceiling, above this budget.
    let large = with("m=2048,t=1,p=1");
    assert!(matches!(hasher.verify_text(Some(&large), &typed, &NoPepper), Err(VerifyError::Stored(_))));
    assert_eq!((hasher.held_kib(), hasher.pool().queue_len()), (held_kib, 0));
    drop(all);
}
