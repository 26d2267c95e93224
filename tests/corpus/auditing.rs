//! The hand-made inputs for check-points, heads files and exports.

use account_security::account::checkpoint::{CellHead, CheckpointBuilder, CheckpointFile, HEADS_HEADER};
use account_security::types::{StoreKey, Timestamp};

use crate::seeds::{self, Seed};

pub fn all() -> Vec<Seed> {
    let mut made = Vec::new();
    // An export is of events, so it begins from theirs.
    let events: Vec<Vec<u8>> =
        seeds::all().into_iter().filter(|(target, ..)| *target == "event").map(|(_, _, bytes)| bytes).collect();
    for (target, inputs) in [("checkpoint", checkpoints()), ("heads", lists()), ("export", events)] {
        let named = inputs.into_iter().enumerate().map(|(index, bytes)| (target, format!("hand-{index:02}"), bytes));
        made.extend(named);
    }
    made
}

fn head(number: u8) -> CellHead {
    let expires_at = number.is_multiple_of(3).then(|| Timestamp::from_unix_s(1_772_366_400).unwrap());
    CellHead { key: StoreKey([number; 16]), seq: u64::from(number) * 7, mac: [number; 32], expires_at }
}

fn checkpoints() -> Vec<Vec<u8>> {
    let mut tree = CheckpointBuilder::new();
    let at = Timestamp::from_unix_s(1_772_366_400).unwrap();
    let mut texts: Vec<String> = (1..8)
        .map(|number| {
            tree.push(&head(number)).unwrap();
            let checkpoint = tree.finish([number; 16], u64::from(number / 4), at);
            let signature = number.is_multiple_of(2).then_some([number; 64]);
            CheckpointFile { checkpoint, signature }.to_text()
        })
        .collect();
    let good = texts[1].clone();
    let changes =
        [("chains 2", "chains 02"), ("chains 2", "chains 99999999999999999999"), ("root ", "root 0"), ("\n", "\r\n")];
    texts.extend(changes.map(|(from, to)| good.replacen(from, to, 1)));
    texts.extend(
        ["at-ms 1", "left-out 0", "store 0", "ed25519 0"]
            .map(|from| good.replacen(from, from.trim_end_matches(char::is_numeric), 1)),
    );
    texts.extend([String::new(), "\n".to_owned(), good.clone() + "\n", good.clone() + &good, "x".repeat(600)]);
    texts.into_iter().map(String::into_bytes).collect()
}

fn lists() -> Vec<Vec<u8>> {
    let list =
        |numbers: &[u8]| numbers.iter().fold(HEADS_HEADER.to_owned(), |text, number| text + &head(*number).line());
    let mut texts: Vec<String> =
        [&[][..], &[1], &[3], &[1, 2, 3], &[1, 2, 4, 9, 12, 200], &[2, 1], &[2, 2]].map(list).to_vec();
    let good = list(&[1, 2, 3]);
    for (from, to) in [
        (" 7 ", " 07 "),
        (" 7 ", " -7 "),
        (" 7 ", " 0 "),
        (" 7 ", " 18446744073709551616 "),
        (" 7 ", "  7 "),
        ("0101", "0A01"),
        ("0101", "01"),
        ("heads v1", "heads v2"),
        ("\n", "\r\n"),
        ("1772366400000", "0"),
        ("1772366400000", "999999999999999"),
    ] {
        texts.push(good.replacen(from, to, 1));
    }
    texts.extend([good.trim_end().to_owned(), good.clone() + "\n", good.clone() + &"0".repeat(300), String::new()]);
    texts.into_iter().map(String::into_bytes).collect()
}
