//! Stories about verifying, with hashes made by other implementations.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::password::error::PhcError;
use crate::password::{NoPepper, Peppers, VerifyCeiling};
use crate::types::{KeyId, SecretBytes};

fn hasher() -> Hasher {
    Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 65_536).unwrap()
}

fn password(typed: &[u8]) -> Password {
    Password::parse(typed).unwrap()
}

fn ring(current: u32, ids: &[u32]) -> Peppers {
    let key = |id: &u32| (KeyId(*id), SecretBytes::new(vec![u8::try_from(*id).unwrap(); 32]));
    Peppers::new(KeyId(current), ids.iter().map(key).collect()).unwrap()
}

fn verify(stored: &str, typed: &[u8]) -> Result<Verified, VerifyError> {
    hasher().verify_text(Some(stored), &password(typed), &NoPepper)
}

/// argon2-cffi 25.1.0 (Python, the reference C code).
const CFFI: [(&[u8], &str, Option<RehashReason>); 10] = [
    (
        b"correct horse",
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$k9ohroejZy1PN5E1SbHNPug6vB8eQAahb5SOAp6iGF4",
        None,
    ),
    (
        b"correct horse",
        "$argon2id$v=19$m=1024,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$DONHjgC//UuUTfoFbtpiu9pPY5ZX0PZUava7d+l0czw",
        None,
    ),
    (
        "密码是马和电池".as_bytes(),
        "$argon2id$v=19$m=1024,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$WWI1BbK8g5AQGBb4SyR/vVnCXGgu6sChCF/JIxc59PM",
        // Not ASCII, and nobody says what was done to the text.
        Some(RehashReason::Normalisation),
    ),
    (b"", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4", None),
    (
        b"nul\0byte",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$0wiwhaneRbADmsoJT5jdjz0h/ramAM6lskgfN2FxHYs",
        None,
    ),
    (
        b"correct horse",
        "$argon2i$v=19$m=1024,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$fOhNrVAigg/8uUOZ2vRsD3ywCOU/jC5uwk4kI3nOJPE",
        Some(RehashReason::Algorithm),
    ),
    (
        b"correct horse",
        "$argon2d$v=19$m=1024,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$IHKxPwhAfU8in+rWyS93RUhmp0M5wD12DViyoefo78w",
        Some(RehashReason::Algorithm),
    ),
    // Version 16, written without `v` as old software did.
    (
        b"correct horse",
        "$argon2i$m=1024,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$XAHagLqE+k4gxgGlt4Oe05eJwRlDtnEi26E2oNbHFbI",
        Some(RehashReason::Algorithm),
    ),
    (b"correct horse", "$argon2id$v=19$m=512,t=2,p=2$c29tZXNhbHQ$nCpJRBV9t1Ro+aEwNr0XLQ", Some(RehashReason::Salt)),
    (
        b"correct horse",
        "$argon2id$v=19$m=512,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY$xhXx4t0zrMzqjxhgX4kcI2SAkVpBXjU1XUhdir6LTTZgQ+GFVhBBfrZu432Uke++KCL5Oh/CCGf2baGH8QZgpQ",
        None,
    ),
];

/// libsodium's `crypto_pwhash_str` by way of PyNaCl 1.6.2.
const LIBSODIUM: [(&[u8], &str, Option<RehashReason>); 2] = [
    (
        b"correct horse",
        "$argon2id$v=19$m=8192,t=1,p=1$odMNQGO1A0Qfh0pm3Jt0Jw$/MZpHj1rD0tcenwVMvIGK16q1xbTYG5kCbsC7kInxiA",
        None,
    ),
    (
        b"correct horse",
        "$argon2i$v=19$m=8192,t=3,p=1$AkWZ4n8SoRimeWUjdmjFVg$YM3137l25EVY+1NCYf0qphbNgQojh0lFHMEjmVtel+E",
        Some(RehashReason::Algorithm),
    ),
];

/// node-argon2 0.45.1, which writes `m,p,t`.
const NODE: [(&[u8], &str, Option<RehashReason>); 1] = [(
    b"correct horse",
    "$argon2id$v=19$m=4096,p=1,t=3$c29tZXNhbHRzb21lc2FsdA$acbZCckOfABB/s2U/eE8vrM+V9HWTIj4syKxzIwhax8",
    None,
)];

#[test]
fn hashes_made_by_other_implementations_are_verified() {
    for (typed, stored, rehash) in CFFI.into_iter().chain(LIBSODIUM).chain(NODE) {
        assert_eq!(verify(stored, typed), Ok(Verified::Match { rehash }), "{stored}");
        assert_eq!(verify(stored, b"correct Horse"), Ok(Verified::Mismatch), "{stored}");
        assert_eq!(verify(stored, &[typed, b"\0"].concat()), Ok(Verified::Mismatch), "{stored}");
    }
}

#[test]
fn a_text_without_version_means_sixteen() {
    let old = CFFI[7].1;
    assert_eq!(
        verify(&old.replace("$m=", "$v=16$m="), b"correct horse").unwrap(),
        verify(old, b"correct horse").unwrap()
    );
    assert_eq!(verify(&old.replace("$m=", "$v=19$m="), b"correct horse"), Ok(Verified::Mismatch));
}

#[test]
fn a_decomposed_password_stored_elsewhere_matches_once_and_asks_for_a_new_hash() {
    let decomposed = "Zoe\u{308} Passwort 1!".as_bytes();
    let composed = "Zo\u{eb} Passwort 1!".as_bytes();
    let of_decomposed =
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$CR7kELBNVdmFTsYu4eA52DDQAdJienCMOXBk3D2t1QY";
    let of_composed = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$8BmRNuZ1jNVnJ/31b1gRhHI8+dBMPU6+qjxm9f6Orp8";
    let normalisation = Verified::Match { rehash: Some(RehashReason::Normalisation) };
    assert_eq!(verify(of_decomposed, decomposed), Ok(normalisation));
    assert_eq!(verify(of_composed, decomposed), Ok(normalisation));
    assert_eq!(verify(of_composed, composed), Ok(normalisation), "it may have been made as typed");
    // Nobody can guess the form another keyboard typed years ago.
    assert_eq!(verify(of_decomposed, composed), Ok(Verified::Mismatch));
    // A record that says NFC is compared in NFC and nothing else, and is as good as new.
    let stated = |stored: &str| format!("{{nfc}}{stored}");
    assert_eq!(verify(&stated(of_composed), decomposed), Ok(Verified::Match { rehash: None }));
    assert_eq!(verify(&stated(of_composed), composed), Ok(Verified::Match { rehash: None }));
    assert_eq!(verify(&stated(of_decomposed), decomposed), Ok(Verified::Mismatch));
}

#[test]
fn an_old_record_is_found_by_the_fall_back_and_the_new_one_without() {
    let hasher = hasher();
    let typed = password("Zoe\u{308} Passwort 1!".as_bytes());
    let of_decomposed =
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$CR7kELBNVdmFTsYu4eA52DDQAdJienCMOXBk3D2t1QY";
    assert!(matches!(
        hasher.verify_text(Some(of_decomposed), &typed, &NoPepper),
        Ok(Verified::Match { rehash: Some(_) })
    ));
    let renewed = hasher.hash(&typed, &NoPepper, &mut StdRng::seed_from_u64(1)).unwrap();
    let policy = crate::password::PasswordPolicy::card_default();
    let old = PasswordState::set(None, &hasher.parse(of_decomposed).unwrap(), &policy, crate::types::Timestamp::MIN);
    assert_eq!(old.phc(), of_decomposed);
    let renewed = old.rehashed(&renewed).phc().to_owned();
    assert!(renewed.starts_with("{nfc}$argon2id$"));
    let set = PasswordState::set(None, &hasher.parse(&renewed).unwrap(), &policy, crate::types::Timestamp::MIN);
    assert_eq!(set.phc(), renewed, "a state keeps what was done to the text");
    for form in [typed, password("Zo\u{eb} Passwort 1!".as_bytes())] {
        assert_eq!(hasher.verify_text(Some(&renewed), &form, &NoPepper), Ok(Verified::Match { rehash: None }));
    }
}

#[test]
fn both_tries_are_charged_to_one_permit() {
    let one_hash = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap().with_queue(0);
    let stored = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$CR7kELBNVdmFTsYu4eA52DDQAdJienCMOXBk3D2t1QY";
    let typed = password("Zoe\u{308} Passwort 1!".as_bytes());
    assert!(matches!(one_hash.verify_text(Some(stored), &typed, &NoPepper), Ok(Verified::Match { .. })));
    assert_eq!(one_hash.held_kib(), 64);
}

#[test]
fn an_unknown_account_costs_a_hash_and_is_a_mismatch() {
    let hasher = hasher();
    let mut permit = hasher.permit(None).unwrap();
    assert_eq!(hasher.verify_with(&mut permit, None, &password(b"anything"), &NoPepper), Ok(Verified::Mismatch));
    assert!(!permit.is_wiped(), "a hash was computed");
    assert_eq!(permit.len_kib(), 64, "in the memory of a real one");
}

#[test]
fn an_unknown_account_is_compared_like_a_record_made_today() {
    let (hasher, mut rng, ring) = (hasher(), StdRng::seed_from_u64(1), ring(2, &[1, 2]));
    let known = hasher.hash(&password(b"a"), &ring, &mut rng).unwrap();
    let dummy = hasher.blank(&ring);
    let work = |of: &Phc| {
        (of.algorithm, of.version, of.m_kib, of.t, of.p, of.key_id, of.normalisation, of.salt.len(), of.tag.len())
    };
    assert_eq!(work(&dummy), work(&known));
    // A ring without its own current key fails the same for everybody.
    struct Lost;
    impl PepperRing for Lost {
        fn current(&self) -> Option<KeyId> {
            Some(KeyId(3))
        }
        fn pepper(&self, _id: KeyId) -> Option<&SecretBytes> {
            None
        }
    }
    assert_eq!(hasher.verify(None, &password(b"a"), &Lost), Err(VerifyError::UnknownPepper(KeyId(3))));
}

#[test]
fn a_damaged_or_refused_record_is_an_error_and_never_a_mismatch() {
    let whole = CFFI[3].1;
    assert_eq!(verify(&whole[..40], b""), Err(VerifyError::Stored(PhcError::Malformed("number of fields"))));
    assert_eq!(verify("", b""), Err(VerifyError::Stored(PhcError::Malformed("algorithm"))));
    assert_eq!(verify(&whole.replace("m=64", "m=9999999"), b""), Err(VerifyError::Stored(PhcError::OverCeiling("m"))));
    assert_eq!(verify("$2b$10$abc", b""), Err(VerifyError::Stored(PhcError::UnsupportedAlgorithm)));
}

#[test]
fn a_pepper_rotates_without_a_reset() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let typed = password(b"Vx9#qLm2");
    let bare = hasher.hash(&typed, &NoPepper, &mut rng).unwrap();
    let first = hasher.hash(&typed, &ring(1, &[1]), &mut rng).unwrap();
    let due = Ok(Verified::Match { rehash: Some(RehashReason::Pepper) });
    assert_eq!(hasher.verify(Some(&first), &typed, &ring(1, &[1])), Ok(Verified::Match { rehash: None }));
    assert_eq!(hasher.verify(Some(&first), &typed, &ring(2, &[1, 2])), due);
    assert_eq!(hasher.verify(Some(&bare), &typed, &ring(1, &[1])), due);
    assert_eq!(hasher.verify(Some(&first), &password(b"wrong"), &ring(2, &[1, 2])), Ok(Verified::Mismatch));
}

