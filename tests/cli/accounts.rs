//! `account status | freeze | lift | history`, and who may do what.

use crate::desk::{Desk, Said, has_fields};

/// A database with the account `alice`.
fn with_alice() -> Desk {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk
}

fn frozen(desk: &Desk, options: &str) -> String {
    let said = desk.run(&format!("--json account freeze alice --db F {options}")).exits(0).json();
    has_fields(&said, &["freeze", "already"]);
    assert_eq!(said["already"], false);
    said["freeze"].as_str().unwrap().to_owned()
}

fn lift(desk: &Desk, freeze: &str, options: &str) -> Said {
    desk.run(&format!("--json account lift alice {freeze} --db F {options}"))
}

#[test]
fn an_agents_freeze_takes_two_agents_to_lift() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor agent-1 --case CASE-7");
    let status = desk.run("--json account status alice --db F").exits(0).json();
    let fields = [
        "account",
        "chain",
        "closed",
        "freezes",
        "planned",
        "cooling_off_until",
        "open_reports",
        "reports",
        "contact_change",
        "password_locked_until",
        "codes_locked_until",
        "reset_locked_until",
        "time_ahead",
        "has_password",
        "has_totp",
        "events",
        "audit",
    ];
    has_fields(&status, &fields);
    assert_eq!(status["closed"].as_array().unwrap().len(), 5, "all is closed: {status}");
    let freeze = &status["freezes"][0];
    let fields = [
        "id",
        "scopes",
        "reason",
        "authority",
        "actor",
        "case",
        "from",
        "until",
        "told",
        "pending",
        "lift_requested",
        "why",
        "who_may_lift",
        "customer_text",
        "above_rank",
    ];
    has_fields(freeze, &fields);
    assert_eq!((&freeze["id"], &freeze["case"]), (&id.as_str().into(), &"CASE-7".into()));

    let asked = lift(&desk, &id, "--actor agent-2").exits(0).json();
    has_fields(&asked, &["lifted", "requested", "approve_before"]);
    assert_eq!(asked["lifted"], false);
    let again = lift(&desk, &id, "--actor agent-2").exits(1).json();
    has_fields(&again, &["refused", "code"]);
    assert_eq!(again["code"], 505);
    assert_eq!(lift(&desk, &id, "--actor agent-1").exits(1).json()["code"], 505, "the placer may not approve");
    desk.run("account status alice --db F").exits(0).says("closed: sign-in");
    let lifted = lift(&desk, &id, "--actor agent-3").exits(0).json();
    has_fields(&lifted, &["lifted", "still_closed"]);
    assert_eq!(lifted["lifted"], true);
    desk.run("account status alice --db F").exits(0).says("nothing is closed");
    assert_eq!(lift(&desk, &id, "--actor agent-3").exits(1).json()["code"], 510);

    let history = desk.run("account history alice --db F").exits(0).says(&format!("FROZEN {id}"));
    history.says("requested by agent-2").says("lifted by agent-3").says("CASE-7");
    desk.run("audit verify --db F").exits(0);
}

#[test]
fn the_owner_and_lower_ranks_do_not_lift_a_freeze() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor agent-1");
    lift(&desk, &id, "--actor alice --authority owner").exits(1).says("refused");
    let court = frozen(&desk, "--actor clerk --authority court --reason court-order --case ORDER-1");
    lift(&desk, &court, "--actor agent-2").exits(1).says("refused");
    lift(&desk, &court, "--actor clerk-2 --authority court").exits(1).says("release");
    desk.run("account status alice --db F").exits(0).says(&id).says(&court);
}

