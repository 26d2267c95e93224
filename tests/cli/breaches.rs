//! `breach build | check | info`, and `password check --breached`.

use std::fmt::Write as _;
use std::io::Write;

use account_security::password::BreachDigest;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::desk::{Desk, has_fields};

const LISTED: [&str; 4] = ["tundra-Maple-93", "hunter2", "Vx9#qLm2", "Zoë-rides-7"];

fn list(ending: &str) -> String {
    let digests = LISTED.iter().map(|typed| typed.to_string()).chain((0..500).map(|number| format!("filler {number}")));
    let mut digests: Vec<_> = digests.map(|typed| *BreachDigest::of(typed.as_bytes()).expose()).collect();
    digests.sort_unstable();
    digests.iter().fold(String::new(), |mut text, digest| {
        digest.iter().for_each(|byte| write!(text, "{byte:02X}").unwrap());
        text + ":7" + ending
    })
}

fn built() -> Desk {
    let desk = Desk::new();
    desk.write("list.txt", list("\r\n"));
    desk.run("breach build list.txt --out b.filter").exits(0).says("504 lines read, 0 left out").says("504 entries");
    desk
}

#[test]
fn a_listed_password_is_found_and_another_is_not() {
    let desk = built();
    for typed in LISTED {
        desk.pipe("breach check b.filter", typed).exits(1).says("known from a breach").never_says(typed);
    }
    desk.pipe("breach check b.filter", "tundra-Maple-94\n").exits(0).says("not on the list");
    let said = desk.pipe("--json breach check b.filter", "hunter2\n").exits(1).json();
    has_fields(&said, &["breached"]);
    assert_eq!(said["breached"], true);
    let odd = [b"\xff\xfe\x00".to_vec(), Vec::new(), b"\xed\xa0\x80".to_vec()];
    odd.iter().for_each(|typed| drop(desk.pipe("breach check b.filter", typed).exits(0)));
    desk.pipe("breach check b.filter", vec![b'a'; 2_000]).exits(2).says("1024 bytes");
}

#[test]
fn a_password_check_with_a_filter_refuses_what_is_listed() {
    let desk = built();
    desk.pipe("password check", LISTED[0]).exits(0);
    let said = desk.pipe("--json password check --breached b.filter", LISTED[0]).exits(1).json();
    let rules = said["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["code"] == "BREACHED" && rule["state"] == "unsatisfied"), "{said}");
    assert_eq!(said["feedback"][0], "BREACHED");
    let said = desk.pipe("--json password check --breached b.filter", "tundra-Maple-94").exits(0).json();
    assert!(!said["pending"].as_array().unwrap().iter().any(|code| code == "BREACHED"));
    let said = desk.pipe("--json password check --preset asvs_5_l2", "tundra-Maple-94").exits(0).json();
    assert!(said["pending"].as_array().unwrap().iter().any(|code| code == "BREACHED"), "asked, not answered");
}

#[test]
fn a_list_comes_from_a_pipe_packed_or_with_other_line_ends_and_gives_the_same_filter() {
    let desk = built();
    let expected = std::fs::read(desk.path("b.filter")).unwrap();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(list("\n").as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    desk.write("list.gz", &packed).run("breach build list.gz --out c.filter").exits(0);
    assert_eq!(std::fs::read(desk.path("c.filter")).unwrap(), expected);
    for input in [packed, list("\n").into_bytes(), list("\r\n").into_bytes()] {
        desk.pipe("breach build - --out c.filter --force", input).exits(0);
        assert_eq!(std::fs::read(desk.path("c.filter")).unwrap(), expected);
    }
}

#[test]
fn a_filter_tells_about_itself_and_damage_is_a_fault_never_a_no() {
    let desk = built();
    let said = desk.run("--json breach info b.filter --verify").exits(0).json();
    has_fields(&said, &["entries", "kept_bits", "min_count", "false_positive_rate", "bytes", "verified"]);
    let rate = said["false_positive_rate"].as_f64().unwrap();
    assert!(rate > 0.0 && rate <= 1e-6, "{rate}");
    desk.run("breach info b.filter").exits(0).says("was not read");
    let good = std::fs::read(desk.path("b.filter")).unwrap();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    desk.write("bad", flipped).run("breach info bad --verify").exits(4).says("bad: the filter's body is damaged");
    for bad in [&good[..good.len() - 1], &good[..100], b"", b"tx_id,at,account"] {
        desk.write("bad", bad);
        desk.pipe("breach check bad", "hunter2").exits(4);
        desk.pipe("password check --breached bad", "tundra-Maple-94").exits(4);
        desk.run("breach info bad").exits(4);
    }
    desk.pipe("breach check nowhere", "hunter2").exits(4).says("nowhere");
    desk.pipe("password check --breached .", "tundra-Maple-94").exits(4);
}

#[test]
fn a_list_that_cannot_be_used_is_told_by_its_line_and_leaves_nothing() {
    let desk = Desk::new();
    let good = list("\n");
    for (bad, says) in [
        (String::new(), "no hash to keep"),
        (good.replacen(':', ";", 1), "line 1: "),
        (format!("{good}8846F7EAEE8FB117AD06BDD830B7586C:3"), "line 505: this is a list of NTLM"),
        (format!("{good}{good}"), "line 505: its hash comes before"),
        (good.clone() + &"x".repeat(1 << 20), "line 505: the line is too long"),
    ] {
        desk.write("list.txt", bad).run("breach build list.txt --out b.filter").exits(2).says(says);
        assert_eq!(std::fs::read_dir(desk.path(".")).unwrap().count(), 1);
    }
    desk.write("list.txt", &good);
    desk.run("breach build list.txt --out b.filter --min-count 8").exits(2).says("least count");
    desk.run("breach build list.txt --out b.filter --bits 65").exits(2).says("--bits");
    desk.run("breach build list.txt --out b.filter --false-positive-rate 2").exits(2).says("--false-positive-rate");
    desk.run("breach build list.txt --out b.filter --false-positive-rate 1e-30").exits(2).says("64 bits");
    desk.run("breach build list.txt --out b.filter --bits 8 --false-positive-rate 0.1").exits(2);
    desk.run("breach build list.txt --out nowhere/b.filter").exits(4).says("cannot write");
    desk.run("breach build nowhere.txt --out b.filter").exits(2).says("nowhere.txt");
    let cut = {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(good.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    desk.write("cut.gz", &cut[..cut.len() / 2])
        .run("breach build cut.gz --out b.filter")
        .exits(4)
        .says("cannot read the list");
    assert!(!desk.path("b.filter").exists());
}

#[test]
fn a_filter_that_is_there_is_replaced_only_when_told_to() {
    let desk = built();
    let old = std::fs::read(desk.path("b.filter")).unwrap();
    desk.run("breach build list.txt --out b.filter --bits 50").exits(2).says("--force");
    assert_eq!(std::fs::read(desk.path("b.filter")).unwrap(), old);
    desk.run("breach build list.txt --out b.filter --bits 50 --force").exits(0);
    assert_ne!(std::fs::read(desk.path("b.filter")).unwrap(), old);
    desk.run("breach build list.txt --out list.txt").exits(2);
    assert_eq!(desk.read("list.txt"), list("\r\n"), "the list itself is never overwritten by mistake");
}