#[test]
fn a_lost_pepper_is_an_alarm_and_takes_the_time_of_a_mismatch() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let typed = password(b"Vx9#qLm2");
    let stored = hasher.hash(&typed, &ring(1, &[1]), &mut rng).unwrap();
    let rings: [&dyn PepperRing; 2] = [&ring(2, &[2]), &NoPepper];
    for ring in rings {
        let mut permit = hasher.permit(Some(&stored)).unwrap();
        let verdict = hasher.verify_with(&mut permit, Some(&stored), &typed, ring);
        assert_eq!(verdict, Err(VerifyError::UnknownPepper(KeyId(1))));
        assert!(!permit.is_wiped(), "a hash was computed all the same");
    }
}

#[test]
fn only_weaker_hashes_ask_for_a_new_one() {
    let current = Hasher::new(HashParams::new(256, 3, 2).unwrap(), VerifyCeiling::DEFAULT, 4_096).unwrap();
    let blank = current.blank(&NoPepper);
    let reason = |stored: Phc| current.rehash_reason(&stored, &NoPepper);
    assert_eq!(reason(blank.clone()), None);
    assert_eq!(reason(Phc { m_kib: 255, ..blank.clone() }), Some(RehashReason::Memory));
    assert_eq!(reason(Phc { t: 2, ..blank.clone() }), Some(RehashReason::Passes));
    assert_eq!(reason(Phc { p: 1, ..blank.clone() }), Some(RehashReason::Lanes));
    assert_eq!(reason(Phc { version: Version::V16, ..blank.clone() }), Some(RehashReason::Version));
    assert_eq!(reason(Phc { algorithm: Algorithm::Argon2i, ..blank.clone() }), Some(RehashReason::Algorithm));
    assert_eq!(reason(Phc { salt: vec![0; 15], ..blank.clone() }), Some(RehashReason::Salt));
    assert_eq!(reason(Phc { tag: vec![0; 31], ..blank.clone() }), Some(RehashReason::Tag));
    assert_eq!(reason(Phc { key_id: Some(KeyId(1)), ..blank.clone() }), Some(RehashReason::Pepper));
    assert_eq!(
        reason(Phc { m_kib: 512, t: 4, p: 4, salt: vec![0; 32], tag: vec![0; 64], ..blank }),
        None,
        "stronger stays"
    );
}

