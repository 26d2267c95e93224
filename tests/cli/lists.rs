//! `account freeze-list`: a whole list, bad lines and all, killed in the middle and run again.

use std::process::Stdio;
use std::time::Duration;

use account_security::types::AccountId;
use rusqlite::{Connection, params};

use crate::desk::{Desk, has_fields};
use crate::lost_and_locked::app;

/// A database with the account `alice`.
fn with_alice() -> Desk {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk
}

fn events(desk: &Desk) -> u64 {
    let verdict = desk.run("--json audit verify --db F").exits(0).json();
    verdict["events_intact"].as_u64().unwrap()
}

const LIST: &str = "--json account freeze-list L --db F --list march --actor officer --for 48h --freeze-unknown";

#[test]
fn every_account_is_frozen_once_however_often_the_list_is_run() {
    let desk = with_alice();
    desk.write("L", "\u{feff}alice\r\n# a remark\n\n  bob  \nalice\n");
    let said = desk.run(LIST).exits(0).json();
    has_fields(
        &said,
        &[
            "list",
            "frozen",
            "already",
            "already_ended",
            "unknown",
            "refused",
            "other_terms",
            "faults",
            "bad_lines",
            "last_line",
            "done",
            "failed_before",
        ],
    );
    assert_eq!((&said["frozen"], &said["already"], &said["last_line"]), (&2.into(), &1.into(), &5.into()));
    let before = events(&desk);
    let again = desk.run(LIST).exits(0).json();
    assert_eq!((&again["frozen"], &again["already"]), (&0.into(), &3.into()));
    assert_eq!(events(&desk), before);
    let id =
        desk.run("--json account status bob --db F").exits(0).json()["freezes"][0]["id"].as_str().unwrap().to_owned();
    desk.run(&format!("account request-lift bob {id} --db F --actor agent-2")).exits(0);
    desk.run(&format!("account approve-lift bob {id} --db F --actor agent-3")).exits(0);
    let after_lift = desk.run(LIST).exits(0).json();
    assert_eq!((&after_lift["frozen"], &after_lift["already_ended"]), (&0.into(), &1.into()), "lifted is lifted");
    let other = desk.run(&LIST.replace("march", "april")).exits(0).json();
    assert_eq!(other["frozen"], 2, "another list is another wish");
}

#[test]
fn bad_lines_are_told_with_their_number_counted_and_passed_over() {
    let desk = with_alice();
    let long = "x".repeat(5_000);
    desk.write("L", [format!("alice\nnobody\n{long}\na\u{7}b\n").as_bytes(), b"\xff\xfe\n", b"alice"].concat());
    let said = desk.run("--json account freeze-list L --db F --list march --actor officer").exits(3);
    let told = &said.err;
    for line in
        ["line 2: account nobody", "--freeze-unknown", "line 3: the line is too long", "line 4: ", "line 5: not UTF-8"]
    {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert!(!told.contains('\u{7}'));
    let said = said.json();
    assert_eq!((&said["frozen"], &said["bad_lines"], &said["unknown"]), (&1.into(), &3.into(), &1.into()));
    desk.run("account status nobody --db F").exits(2);
}

#[test]
fn what_is_not_understood_freezes_nobody() {
    let desk = with_alice();
    desk.write("L", "alice\n").write("notes", "something else");
    let before = events(&desk);
    for (line, says) in [
        ("freeze-list L --db F --actor a", "--list"),
        ("freeze-list nowhere --db F --list m --actor a", "nowhere"),
        ("freeze-list L --db F --list m", "--actor"),
        ("freeze-list L --db F --list m --actor a --scopes most", "--scopes"),
        ("freeze-list L --db F --list m --actor a --resume notes", "not a file of `freeze-list`"),
        ("freeze-list L --db F --list m --actor a --resume r --after 3", "--after"),
    ] {
        desk.run(&format!("account {line}")).exits(2).says(says);
    }
    desk.args(&["account", "freeze-list", "L", "--db", "F", "--list", " ", "--actor", "a"], b"")
        .exits(2)
        .says("--list");
    let refused = desk.run("account freeze-list L --db F --list m --actor a --authority court").exits(3);
    refused.says("case reference is needed");
    assert_eq!(events(&desk), before);
    let nothing_read = "account-security freeze-list v2\nlist other\nline 1\nread 0 00\nfailed 0 0 0 0\n";
    desk.write("r", nothing_read.replace(" 00\n", &format!(" {}\n", "00".repeat(32))));
    desk.run("account freeze-list L --db F --list m --actor a --resume r").exits(2).says("belongs to the list other");
    desk.write("r", "account-security freeze-list v1\nlist m\nline 1\n");
    desk.run("account freeze-list L --db F --list m --actor a --resume r").exits(2).says("remove it and run the list");
    desk.run("account freeze-list L --db F --list m --actor a --after 2")
        .exits(2)
        .says("ends at line 1, before line 2");
    desk.run("account freeze-list L --db F --list m --actor a --after 1").exits(0).says("0 frozen");
}

/// `kill -9` in the middle, a few times, and a last run to the end.
#[test]
fn a_list_killed_in_the_middle_and_run_again_freezes_all_and_nobody_twice() {
    const ACCOUNTS: u64 = 400;
    let desk = with_alice();
    desk.write("L", (0..ACCOUNTS).map(|number| format!("account-{number}\n")).collect::<String>());
    let before = events(&desk);
    let line = format!("{LIST} --resume R");
    let args: Vec<&str> = line.split_whitespace().collect();
    let (mut killed, mut noted) = (0, 0);
    for round in 1..=5 {
        let mut command = desk.command(&args);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(200 * round));
        killed += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        noted += u64::from(desk.path("R").exists());
    }
    let said = desk.run(&line).exits(0).json();
    println!("killed {killed} times, noted {noted} times, last run {said}");
    assert!(killed > 0, "no run was killed: the test proves nothing");
    assert_eq!(events(&desk), before + ACCOUNTS, "an account was frozen twice, or not at all");
    assert!(!desk.path("R").exists(), "what is done leaves no note");
    let whole = desk.run(LIST).exits(0).json();
    assert_eq!((&whole["frozen"], &whole["already"]), (&0.into(), &ACCOUNTS.into()));
}

