//! What a made-up history must be like.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::event::Scenario;
use super::*;
use crate::rows::{ReadOptions, Row, RowReader};

const SAMPLE: SimulateOptions = SimulateOptions { accounts: 60, days: 45, seed: 7, start: date(2026, 1, 1) };

fn made(options: &SimulateOptions) -> (String, Written) {
    let mut out = Vec::new();
    let written = simulate(options, &mut out, &mut |_| {}).unwrap();
    (String::from_utf8(out).unwrap(), written)
}

fn read(text: &str) -> Vec<Row> {
    let mut rows = RowReader::new(text.as_bytes(), &ReadOptions::default()).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        all.push(row.unwrap());
    }
    all
}

fn scenarios(text: &str) -> BTreeMap<&str, u64> {
    let mut counts = BTreeMap::new();
    for line in text.lines().skip(1) {
        *counts.entry(line.rsplit(',').next().unwrap()).or_default() += 1;
    }
    counts
}

#[test]
fn the_sample_file_is_made_again_byte_for_byte() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.csv");
    let (text, _) = made(&SAMPLE);
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(text == kept, "the simulator changed: say so in the change log and make {path} again");
    assert!(kept.len() <= 400_000, "{}", kept.len());
}

#[test]
fn the_sample_holds_all_six_frauds() {
    let (text, _) = made(&SAMPLE);
    let found: BTreeSet<&str> = scenarios(&text).into_keys().filter(|name| !name.is_empty()).collect();
    assert_eq!(found, Scenario::ALL.map(Scenario::name).into());
}

#[test]
fn the_reader_reads_every_row_back_in_order_of_time() {
    let (text, written) = made(&SAMPLE);
    let rows = read(&text);
    assert_eq!(u64::try_from(rows.len()).unwrap(), written.rows);
    assert!(rows.is_sorted_by_key(|row| row.payment.at));
    let frauds = rows.iter().filter(|row| row.label == Some(true)).count();
    assert_eq!(u64::try_from(frauds).unwrap(), written.frauds);
    assert!(rows.iter().all(|row| row.label.is_some()));
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.tx_id.as_str()).collect();
    assert_eq!(ids.len(), rows.len());
    assert_eq!(rows[0].tx_id, "s-000001");
}

#[test]
fn about_one_payment_in_a_hundred_is_a_fraud_and_no_kind_is_rare() {
    let (text, written) = made(&SimulateOptions { accounts: 500, days: 60, seed: 1, start: date(2026, 1, 1) });
    let per_mille = written.frauds * 1_000 / written.rows;
    assert!((7..=14).contains(&per_mille), "{per_mille} per mille: {:?}", scenarios(&text));
    for scenario in Scenario::ALL {
        let count = scenarios(&text).get(scenario.name()).copied().unwrap_or(0);
        assert!(count * 20 > written.frauds, "{} {count} of {}", scenario.name(), written.frauds);
    }
}

#[test]
fn another_seed_is_another_history() {
    let other = SimulateOptions { seed: 8, ..SAMPLE };
    assert_ne!(made(&SAMPLE).0, made(&other).0);
    assert_eq!(made(&other).0, made(&other).0);
}

#[test]
fn a_longer_run_begins_with_the_shorter_one() {
    let (short, _) = made(&SimulateOptions { days: 20, ..SAMPLE });
    assert!(made(&SAMPLE).0.starts_with(&short));
}

#[test]
fn everyone_is_paid_and_pays_rent_once_a_month() {
    let (text, _) = made(&SimulateOptions { accounts: 20, days: 59, seed: 3, start: date(2026, 1, 1) });
    let bills = |way: &str| text.lines().filter(|line| line.contains(&format!(",{way},bill,"))).count();
    assert_eq!((bills("in"), bills("out")), (40, 40));
}

#[test]
fn every_refund_gives_back_a_payment_to_the_cent() {
    let (text, _) = made(&SAMPLE);
    let rows = read(&text);
    let is_refund = |row: &&Row| row.payment.direction == account_security::types::Direction::Refund;
    let refunds: Vec<&Row> = rows.iter().filter(is_refund).collect();
    assert!(!refunds.is_empty());
    for refund in refunds {
        assert!(rows.iter().any(|row| row.account == refund.account
            && row.payment.payee == refund.payment.payee
            && row.payment.money == refund.payment.money
            && row.payment.at < refund.payment.at));
    }
}

#[test]
fn options_out_of_bounds_are_refused_before_a_byte_is_written() {
    let refused = |options: SimulateOptions| {
        let mut out = Vec::new();
        let error = simulate(&options, &mut out, &mut |_| {}).unwrap_err();
        assert!(out.is_empty());
        error.to_string()
    };
    assert!(refused(SimulateOptions { accounts: 0, ..SAMPLE }).contains("1 to 1,000,000"));
    assert!(refused(SimulateOptions { accounts: 1_000_001, ..SAMPLE }).contains("1 to 1,000,000"));
    assert!(refused(SimulateOptions { days: 0, ..SAMPLE }).contains("1 to 3,660"));
    assert!(refused(SimulateOptions { days: 3_661, ..SAMPLE }).contains("1 to 3,660"));
    assert!(refused(SimulateOptions { start: date(1969, 12, 31), ..SAMPLE }).contains("1970"));
    assert!(refused(SimulateOptions { start: date(9999, 12, 1), ..SAMPLE }).contains("9999"));
}

#[test]
fn one_account_on_one_day_and_the_last_day_of_time_work() {
    made(&SimulateOptions { accounts: 1, days: 1, seed: 0, start: date(9999, 12, 31) });
    made(&SimulateOptions { accounts: 1, days: 400, seed: u64::MAX, start: date(1970, 1, 1) });
}

#[test]
fn a_full_disk_is_an_error_not_a_short_file() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(matches!(simulate(&SAMPLE, &mut Full, &mut |_| {}), Err(SimulateError::Output(_))));
}
