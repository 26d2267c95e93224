//! Damaged, foreign, missing and full files: a typed fault each, never a fresh cell.

use std::fs;
use std::path::{Path, PathBuf};

use account_security::store::{Commit, CommitOutcome, Durability, SqliteStore, Store, StoreError};
use account_security::types::StoreKey;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::making::{commit, everything, grow, id, item, key, put};

/// A closed store with three versions of cell 1 and one item in the outbox.
fn closed_store() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let store = SqliteStore::open_with(&path, Durability::Normal).unwrap();
    grow(&store, key(1), 3, 1);
    let mut with_item = commit(key(2), None, 1, 1);
    with_item.outbox = vec![item(1, key(2))];
    put(&store, &with_item);
    (folder, path)
}

fn damage(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
}

fn is_corrupt<T: std::fmt::Debug>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Corrupt(_)))
}

#[test]
fn rows_of_another_length_or_type_are_faults() {
    type Ask = fn(&SqliteStore) -> bool;
    let load: Ask = |store| is_corrupt(&store.load(key(1)));
    let events: Ask = |store| is_corrupt(&store.events(key(1), 1, 10));
    let by_commit: Ask = |store| is_corrupt(&store.event_by_commit(key(1), id(2)));
    let keys: Ask = |store| is_corrupt(&store.keys(None, 10));
    let outbox: Ask = |store| is_corrupt(&store.outbox(10));
    let conflict: Ask = |store| is_corrupt(&store.commit(&commit(key(1), None, 9, 1)));
    let duplicate: Ask = |store| is_corrupt(&store.commit(&commit(key(1), None, 2, 1)));
    let cases: [(&str, Ask); 15] = [
        ("UPDATE cell SET version = 0 WHERE version = 3", load),
        ("UPDATE cell SET version = -3 WHERE version = 3", load),
        ("UPDATE cell SET version = -3 WHERE version = 3", conflict),
        ("UPDATE cell SET body = zeroblob(65537)", load),
        ("UPDATE cell SET body = zeroblob(65537)", conflict),
        ("UPDATE cell SET key = x'01' WHERE version = 3", keys),
        ("UPDATE event SET mac = zeroblob(31)", events),
        ("UPDATE event SET mac = zeroblob(33)", by_commit),
        ("UPDATE event SET mac = x''", duplicate),
        ("UPDATE event SET body = zeroblob(1000000)", events),
        ("UPDATE event SET seq = -1 WHERE seq = 2", by_commit),
        ("UPDATE outbox SET id = x'00'", outbox),
        ("UPDATE outbox SET key = zeroblob(17)", outbox),
        ("UPDATE outbox SET body = zeroblob(65537)", outbox),
        // A table without STRICT in its place: text where bytes belong.
        (
            "CREATE TABLE loose (key BLOB, version, body, expires_at);
             INSERT INTO loose SELECT key, version, 'text', expires_at FROM cell;
             DROP TABLE cell; ALTER TABLE loose RENAME TO cell;",
            load,
        ),
    ];
    for (sql, asks_in_vain) in cases {
        let (_folder, path) = closed_store();
        damage(&path, sql);
        assert!(asks_in_vain(&SqliteStore::open(&path).unwrap()), "{sql}");
    }
}

#[test]
fn a_chain_with_a_hole_or_a_lost_end_takes_no_commit() {
    for lost in ["seq = 3", "seq > 1", "seq > 0"] {
        let (_folder, path) = closed_store();
        damage(&path, &format!("DELETE FROM event WHERE key = (SELECT key FROM cell WHERE version = 3) AND {lost}"));
        let store = SqliteStore::open(&path).unwrap();
        let before = everything(&store);
        assert!(is_corrupt(&store.commit(&commit(key(1), Some(3), 9, 4))), "{lost}");
        assert_eq!(everything(&store), before);
    }
    // A cell that was deleted does not come back as a fresh one while its events are there.
    let (_folder, path) = closed_store();
    damage(&path, "DELETE FROM cell WHERE version = 3");
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.keys(None, 10), Ok(vec![key(1), key(2)]));
    assert!(is_corrupt(&store.commit(&commit(key(1), None, 9, 1))));
    assert!(is_corrupt(&store.commit(&commit(key(1), None, 9, 4))));
    assert_eq!(store.load(key(1)), Ok(None));
}

