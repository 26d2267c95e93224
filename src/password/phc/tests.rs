//! Stories about reading stored hashes.

use super::*;

const SALT: &str = "c29tZXNhbHRzb21lc2FsdA";
const TAG: &str = "3fUQ941rsmo3/Cpi+6K2zMNtfMLWcfukgfsepsnYCw4";

fn parse(text: &str) -> Result<Phc, PhcError> {
    Phc::parse(text, &VerifyCeiling::DEFAULT)
}

fn with(parameters: &str) -> Result<Phc, PhcError> {
    parse(&format!("$argon2id$v=19${parameters}${SALT}${TAG}"))
}

#[test]
fn both_orders_and_a_missing_version_are_read() {
    let ours = with("m=64,t=3,p=2").unwrap();
    let nodes = with("m=64,p=2,t=3").unwrap();
    assert_eq!(ours, nodes);
    assert_eq!((ours.m_kib(), ours.t(), ours.p(), ours.key_id()), (64, 3, 2, None));
    let old = parse(&format!("$argon2i$m=64,t=3,p=2${SALT}${TAG}")).unwrap();
    assert_eq!((old.algorithm(), old.version()), (Algorithm::Argon2i, Version::V16));
    assert!(nodes.to_text().contains("$m=64,t=3,p=2$"), "written in one order");
}

#[test]
fn a_key_id_is_four_bytes_of_base64() {
    assert_eq!(with("m=64,t=3,p=2,keyid=AAAABw").unwrap().key_id(), Some(KeyId(7)));
    for bad in ["keyid=", "keyid=AAAA", "keyid=AAAABwAA", "keyid=AAAABw==", "keyid=AAAABx", "keyid=AAAABw,keyid=AAAABw"]
    {
        assert_eq!(
            with(&format!("m=64,t=3,p=2,{bad}")),
            Err(PhcError::Malformed(if bad.contains(',') { "parameters" } else { "keyid" })),
            "{bad}"
        );
    }
}

#[test]
fn damaged_texts_are_malformed_never_a_wrong_password() {
    for parameters in [
        "",
        "m=64",
        "m=64,t=3",
        "t=3,p=1",
        "m=64,t=3,t=3",
        "m=64,m=64,p=1",
        "m=64,t=3,p=1,t=4",
        "t=3,m=64,p=1",
        "p=1,t=3,m=64",
        "m=64,t=3,p=1,",
        ",m=64,t=3,p=1",
        "m=064,t=3,p=1",
        "m=+64,t=3,p=1",
        "m= 64,t=3,p=1",
        "m=64 ,t=3,p=1",
        "m=64,t=0,p=1",
        "m=64,t=3,p=0",
        "m=0,t=3,p=1",
        "m=-64,t=3,p=1",
        "m=6_4,t=3,p=1",
        "m=0x40,t=3,p=1",
        "m=4294967296,t=3,p=1",
        "m=7,t=3,p=1",
        "m=15,t=1,p=2",
        "m=٦٤,t=3,p=1",
        "M=64,T=3,P=1",
        "m=64;t=3;p=1",
        "m=,t=,p=",
        "m=64,t=3,p=1=1",
    ] {
        assert!(matches!(with(parameters), Err(PhcError::Malformed(_))), "{parameters}: {:?}", with(parameters));
    }
    let whole = format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${TAG}");
    let damaged = [
        String::new(),
        "$".into(),
        "$$".into(),
        "$argon2id".into(),
        "$argon2id$".into(),
        whole[1..].to_owned(),
        format!(" {whole}"),
        format!("{whole}\n"),
        format!("{whole}="),
        format!("{whole}$"),
        format!("{whole}$x"),
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}"),
        format!("$argon2id$v=19$m=64,t=1,p=1$${TAG}"),
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}$"),
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}==${TAG}"),
        format!("$argon2id$v=$m=64,t=1,p=1${SALT}${TAG}"),
        format!("$argon2id$v=019$m=64,t=1,p=1${SALT}${TAG}"),
        format!("$argon2id$v=19$v=19$m=64,t=1,p=1${SALT}${TAG}"),
        format!("$argon2id$v=19$m=64,t=1,p=1$c2FsdA${TAG}"),
        format!("$argon2id$v=19$m=64,t=1,p=1${SALT}$dGFn"),
        format!("{whole}{}", "A".repeat(600)),
    ];
    for text in damaged {
        assert!(matches!(parse(&text), Err(PhcError::Malformed(_))), "{text:?}: {:?}", parse(&text));
    }
}

