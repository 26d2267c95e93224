//! `account freeze-list`: a whole list, bad lines and all, killed in the middle and run again.

use std::process::Stdio;
use std::time::Duration;

use crate::desk::{Desk, has_fields};

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
            "faults",
            "bad_lines",
            "last_line",
            "done",
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
    desk.write("r", "account-security freeze-list v1\nlist other\nline 1\n");
    desk.run("account freeze-list L --db F --list m --actor a --resume r").exits(2).says("belongs to the list other");
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
