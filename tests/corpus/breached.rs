//! Hand-made inputs about breached passwords: filter files, lines of a list, answers of a range service.

use account_security::breach::{BuildOptions, Precision, build};
use account_security::password::BreachDigest;

use super::seeds::Seed;

const OTHER: &str = "003D68EB55068C33ACE09247EE4C639306B";
const OWN: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
const HASH: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";

/// Every input.
pub fn all() -> Vec<Seed> {
    let numbered = |target, inputs: Vec<Vec<u8>>| {
        inputs.into_iter().enumerate().map(move |(index, bytes)| (target, format!("made-{index:02}"), bytes))
    };
    let texts = |texts: Vec<String>| texts.into_iter().map(String::into_bytes).collect();
    numbered("breach_filter", filters())
        .chain(numbered("breach_range", texts(ranges())))
        .chain(numbered("breach_line", texts(lines())))
        .collect()
}

/// Whole filters of several shapes, and what may become of one.
fn filters() -> Vec<Vec<u8>> {
    let mut made: Vec<Vec<u8>> = [(1, 8), (2, 64), (40, 20), (40, 40), (150, 30), (150, 57), (300, 44)]
        .map(|(count, bits)| filter(count, bits))
        .to_vec();
    let whole = filter(150, 30);
    for length in [0, 7, 8, 127, 128, 140, whole.len() - 1] {
        made.push(whole[..length].to_vec());
    }
    made.push([whole.as_slice(), b"\0"].concat());
    // Magic, version, bucket bits, remainder bytes, entries, body hash, header check, first record, its check, an entry.
    for place in [0, 8, 10, 11, 16, 23, 40, 70, 100, 128, 136, 140, 160] {
        let mut changed = whole.clone();
        changed[place] ^= 0x81;
        made.push(changed);
    }
    made
}

fn filter(count: u32, bits: u8) -> Vec<u8> {
    let mut passwords: Vec<String> = (0..count).map(|number| format!("filler {number}")).collect();
    passwords.push("password".to_owned());
    let mut lines: Vec<String> = passwords.iter().map(|typed| hex(typed) + ":3\n").collect();
    lines.sort_unstable();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("filter");
    let options = BuildOptions { precision: Precision::Bits(bits), ..BuildOptions::default() };
    build(lines.concat().as_bytes(), &out, &options, |_| {}).unwrap();
    std::fs::read(out).unwrap()
}

fn hex(typed: &str) -> String {
    BreachDigest::of(typed.as_bytes()).expose().iter().map(|byte| format!("{byte:02X}")).collect()
}

fn ranges() -> Vec<String> {
    let many: String = (0..90).map(|number| format!("{number:035X}:{}\r\n", number % 3)).collect();
    let texts = [
        String::new(),
        "\r\n".to_owned(),
        format!("{OWN}:42"),
        format!("{OWN}:42\n"),
        format!("{OTHER}:3\r\n{OWN}:42\r\n"),
        format!("{OWN}:0\r\n{OTHER}:0"),
        format!("{OWN}:0\n{OWN}:7\n"),
        format!("{OWN}:18446744073709551615"),
        format!("{OWN}:18446744073709551616"),
        format!("{OWN}:99999999999999999999999"),
        format!("{OWN}:-1"),
        format!("{OWN}: 1"),
        format!("{OWN}1"),
        format!("{OWN}:"),
        OWN[..34].to_owned(),
        format!(" {OWN}:1"),
        OWN.to_lowercase() + ":1",
        "<!DOCTYPE html><title>429</title>".to_owned(),
        "{\"error\":\"rate limit\"}".to_owned(),
        "\u{feff}".to_owned() + OWN + ":1",
        format!("{OTHER}:1\r\r\n{OWN}:2"),
        format!("{}\u{e9}:1", &OWN[..33]),
        many,
    ];
    texts.to_vec()
}

fn lines() -> Vec<String> {
    let texts = [
        format!("{HASH}:3730471"),
        format!("{HASH}:3730471\r"),
        format!("{HASH}:1\r\r"),
        format!("{HASH}:0"),
        format!("{HASH}:00000000000000000001"),
        format!("{HASH}:000000000000000000001"),
        format!("{HASH}:18446744073709551615"),
        format!("{HASH}:18446744073709551616"),
        HASH.to_lowercase() + ":1",
        HASH.to_owned(),
        format!("{HASH}:"),
        format!("{HASH};1"),
        format!("{HASH}:1:2"),
        format!("{HASH}:-1"),
        format!(" {HASH}:1"),
        format!("{HASH}0:1"),
        HASH[1..].to_owned() + ":1",
        "8846F7EAEE8FB117AD06BDD830B7586C:3".to_owned(),
        format!("\u{feff}{HASH}:1"),
        "password:1".to_owned(),
        String::new(),
        "\r".to_owned(),
        "F".repeat(2_000),
        format!("{}\u{e9}:1", &HASH[..38]),
    ];
    texts.to_vec()
}
