//! The write-ahead log stays bounded.

use std::path::{Path, PathBuf};

use account_security::store::{Commit, Durability, OutboxItem, SqliteStore, Store};

use crate::making::{commit, item, key, put};

const MIB: u64 = 1024 * 1024;

fn log_bytes(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).map_or(0, |metadata| metadata.len())
}

#[test]
fn twenty_thousand_commits_without_a_pause_leave_the_log_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let store = SqliteStore::open_with(&path, Durability::Normal).unwrap();
    let mut peak = 0;
    for number in 0..20_000_u64 {
        let (cell, version) = (key(u8::try_from(number % 50).unwrap()), number / 50);
        let expected = (version > 0).then_some(version);
        put(&store, &Commit { body: vec![7; 1_024], ..commit(cell, expected, number, version + 1) });
        peak = peak.max(log_bytes(&path));
    }
    println!("largest log: {} KiB", peak / 1024);
    // About 400 MiB were written.
    assert!(peak < 96 * MIB, "{peak} bytes of log");
    drop(store);
    assert_eq!(log_bytes(&path), 0, "closing empties the log");
}

#[test]
fn big_commits_bring_the_check_point_forward() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let store = SqliteStore::open_with(&path, Durability::Normal).unwrap();
    let mut peak = 0;
    for number in 0..300_u64 {
        // A mebibyte each: counted by commits alone, the first check-point would come after a gibibyte.
        let mut big = commit(key(1), (number > 0).then_some(number), number, number + 1);
        big.outbox = (0..16).map(|place| item(number * 16 + place, key(1))).collect();
        big.outbox.iter_mut().for_each(|item| item.body = vec![7; 64 * 1024]);
        put(&store, &big);
        let ids: Vec<_> = big.outbox.iter().map(OutboxItem::name).collect();
        store.outbox_done(&ids).unwrap();
        peak = peak.max(log_bytes(&path));
    }
    println!("largest log: {} KiB", peak / 1024);
    assert!(peak < 128 * MIB, "{peak} bytes of log");
}

#[test]
fn a_log_that_killed_processes_left_is_copied_back_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("security.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open_with(&path, Durability::Normal).unwrap();
    for number in 0..100_u64 {
        put(&store, &commit(key(1), (number > 0).then_some(number), number, number + 1));
    }
    // What a kill leaves on the disk: the files as they are, without a farewell.
    std::fs::copy(&path, &copy).unwrap();
    std::fs::copy(folder.path().join("security.db-wal"), folder.path().join("copy.db-wal")).unwrap();
    let before = std::fs::metadata(&copy).unwrap().len();
    let again = SqliteStore::open_with(&copy, Durability::Normal).unwrap();
    let waited = (0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        std::fs::metadata(&copy).unwrap().len() > before
    });
    assert!(waited, "no check-point came although nobody commits");
    assert_eq!(again.load(key(1)).unwrap().unwrap().version, 100);
}
