//! The life of a set of recovery codes, told as tests.

use rand::rngs::StdRng;
use rand::{SeedableRng, TryCryptoRng, TryRng};

use super::*;
use crate::types::{AccountId, KeyId, RandomId, SecretBytes, Timestamp};

const NEVER: RandomId = RandomId([0; 16]);

fn alice() -> AccountId {
    AccountId::parse("alice").unwrap()
}

fn key(id: u32) -> RecoveryKey {
    RecoveryKey::new(KeyId(id), &SecretBytes::new(vec![u8::try_from(id).unwrap(); 32])).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_s(1_772_366_400 + second).unwrap()
}

fn drawn(previous: &RecoverySet, seed: u64) -> GeneratedRecoveryCodes {
    generate_recovery_codes(previous, &alice(), &key(1), &mut StdRng::seed_from_u64(seed), at(0)).unwrap()
}

fn spend(set: &RecoverySet, code: &RecoveryCode, sign_in: u8) -> SpentRecoveryCode {
    spend_recovery_code(set, &alice(), &key(1), code, RandomId([sign_in; 16]), at(1)).unwrap()
}

#[test]
fn each_code_opens_once_in_any_order_until_none_is_left() {
    let GeneratedRecoveryCodes { mut set, codes } = drawn(&RecoverySet::default(), 1);
    for (spent, index) in [7, 0, 9, 3, 1, 2, 4, 5, 6, 8].into_iter().enumerate() {
        let sign_in = u8::try_from(spent).unwrap() + 1;
        let answer = spend(&set, &codes[index], sign_in);
        assert_eq!(answer.outcome, RecoveryOutcome::Accepted { left: 9 - spent });
        assert_eq!(answer.set.is_low(), 9 - spent <= 3);
        assert_eq!(answer.set.validate(), Ok(()));
        let again = spend(&answer.set, &codes[index], sign_in + 100);
        assert_eq!((again.outcome, &again.set), (RecoveryOutcome::AlreadySpent, &answer.set));
        set = answer.set;
    }
    assert_eq!(set.left(), 0);
}

#[test]
fn one_sign_in_spends_at_most_one() {
    let drawn = drawn(&RecoverySet::default(), 1);
    let first = spend(&drawn.set, &drawn.codes[0], 1);
    for code in &drawn.codes {
        let second = spend(&first.set, code, 1);
        assert_eq!((second.outcome, &second.set), (RecoveryOutcome::SecondOfSignIn, &first.set));
    }
    assert_eq!(spend(&first.set, &drawn.codes[1], 2).outcome, RecoveryOutcome::Accepted { left: 8 });
}

#[test]
fn new_codes_void_all_older_ones_used_or_not() {
    let old = drawn(&RecoverySet::default(), 1);
    let half_used = spend(&old.set, &old.codes[0], 1).set;
    let new = drawn(&half_used, 2);
    assert_eq!((new.set.generation(), new.set.left()), (2, 10));
    for code in &old.codes {
        assert_eq!(spend(&new.set, code, 3).outcome, RecoveryOutcome::WrongCode);
    }
    // Even a generator that repeats the old codes gives other tags: the sign-in of the first set is forgotten, too.
    let repeated = drawn(&half_used, 1);
    assert!(repeated.set.codes.iter().zip(&old.set.codes).all(|(new, old)| new.tag != old.tag));
    assert_eq!(spend(&repeated.set, &repeated.codes[0], 1).outcome, RecoveryOutcome::Accepted { left: 9 });
}

#[test]
fn a_code_belongs_to_one_account() {
    let drawn = drawn(&RecoverySet::default(), 1);
    let mallory = AccountId::parse("mallory").unwrap();
    let answer = spend_recovery_code(&drawn.set, &mallory, &key(1), &drawn.codes[0], NEVER, at(1)).unwrap();
    assert_eq!((answer.outcome, answer.set), (RecoveryOutcome::WrongCode, drawn.set));
}

#[test]
fn without_the_key_of_the_set_no_code_is_judged() {
    let drawn = drawn(&RecoverySet::default(), 1);
    assert_eq!(drawn.set.key_id(), Some(KeyId(1)));
    let answer = spend_recovery_code(&drawn.set, &alice(), &key(2), &drawn.codes[0], NEVER, at(1));
    assert_eq!(answer, Err(RecoveryError::OtherKey(KeyId(1))));
    // The same id over another key is a wrong key, and opens nothing.
    let impostor = RecoveryKey::new(KeyId(1), &SecretBytes::new(vec![9; 32])).unwrap();
    let answer = spend_recovery_code(&drawn.set, &alice(), &impostor, &drawn.codes[0], NEVER, at(1)).unwrap();
    assert_eq!(answer.outcome, RecoveryOutcome::WrongCode);
}

#[test]
fn an_account_without_codes_says_so() {
    let code = &drawn(&RecoverySet::default(), 1).codes[0];
    let answer = spend(&RecoverySet::default(), code, 1);
    assert_eq!((answer.outcome, answer.set), (RecoveryOutcome::NoCodes, RecoverySet::default()));
}

#[test]
fn codes_differ_from_each_other_and_hold_no_letter_that_looks_like_a_digit() {
    let shown: Vec<String> = (0..20)
        .flat_map(|seed| drawn(&RecoverySet::default(), seed).codes)
        .map(|it| it.to_text().to_string())
        .collect();
    assert_eq!(shown.iter().collect::<std::collections::BTreeSet<_>>().len(), 200);
    assert!(shown.iter().all(|code| code.len() == 29 && !code.contains(['I', 'L', 'O', 'U'])));
    // All 32 signs occur in every one of the 24 places, over 2,000 codes.
    let mut seen = [[0_u32; 32]; 24];
    for seed in 100..300 {
        for code in drawn(&RecoverySet::default(), seed).codes {
            for (place, sign) in code.to_text().chars().filter(|sign| *sign != '-').enumerate() {
                let index = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".find(sign).unwrap();
                seen[place][index] += 1;
            }
        }
    }
    assert!(seen.iter().flatten().all(|count| (25..=110).contains(count)), "{seen:?}");
}

/// Answers nothing but zeros.
struct Stuck;

impl TryRng for Stuck {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(0);
        Ok(())
    }
}
impl TryCryptoRng for Stuck {}

#[test]
fn a_stuck_generator_makes_no_codes_instead_of_ten_equal_ones() {
    let answer = generate_recovery_codes(&RecoverySet::default(), &alice(), &key(1), &mut Stuck, at(0));
    assert_eq!(answer.unwrap_err(), RecoveryError::RandomnessFailed);
}

#[test]
fn a_clock_that_ran_back_still_leaves_a_valid_set() {
    let drawn = drawn(&RecoverySet::default(), 1);
    let answer = spend_recovery_code(&drawn.set, &alice(), &key(1), &drawn.codes[0], NEVER, Timestamp::MIN).unwrap();
    assert_eq!(answer.outcome, RecoveryOutcome::Accepted { left: 9 });
    assert_eq!(answer.set.validate(), Ok(()));
}

#[test]
fn debug_shows_no_code() {
    let drawn = drawn(&RecoverySet::default(), 1);
    let shown = format!("{drawn:?}");
    for code in &drawn.codes {
        let text = code.to_text();
        assert!(text.split('-').all(|group| !shown.contains(group)), "{shown}");
    }
}

#[test]
fn the_largest_generation_is_the_last() {
    let mut set = drawn(&RecoverySet::default(), 1).set;
    set.generation = u32::MAX;
    assert_eq!(drawn(&set, 2).set.generation(), u32::MAX);
}