#[test]
fn a_record_parsed_under_another_ceiling_is_refused_instead_of_waited_for() {
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap();
    let large = Phc { m_kib: 65, ..hasher.blank(&NoPepper) };
    assert_eq!(hasher.verify(Some(&large), &password(b"a"), &NoPepper), Err(VerifyError::OverBudget));
}

#[test]
fn a_history_is_compared_under_one_permit() {
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 128).unwrap().with_queue(0);
    let stronger = Hasher::new(HashParams::new(128, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 128).unwrap();
    let policy = crate::password::PasswordPolicy::card_default();
    let mut rng = StdRng::seed_from_u64(1);
    let first = stronger.hash(&password(b"first"), &NoPepper, &mut rng).unwrap();
    let second = hasher.hash(&password(b"second"), &NoPepper, &mut rng).unwrap();
    let now = crate::types::Timestamp::MIN;
    let state = PasswordState::set(Some(&PasswordState::set(None, &first, &policy, now)), &second, &policy, now);
    assert_eq!(hasher.matches_history(&state, 5, &password(b"first"), &NoPepper), Ok(true));
    assert_eq!(hasher.matches_history(&state, 5, &password(b"third"), &NoPepper), Ok(false));
    let held = hasher.pool().acquire(1).unwrap();
    assert_eq!(
        hasher.matches_history(&state, 0, &password(b"first"), &NoPepper),
        Ok(false),
        "nothing asked, nothing taken"
    );
    assert_eq!(hasher.matches_history(&state, 5, &password(b"first"), &NoPepper), Err(VerifyError::Busy));
    drop(held);
}