/// A record whose seal does not hold, passed by.
const DAMAGED: &str = "substr(body, 1, length(body) - 1) || x'00'";
/// A record under a key that nobody has, which stops the run.
const STOPS: &str = "substr(body, 1, 1) || x'09' || substr(body, 3)";

fn cell(desk: &Desk, name: &str) -> (Connection, [u8; 16]) {
    let key = app(desk).0.keyring().account_key(&AccountId::parse(name).unwrap()).0;
    (Connection::open(desk.path("F")).unwrap(), key)
}

/// Spoils an account's record and hands back what it was.
fn edit(desk: &Desk, body: &str, name: &str) -> Vec<u8> {
    let (connection, key) = cell(desk, name);
    let before = connection.query_row("SELECT body FROM cell WHERE key = ?1", params![key], |row| row.get(0)).unwrap();
    let sql = format!("UPDATE cell SET body = CAST({body} AS BLOB) WHERE key = ?1");
    assert_eq!(connection.execute(&sql, params![key]).unwrap(), 1);
    before
}

fn restore(desk: &Desk, name: &str, body: &[u8]) {
    let (connection, key) = cell(desk, name);
    connection.execute("UPDATE cell SET body = ?2 WHERE key = ?1", params![key, body]).unwrap();
}

/// One record is damaged, which is passed by; a later one names a key that nobody has, which stops the run.
#[test]
fn a_run_that_goes_on_comes_by_an_account_again_that_gave_no_answer() {
    let desk = with_alice();
    let names: Vec<String> = (1..=250).map(|number| format!("account-{number}")).collect();
    desk.write("L", names.join("\n") + "\n");
    desk.write("known", "account-50\naccount-150\n");
    desk.run("account freeze-list known --db F --list other --actor officer --scopes receive --freeze-unknown")
        .exits(0);
    let whole = [(DAMAGED, "account-50"), (STOPS, "account-150")].map(|(body, name)| (name, edit(&desk, body, name)));
    let line = format!("{LIST} --resume R");
    let stopped = desk.run(&line).exits(4).says("line 50: account account-50 denied").says("--after 49");
    assert_eq!(stopped.json()["last_line"], 49);
    assert!(desk.read("R").contains("\nline 49\n"), "{}", desk.read("R"));
    for (name, body) in whole {
        restore(&desk, name, &body);
    }
    let said = desk.run(&line).exits(0).json();
    assert_eq!((&said["frozen"], &said["already"]), (&102.into(), &99.into()), "{said}");
    desk.run("account status account-50 --db F").exits(0).says("pay-out");
}

/// A list of 350 names of which 30 are unknown and one line is bad; the run stops at `account-150`, on line 181.
fn stopped_halfway() -> (Desk, Vec<u8>) {
    let desk = with_alice();
    let known: Vec<String> = (1..=319).map(|number| format!("account-{number}")).collect();
    desk.write("K", known.join("\n"));
    desk.run("account freeze-list K --db F --list other --actor officer --scopes receive --freeze-unknown").exits(0);
    let unknown = (1..=30).map(|number| format!("nobody-{number}\n")).collect::<String>();
    desk.write("L", format!("{unknown}a\u{7}b\n{}\n", known.join("\n")));
    let before = edit(&desk, STOPS, "account-150");
    (desk, before)
}

