//! `password check | hash | verify | calibrate`.

use std::time::{Duration, Instant};

use crate::desk::{Desk, has_fields};

// From the README of the reference implementation.
const REFERENCE_I: &str = "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG";
// Made with argon2-cffi 25.1.0 and PyNaCl 1.6.2 (libsodium).
const CFFI: &str = "$argon2id$v=19$m=8192,t=2,p=4$VnliLlZBCNiWqjMmZkpmdg$QiG2V5MSUrXXv5/tnaM9b3TyExJaM3WanDuto4xJEdc";
const CFFI_UMLAUT: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$HO1ueCAN1bpuEPRzoOUC0A$Ct5NSNrDrJQApGQezXR+BDTAUYNAokYUbeMm1vyQgKI";
const SODIUM: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$b2gHP5PCC6zVc8Fb4Cd2HQ$G71FQd+dB1I9jbwF7GuB4Ip1HbDcE3ji1RBNAOAax5E";

fn verify(desk: &Desk, phc: &str, password: impl AsRef<[u8]>) -> crate::desk::Said {
    desk.args(&["--json", "password", "verify", "--phc", phc], password.as_ref())
}

#[test]
fn check_answers_every_rule_and_exits_by_the_answer() {
    let desk = Desk::new();
    let good = desk.pipe("--json password check", "maple-Orbit-93-tundra\n").exits(0).json();
    has_fields(&good, &["accept", "score", "guesses_log10", "rules", "pending", "feedback"]);
    assert_eq!(good["accept"], true);
    for rule in good["rules"].as_array().unwrap() {
        has_fields(rule, &["code", "state", "have", "need"]);
        assert_ne!(rule["state"], "unsatisfied");
    }
    let bad = desk.pipe("--json password check", "password1").exits(1).json();
    assert_eq!(bad["accept"], false);
    let unsatisfied = bad["rules"].as_array().unwrap().iter().filter(|rule| rule["state"] == "unsatisfied");
    assert!(unsatisfied.map(|rule| rule["code"].as_str().unwrap()).any(|code| code == "BLOCKLIST"), "{bad}");
    desk.pipe("password check", "password1").exits(1).says("not acceptable").says("Not a common password");
    desk.pipe("password check", "maple-Orbit-93-tundra").exits(0).says("acceptable");
}

#[test]
fn presets_and_the_users_own_words_count() {
    let desk = Desk::new();
    // Fifteen characters without digit or symbol: enough for NIST, not for a card product.
    let words = "tundramapleorbit";
    desk.pipe("password check --preset nist_800_63b_4", words).exits(0);
    desk.pipe("password check --preset card_default", words).exits(1);
    desk.pipe("password check --preset nist_800_63b_4", "tundramaple").exits(1);
    desk.pipe("password check --preset nist_800_63b_4_second_factor", "tundramaple").exits(0);
    desk.pipe("password check --preset pci_dss_4_0_1", "tundramaple93").exits(0);
    desk.pipe("password check --preset pci_dss_4_0_1", "tundramaples").exits(1).says("At least 1 digit");
    desk.pipe("password check --preset mlps_practice", "Quill9tide").exits(0);
    desk.pipe("password check --preset mlps_practice", "tundra-maple").exits(1).says("At least 3 of");
    desk.pipe("password check --preset asvs_5_l1", "tundramaple").exits(0);
    desk.pipe("password check --preset pci", words).exits(2).says("--preset").says("nist_800_63b_4");
    let own = desk.pipe("--json password check --user-word Quillfeather", "quillfeather-93!x").exits(1).json();
    assert!(
        own["rules"].as_array().unwrap().iter().any(|it| it["code"] == "USER_WORDS" && it["state"] == "unsatisfied")
    );
    desk.pipe("password check", "quillfeather-93!x").exits(0);
}

#[test]
fn the_output_never_repeats_the_password() {
    let desk = Desk::new();
    let password = "Zyx-unusual-77-words";
    for line in ["password check", "--json password check", "password hash", "--json password hash"] {
        desk.pipe(line, password).exits(0).never_says(password);
    }
    verify(&desk, CFFI, password).exits(1).never_says(password);
    verify(&desk, "$argon2id$nonsense", password).exits(4).never_says(password);
}

