//! The help, and what is never taken from the command line.

use crate::desk::Desk;

const COMMANDS: [&str; 40] = [
    "",
    "screen",
    "backtest",
    "fit",
    "rules",
    "rules check",
    "rules show",
    "rules schema",
    "simulate",
    "password",
    "password check",
    "password explain",
    "password suggest",
    "password hash",
    "password verify",
    "breach",
    "breach build",
    "breach check",
    "breach info",
    "totp",
    "totp new",
    "totp code",
    "totp verify",
    "account status",
    "account freeze",
    "account freeze-list",
    "account request-lift",
    "account approve-lift",
    "account lift",
    "account history",
    "account diagnose",
    "account erase-text",
    "account request-clock-set-back",
    "account set-clock-back",
    "audit verify",
    "audit checkpoint",
    "audit export",
    "store init",
    "store rotate-keys",
    "store schema",
];

#[test]
fn every_command_explains_itself() {
    let desk = Desk::new();
    for command in COMMANDS {
        let help = desk.run(&format!("{command} --help")).exits(0).says("Usage:");
        assert!(help.out.lines().count() > 5, "{command}");
    }
    let help = desk.run("--help").exits(0);
    for word in [
        "Exit codes",
        "0 ok",
        "1 denied",
        "2 usage",
        "3 some rows refused",
        "4 fault",
        "2 truncated",
        "3 cannot tell",
        "standard input",
    ] {
        assert!(help.out.contains(word), "{word}: {}", help.out);
    }
    desk.run("--version").exits(0).says(env!("CARGO_PKG_VERSION"));
}

#[test]
fn what_is_no_command_is_usage() {
    let desk = Desk::new();
    for line in ["", "scren a.csv", "password", "totp", "account", "audit", "screen", "--jsn", "screen a b"] {
        let said = desk.run(line).exits(2);
        assert!(said.out.is_empty() && said.err.contains("Usage:"), "{line}: {said:?}");
    }
}

#[test]
fn no_secret_is_taken_as_an_argument() {
    let desk = Desk::new();
    for line in [
        "password check hunter2",
        "password hash hunter2",
        "password check --password hunter2",
        "password verify --phc x hunter2",
        "totp code GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "totp code --secret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "totp verify --code 123456",
        "totp verify 123456",
        "screen a.csv --key 00",
        "audit checkpoint --db F --out C --sign 0000",
    ] {
        desk.run(line).exits(2);
    }
    for command in COMMANDS {
        let help = desk.run(&format!("{command} --help")).out;
        for option in ["--password ", "--secret ", "--code ", "--key "] {
            assert!(!help.contains(option), "{command} offers {option}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_fault() {
    use std::process::Stdio;
    let desk = Desk::new();
    let mut child =
        desk.command(&["simulate", "--accounts", "200"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_a_fault() {
    let desk = Desk::new();
    for args in [&["simulate", "--days", "1"][..], &["totp", "new", "--issuer", "A", "--account", "b"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = desk.command(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{args:?}: {output:?}");
    }
}