const KNOWN: &str = "--json account freeze-list L --db F --list march --actor officer";

#[test]
fn what_an_earlier_run_could_not_freeze_is_told_at_once_in_full_and_not_forgotten_by_the_next() {
    let (desk, whole) = stopped_halfway();
    let line = format!("{KNOWN} --resume R");
    let stopped = desk.run(&line).exits(4);
    for number in 1..=30 {
        let told = format!("line {number}: account nobody-{number}: nothing is stored");
        assert_eq!(stopped.err.matches(&told).count(), 1, "{told}: {}", stopped.err);
    }
    stopped.says("line 31: not an account");
    restore(&desk, "account-150", &whole);
    let said = desk.run(&line).exits(3).json();
    assert_eq!(
        (&said["unknown"], &said["bad_lines"], &said["last_line"]),
        (&0.into(), &0.into(), &350.into()),
        "{said}"
    );
    assert_eq!((&said["failed_before"]["unknown"], &said["failed_before"]["bad_lines"]), (&30.into(), &1.into()));
    assert!(!desk.path("R").exists());
    desk.write("L", "alice\n").run(&line).exits(0);
}

#[test]
fn a_run_goes_on_with_the_same_file_only() {
    let (desk, whole) = stopped_halfway();
    let line = format!("{KNOWN} --resume R");
    desk.run(&line).exits(4);
    restore(&desk, "account-150", &whole);
    let (list, note, before) = (desk.read("L"), desk.read("R"), events(&desk));
    for other in [list.replace("nobody-3\n", "account-3\n"), list[..list.len() / 4].to_owned(), String::new()] {
        desk.write("L", other).run(&line).exits(2).says("nobody is frozen twice");
        assert_eq!((desk.read("R"), events(&desk)), (note.clone(), before), "nothing was done, the note stands");
    }
    desk.write("L", list + "alice\n");
    assert_eq!(desk.run(&line).exits(3).json()["last_line"], 351, "names at the end may be added");
}

#[test]
fn a_list_comes_on_standard_input_too() {
    let desk = with_alice();
    let line = "--json account freeze-list - --db F --list march --actor officer";
    assert_eq!(desk.pipe(line, "alice\n").exits(0).json()["frozen"], 1);
    desk.pipe(&format!("{line} --resume R"), "alice\n").exits(2).says("save the list");
}

#[test]
fn a_table_is_no_list_of_accounts() {
    let desk = with_alice();
    let before = events(&desk);
    for header in ["tx_id,at,account,amount", "account;name"] {
        desk.write("L", format!("{header}\nalice,x,y,z\n")).run(LIST).exits(2).says("one account a line");
    }
    assert_eq!(events(&desk), before);
    desk.write("L", "alice\nbob,Bob Bobson\n");
    let said = desk.run(LIST).exits(3).says("line 2: reads like a row of a table").json();
    assert_eq!((&said["frozen"], &said["bad_lines"]), (&1.into(), &1.into()));
    desk.write("b.csv", "tx_id,at,account,amount,currency\nt-2,2026-03-01T12:00:00Z,\"ltd, c\",10.00,EUR\n");
    desk.run("screen b.csv --db F").exits(0);
    desk.write("L", "ltd, c\n");
    assert_eq!(desk.run(LIST).exits(0).json()["frozen"], 1, "it is an account");
}

#[test]
fn a_list_run_again_on_other_terms_says_that_they_are_not_in_force() {
    let desk = with_alice();
    desk.write("L", "alice\nbob\n");
    let (before, line) = (events(&desk), "--json account freeze-list L --db F --list m --freeze-unknown --actor");
    desk.run(&format!("{line} anna")).exits(0);
    assert_eq!(desk.run(&format!("{line} ben")).exits(0).json()["other_terms"], 0, "who acts is no term");
    for (terms, how) in [
        ("--authority court --reason court-order --case 2026-17", "authority agent, not court; reason suspected-fraud"),
        ("--scopes pay-out", "not pay-out"),
        ("--for 48h", "end none, not 20"),
        ("--neutral", "customer told, not not told"),
    ] {
        let said = desk.run(&format!("{line} anna {terms}")).exits(3).says("NOT in force").says(how);
        let said = said.says("--list name of its own").json();
        assert_eq!((&said["already"], &said["other_terms"]), (&2.into(), &2.into()), "{terms}: {said}");
    }
    assert_eq!(events(&desk), before + 2);
    let timed = line.replace("--list m", "--list n");
    desk.run(&format!("{timed} anna --for 48h")).exits(0);
    desk.run(&format!("{timed} anna --for 48h")).exits(0);
    desk.run(&format!("{timed} anna --for 72h")).exits(3).says("end 20");
    desk.run(&format!("{line} anna --scopes pay-out").replace("--json ", "")).says("2 of these on other terms");
}