#[test]
fn what_is_above_the_rank_is_hidden_by_every_door_alike() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor mlro-eve --authority compliance --reason aml-review --case SAR-7 --for 30d");
    let request = "account request-lift alice ID --db F --actor mlro-max --authority compliance";
    desk.run(&request.replace("ID", &id)).exits(0);
    let doors =
        ["account status", "account history", "account diagnose", "--json account status", "--json account history"];
    for door in doors {
        let line = format!("{door} alice --db F");
        let low = desk.run(&line).exits(0).says(&id).says("compliance");
        for secret in ["aml", "mlro-eve", "mlro-max", "SAR-7", "money-laundering", "laundering"] {
            assert!(!low.out.contains(secret), "{door}: {secret}: {}", low.out);
        }
        desk.run(&format!("{line} --authority compliance")).exits(0).says(&id).says("mlro-eve").says("SAR-7");
        desk.run(&format!("{line} --authority king")).exits(2).says("--authority");
    }
    let low = desk.run("--json account status alice --db F").exits(0).json();
    assert_eq!(
        (&low["freezes"][0]["above_rank"], &low["freezes"][0]["until"]),
        (&true.into(), &serde_json::Value::Null),
        "{low}"
    );
    desk.run("account status alice --db F").exits(0).says("NEUTRAL").says("above your rank").says("closed:");

    // What the customer may be told of is no secret from an agent, whoever placed it.
    let told = frozen(&desk, "--actor mlro-eve --authority compliance --reason other --case OPEN-8 --scopes receive");
    desk.run("account history alice --db F").exits(0).says(&told).says("OPEN-8").never_says("SAR-7");
    desk.run("account status alice --db F").exits(0).says("OPEN-8").never_says("SAR-7");
}

#[test]
fn the_status_names_the_chain_that_the_audit_commands_name() {
    let desk = with_alice();
    let status = desk.run("--json account status alice --db F").exits(0).json();
    let chain = status["chain"].as_str().unwrap();
    desk.run("account status alice --db F").exits(0).says(&format!("account alice, chain {chain}"));
    desk.run("audit export --db F --account alice").exits(0).says(&format!("\"chain\":\"{chain}\""));
}

#[test]
fn a_frozen_account_pays_nothing_out_until_it_is_lifted() {
    let desk = with_alice();
    let id = frozen(&desk, "--actor agent-1 --scopes pay-out");
    let row = |id: &str| format!("tx_id,at,account,amount,currency\n{id},2026-03-02T12:00:00Z,alice,10.00,EUR\n");
    desk.write("b.csv", row("t-2")).run("screen b.csv --db F --scores S").exits(0);
    // The stream's clock is that of the file, and the freeze began after it: only payments under the freeze stop.
    assert_ne!(desk.scores("S")["t-2"].outcome, "conflict");
    lift(&desk, &id, "--actor agent-2").exits(0);
    lift(&desk, &id, "--actor agent-3").exits(0);
}

#[test]
fn the_names_that_the_help_shows_are_the_names_that_are_taken() {
    let desk = with_alice();
    let help = desk.run("account freeze --help").exits(0);
    let mut scopes = String::new();
    for scope in ["sign-in", "pay-out", "receive", "change-profile", "change-factors"] {
        assert!(help.out.contains(scope), "{scope}: {}", help.out);
        scopes += &format!("{scope},");
    }
    let scopes = scopes.trim_end_matches(',');
    desk.run(&format!("account freeze alice --db F --actor a --scopes {scopes} --for 48h")).exits(0);
    for (actor, reason) in ["suspected-fraud", "owner-request", "lost-device"].into_iter().enumerate() {
        assert!(help.out.contains(reason), "{reason}: {}", help.out);
        desk.run(&format!("account freeze alice --db F --actor b{actor} --reason {reason} --for 47h")).exits(0);
    }
    // As a CSV file or a config would write it.
    desk.run("account freeze alice --db F --actor c --scopes pay_out --reason lost_device --for 46h").exits(0);
}