#[test]
fn a_hash_verifies_its_password_and_no_other() {
    let desk = Desk::new();
    let first = desk.pipe("--json password hash", "maple-Orbit-93\n").exits(0).json();
    has_fields(&first, &["phc"]);
    let phc = first["phc"].as_str().unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    let said = verify(&desk, phc, "maple-Orbit-93").exits(0).json();
    has_fields(&said, &["match", "rehash"]);
    assert_eq!((&said["match"], &said["rehash"]), (&true.into(), &false.into()));
    // One line break at the end is the terminal's, with or without a carriage return; a space is the user's.
    verify(&desk, phc, "maple-Orbit-93\r\n").exits(0);
    for other in ["maple-Orbit-94", "maple-Orbit-93 ", "maple-Orbit-93\n\n", "Maple-Orbit-93", ""] {
        assert_eq!(verify(&desk, phc, other).exits(1).json()["match"], false, "{other:?}");
    }
    assert_ne!(desk.pipe("password hash", "maple-Orbit-93").exits(0).out.trim(), phc, "a salt came twice");
}

#[test]
fn hashes_of_other_libraries_are_read() {
    let desk = Desk::new();
    let stored = [(CFFI, "hunter2"), (CFFI_UMLAUT, "pässwörd"), (SODIUM, "hunter2"), (REFERENCE_I, "password")];
    for (phc, password) in stored {
        assert_eq!(verify(&desk, phc, password).exits(0).json()["match"], true, "{phc}");
        verify(&desk, phc, "hunter3").exits(1);
    }
    // The same letters typed on another keyboard: a with a combining diaeresis.
    verify(&desk, CFFI_UMLAUT, "pa\u{308}sswo\u{308}rd").exits(0);
    assert_eq!(verify(&desk, CFFI, "hunter2").exits(0).json()["rehash"], true, "8 MiB is less than the settings ask");
}