#[test]
fn files_that_are_not_a_store_are_refused_and_left_alone() {
    let open = |path: &Path| SqliteStore::open(path).map(|_| ());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);

    fs::write(path("text"), "not a database, but long enough to be looked at. ".repeat(200)).unwrap();
    let text = fs::read(path("text")).unwrap();
    assert!(is_corrupt(&open(&path("text"))));
    assert_eq!(fs::read(path("text")).unwrap(), text);

    damage(&path("foreign.db"), "CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES ('A');");
    let foreign = fs::read(path("foreign.db")).unwrap();
    assert!(is_corrupt(&open(&path("foreign.db"))));
    assert_eq!(fs::read(path("foreign.db")).unwrap(), foreign);

    damage(&path("newer.db"), "PRAGMA user_version = 2");
    let newer = fs::read(path("newer.db")).unwrap();
    assert_eq!(open(&path("newer.db")), Err(StoreError::Unsupported(2)));
    assert_eq!(fs::read(path("newer.db")).unwrap(), newer);
    damage(&path("odd.db"), "PRAGMA user_version = -7");
    assert_eq!(open(&path("odd.db")), Err(StoreError::Unsupported(-7)));

    fs::create_dir(path("folder.db")).unwrap();
    assert!(matches!(open(&path("folder.db")), Err(StoreError::Unavailable(_))));
    assert!(matches!(open(&path("missing/security.db")), Err(StoreError::Unavailable(_))));
    // Each connection would have a database of its own.
    for nowhere in [":memory:", "", "file::memory:", "file:x?mode=memory"] {
        assert!(matches!(open(Path::new(nowhere)), Err(StoreError::Unavailable(_))), "{nowhere:?}");
    }
}

#[test]
fn a_store_with_a_table_or_a_column_missing_does_not_open() {
    for sql in ["DROP TABLE outbox", "DROP TABLE cell", "DROP TABLE event", "ALTER TABLE event DROP COLUMN mac"] {
        let (_folder, path) = closed_store();
        damage(&path, sql);
        assert!(is_corrupt(&SqliteStore::open(&path)), "{sql}");
    }
}

#[test]
fn a_truncated_file_is_a_fault_wherever_it_ends() {
    let (folder, path) = closed_store();
    let whole = fs::read(&path).unwrap();
    let cut = folder.path().join("cut.db");
    for keep in [1, 15, 99, 100, 511, 4_095, 4_096, 4_097, 8_192, whole.len() - 4_096, whole.len() - 1] {
        fs::write(&cut, &whole[..keep]).unwrap();
        let answer = SqliteStore::open(&cut).and_then(|store| {
            store.keys(None, 10)?;
            store.events(key(1), 1, 10)?;
            store.outbox(10)?;
            store.load(key(1))
        });
        // SQLite reads what is missing of the last page as zeros; only there may the whole answer come nonetheless.
        let in_last_page = keep > whole.len() - 4_096;
        let unharmed = matches!(&answer, Ok(Some(cell)) if cell.version == 3 && cell.body == b"body 3");
        assert!(is_corrupt(&answer) || in_last_page && unharmed, "{keep} of {} bytes: {answer:?}", whole.len());
    }
    // Cut to nothing beside a log that holds commits: SQLite would delete the log and begin anew.
    fs::write(&cut, "").unwrap();
    fs::write(folder.path().join("cut.db-wal"), "commits").unwrap();
    assert!(is_corrupt(&SqliteStore::open(&cut)));
    fs::remove_file(folder.path().join("cut.db-wal")).unwrap();
    assert!(SqliteStore::open(&cut).is_ok(), "an empty file alone is a new store");
}

#[test]
fn flipped_bytes_never_panic_and_never_answer_with_a_cell_that_is_not_there() {
    let (folder, path) = closed_store();
    let whole = fs::read(&path).unwrap();
    let bent = folder.path().join("bent.db");
    for place in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x55;
        fs::write(&bent, &bytes).unwrap();
        let Ok(store) = SqliteStore::open_with(&bent, Durability::Normal) else { continue };
        // Any answer but a panic. What the bytes say is the seal's to judge; what SQLite can see is a fault.
        let _ = (store.load(key(1)), store.events(key(1), 0, 10), store.outbox(10), store.keys(None, 10));
        let _ = store.commit(&commit(key(1), Some(3), 9, 4));
        drop(store);
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("bent.db{suffix}")));
        }
    }
}

#[test]
fn a_file_that_vanishes_under_the_store_never_becomes_a_fresh_one() {
    let (_folder, path) = closed_store();
    let store = SqliteStore::open(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(store.load(key(1)), Err(StoreError::Unavailable(_))));
    assert!(!path.exists(), "asking did not make a new file");
}

