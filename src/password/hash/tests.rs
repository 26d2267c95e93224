//! Stories about making hashes.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::password::{NoPepper, Peppers};
use crate::types::{KeyId, SecretBytes};

fn hasher() -> Hasher {
    Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 4_096).unwrap()
}

fn password(typed: &str) -> Password {
    Password::parse(typed.as_bytes()).unwrap()
}

/// RFC 9106 §5.3, the argon2id vector with its secret and associated data: the engine under our feet is the right one.
#[test]
fn the_engine_gives_the_tag_of_rfc_9106() {
    let mut builder = argon2::ParamsBuilder::new();
    builder.m_cost(32).t_cost(3).p_cost(4).output_len(32).data(argon2::AssociatedData::new(&[4; 12]).unwrap());
    let engine =
        Argon2::new_with_secret(&[3; 8], argon2::Algorithm::Argon2id, argon2::Version::V0x13, builder.build().unwrap());
    let mut tag = [0; 32];
    engine.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    let expected = [
        0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e,
        0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
    ];
    assert_eq!(tag, expected);
}

#[test]
fn a_hash_names_its_costs_and_draws_a_fresh_salt() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let first = hasher.hash(&password("Vx9#qLm2"), &NoPepper, &mut rng).unwrap();
    let second = hasher.hash(&password("Vx9#qLm2"), &NoPepper, &mut rng).unwrap();
    assert!(first.to_text().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    assert_eq!((first.salt.len(), first.tag.len()), (16, 32));
    assert!(first.salt != second.salt && first.tag != second.tag);
    assert_eq!(hasher.parse(&first.to_text()), Ok(first));
}

#[test]
fn reused_memory_gives_the_tags_of_fresh_memory() {
    let hasher = hasher();
    for (index, m_kib) in [64, 512, 8, 64, 4_096, 100, 64].into_iter().enumerate() {
        let record = Phc { m_kib, ..hasher.blank(&NoPepper) };
        let typed = format!("password {index}");
        let reused = hasher.tag(&record, typed.as_bytes(), &NoPepper).unwrap();
        let mut fresh = [0; 32];
        engine(&record, None).unwrap().hash_password_into(typed.as_bytes(), &record.salt, &mut fresh).unwrap();
        assert_eq!(reused.as_slice(), fresh, "m={m_kib}");
    }
}

#[test]
fn a_pepper_changes_the_tag_and_is_named_in_the_record() {
    let (hasher, mut rng) = (hasher(), StdRng::seed_from_u64(1));
    let ring = Peppers::new(KeyId(7), vec![(KeyId(7), SecretBytes::new(vec![9; 32]))]).unwrap();
    let record = hasher.hash(&password("Vx9#qLm2"), &ring, &mut rng).unwrap();
    assert!(record.to_text().contains(",keyid=AAAABw$"));
    let without = hasher.tag(&Phc { key_id: None, ..record.clone() }, b"Vx9#qLm2", &ring).unwrap();
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