#[test]
fn what_is_sound_but_foreign_says_so() {
    for foreign in [
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
        "$scrypt$ln=15,r=8,p=1$c2FsdA$dGFn",
        "$argon2ID$v=19$x",
    ] {
        assert_eq!(parse(foreign), Err(PhcError::UnsupportedAlgorithm), "{foreign}");
    }
    for number in ["17", "20", "1", "0"] {
        let text = format!("$argon2id$v={number}$m=64,t=1,p=1${SALT}${TAG}");
        assert_eq!(parse(&text), Err(PhcError::UnsupportedVersion), "{number}");
    }
    // As node-argon2 writes it when associated data was given.
    assert_eq!(with("m=4096,p=2,t=2,data=YWQ"), Err(PhcError::UnsupportedParameter));
    assert_eq!(with("m=4096,t=2,p=2,keyid=AAAABw,data=YWQ"), Err(PhcError::UnsupportedParameter));
}

#[test]
fn absurd_costs_are_refused_by_name() {
    assert_eq!(with("m=262145,t=1,p=1"), Err(PhcError::OverCeiling("m")));
    assert!(with("m=262144,t=16,p=16").is_ok());
    assert_eq!(with("m=4294967295,t=4294967295,p=16777215"), Err(PhcError::OverCeiling("m")));
    assert_eq!(with("m=64,t=17,p=1"), Err(PhcError::OverCeiling("t")));
    assert_eq!(with("m=1024,t=1,p=17"), Err(PhcError::OverCeiling("p")));
    let long = "A".repeat(88);
    assert_eq!(parse(&format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${long}")), Err(PhcError::OverCeiling("tag")));
    assert_eq!(parse(&format!("$argon2id$v=19$m=64,t=1,p=1${long}${TAG}")), Err(PhcError::OverCeiling("salt")));
}

#[test]
fn what_was_done_to_the_text_stands_in_front_and_is_left_out_for_others() {
    let plain = format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${TAG}");
    assert_eq!(parse(&plain).unwrap().normalisation(), Normalisation::Unstated);
    let stated = parse(&format!("{{nfc}}{plain}")).unwrap();
    assert_eq!(stated.normalisation(), Normalisation::Nfc);
    assert_eq!((stated.to_text(), stated.to_stored()), (plain.clone(), format!("{{nfc}}{plain}")));
    for unknown in ["{nfkc}", "{NFC}", "{}", "{nfc", "nfc}", "{nfc}{nfc}", "{nfc} ", " {nfc}"] {
        assert_eq!(parse(&format!("{unknown}{plain}")), Err(PhcError::Malformed("start")), "{unknown}");
    }
    assert!(matches!(parse("{nfc}"), Err(PhcError::Malformed(_))));
}

#[test]
fn debug_shows_costs_and_no_hash() {
    let shown = format!("{:?}", with("m=64,t=3,p=2").unwrap());
    assert!(shown.contains("m=64") && !shown.contains("c29t") && !shown.contains("3fUQ"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn near_misses_are_read_or_refused(text in "\\$argon2(id|i|d)\\$(v=1[69]\\$)?(m=[0-9]{1,11},t=[0-9]{1,3},p=[0-9]{1,2}|[mtp=,0-9]{0,20})(,keyid=[A-Za-z]{0,8})?\\$[A-Za-z0-9+/=]{0,40}\\$[A-Za-z0-9+/]{0,60}\\$?") {
        if let Ok(stored) = parse(&text) {
            proptest::prop_assert_eq!(parse(&stored.to_text()), Ok(stored));
        }
    }

    #[test]
    fn what_is_written_reads_back(
        (p, m_factor, t) in (1_u32..=16, 8_u32..1_000, 1_u32..=16),
        key_id: Option<u32>,
        salt in proptest::collection::vec(proptest::prelude::any::<u8>(), 8..=64),
        tag in proptest::collection::vec(proptest::prelude::any::<u8>(), 16..=64),
        variant in 0_usize..6,
        is_stated: bool,
    ) {
        let algorithm = [Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d][variant % 3];
        let version = [Version::V16, Version::V19][variant / 3];
        let normalisation = if is_stated { Normalisation::Nfc } else { Normalisation::Unstated };
        let (m_kib, key_id) = (p * m_factor, key_id.map(KeyId));
        let stored = Phc { algorithm, version, m_kib, t, p, key_id, normalisation, salt, tag };
        let text = stored.to_stored();
        proptest::prop_assert!(text.len() <= PHC_BYTES_MAX);
        proptest::prop_assert_eq!(parse(&stored.to_text()), Ok(Phc { normalisation: Normalisation::Unstated, ..stored.clone() }));
        proptest::prop_assert_eq!(parse(&text), Ok(stored));
    }
}