#[test]
fn a_freeze_with_an_end_ends() {
    let desk = with_alice();
    frozen(&desk, "--actor agent-1 --for 1s");
    std::thread::sleep(std::time::Duration::from_millis(1_200));
    desk.run("account status alice --db F").exits(0).says("nothing is closed");
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let desk = with_alice();
    let history = desk.run("account history alice --db F").exits(0).out;
    for (line, says) in [
        ("status nobody --db F", "nobody"),
        ("freeze nobody --db F --actor a", "nobody"),
        ("lift nobody 00000000000000000000000000000000 --db F --actor a", "nobody"),
        ("history nobody --db F", "nobody"),
        ("lift alice 1234 --db F --actor a", "32 hex digits"),
        ("freeze alice --db F --actor a --scopes everything", "--scopes"),
        ("freeze alice --db F --actor a --reason because", "--reason"),
        ("freeze alice --db F --actor a --authority king", "--authority"),
        ("freeze alice --db F --actor a --for soon", "--for"),
        ("freeze alice --db F", "--actor"),
        ("status alice --db nowhere", "no such file"),
        ("status alice", "--db"),
    ] {
        desk.run(&format!("account {line}")).exits(2).says(says);
    }
    for line in [
        "freeze alice --db F --actor a --for 0s",
        "freeze alice --db F --actor a --reason other",
        "lift alice 00000000000000000000000000000000 --db F --actor a",
    ] {
        desk.run(&format!("account {line}")).exits(1).says("refused: ");
    }
    desk.args(&["account", "freeze", "alice", "--db", "F", "--actor", ""], b"").exits(2).says("--actor");
    desk.args(&["account", "status", "a\u{7}b", "--db", "F"], b"").exits(2).never_says("\u{7}");
    assert!(!desk.path("nowhere").exists(), "a wrong name made a database");
    assert_eq!(desk.run("account history alice --db F").exits(0).out, history);
}

#[test]
fn without_its_keys_a_database_answers_nothing_and_no_key_is_made_anew() {
    let desk = with_alice();
    desk.write("b.csv", desk.read("a.csv")).run("screen b.csv --db G").exits(0);
    let every = ["account status alice", "account history alice", "audit verify", "screen a.csv"];
    for line in every {
        desk.run(&format!("{line} --db F --keys G.keys")).exits(4).says("KeyLost");
    }
    std::fs::rename(desk.path("F.keys"), desk.path("safe")).unwrap();
    for line in every {
        desk.run(&format!("{line} --db F")).exits(4).says("KeyLost");
    }
    assert!(!desk.path("F.keys").exists());
    for damage in ["", "account-security keys v1\n", "rubbish", &desk.read("safe")[..90]] {
        desk.write("F.keys", damage).run("account status alice --db F").exits(4).says("KeyLost");
    }
    let bent: String = desk.read("safe").lines().map(|line| line.replace("key 1 ", "key 2 ") + "\n").collect();
    desk.write("F.keys", bent).run("account status alice --db F").exits(4);
    std::fs::rename(desk.path("safe"), desk.path("F.keys")).unwrap();
    desk.run("account status alice --db F").exits(0);
}

#[cfg(unix)]
#[test]
fn the_key_file_is_for_its_owners_eyes_and_nobody_prints_it() {
    use std::os::unix::fs::PermissionsExt;
    let desk = with_alice();
    let mode = std::fs::metadata(desk.path("F.keys")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let key = desk.read("F.keys").lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    for line in ["account status alice", "account history alice", "audit verify"] {
        desk.run(&format!("{line} --db F")).exits(0).never_says(&key);
    }
    desk.run("account status alice --db F --keys a.csv").exits(4).never_says("t-1");
}

#[test]
fn an_empty_database_is_made_with_its_keys_and_never_in_place_of_another() {
    let desk = Desk::new();
    desk.run("audit verify --db F").exits(2).says("`store init` makes one");
    let made = desk.run("--json store init --db F").exits(0).json();
    assert_eq!((&made["database"], &made["keys"]), (&"F".into(), &"F.keys".into()));
    desk.run("audit verify --db F").exits(0);
    let keys = desk.read("F.keys");
    desk.run("store init --db F").exits(2).says("is there already");
    desk.run("store init --db G --keys F.keys").exits(4).says("restore the database");
    assert_eq!(desk.read("F.keys"), keys);
    desk.write("other", "no database").run("store init --db other").exits(4);
    assert_eq!(desk.read("other"), "no database");
    desk.run("account freeze-list - --db F --list m --actor a").exits(0);
    std::fs::remove_file(desk.path("F.keys")).unwrap();
    desk.run("store init --db F").exits(4).says("KeyLost");
}
