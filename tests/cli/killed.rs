//! `kill -9` in the middle of a run. What a file of scores names is in the database, and stays as it was said.
//!
//! `KILL_ROUNDS` raises the number of rounds.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use crate::desk::{Desk, Scored, scored_lines};

/// Rounds on one database before a new one is begun, so that early and late moments are both hit.
const ROUNDS_PER_DATABASE: u32 = 5;

#[test]
fn what_was_acknowledged_before_a_kill_is_never_lost_or_changed() {
    let rounds = std::env::var("KILL_ROUNDS").ok().map_or(10, |rounds| rounds.parse().unwrap());
    let desk = Desk::new();
    desk.run("simulate --accounts 300 --days 60 --out big.csv").exits(0);
    desk.run("screen big.csv --scores uninterrupted").exits(0);
    let mut random = Random(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos());
    let mut acknowledged = BTreeMap::new();
    let (mut database, mut rows_seen) = (String::new(), 0);
    for round in 0..rounds {
        if round % ROUNDS_PER_DATABASE == 0 {
            if round > 0 {
                run_to_the_end(&desk, &database, &acknowledged);
            }
            acknowledged.clear();
            database = format!("F{round}");
        }
        let wait_ms = 50 + random.below(350);
        killed_after(&desk, &database, Duration::from_millis(wait_ms), round % 2 == 1);
        remember(&desk, &mut acknowledged, wait_ms);
        rows_seen += acknowledged.len();
        // The key file is in its place once the database is made.
        if desk.path(&format!("{database}.keys")).exists() {
            let verdict = desk.run(&format!("audit verify --db {database}"));
            assert_eq!(verdict.code, 0, "killed after {wait_ms} ms: {verdict:?}");
        }
    }
    assert!(rows_seen > 0, "no round got as far as a row: the test proves nothing");
    run_to_the_end(&desk, &database, &acknowledged);
}

/// Kills a run some time after its begin, or after it has said its first rows: a busy machine may not get that far in
/// the time alone.
fn killed_after(desk: &Desk, database: &str, wait: Duration, once_it_speaks: bool) {
    let _ = std::fs::remove_file(desk.path("S"));
    let mut command = desk.command(&["screen", "big.csv", "--db", database, "--scores", "S"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let has_spoken = || desk.path("S").metadata().is_ok_and(|file| file.len() > 200);
    for _ in 0..if once_it_speaks { 12_000 } else { 0 } {
        if has_spoken() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(wait);
    // SIGKILL, on Unix.
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Takes what the killed run said into the account, and holds it against what earlier runs said.
fn remember(desk: &Desk, acknowledged: &mut BTreeMap<String, Scored>, wait_ms: u64) {
    let Ok(text) = std::fs::read_to_string(desk.path("S")) else { return };
    for (tx_id, scored) in scored_lines(&text) {
        let before = acknowledged.entry(tx_id.clone()).or_insert_with(|| scored.clone());
        assert_eq!(*before, scored, "{tx_id} was answered otherwise, killed after {wait_ms} ms");
    }
}

fn run_to_the_end(desk: &Desk, database: &str, acknowledged: &BTreeMap<String, Scored>) {
    desk.run(&format!("screen big.csv --db {database} --scores S --force")).exits(0);
    let whole = desk.scores("S");
    assert_eq!(whole.len(), desk.read("big.csv").lines().count() - 1, "a row is missing or came twice");
    for (tx_id, scored) in acknowledged {
        assert_eq!(whole.get(tx_id), Some(scored), "{tx_id} was acknowledged and has changed");
    }
    assert!(desk.read("S") == desk.read("uninterrupted"), "a run killed and begun again decides otherwise");
    desk.run(&format!("audit verify --db {database}")).exits(0).says("intact");
}

/// xorshift: a test may be random, the product may not.
struct Random(u128);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 23;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 26;
        u64::try_from(self.0 % u128::from(limit)).unwrap()
    }
}
