//! Recovery codes: as they are typed, and as they are stored.

use account_security::totp::{
    GeneratedRecoveryCodes, RECOVERY_CODE_CHARACTERS, RECOVERY_CODES, RecoveryCode, RecoveryKey, RecoveryOutcome,
    RecoverySet, generate_recovery_codes, spend_recovery_code,
};
use account_security::types::{AccountId, KeyId, RandomId, SecretBytes, Timestamp};

/// A typed code, or with a first byte of 0 a stored set.
pub fn recovery_code(bytes: &[u8]) {
    match bytes.split_first() {
        Some((0, stored)) => set(stored),
        _ => std::str::from_utf8(bytes).iter().for_each(|typed| code(typed)),
    }
}

fn code(typed: &str) {
    let Ok(code) = RecoveryCode::parse(typed) else { return };
    let text = code.to_text();
    assert!(text.len() == 29 && text.split('-').all(|group| group.len() == 4));
    assert!(text.bytes().all(|sign| sign == b'-' || sign.is_ascii_digit() || sign.is_ascii_uppercase()));
    assert!(!text.contains(['I', 'L', 'O', 'U']), "nothing that looks like a digit");
    let again = |typed: &str| RecoveryCode::parse(typed).map(|code| code.to_text());
    assert_eq!(again(&text).as_ref(), Ok(&text));
    assert_eq!(again(&text.to_lowercase().replace('-', "")).as_ref(), Ok(&text));
    assert!(RecoveryCode::parse(&format!("{}0", *text)).is_err() && RecoveryCode::parse(&text[1..]).is_err());
    assert!(typed.chars().filter(|sign| sign.is_alphanumeric()).count() == RECOVERY_CODE_CHARACTERS, "nothing skipped");
    assert_eq!(format!("{code:?}"), "RecoveryCode(redacted)");
}

/// A stored set.
pub fn set(stored: &[u8]) {
    let Ok(set) = postcard::from_bytes::<RecoverySet>(stored) else { return };
    assert_eq!(set.validate(), Ok(()));
    let written = postcard::to_allocvec(&set).expect("a state is always written");
    assert_eq!(postcard::from_bytes::<RecoverySet>(&written).as_ref(), Ok(&set));
    assert!(set.left() <= RECOVERY_CODES && written.len() < 512);

    let alice = AccountId::parse("alice").expect("an id");
    let key = |id| RecoveryKey::new(id, &SecretBytes::new(vec![7; 32])).expect("a key");
    let guess = RecoveryCode::parse("0123-4567-89AB-CDEF-GHJK-MNPQ").expect("a code");
    let now = Timestamp::from_unix_s(1_700_000_000).expect("a time");
    let own = key(set.key_id().unwrap_or(KeyId(1)));
    let tried = spend_recovery_code(&set, &alice, &own, &guess, RandomId([1; 16]), now).expect("it decides");
    assert_ne!(matches!(tried.outcome, RecoveryOutcome::Accepted { .. }), tried.set == set, "accepted is spent");
    let other = KeyId(own.id().0.wrapping_add(1));
    assert!(
        set.key_id().is_none()
            || spend_recovery_code(&set, &alice, &key(other), &guess, RandomId([1; 16]), now).is_err()
    );

    let mut rng = Counter(0);
    let GeneratedRecoveryCodes { set: new, codes } =
        generate_recovery_codes(&set, &alice, &own, &mut rng, now).expect("ten codes");
    assert!(new.validate() == Ok(()) && new.left() == RECOVERY_CODES && new.generation() >= set.generation());
    let first = spend_recovery_code(&new, &alice, &own, &codes[0], RandomId([2; 16]), now).expect("it decides");
    assert_eq!(first.outcome, RecoveryOutcome::Accepted { left: RECOVERY_CODES - 1 });
}

/// Counts: different codes each time, the same in each run.
struct Counter(u8);

impl rand::TryRng for Counter {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0 = self.0.wrapping_add(1);
        Ok(self.0.into())
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.try_next_u32()?.into())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(self.0);
        Ok(())
    }
}

impl rand::TryCryptoRng for Counter {}
