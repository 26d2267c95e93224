//! Other processes: this test program starts itself again as a child that does one job.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use account_security::store::{Commit, CommitOutcome, Durability, SqliteStore, Store, StoreError};
use account_security::types::{RandomId, StoreKey};
use rusqlite::Connection;

use crate::making::{commit, event, id, item, key};
use crate::races::count_up;

const JOB: &str = "STORE_CONTRACT_JOB";
const FILE: &str = "STORE_CONTRACT_FILE";
const COUNTS_PER_PROCESS: u64 = 500;
const ROUNDS: u64 = 20;
const CELLS: u8 = 4;

/// Not a check: the children's way in. Without a job it does nothing.
#[test]
fn child() {
    let (Ok(job), Ok(file)) = (std::env::var(JOB), std::env::var(FILE)) else { return };
    let file = Path::new(&file);
    match job.split_once(' ') {
        Some(("count", offset)) => count(file, offset.parse().unwrap()),
        Some(("write", "full")) => write_until_killed(file, Durability::Full),
        Some(("write", _)) => write_until_killed(file, Durability::Normal),
        Some(("fill", _)) => fill_until_refused(file),
        Some(("open", _)) => println!("\nopened: {:?}", SqliteStore::open(file).map(|_| ())),
        _ => panic!("no such job: {job}"),
    }
}

fn child_with(program: &Path, job: &str, file: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--exact", "sqlite_processes::child", "--nocapture", "--test-threads=1"]);
    command.env(JOB, job).env(FILE, file).stdout(Stdio::piped());
    command
}

fn start(job: &str, file: &Path) -> std::process::Child {
    child_with(&std::env::current_exe().unwrap(), job, file).spawn().unwrap()
}

fn count(file: &Path, offset: u64) {
    // Opened by both at once: the race for a new file is part of the test. `count_up` panics on `Busy`.
    let store = SqliteStore::open_with(file, Durability::Normal).unwrap();
    (0..COUNTS_PER_PROCESS).for_each(|turn| count_up(&store, key(1), offset + turn));
}

#[test]
fn two_processes_counting_in_one_cell_lose_nothing_and_are_never_busy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("security.db");
    let children = ["count 0", "count 1000000"].map(|job| start(job, &file));
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let store = SqliteStore::open(&file).unwrap();
    let total = 2 * COUNTS_PER_PROCESS;
    let cell = store.load(key(1)).unwrap().unwrap();
    assert_eq!((cell.version, cell.body), (total, total.to_be_bytes().to_vec()));
    assert_eq!(store.events(key(1), 1, usize::MAX).unwrap(), (1..=total).map(event).collect::<Vec<_>>());
}

#[test]
fn processes_that_create_the_file_at_the_same_moment_all_get_a_store() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("security.db");
        let children: Vec<_> = (0..4).map(|_| start("open now", &file)).collect();
        for child in children {
            let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
            assert!(output.contains("opened: Ok"), "{output}");
        }
    }
}

/// Two events and one item for each version, so that a half commit shows. Tells each commit once it is confirmed.
fn write_until_killed(file: &Path, durability: Durability) {
    let store = SqliteStore::open_with(file, durability).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out).unwrap();
    let mut versions: Vec<u64> =
        (0..CELLS).map(|cell| store.load(key(cell)).unwrap().map_or(0, |cell| cell.version)).collect();
    for turn in 0..1_000_000_u64 {
        let cell = u8::try_from(turn % u64::from(CELLS)).unwrap();
        let version = versions[usize::from(cell)] + 1;
        let mut next = commit(key(cell), (version > 1).then_some(version - 1), version, version);
        next.events = vec![event(version * 2 - 1), event(version * 2)];
        // Some bodies are big, so that commits span many pages and check-points run while the process dies.
        let size = if turn % 4 == 0 { 60_000 } else { 100 };
        next.body = [&version.to_be_bytes()[..], &vec![cell; size]].concat();
        next.outbox = vec![item(u64::from(cell) << 32 | version, key(cell))];
        assert_eq!(store.commit(&next), Ok(CommitOutcome::Committed { version }));
        writeln!(out, "in {cell} {version}").unwrap();
        out.flush().unwrap();
        versions[usize::from(cell)] = version;
    }
}

#[test]
fn a_process_killed_among_its_commits_loses_none_that_was_confirmed_and_leaves_no_half() {
    for job in ["write full", "write normal"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("security.db");
        let mut confirmed = vec![0_u64; usize::from(CELLS)];
        let mut kills_among_commits = 0;
        for round in 0..ROUNDS / 2 {
            let before = confirmed.clone();
            kill_among_commits(job, &file, Duration::from_millis(20 + round * 37 % 150), &mut confirmed);
            kills_among_commits += u32::from(confirmed != before);
            check_after_kill(&file, &mut confirmed);
        }
        println!("{job}: {confirmed:?} commits, {kills_among_commits} kills");
        assert!(kills_among_commits >= 8, "the children were killed before they had done anything");
    }
}

fn kill_among_commits(job: &str, file: &Path, after: Duration, confirmed: &mut [u64]) {
    let mut child = start(job, file);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut note = |line: String| {
        // A line may be torn by the kill; a whole one ends in a version that its successor does not undercut.
        let mut words = line.split(' ');
        if let (Some("in"), Some(Ok(cell)), Some(Ok(version))) =
            (words.next(), words.next().map(str::parse::<usize>), words.next().map(str::parse::<u64>))
        {
            confirmed[cell] = confirmed[cell].max(version);
            return true;
        }
        false
    };
    while !note(lines.next().expect("the child ended by itself").unwrap()) {}
    let killer = std::thread::spawn(move || {
        std::thread::sleep(after);
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap()
    });
    lines.map_while(Result::ok).for_each(|line| {
        note(line);
    });
    assert!(!killer.join().unwrap().success());
}

