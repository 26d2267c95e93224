//! What an operator is told when something is refused: in the words of the command line, and where answers go.

use crate::desk::Desk;

/// A database with the account `alice`, frozen by `ann`, and the freeze's id.
fn with_frozen_alice() -> (Desk, String) {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    let frozen = desk.run("--json account freeze alice --db F --actor ann").exits(0).json();
    let id = frozen["freeze"].as_str().unwrap().to_owned();
    (desk, id)
}

#[test]
fn a_refusal_names_commands_and_options_and_no_call_of_the_library() {
    let (desk, id) = with_frozen_alice();
    let alone = desk.run(&format!("account approve-lift alice {id} --db F --actor ben")).exits(1);
    alone.says("one runs `account request-lift`, another `account approve-lift`").never_says("request_lift");
    desk.run(&format!("account request-lift alice {id} --db F --actor ben")).exits(0);
    let again = desk.run(&format!("account request-lift alice {id} --db F --actor cid")).exits(1);
    again.says("approves it with `account approve-lift`");
    let court = "account freeze alice --db F --actor clerk --authority court --reason court-order";
    desk.run(court).exits(1).says("--case names it");
    let pending = desk.run(&format!("{court} --case 17 --pending let-pending-finish")).exits(1);
    pending.says("leave out --pending let-pending-finish").never_says("HoldPending");
    let own = desk.run("--json account freeze alice --db F --actor alice --authority owner --reason owner-request");
    let own = own.exits(0).json()["freeze"].as_str().unwrap().to_owned();
    let lift = desk.run(&format!("account lift alice {own} --db F --actor alice --authority owner")).exits(1);
    lift.says("two agents lift it: `account request-lift`").never_says("lift_own_freeze");
}

#[test]
fn a_length_or_a_scope_that_cannot_be_is_told_with_what_can() {
    let (desk, _) = with_frozen_alice();
    let freeze = "account freeze alice --db F --actor ann";
    for span in ["36500d", "2w", "soon"] {
        desk.run(&format!("{freeze} --for {span}")).exits(2).says("s, m, h or d").says("at most 10000d");
    }
    desk.run(&format!("{freeze} --for 10000d")).exits(0);
    for scopes in ["most", "none", ""] {
        let args: Vec<&str> = freeze.split(' ').chain(["--scopes", scopes]).collect();
        let said = desk.args(&args, b"").exits(2).says("change-factors, all; several are separated by commas");
        said.never_says("none");
    }
}

#[test]
fn keys_that_cannot_be_read_and_keys_of_another_database_are_told_apart() {
    let (desk, _) = with_frozen_alice();
    desk.run("screen a.csv --db G").exits(0);
    for line in ["account status alice", "screen a.csv", "audit verify"] {
        let said = desk.run(&format!("{line} --db F --keys G.keys")).exits(4).says("KeyLost");
        said.says("the key file G.keys is not the one that --db F was made with; name its own with --keys");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(desk.path("F.keys"), std::fs::Permissions::from_mode(0o000)).unwrap();
        // Nothing is closed to root.
        if std::fs::read(desk.path("F.keys")).is_err() {
            let said = desk.run("account status alice --db F").exits(4).says("chmod").says("F.keys");
            said.never_says("restore");
        }
    }
}

/// Where a test may mount: elsewhere it proves nothing, and says so.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_is_mounted_for_reading_only_is_told_as_such() {
    let (desk, _) = with_frozen_alice();
    let mounted = "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" || exit 77";
    for line in ["account status alice --db F", "screen a.csv --db F"] {
        let script = format!("{mounted}; exec {} {line}", crate::desk::BINARY);
        let mut unshared = std::process::Command::new("unshare");
        let said = unshared.args(["-rm", "sh", "-c", &script]).current_dir(desk.path("")).output();
        let Some(said) = said.ok().filter(|said| said.status.code() == Some(4)) else {
            println!("nothing can be mounted here");
            return;
        };
        let told = String::from_utf8(said.stderr).unwrap();
        assert!(told.contains("Read-only file system") && told.contains("mount it for writing"), "{told}");
    }
}

/// Everything whose rank may be too low, on standard output like every other answer.
#[test]
fn who_may_not_is_answered_alike_everywhere() {
    let (desk, id) = with_frozen_alice();
    desk.write("E", "seen");
    let report = desk.run("--json account report alice --db F --kind unauthorised --actor ann").exits(0).json();
    let report = report["report"].as_str().unwrap();
    let seen = "--identity call-back --evidence E";
    for line in [
        "freeze alice --reason aml-review".to_owned(),
        format!("lift alice {id} --release 7"),
        format!("close-report alice {report} --outcome confirmed"),
        "erase-text alice".to_owned(),
        format!("clear-lockout alice --proof password {seen}"),
        format!("cancel-contact alice {id}"),
    ] {
        let line = format!("account {line} --db F --actor mallory --authority rule");
        let text = desk.run(&line).exits(1);
        assert!(text.out.starts_with("refused: ") && text.err.is_empty(), "{line}: {text:?}");
        let json = desk.run(&format!("--json {line}")).exits(1);
        assert!(json.err.is_empty(), "{json:?}");
        let json = json.json();
        assert!(json["refused"].is_string() && json["code"].is_u64(), "{line}: {json}");
    }
}

#[test]
fn an_export_of_nobody_says_that_nobody_is_there() {
    let (desk, _) = with_frozen_alice();
    desk.run("audit export --account nobody --db F").exits(2).says("account nobody: nothing is stored for it");
    desk.run("audit export --account nobody --db F --out E").exits(2);
    assert!(!desk.path("E").exists());
    desk.run("audit export --account alice --db F").exits(0).says("PaymentAssessed");
}