#[test]
fn a_history_with_a_lost_pepper_is_compared_as_far_as_it_can_be_and_says_with_how_many_not() {
    let policy = crate::password::PasswordPolicy::card_default();
    let now = crate::types::Timestamp::MIN;
    let mut rng = StdRng::seed_from_u64(1);
    let hashed = [("first", 1), ("second", 2), ("third", 2)]
        .map(|(typed, key)| hasher().hash(&password(typed.as_bytes()), &ring(key, &[1, 2]), &mut rng).unwrap());
    let set = |state: Option<PasswordState>, phc: &Phc| Some(PasswordState::set(state.as_ref(), phc, &policy, now));
    let state = hashed.iter().fold(None, set).unwrap();
    let (whole, lost) = (ring(2, &[1, 2]), ring(2, &[2]));
    for (typed, is_known, is_left) in [("first", true, false), ("second", true, true), ("fourth", false, false)] {
        let typed = password(typed.as_bytes());
        assert_eq!(hasher().matches_history(&state, 5, &typed, &whole), Ok(is_known));
        assert_eq!(hasher().matches_what_is_left(&state, 5, &typed, &whole), Ok(is_known));
        assert_eq!(hasher().matches_what_is_left(&state, 5, &typed, &lost), Ok(is_left));
    }
    let fourth = password(b"fourth");
    assert_eq!(hasher().matches_history(&state, 5, &fourth, &lost), Err(VerifyError::UnknownPepper(KeyId(1))));
    assert_eq!([5, 2].map(|history| state.uncompared(history, &lost)), [1, 0], "as many as are asked for");
    assert_eq!(state.uncompared(5, &whole), 0);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
    #[test]
    fn what_was_hashed_matches_and_nothing_else_does(typed: Vec<u8>, other: Vec<u8>, seed: u64) {
        let (hasher, typed, other) = (hasher(), password(&typed), password(&other));
        let stored = hasher.hash(&typed, &ring(1, &[1]), &mut StdRng::seed_from_u64(seed)).unwrap();
        proptest::prop_assert_eq!(hasher.verify(Some(&stored), &typed, &ring(1, &[1])), Ok(Verified::Match { rehash: None }));
        let is_same = typed.normalised() == other.normalised();
        let verdict = hasher.verify(Some(&stored), &other, &ring(1, &[1])).unwrap();
        proptest::prop_assert_eq!(verdict == Verified::Mismatch, !is_same);
    }
}
