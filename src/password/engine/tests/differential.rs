//! The fast engine against the crate `argon2`, byte for byte, over ten thousand random parameter sets.

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use super::*;

const CASES: usize = 10_000;

#[test]
fn ten_thousand_random_parameter_sets_give_the_same_bytes() {
    let mut rng = StdRng::seed_from_u64(0x000A_4609);
    let mut fast = Engine::Fast.allocate(4_096).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for case in 0..CASES {
        let record = random_record(&mut rng, case);
        let password = bytes(&mut rng, 0..=200);
        let pepper = rng.random_bool(0.5).then(|| bytes(&mut rng, 0..=64));
        let expected = by_the_crate(&record, &password, pepper.as_deref());
        let computed = tag(&mut *fast, &record, &password, pepper.as_deref());
        assert_eq!(computed, expected, "case {case}: {record:?} password {password:?} pepper {pepper:?}");
        seen.insert((record.algorithm.name(), record.version.number(), record.p, pepper.is_some()));
    }
    assert_eq!(seen.len(), 3 * 2 * 8 * 2, "every algorithm, version and lane count, with and without pepper");
}

/// Mostly a few dozen blocks, where the edges of segments and lanes are dense; now and then some thousand.
fn random_record(rng: &mut StdRng, case: usize) -> Phc {
    let p = rng.random_range(1..=8);
    let over = if case.is_multiple_of(50) { 4_000 } else { 120 };
    Phc {
        algorithm: [Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d][rng.random_range(0..3)],
        version: [Version::V16, Version::V19][rng.random_range(0..2)],
        m_kib: 8 * p + rng.random_range(0..=over),
        t: rng.random_range(1..=4),
        p,
        key_id: None,
        normalisation: Normalisation::CURRENT,
        salt: bytes(rng, 8..=64),
        tag: vec![0; rng.random_range(4..=130)],
    }
}

fn bytes(rng: &mut StdRng, lengths: std::ops::RangeInclusive<usize>) -> Vec<u8> {
    let mut bytes = vec![0; rng.random_range(lengths)];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// Straight from the crate, in memory of its own: nothing of ours in between.
fn by_the_crate(record: &Phc, password: &[u8], pepper: Option<&[u8]>) -> Vec<u8> {
    let algorithm = match record.algorithm {
        Algorithm::Argon2id => argon2::Algorithm::Argon2id,
        Algorithm::Argon2i => argon2::Algorithm::Argon2i,
        Algorithm::Argon2d => argon2::Algorithm::Argon2d,
    };
    let version = match record.version {
        Version::V16 => argon2::Version::V0x10,
        Version::V19 => argon2::Version::V0x13,
    };
    let params = argon2::Params::new(record.m_kib, record.t, record.p, Some(record.tag.len())).unwrap();
    let mut tag = vec![0; record.tag.len()];
    argon2::Argon2::new_with_secret(pepper.unwrap_or_default(), algorithm, version, params)
        .unwrap()
        .hash_password_into(password, &record.salt, &mut tag)
        .unwrap();
    tag
}
