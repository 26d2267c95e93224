//! Two rule sets on one file, as an analyst compares them; and rules that learn from one.

use serde_json::Value;

use crate::desk::{Desk, has_fields, sample};

const STRICTER: &str = "currency = \"EUR\"\n[limits]\ntransaction_minor = 250000\n[bands]\nstep_up_from = 1300\nhold_from = 2000\nfreeze_from = 3800\n";

fn compare(desk: &Desk, options: &str) -> Value {
    desk.run(&format!("--json backtest {} {options}", sample())).exits(0).json()
}

fn count(cell: &Value) -> u64 {
    ["fraud", "genuine", "unknown"].iter().map(|fate| cell[fate]["count"].as_u64().unwrap()).sum()
}

#[test]
fn the_same_rules_twice_disagree_on_nothing() {
    let desk = Desk::new();
    let found = compare(&desk, "--rules wallet --rules wallet");
    assert_eq!((&found["payments"], &found["disagreed"]), (&3520.into(), &0.into()));
    let matrix = found["matrix"].as_array().unwrap();
    assert!(matrix.iter().enumerate().all(|(index, cell)| index % 5 == 0 || count(cell) == 0), "{matrix:?}");
    assert_eq!(found["sides"][0]["levels"], found["sides"][1]["levels"]);
    desk.run(&format!("backtest {} --rules wallet", sample()))
        .exits(0)
        .says("no decision changed")
        .says("refused rows: 0");
}

#[test]
fn a_proposal_is_compared_with_the_preset_in_text_json_and_a_page() {
    let desk = Desk::new();
    desk.write("b.toml", STRICTER);
    let found = compare(&desk, "--rules b.toml --report page.html");
    assert_eq!(
        (found["sides"][0]["name"].as_str(), found["sides"][1]["name"].as_str()),
        (Some("wallet"), Some("b.toml"))
    );
    assert!(found["disagreed"].as_u64().unwrap() > 0);
    has_fields(
        &found["changed"][0],
        &["account", "tx_id", "row", "at", "amount", "payee", "label", "a", "b", "timeline"],
    );
    let page = desk.read("page.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'") && page.contains("b.toml"));
    let again = compare(&desk, "--rules wallet --rules b.toml --report page.html --force");
    assert_eq!((again, desk.read("page.html")), (found, page), "one file, one answer");
}

#[test]
fn a_side_is_judged_as_screen_judges() {
    let desk = Desk::new();
    // An amount named in the rules: `screen` learns it day by day otherwise.
    desk.write("fixed.toml", "currency = \"EUR\"\n[large_amount]\nfrom_minor = 900000\n");
    let screened = desk.run(&format!("--json screen {} --rules fixed.toml", sample())).exits(0).json();
    let found = compare(&desk, "--rules fixed.toml --rules wallet");
    for figure in ["auc_roc", "average_precision", "card_precision_100", "recall", "precision", "alerts_a_day"] {
        assert_eq!(screened["quality"][figure], found["sides"][0]["quality"][figure], "{figure}");
    }
}

#[test]
fn a_period_is_counted_and_what_came_before_it_only_teaches() {
    let desk = Desk::new();
    let found = compare(&desk, "--rules wallet --from 2026-02-01 --until 2026-02-10");
    let period = &found["period"];
    assert_eq!((period["first_day"].as_str(), period["last_day"].as_str()), (Some("2026-02-01"), Some("2026-02-09")));
    let rest = period["warm_up"].as_u64().unwrap() + period["left_out"].as_u64().unwrap();
    assert_eq!(found["payments"].as_u64().unwrap() + rest, 3_520);
}

#[test]
fn what_cannot_be_compared_is_said_before_the_run() {
    let desk = Desk::new();
    desk.write("bad.toml", "[bands]\nhold_from = 1\n").write("kept.html", "mine");
    for (options, says) in [
        ("", "--rules"),
        ("--rules wallet --rules wallet --rules wallet", "two to compare"),
        ("--rules none.toml", "none.toml"),
        ("--rules bad.toml", "bad.toml"),
        ("--rules wallet --from yesterday", "--from"),
        ("--rules wallet --from 2026-02-01 --until 2026-02-01", "--until"),
        ("--rules wallet --label-delay soon", "--label-delay"),
        ("--rules wallet --report kept.html", "--force"),
        ("--rules bad.toml --report bad.toml --force", "bad.toml"),
    ] {
        let said = desk.run(&format!("backtest {} {options}", sample())).exits(2);
        assert!(said.out.is_empty() && said.err.contains(says), "{options}: {said:?}");
    }
    assert_eq!(desk.read("kept.html"), "mine");
    desk.run("backtest missing.csv --rules wallet").exits(2).says("missing.csv");
}