#[test]
fn a_reader_sees_what_another_store_on_the_same_file_has_just_committed() {
    let (_folder, path) = closed_store();
    let (one, other) = (SqliteStore::open(&path).unwrap(), SqliteStore::open(&path).unwrap());
    for version in 3..40 {
        put(&one, &commit(key(1), Some(version), version + 100, version + 1));
        assert_eq!(other.load(key(1)).unwrap().unwrap().version, version + 1);
        assert_eq!(other.events(key(1), version + 1, 10).unwrap().len(), 1);
    }
    one.bind([1; 16]).unwrap();
    assert_eq!(other.bind([2; 16]), Err(StoreError::KeyLost));
}

#[test]
fn a_key_ring_is_remembered_over_a_restart() {
    let (_folder, path) = closed_store();
    SqliteStore::open(&path).unwrap().bind([1; 16]).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.bind([2; 16]), Err(StoreError::KeyLost));
    assert_eq!(store.bind([1; 16]), Ok(()));
}

#[test]
fn a_read_only_opening_is_told_as_such() {
    let (_folder, path) = closed_store();
    let uri = format!("file:{}?mode=ro", path.display());
    assert_eq!(SqliteStore::open(uri).map(|_| ()), Err(StoreError::ReadOnly));
    let uri = format!("file:{}?immutable=1", path.display());
    assert_eq!(SqliteStore::open(uri).map(|_| ()), Err(StoreError::ReadOnly));
}

/// Commits until the store refuses; hands back the number of commits and the refusal.
fn fill(store: &SqliteStore) -> (u64, StoreError) {
    for number in 0..10_000_u64 {
        let mut big = Commit { body: vec![7; 8_192], ..commit(StoreKey(id(number)), None, number, 1) };
        big.outbox = vec![item(1_000 + number, big.key)];
        big.events[0].body = vec![9; 8_192];
        match store.commit(&big) {
            Ok(CommitOutcome::Committed { .. }) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => return (number, error),
        }
    }
    panic!("never full");
}

/// What is promised when no room is left: the refusal is typed, all that was confirmed is there, nothing else is.
fn check_full_store(store: &SqliteStore) {
    let (committed, error) = fill(store);
    assert_eq!(error, StoreError::Full);
    assert!(committed > 3, "{committed} commits fitted");
    let before = everything(store);
    assert_eq!(store.keys(None, usize::MAX).unwrap().len(), usize::try_from(committed).unwrap());
    assert_eq!(store.outbox(usize::MAX).unwrap().len(), usize::try_from(committed).unwrap());
    assert_eq!(store.event_by_commit(StoreKey(id(committed)), id(committed)), Ok(None));
    let again = Commit { body: vec![7; 65_536], ..commit(key(200), None, 1, 1) };
    assert_eq!(store.commit(&again), Err(StoreError::Full), "the writer is usable, the answer the same");
    assert_eq!(everything(store), before);
}

#[test]
fn a_store_at_its_page_limit_is_full_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let store = SqliteStore::open_with(&path, Durability::Normal).unwrap();
    store.limit_pages(200).unwrap();
    check_full_store(&store);
    // Room again: work goes on.
    store.limit_pages(1_000).unwrap();
    put(&store, &commit(key(201), None, 1, 1));
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

/// Needs the right to mount, so it proves nothing on most machines; there it says so.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_such_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |options: &[&str]| {
        std::process::Command::new("mount")
            .args(options)
            .arg(folder.path())
            .output()
            .is_ok_and(|run| run.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=2m", "none"]) {
        println!("skipped: mounting a small disk needs root");
        return;
    }
    let checked = std::panic::catch_unwind(|| {
        let path = folder.path().join("security.db");
        let store = SqliteStore::open_with(&path, Durability::Full).unwrap();
        check_full_store(&store);
        let (keys, outbox) = (store.keys(None, usize::MAX).unwrap(), store.outbox(usize::MAX).unwrap());
        drop(store);
        // Free space, open again: all of it is there.
        assert!(mount(&["-o", "remount,size=8m"]));
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!((store.keys(None, usize::MAX).unwrap(), store.outbox(usize::MAX).unwrap()), (keys, outbox));
        put(&store, &commit(key(201), None, 1, 1));
    });
    let unmounted = std::process::Command::new("umount").arg(folder.path()).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    checked.unwrap();
}