#[test]
fn stored_strings_that_are_wrong_or_absurd_are_refused_at_once() {
    let desk = Desk::new();
    let (salt, tag) = ("c29tZXNhbHRzb21lc2FsdA", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHApl8ArZWb2GRPPc");
    let costly = |cost: &str| format!("$argon2id$v=19${cost}${salt}${tag}");
    let mut strings: Vec<String> = [
        "m=4194304,t=1,p=1",
        "m=19456,t=4294967295,p=1",
        "m=19456,t=2,p=16777215",
        "m=0,t=0,p=0",
        "m=8,t=1,p=8",
        "m=99999999999999999999,t=2,p=1",
        "t=2,m=19456,p=1",
        "m=19456",
        "m=-1,t=2,p=1",
        "m=19456,t=2,p=1,x=1",
    ]
    .map(costly)
    .to_vec();
    strings
        .extend(["", "$", "$$$$$$", "hunter2", "$2b$12$abcdefghijklmnopqrstuu", "$argon2id$v=19$"].map(str::to_owned));
    strings.extend([
        format!("$argon2x$v=19$m=19456,t=2,p=1${salt}${tag}"),
        format!("$argon2id$v=20$m=19456,t=2,p=1${salt}${tag}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1$!!!!${tag}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$"),
        format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${}", "A".repeat(100_000)),
        format!(" {SODIUM}"),
        format!("{SODIUM}\n"),
    ]);
    for phc in strings {
        let started = Instant::now();
        verify(&desk, &phc, "hunter2").exits(4).says("--phc refused: ");
        assert!(started.elapsed() < Duration::from_secs(3), "{phc:.80} took {:?}", started.elapsed());
    }
}

#[test]
fn nothing_too_much_and_rubbish_on_standard_input() {
    let desk = Desk::new();
    desk.pipe("password check", "").exits(1);
    desk.pipe("password hash", "").exits(2).says("empty");
    desk.pipe("password hash", "\n").exits(2).says("empty");
    let megabyte = vec![b'a'; 1_000_000];
    for line in ["password check", "password hash"] {
        desk.pipe(line, &megabyte).exits(2).says("64 KiB");
    }
    verify(&desk, CFFI, &megabyte).exits(2).says("64 KiB");
    for rubbish in [&b"\xff\xfe\xfd"[..], b"abc\0def-93", b"\xed\xa0\x80-93-maple"] {
        let said = desk.pipe("--json password check", rubbish).exits(1).json();
        assert_eq!(said["accept"], false);
        verify(&desk, CFFI, rubbish).exits(1);
    }
    desk.pipe("password check", vec![b'a'; 2_000]).exits(1).says("At most 1024 bytes");
}

#[test]
fn calibrate_finds_costs_within_the_goal_and_never_below_the_least_allowed() {
    let desk = Desk::new();
    let found = desk.pipe("--json password calibrate --target-ms 2000 --memory-mib 20", "").exits(0).json();
    has_fields(&found, &["m_kib", "t", "p", "took_ms", "target_ms", "is_within_target"]);
    let (m_kib, t) = (found["m_kib"].as_u64().unwrap(), found["t"].as_u64().unwrap());
    assert!((19_456..=20_480).contains(&m_kib) && (2..=16).contains(&t), "{found}");
    assert!(found["took_ms"].as_u64().unwrap() <= 2_000);
    // Nothing takes less than a millisecond; the answer is the least allowed and says so.
    let slow = desk.pipe("--json password calibrate --target-ms 1 --memory-mib 7", "").exits(1).json();
    assert_eq!((&slow["m_kib"], &slow["t"]), (&7_168.into(), &5.into()));
    desk.pipe("password calibrate --target-ms 1 --memory-mib 7", "")
        .exits(1)
        .says("m_kib=7168 t=5 p=1")
        .says("allow more time");
    desk.pipe("password calibrate --memory-mib 6", "").exits(2);
    desk.pipe("password calibrate --target-ms 0", "").exits(2);
}

#[test]
fn presets_explain_themselves_in_both_languages() {
    let desk = Desk::new();
    for preset in ["card_default", "nist_800_63b_4", "asvs_5_l1", "asvs_5_l2", "pci_dss_4_0_1", "mlps_practice"] {
        desk.run(&format!("password explain --preset {preset}")).exits(0).says("OWASP ASVS 5.0 §6.2.8");
        desk.run(&format!("password explain --preset {preset} --locale zh-CN")).exits(0).says("规范化");
    }
    desk.run("password explain --preset pci_dss_4_0_1").exits(0).says("staff and merchants").says("NIST SP 800-63B-4");
    desk.run("password explain --preset mlps_practice").exits(0).says("assessor practice, not text");
    let told = desk.run("--json password explain --preset pci_dss_4_0_1").exits(0).json();
    has_fields(&told, &["preset", "about", "conflicts"]);
    for conflict in told["conflicts"].as_array().unwrap() {
        has_fields(conflict, &["standard", "clause", "text"]);
    }
    desk.run("password explain --preset nist").exits(2).says("mlps_practice");
}

#[test]
fn suggested_passwords_are_accepted_and_never_come_twice() {
    let desk = Desk::new();
    for preset in ["card_default", "nist_800_63b_4", "pci_dss_4_0_1", "mlps_practice", "asvs_5_l2"] {
        for options in ["", " --words 6", " --length 20"] {
            let offered = desk.run(&format!("password suggest --preset {preset}{options}")).exits(0).out;
            desk.pipe(&format!("password check --preset {preset}"), &offered).exits(0);
        }
    }
    let first = desk.run("--json password suggest --words 7").exits(0).json();
    has_fields(&first, &["password", "entropy_bits"]);
    assert_eq!(first["entropy_bits"], 80, "seven words and the digit that card_default asks for");
    assert_ne!(first, desk.run("--json password suggest --words 7").exits(0).json());
    desk.run("password suggest --words 3").exits(2).says("4 to 12");
    desk.run("password suggest --length 3").exits(2).says("8 to 128");
    desk.run("password suggest --words 6 --length 20").exits(2);
}