fn check_after_kill(file: &Path, confirmed: &mut [u64]) {
    let store = SqliteStore::open(file).unwrap();
    let waiting = store.outbox(usize::MAX).unwrap();
    for (cell, confirmed) in (0..CELLS).zip(confirmed) {
        let key = key(cell);
        let Some(current) = store.load(key).unwrap() else {
            assert_eq!(*confirmed, 0);
            continue;
        };
        let version = current.version;
        assert!(version >= *confirmed, "version {confirmed} was confirmed, {version} is there");
        assert!(version <= *confirmed + 1, "one commit at most was on its way");
        assert_eq!(current.body[..8], version.to_be_bytes());
        let events = store.events(key, 1, usize::MAX).unwrap();
        assert_eq!(events, (1..=version * 2).map(event).collect::<Vec<_>>(), "both events of each commit");
        let own: Vec<RandomId> = waiting.iter().filter(|item| item.key == key).map(|item| item.id).collect();
        let expected: Vec<_> = (1..=version).map(|number| RandomId(id(u64::from(cell) << 32 | number))).collect();
        assert_eq!(own, expected, "the item of each commit");
        *confirmed = version;
    }
    assert!(store.keys(None, 100).unwrap().iter().all(|key: &StoreKey| key.0[0] < CELLS));
    let connection = Connection::open(file).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

/// Under a limit on the size of files, the kernel refuses writes with EFBIG: a fault that is not a full disk.
#[test]
fn a_commit_that_the_disk_refuses_is_never_confirmed_and_may_be_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("security.db");
    let program = std::env::current_exe().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1500; exec \"$@\"", "sh"]).arg(&program);
    shell.args(child_with(&program, "fill up", &file).get_args());
    let output = shell.env(JOB, "fill up").env(FILE, &file).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let refused: u64 = text.lines().find_map(|line| line.strip_prefix("refused ")).expect(&text).parse().unwrap();
    // Whoever asks again under the same id learns whether it was in; it is in once in either case.
    let store = SqliteStore::open(&file).unwrap();
    let again = filling(refused);
    let was_in = store.event_by_commit(key(1), again.commit_id).unwrap().is_some();
    match store.commit(&again).unwrap() {
        CommitOutcome::Committed { version } => assert!(!was_in && version == refused + 1),
        CommitOutcome::Duplicate { first } => assert!(was_in && first == event(refused + 1)),
        CommitOutcome::Conflict { current } => panic!("{current:?}"),
    }
    assert_eq!(store.load(key(1)).unwrap().unwrap().version, refused + 1);
    assert_eq!(store.events(key(1), 1, usize::MAX).unwrap(), (1..=refused + 1).map(event).collect::<Vec<_>>());
    assert_eq!(store.outbox(usize::MAX).unwrap().len(), usize::try_from(refused + 1).unwrap());
}

fn filling(number: u64) -> Commit {
    let mut big = commit(key(1), (number > 0).then_some(number), number, number + 1);
    big.body = vec![7; 20_000];
    big.outbox = vec![item(number, key(1))];
    big
}

fn fill_until_refused(file: &Path) {
    let store = SqliteStore::open_with(file, Durability::Full).unwrap();
    for number in 0..10_000 {
        match store.commit(&filling(number)) {
            Ok(CommitOutcome::Committed { version }) => assert_eq!(version, number + 1),
            Err(error) => {
                assert!(matches!(error, StoreError::Unknown | StoreError::Full), "{error:?}");
                // What was confirmed is there, and nothing of what was refused shows.
                assert_eq!(store.load(key(1)).unwrap().unwrap().version, number);
                assert_eq!(store.events(key(1), number, 10).unwrap(), [event(number)]);
                println!("\n{error:?} after {number} commits\nrefused {number}");
                return;
            }
            Ok(other) => panic!("{other:?}"),
        }
    }
    panic!("the limit did not bite");
}

/// Root may write everywhere, so the child becomes `nobody` (65534) when this is root.
#[test]
fn a_file_or_folder_without_the_right_to_write_is_told_as_read_only() {
    let folder = tempfile::tempdir().unwrap();
    // The folder is this process's own.
    let root = std::fs::metadata(folder.path()).unwrap().uid() == 0;
    allow(folder.path(), 0o755);
    let program = folder.path().join("program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    allow(&program, 0o755);
    let home = folder.path().join("home");
    let file = home.join("security.db");
    std::fs::create_dir(&home).unwrap();
    drop(SqliteStore::open(&file).unwrap());
    if root {
        std::os::unix::fs::chown(&home, Some(65_534), None).unwrap();
        std::os::unix::fs::chown(&file, Some(65_534), None).unwrap();
    }
    let open = || {
        let mut command = child_with(&program, "open now", &file);
        if root {
            command.uid(65_534);
        }
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert!(open().contains("opened: Ok"), "with all rights it opens: {}", open());
    let read_only = format!("opened: Err({:?})", StoreError::ReadOnly);
    for (folder_mode, file_mode) in [(0o755, 0o444), (0o555, 0o644), (0o555, 0o444)] {
        // A log that an earlier child was let to make would let the next one write.
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(home.join(format!("security.db{suffix}")));
        }
        allow(&file, file_mode);
        allow(&home, folder_mode);
        let output = open();
        assert!(output.contains(&read_only), "folder {folder_mode:o}, file {file_mode:o}: {output}");
    }
    allow(&home, 0o755);
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