#[test]
fn a_suspended_store_holds_no_file_denies_and_takes_up_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let store = SqliteStore::open(&path).unwrap();
    store.limit_pages(10_000).unwrap();
    put(&store, &commit(key(1), None, 1, 1));
    let before = everything(&store);
    store.suspend();
    store.suspend();
    assert!(open_files_of(folder.path()).is_empty(), "{:?}", open_files_of(folder.path()));
    assert!(!path.with_extension("db-wal").exists(), "the log was copied back");
    let refused = store.load(key(1)).unwrap_err();
    assert!(matches!(&refused, StoreError::Unavailable(why) if why.contains("resume")), "{refused:?}");
    assert_eq!(store.commit(&commit(key(1), Some(1), 2, 2)), Err(refused.clone()));
    assert_eq!(store.bind([1; 16]), Err(refused));
    store.resume().unwrap();
    store.resume().unwrap();
    assert_eq!(everything(&store), before);
    put(&store, &commit(key(1), Some(1), 2, 2));
    store.suspend();
    fs::remove_file(&path).unwrap();
    assert!(store.resume().is_err(), "a store that slept is never created anew");
    assert!(!path.exists());
    fs::write(&path, []).unwrap();
    assert_eq!(store.resume(), Err(StoreError::StateLost));
}

#[test]
fn a_file_of_another_store_is_never_taken_for_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let [mine, others, kept] = ["security.db", "others.db", "kept.db"].map(|name| folder.path().join(name));
    SqliteStore::open(&others).unwrap().bind([2; 16]).unwrap();
    let store = SqliteStore::open(&mine).unwrap();
    store.bind([1; 16]).unwrap();
    store.suspend();
    fs::rename(&mine, &kept).unwrap();
    fs::copy(&others, &mine).unwrap();
    assert_eq!(store.resume(), Err(StoreError::KeyLost));
    fs::remove_file(&mine).unwrap();
    drop(SqliteStore::open(&mine).unwrap());
    assert_eq!(store.resume(), Err(StoreError::StateLost), "nobody's");
    fs::rename(&kept, &mine).unwrap();
    store.resume().unwrap();
    assert_eq!(store.load(key(1)), Ok(None));

    // The same for a connection that is opened later, in the middle of the work.
    let store = SqliteStore::open(&mine).unwrap();
    store.bind([1; 16]).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let path = |name: &str| folder.path().join(format!("{name}{ending}"));
        fs::rename(path("security.db"), path("kept.db")).unwrap();
    }
    fs::copy(&others, &mine).unwrap();
    assert_eq!(store.load(key(1)), Err(StoreError::KeyLost));
}

#[test]
fn a_store_that_must_be_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("security.db");
    let open = || SqliteStore::open_existing(&path, Durability::Normal).map(|_| ());
    assert!(matches!(open(), Err(StoreError::Unavailable(_))));
    assert!(!path.exists());
    fs::write(&path, []).unwrap();
    assert_eq!(open(), Err(StoreError::StateLost));
    assert_eq!(fs::read(&path).unwrap(), b"", "and left as it is");
    drop(SqliteStore::open(&path).unwrap());
    assert_eq!(open(), Ok(()));
}

#[test]
fn a_suspension_waits_for_what_is_under_way_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(folder.path().join("security.db"), Durability::Normal).unwrap();
    let confirmed: u64 = std::thread::scope(|scope| {
        let writers: Vec<_> = (1..=4_u8)
            .map(|cell| {
                let store = &store;
                scope.spawn(move || {
                    let mut version = 0;
                    while version < 300 {
                        let next = commit(key(cell), (version > 0).then_some(version), version, version + 1);
                        match store.commit(&next) {
                            Ok(CommitOutcome::Committed { version: committed }) => version = committed,
                            Err(StoreError::Unavailable(_)) => std::thread::yield_now(),
                            other => panic!("{other:?}"),
                        }
                    }
                    version
                })
            })
            .collect();
        for _ in 0..20 {
            std::thread::sleep(std::time::Duration::from_millis(5));
            store.suspend();
            store.resume().unwrap();
        }
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(confirmed, 1_200);
    for cell in 1..=4 {
        assert_eq!(store.load(key(cell)).unwrap().unwrap().version, 300);
    }
}

/// Files of the folder that this process has open.
#[cfg(target_os = "linux")]
fn open_files_of(folder: &Path) -> Vec<PathBuf> {
    let links = fs::read_dir("/proc/self/fd").unwrap();
    let files = links.filter_map(|link| fs::read_link(link.ok()?.path()).ok());
    files.filter(|file| file.starts_with(folder)).collect()
}

#[cfg(not(target_os = "linux"))]
fn open_files_of(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}
