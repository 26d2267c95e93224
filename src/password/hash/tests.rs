//! Stories about making hashes.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::password::{NoPepper, Peppers, RehashReason, Verified};
use crate::types::{KeyId, SecretBytes};

fn hasher() -> Hasher {
    Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 4_096).unwrap()
}

fn password(typed: &str) -> Password {
    Password::parse(typed.as_bytes()).unwrap()
}

#[test]
fn a_hash_names_its_costs_and_draws_a_fresh_salt() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let first = hasher.hash(&password("Vx9#qLm2"), &NoPepper, &mut rng).unwrap();
    let second = hasher.hash(&password("Vx9#qLm2"), &NoPepper, &mut rng).unwrap();
    assert!(first.to_text().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    assert_eq!((first.salt.len(), first.tag.len()), (16, 32));
    assert!(first.salt != second.salt && first.tag != second.tag);
    assert_eq!(hasher.parse(&first.to_stored()), Ok(first));
}

#[test]
fn one_permit_serves_a_verification_and_the_hash_that_replaces_the_old_one() {
    let weaker = Hasher::new(HashParams::new(32, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap();
    let stored = weaker.hash(&password("Vx9#qLm2"), &NoPepper, &mut StdRng::seed_from_u64(1)).unwrap();
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap();
    let mut permit = hasher.permit(Some(&stored)).unwrap();
    assert_eq!(hasher.try_permit(None).unwrap_err(), HashError::Busy, "the budget holds one");
    let typed = password("Vx9#qLm2");
    let verified = hasher.verify_with(&mut permit, Some(&stored), &typed, &NoPepper).unwrap();
    assert_eq!(verified, Verified::Match { rehash: Some(RehashReason::Memory) });
    let renewed = hasher.hash_with(&mut permit, &typed, &NoPepper, &mut StdRng::seed_from_u64(2)).unwrap();
    drop(permit);
    assert_eq!(hasher.verify(Some(&renewed), &typed, &NoPepper), Ok(Verified::Match { rehash: None }));
}

#[test]
fn a_permit_for_less_memory_is_refused_and_never_grows() {
    let mut small = HashPool::new(64, 0, Engine::Standard).acquire(63).unwrap();
    let refused = hasher().hash_with(&mut small, &password("a"), &NoPepper, &mut StdRng::seed_from_u64(1));
    assert_eq!(refused.unwrap_err(), HashError::OverBudget);
}

#[test]
fn a_pepper_changes_the_tag_and_is_named_in_the_record() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let ring = Peppers::new(KeyId(7), vec![(KeyId(7), SecretBytes::new(vec![9; 32]))]).unwrap();
    let record = hasher.hash(&password("Vx9#qLm2"), &ring, &mut rng).unwrap();
    assert!(record.to_text().contains(",keyid=AAAABw$"));
    let without = tag(&mut hasher.permit(None).unwrap(), &record, b"Vx9#qLm2", None).unwrap();
    assert_ne!(without.as_slice(), record.tag);
}

#[test]
fn a_ring_that_lost_its_current_key_makes_no_hash() {
    struct Lost;
    impl PepperRing for Lost {
        fn current(&self) -> Option<KeyId> {
            Some(KeyId(3))
        }
        fn pepper(&self, _id: KeyId) -> Option<&SecretBytes> {
            None
        }
    }
    let refused = hasher().hash(&password("Vx9#qLm2"), &Lost, &mut StdRng::seed_from_u64(1));
    assert_eq!(refused.unwrap_err(), HashError::UnknownPepper(KeyId(3)));
}

#[test]
fn a_hasher_that_could_not_verify_its_own_hashes_is_refused() {
    let params = HashParams::new(1_024, 3, 1).unwrap();
    let built = |ceiling, budget| Hasher::new(params, ceiling, budget).map(|_| ()).unwrap_err();
    assert_eq!(built(VerifyCeiling { t: 2, ..VerifyCeiling::DEFAULT }, 4_096), ParamsError::AboveCeiling("t"));
    assert_eq!(built(VerifyCeiling::DEFAULT, 1_023), ParamsError::BudgetTooSmall);
}

#[test]
fn absurd_costs_are_refused_without_taking_memory() {
    let hasher = hasher();
    for costs in ["m=4194304,t=1,p=1", "m=4097,t=1,p=1", "m=64,t=4000000000,p=1", "m=262144,t=1,p=200"] {
        let stored =
            format!("$argon2id$v=19${costs}$c29tZXNhbHRzb21lc2FsdA$3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4");
        assert!(matches!(hasher.parse(&stored), Err(PhcError::OverCeiling(_))), "{costs}");
    }
    assert_eq!(hasher.held_kib(), 0);
}
