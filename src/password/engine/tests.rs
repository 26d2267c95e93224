//! Stories about the engines: published vectors, reuse, wiping.

#[cfg(feature = "fast-argon2")]
mod differential;

use super::*;
use crate::password::normalisation::Normalisation;
use crate::password::phc::{Algorithm, Version};

fn record(m_kib: u32) -> Phc {
    Phc {
        algorithm: Algorithm::Argon2id,
        version: Version::V19,
        m_kib,
        t: 2,
        p: 1,
        key_id: None,
        normalisation: Normalisation::CURRENT,
        salt: b"somesaltsomesalt".to_vec(),
        tag: vec![0; 32],
    }
}

fn tag(arena: &mut dyn Arena, record: &Phc, password: &[u8], pepper: Option<&[u8]>) -> Vec<u8> {
    let mut tag = vec![0; record.tag.len()];
    arena.compute(&Job { record, password, pepper }, &mut tag).unwrap();
    tag
}

/// RFC 9106 §5.3, the argon2id vector with its secret and associated data: the crate under our feet is the right one.
#[test]
fn the_crate_gives_the_tag_of_rfc_9106() {
    let mut builder = argon2::ParamsBuilder::new();
    builder.m_cost(32).t_cost(3).p_cost(4).output_len(32).data(argon2::AssociatedData::new(&[4; 12]).unwrap());
    let version = argon2::Version::V0x13;
    let engine =
        argon2::Argon2::new_with_secret(&[3; 8], argon2::Algorithm::Argon2id, version, builder.build().unwrap());
    let mut tag = [0; 32];
    engine.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    let expected = [
        0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e,
        0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59,
    ];
    assert_eq!(tag, expected);
}

/// From the tests of the reference implementation: `hashtest(version, 2, 8, 1, "password", "somesalt", …, Argon2_id)`.
#[test]
fn every_engine_gives_the_tag_of_the_reference_implementation() {
    let record = Phc { m_kib: 256, salt: b"somesalt".to_vec(), ..record(256) };
    for engine in Engine::ALL {
        let computed = tag(&mut *engine.allocate(256).unwrap(), &record, b"password", None);
        let hex: String = computed.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe", "{engine:?}");
    }
}

#[test]
fn reused_memory_gives_the_tags_of_fresh_memory_and_engines_agree() {
    for engine in Engine::ALL {
        let mut reused = engine.allocate(4_096).unwrap();
        for (index, m_kib) in [64, 512, 8, 64, 4_096, 100, 67, 64].into_iter().enumerate() {
            let (record, typed) = (record(m_kib), format!("password {index}"));
            let pepper = (index % 2 == 0).then_some(&[7; 32][..]);
            let fresh = tag(&mut *Engine::Standard.allocate(4_096).unwrap(), &record, typed.as_bytes(), pepper);
            assert_eq!(tag(&mut *reused, &record, typed.as_bytes(), pepper), fresh, "{engine:?} m={m_kib}");
            reused.wipe();
        }
    }
}

#[test]
fn a_wipe_leaves_nothing_of_any_job() {
    let mut arena = Engine::Standard.allocate(64).unwrap();
    for m_kib in [64, 8] {
        tag(&mut *arena, &record(m_kib), b"a", None);
        assert!(!arena.is_wiped());
    }
    arena.wipe();
    assert!(arena.is_wiped(), "the larger job came first");
}

#[test]
fn a_job_larger_than_the_arena_is_refused() {
    for engine in Engine::ALL {
        let mut arena = engine.allocate(64).unwrap();
        let larger = record(65 + 7);
        let refused = arena.compute(&Job { record: &larger, password: b"a", pepper: None }, &mut [0; 32]);
        assert_eq!(refused, Err(HashError::OverBudget), "{engine:?}");
        assert_eq!(arena.len_kib(), 64);
    }
}

#[test]
fn a_pepper_changes_the_tag_in_every_engine() {
    for engine in Engine::ALL {
        let mut arena = engine.allocate(64).unwrap();
        let with = tag(&mut *arena, &record(64), b"a", Some(&[7; 32]));
        assert_ne!(with, tag(&mut *arena, &record(64), b"a", None), "{engine:?}");
    }
}