#[test]
fn bad_rows_are_refused_and_told_and_the_rest_is_compared() {
    let desk = Desk::new();
    let mut rows = std::fs::read_to_string(sample()).unwrap();
    rows.push_str("s-bad,yesterday,a-00001,shop,1.00,EUR,out,card,,,,,,0,\n");
    desk.write("rows.csv", rows);
    let found = desk.run("--json backtest rows.csv --rules wallet").exits(3).json();
    assert_eq!((&found["payments"], &found["refused"]["count"]), (&3520.into(), &1.into()));
    assert!(found["refused"]["first"][0].as_str().unwrap().contains("column at"));
}

#[test]
fn a_hostile_name_stays_text_on_the_page() {
    let desk = Desk::new();
    let rows: String = (0..30)
        .map(|row| {
            format!("t{row},2026-01-{:02}T10:00:00Z,<script>alert(1)</script>,p,{}.00,EUR,0\n", row % 28 + 1, 10 + row)
        })
        .collect();
    desk.write("rows.csv", format!("tx_id,at,account,payee,amount,currency,label\n{rows}"));
    desk.write("all.toml", "currency = \"EUR\"\n[limits]\ntransaction_minor = 1\n");
    desk.run("backtest rows.csv --rules wallet --rules all.toml --report page.html").exits(0);
    let page = desk.read("page.html");
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn a_fit_writes_rules_that_screen_and_backtest_read() {
    let desk = Desk::new();
    desk.run("simulate --accounts 60 --days 60 --seed 5 --out made.csv").exits(0);
    let line = "--json fit made.csv --until 2026-02-20 --out fitted.toml --alerts-per-day 3";
    let fitted = desk.run(line).exits(0).json();
    let rules = desk.read("fitted.toml");
    assert!(rules.starts_with("# Learned by") && rules.contains("labelled payments"), "{rules}");
    assert!(rules.contains("currency = \"EUR\""), "amounts of which currency? {rules}");
    let rate = &fitted["alerts_a_day"];
    assert!(rate["wanted"] == 3 && rate["reached"].as_f64().is_some_and(|reached| reached <= 3.0), "{rate}");
    assert!(rules.contains("payments a day of those days held or worse, 3 wanted"), "{rules}");
    desk.run("rules check fitted.toml").exits(0).never_says("warning");
    let used =
        desk.run("--json backtest made.csv --rules wallet --rules fitted.toml --from 2026-02-20").exits(0).json();
    assert_eq!(used["sides"][1]["policy_hash"], fitted["policy_hash"], "the file is not what was learned");
    desk.run("screen made.csv --rules fitted.toml").exits(0);
    desk.run(line).exits(2).says("--force");
    desk.run(&format!("{line} --force")).exits(0);
    assert_eq!(desk.read("fitted.toml"), rules, "one history, one rule set");
}

#[test]
fn nothing_after_the_end_is_seen_by_a_fit() {
    let desk = Desk::new();
    desk.run("simulate --accounts 60 --days 60 --seed 5 --out made.csv").exits(0);
    let text = desk.read("made.csv");
    let (header, rows) = text.split_once('\n').unwrap();
    let known: String = rows
        .lines()
        .filter(|row| row.split(',').nth(1).unwrap() < "2026-02-20")
        .map(|row| format!("{row}\n"))
        .collect();
    desk.write("known.csv", format!("{header}\n{known}"));
    for file in ["made", "known"] {
        desk.run(&format!("fit {file}.csv --until 2026-02-20 --out {file}.toml")).exits(0);
    }
    assert_eq!(desk.read("made.toml"), desk.read("known.toml"));
}

#[test]
fn a_fit_without_frauds_says_so() {
    let desk = Desk::new();
    let said = desk.run(&format!("fit {} --until 2026-01-02 --out f.toml", sample())).exits(2);
    assert!(said.err.contains("frauds") && !desk.path("f.toml").exists(), "{said:?}");
}
