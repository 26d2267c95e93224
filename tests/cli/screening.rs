//! The main job, on the labelled sample and on streams made by `simulate`.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::desk::{Desk, has_fields, sample, scored_lines};

const HEADER: &str = "tx_id,at,account,payee,amount,currency,label";

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

#[test]
fn the_sample_is_screened_frozen_explained_and_audited() {
    let desk = Desk::new();
    let screened = desk.run(&format!("--json screen {} --db F --freeze", sample())).exits(0).json();
    assert_eq!((&screened["transactions"], &screened["accounts"]), (&3520.into(), &60.into()), "{screened}");
    assert!(screened["reasons"].as_object().unwrap().len() >= 5, "{screened}");
    let frozen = screened["look_first"].as_array().unwrap().iter().find(|it| it["refused_frozen"] != 0).unwrap();
    let account = frozen["account"].as_str().unwrap();

    let status = desk.run(&format!("--json account status {account} --db F")).exits(0).json();
    assert!(strings(&status["closed"]).contains(&"pay-out"), "{status}");
    let freeze = &status["freezes"][0];
    assert_eq!((freeze["reason"].as_str(), freeze["actor"].as_str()), (Some("suspected-fraud"), Some("rule:screen")));

    let id = freeze["id"].as_str().unwrap();
    let text = desk.run(&format!("account status {account} --db F")).exits(0).says("closed: pay-out").says(id);
    text.says("suspected-fraud").says("audit: intact");
    let history = desk.run(&format!("account history {account} --db F")).exits(0).says("audit: intact");
    history.says(&format!("FROZEN {id}")).says("freeze_recommended").says("caused by payment").says("refused: FROZEN");
    desk.run("audit verify --db F").exits(0).says("intact: ").never_says("NOT");
}

#[test]
fn the_history_in_json_names_every_payment_and_the_reasons_of_the_freeze() {
    let desk = Desk::new();
    let screened = desk.run(&format!("--json screen {} --db F --freeze", sample())).exits(0).json();
    let account = screened["look_first"][0]["account"].as_str().unwrap();
    let lines = desk.run(&format!("--json account history {account} --db F")).exits(0).json_lines();
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["seq"], index + 1, "{line}");
        for field in ["at", "event", "told"] {
            assert!(!line[field].is_null(), "{line}");
        }
    }
    let cause = lines.iter().find(|line| line["outcome"] == "freeze_recommended").unwrap();
    let reasons = cause["reasons"].as_array().unwrap();
    has_fields(&reasons[0], &["code", "iso20022", "points", "observed", "threshold", "window_ms", "exact", "shadow"]);
    let sum: i64 = reasons.iter().filter(|it| it["shadow"] == false).map(|it| it["points"].as_i64().unwrap()).sum();
    assert_eq!(cause["score"], sum, "{cause}");
}

#[test]
fn the_score_of_every_row_is_the_sum_of_its_reasons() {
    let desk = Desk::new();
    desk.run("simulate --accounts 80 --days 40 --seed 3 --out made.csv").exits(0);
    for (file, freeze) in [(sample(), "--freeze"), ("made.csv".to_owned(), "")] {
        desk.run(&format!("screen {file} --scores S --force {freeze}")).exits(0);
        let lines = scored_lines(&desk.read("S"));
        assert!(lines.len() > 3_000);
        for (tx_id, scored) in lines {
            if scored.outcome == "frozen" {
                assert_eq!((scored.score, scored.reasons.as_str()), (99_999, "FROZEN"), "{tx_id}");
                continue;
            }
            let points = |reason: &str| reason.split_once(':').unwrap().1.parse::<i32>().unwrap();
            let sum: i32 = scored.reasons.split(';').filter(|reason| !reason.is_empty()).map(points).sum();
            assert_eq!(sum, scored.score, "{tx_id}: {scored:?}");
        }
    }
}

#[test]
fn one_file_has_one_answer_in_memory_in_a_database_and_twice() {
    let desk = Desk::new();
    let file = sample();
    desk.run(&format!("screen {file} --freeze --scores memory")).exits(0);
    desk.run(&format!("screen {file} --freeze --scores first --db F")).exits(0);
    let events = desk.run("--json audit verify --db F").exits(0).json();
    desk.run(&format!("screen {file} --freeze --scores again --db F")).exits(0);
    let first = desk.read("first");
    assert_eq!(first.lines().count(), 3_521);
    assert!(first == desk.read("memory"), "memory and SQLite differ");
    assert!(first == desk.read("again"), "the second run differs");
    assert_eq!(events, desk.run("--json audit verify --db F").exits(0).json(), "the second run wrote events");
}

#[test]
fn gzip_and_standard_input_are_the_same_file() {
    let desk = Desk::new();
    let plain = std::fs::read(sample()).unwrap();
    let (one, two) = plain.split_at(plain.len() / 2);
    let mut members = Vec::new();
    for part in [one, two] {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(part).unwrap();
        members.extend(gzip.finish().unwrap());
    }
    desk.write("two-members.gz", &members);
    desk.run(&format!("screen {} --scores plain", sample())).exits(0);
    desk.run("screen two-members.gz --scores gzip").exits(0);
    desk.pipe("screen - --scores stdin", &plain).exits(0);
    desk.pipe("screen - --scores stdin-gzip", &members).exits(0);
    for name in ["gzip", "stdin", "stdin-gzip"] {
        assert!(desk.read("plain") == desk.read(name), "{name} differs");
    }
}

#[test]
fn columns_currency_and_zone_of_other_peoples_files_are_mapped() {
    let desk = Desk::new();
    let rows = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n\
                0,2018-04-01 00:00:31,596,3156,57.16,0\n1,2018-04-01 00:02:10,4961,3412,81.51,0\n";
    let map =
        "tx_id=TRANSACTION_ID,at=TX_DATETIME,account=CUSTOMER_ID,payee=TERMINAL_ID,amount=TX_AMOUNT,label=TX_FRAUD";
    let line = format!("--json screen h.csv --currency EUR --zone Asia/Shanghai --db F --map {map}");
    let figures = desk.write("h.csv", rows).run(&line).exits(0).json();
    assert_eq!((&figures["transactions"], &figures["quality"]["labelled"]), (&2.into(), &2.into()));
    let history = desk.run("--json account history 596 --db F").exits(0).json_lines();
    assert_eq!(history[0]["at"], "2018-03-31T16:00:31Z");
}

/// Many payments to a payee whose first payment turns out to be fraud, ten minutes apart.
fn payments_to_a_thief() -> String {
    let mut text = format!("{HEADER}\n");
    for number in 0..30 {
        let (hour, minute) = (number / 6, number % 6 * 10);
        let label = if number < 6 { "1" } else { "" };
        text += &format!("t-{number},2026-03-01T{hour:02}:{minute:02}:00Z,a-{number},thief,20.00,EUR,{label}\n");
    }
    text
}

#[test]
fn a_label_is_shown_when_it_is_due_and_not_a_row_earlier() {
    let desk = Desk::new();
    desk.write("labelled.csv", payments_to_a_thief());
    desk.write("unlabelled.csv", payments_to_a_thief().replace("EUR,1", "EUR,"));
    desk.run("screen unlabelled.csv --scores none").exits(0);
    desk.run("screen labelled.csv --scores at-once --label-delay 0s").exits(0);
    desk.run("screen labelled.csv --scores after-2h --label-delay 2h").exits(0);
    desk.run("screen labelled.csv --scores never --label-delay 7d").exits(0);
    let score = |name: &str, number: u32| desk.scores(name)[&format!("t-{number}")].score;
    // Without delay the second payment knows of the first; nothing knows of itself.
    assert_eq!(score("at-once", 0), score("none", 0));
    assert!(score("at-once", 1) > score("none", 1));
    assert!(score("at-once", 20) > score("none", 20) + 500);
    // The first label falls due two hours after 00:00, which is payment 12.
    for number in 0..12 {
        assert_eq!(score("after-2h", number), score("none", number), "payment {number} saw a label early");
    }
    assert!(score("after-2h", 12) > score("none", 12));
    assert_eq!(desk.scores("never"), desk.scores("none"));
}

/// Three days on which twenty frauds of 500 stand among payments of 20 to 59. Every account is new: only what was learned
/// from the labels of others can find an amount too large.
fn three_days_of_large_frauds() -> String {
    let mut text = format!("{HEADER}\n");
    for number in 0..180 {
        let (day, hour, minute) = (number / 60 + 1, number % 60 / 3, number % 3 * 20);
        let (amount, label) = if number % 3 == 0 { (500, 1) } else { (20 + number % 40, 0) };
        text += &format!("t-{number},2026-03-{day:02}T{hour:02}:{minute:02}:00Z,a-{number},,{amount}.00,EUR,{label}\n");
    }
    text
}

#[test]
fn no_rule_is_fitted_from_the_day_named_on_and_what_was_learned_stays() {
    let desk = Desk::new();
    desk.write("made.csv", three_days_of_large_frauds());
    let is_large = |options: &str| {
        desk.run(&format!("screen made.csv --label-delay 0s --scores S --force {options}")).exits(0);
        let scores = desk.scores("S");
        [0, 60, 120].map(|number| scores[&format!("t-{number}")].reasons.contains("AMOUNT_OUTLIER"))
    };
    assert_eq!(is_large(""), [false, true, true]);
    assert_eq!(is_large("--fit-until 2026-03-02"), [false, false, false]);
    assert_eq!(is_large("--fit-until 2026-03-03"), [false, true, true]);
    // The day begins in the zone named, here five hours after UTC's; the rules were fitted in between.
    assert_eq!(is_large("--fit-until 2026-03-02 --zone America/New_York"), [false, true, true]);
}

#[test]
fn rules_that_were_named_are_used_as_they_are_and_what_is_learned_is_told() {
    let desk = Desk::new();
    desk.write("made.csv", three_days_of_large_frauds());
    desk.write("own.toml", "[bands]\nstep_up_from = 1500\n");
    let learned = |options: &str| {
        let line = format!("screen made.csv --label-delay 0s --scores S --force {options}");
        let told = desk.run(&format!("{line} --json")).exits(0).json()["learned"].clone();
        let said = desk.run(&line).exits(0);
        assert_eq!(
            said.out.contains("large_amount.from_minor = "),
            !told["large_amount_from_minor"].is_null(),
            "{said:?}"
        );
        (told, desk.read("S").contains("AMOUNT_OUTLIER"))
    };
    let (told, speaks) = learned("");
    assert!(speaks && told["large_amount_from_minor"].as_u64().is_some_and(|from| from <= 50_000), "{told}");
    assert_eq!(told["changes"], 1);
    for named in ["--rules own.toml", "--rules wallet"] {
        assert_eq!(learned(named), (Value::Null, false), "{named}");
    }
    let (told, speaks) = learned("--rules own.toml --fit-until 2026-03-03");
    assert!(speaks && !told.is_null());
}

#[test]
fn a_row_that_repeats_word_for_word_is_told_and_counts_and_teaches_once() {
    let desk = Desk::new();
    let row = |number: u32, label: u8| {
        format!("t-{number},2026-03-01T12:{number:02}:00Z,a-{number},shop,10.00,EUR,{label}\n")
    };
    let (once, last) = (format!("{HEADER}\n{}{}", row(1, 1), row(2, 0)), row(40, 0));
    desk.write("once.csv", format!("{once}{last}"));
    desk.write("again.csv", format!("{once}{}{}", row(1, 1).repeat(5), last.repeat(2)));
    let screened = |file: &str, name: &str| {
        let line = format!("--json screen {file}.csv --label-delay 0s --db {name} --scores {name}.scores");
        let mut figures = desk.run(&line).exits(0).json();
        for differs in ["seconds", "transactions_per_second"] {
            figures[differs] = Value::Null;
        }
        let repeated = figures["repeated"].take();
        (figures, repeated, desk.read(&format!("{name}.scores")))
    };
    let (once, again) = (screened("once", "A"), screened("again", "B"));
    assert_eq!((&once.0, &once.2), (&again.0, &again.2), "a second line for a payment is no second payment");
    assert_eq!((once.1, again.1), (0.into(), 6.into()));
    assert_eq!(again.0["quality"]["frauds"], 1);
    desk.run("screen again.csv").exits(0).says("3 transactions of 3 accounts").says("repeated rows: 6");
    let told = desk.run("--json backtest again.csv --rules wallet").exits(0).json();
    assert_eq!((&told["payments"], &told["period"]["repeated"]), (&3.into(), &6.into()));
}

#[test]
fn whatever_held_a_payment_is_named() {
    let desk = Desk::new();
    let row = |id: &str, at: &str, account: &str, money: &str| format!("{id},2026-{at}:00Z,{account},shop,{money},0\n");
    let rows = [
        row("first", "05-01T12:00", "alice", "10.00,EUR"),
        row("other", "05-01T13:00", "alice", "10.00,USD"),
        row("old", "03-01T13:00", "alice", "10.00,EUR"),
        row("late", "05-01T11:00", "alice", "10.00,EUR"),
    ];
    desk.write("a.csv", format!("{HEADER}\n{}", rows.concat()));
    let figures = desk.run("--json screen a.csv").exits(0).json();
    assert_eq!(figures["outcomes"]["hold"], 2, "{figures}");
    assert_eq!(figures["reasons"], serde_json::json!({"CURRENCY_MISMATCH": 1, "LATE_EVENT": 1}), "{figures}");
    assert_eq!(figures["late"], 2);
    let said = desk.run("screen a.csv").exits(0).says("1  CURRENCY_MISMATCH").says("1  LATE_EVENT");
    said.says("2 payments came after later ones of their account; sort the file by time");
}

#[test]
fn rules_of_ones_own_go_by_their_names_and_those_on_trial_are_told_as_such() {
    let desk = Desk::new();
    let rule = |id: &str, more: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\ngroup = \"pattern\"\n{more}\nwhen = [{{ feature = \"amount\", op = \">=\", value = \"100.00 EUR\" }}]\n"
        )
    };
    let class = "[[limits.class]]\npayee = \"new\"\nday = \"300.00 EUR\"\n";
    let (large, asks, trial) = (
        rule("large", "points_db = 20"),
        rule("asks", "min_outcome = \"step_up\""),
        rule("trial", "points_db = 30\nmode = \"shadow\""),
    );
    desk.write("own.toml", format!("{class}{large}{asks}{trial}"));
    let row = |id: &str, amount: &str| format!("{id},2026-05-01T12:00:00Z,{id},shop,{amount},EUR,0\n");
    desk.write("a.csv", format!("{HEADER}\n{}{}{}", row("a", "100.00"), row("b", "10.00"), row("c", "400.00")));
    let figures = desk.run("--json screen a.csv --rules own.toml --scores S").exits(0).json();
    let named = serde_json::json!({"CUSTOM_RULE:large": 2, "CUSTOM_RULE:asks": 2, "LIMIT_DAY:new": 1});
    assert_eq!(
        (&figures["reasons"], &figures["shadow"]),
        (&named, &serde_json::json!({"CUSTOM_RULE:trial": 2})),
        "{figures}"
    );
    let reasons = &desk.scores("S")["a"].reasons;
    for told in ["CUSTOM_RULE:large:+2000", "CUSTOM_RULE:trial (shadow):+3000", "CUSTOM_RULE:asks:+0"] {
        assert!(reasons.contains(told), "{reasons}");
    }
    let said = desk.run("screen a.csv --rules own.toml").exits(0).says("2  CUSTOM_RULE:large").says("LIMIT_DAY:new");
    said.says("on trial: told, not counted").says("2  CUSTOM_RULE:trial (shadow)");
}

#[test]
fn ids_that_need_quotes_come_back_as_they_were() {
    let desk = Desk::new();
    let row = |id: &str| format!("{id},2026-03-01T12:00:00Z,a,,10.00,EUR,\n");
    let rows = [row("\"a,b\""), row("\"say \"\"hi\"\"\""), row("漢字-é"), row("=1+1"), row(" 7 ")].concat();
    desk.write("a.csv", format!("{HEADER}\n{rows}")).run("screen a.csv --scores S").exits(0);
    let ids: Vec<String> = scored_lines(&desk.read("S")).into_iter().map(|(tx_id, _)| tx_id).collect();
    assert_eq!(ids, ["a,b", "say \"hi\"", "漢字-é", "=1+1", " 7 "]);
}

#[test]
fn two_runs_on_one_database_at_once_agree_and_lose_nothing() {
    let desk = Desk::new();
    let file = sample();
    desk.run(&format!("screen {file} --scores alone --label-delay 9000d")).exits(0);
    // The keys must be there: two first runs at once would both make them.
    desk.write("head.csv", format!("{HEADER}\n")).run("screen head.csv --db F").exits(0);
    std::thread::scope(|scope| {
        for name in ["one", "two"] {
            let (desk, file) = (&desk, &file);
            scope.spawn(move || {
                desk.run(&format!("screen {file} --db F --scores {name} --label-delay 9000d")).exits(0);
            });
        }
    });
    assert!(desk.read("one") == desk.read("two"), "the two runs differ");
    assert!(desk.read("one") == desk.read("alone"), "they differ from one run alone");
    desk.run("audit verify --db F").exits(0).says("intact: 3528 events in 60 chains");
}

#[test]
fn the_summary_in_json_has_its_fields() {
    let desk = Desk::new();
    let figures = desk.run(&format!("screen {} --json", sample())).exits(0).json();
    let fields = [
        "transactions",
        "accounts",
        "outcomes",
        "reasons",
        "shadow",
        "learned",
        "late",
        "repeated",
        "look_first",
        "quality",
        "refused",
        "denied",
        "seconds",
        "transactions_per_second",
    ];
    has_fields(&figures, &fields);
    has_fields(&figures["refused"], &["count", "first"]);
    let account = ["account", "score", "outcome", "tx_id", "amount", "reasons", "flagged", "refused_frozen"];
    has_fields(&figures["look_first"][0], &account);
    let counted: u64 = figures["outcomes"].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(figures["transactions"], counted);
    assert_eq!(figures["quality"]["frauds"], 34);
}

/// A limit holds a payment without giving it points, so the payment to look at first is not the one with the most points.
#[test]
fn the_payment_to_look_at_first_is_one_payment_and_the_one_with_the_gravest_outcome() {
    let desk = Desk::new();
    let late = "[[rule]]\nid = \"late\"\ngroup = \"pattern\"\npoints_db = 2\nwhen = [{ feature = \"hour\", op = \">=\", value = 20 }]\n";
    desk.write("r.toml", format!("[limits]\nday = \"100.00 EUR\"\n{late}"));
    let head = "tx_id,at,account,amount,currency\n";
    let held = "big,2026-03-01T12:00:00Z,alice,150.00,EUR\n";
    desk.write("held.csv", format!("{head}{held}"));
    let first =
        |file: &str| desk.run(&format!("screen {file} --rules r.toml --json")).exits(0).json()["look_first"][0].clone();
    let alone = first("held.csv");
    assert_eq!(
        (&alone["outcome"], &alone["tx_id"], &alone["amount"]),
        (&"hold".into(), &"big".into(), &"150.00 EUR".into())
    );
    assert_eq!(strings(&alone["reasons"]), ["LIMIT_DAY"]);

    desk.write("later.csv", format!("{head}{held}later,2026-03-02T21:00:00Z,alice,35.00,EUR\n"));
    desk.run("screen later.csv --rules r.toml --scores S")
        .exits(0)
        .says("hold                  0.0 dB")
        .says("big 150.00 EUR: LIMIT_DAY");
    let scores = desk.scores("S");
    assert_eq!((scores["later"].score, scores["later"].outcome.as_str(), scores["big"].score), (200, "allow", 0));
    assert_eq!(first("later.csv")["tx_id"], "big");
}

#[test]
fn an_account_of_which_every_payment_was_refused_is_told_with_the_first_of_them() {
    let desk = Desk::new();
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2026-03-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    desk.run("account freeze alice --db F --actor agent-1").exits(0);
    desk.write("b.csv", "tx_id,at,account,amount,currency\nt-2,2026-03-02T12:00:00Z,alice,11.00,EUR\n");
    let said = desk.run("screen b.csv --db F").exits(0);
    said.says("frozen                0.0 dB").says("t-2 11.00 EUR: FROZEN");
}

/// What was refused under the freeze is judged when the file comes again: by then somebody has looked and lifted.
#[test]
fn a_file_screened_again_does_not_undo_a_lift_and_a_payment_behind_it_freezes_anew() {
    let desk = Desk::new();
    let when = "when = [{ feature = \"amount\", op = \">=\", value = \"900.00 EUR\" }]\n";
    let rule = |group: &str| format!("[[rule]]\nid = \"{group}\"\ngroup = \"{group}\"\npoints_db = 50\n{when}");
    desk.write("r.toml", ["amount", "pattern", "velocity"].map(rule).concat());
    let row = |tx: &str, at: &str| format!("{tx},{at},alice,999.00,EUR\n");
    let head = "tx_id,at,account,amount,currency\n";
    let rows = [row("t-1", "2026-03-01T12:00:00Z"), row("t-2", "2026-03-01T12:30:00Z")].concat();
    desk.write("a.csv", format!("{head}{rows}"));
    let screen = "--json screen a.csv --db F --rules r.toml --freeze";
    let first = desk.run(screen).exits(0).json();
    assert_eq!((&first["outcomes"]["freeze_recommended"], &first["outcomes"]["frozen"]), (&1.into(), &1.into()));
    let status = || desk.run("--json account status alice --db F").exits(0).json();
    let freeze = status()["freezes"][0]["id"].as_str().unwrap().to_owned();
    desk.run(&format!("account lift alice {freeze} --db F --actor agent-1")).exits(0).says("lifted");
    assert!(strings(&status()["closed"]).is_empty());
    let again = desk.run(screen).exits(0).json();
    assert_eq!(again["outcomes"]["freeze_recommended"], 2, "it is flagged all the same: {again}");
    assert!(strings(&status()["closed"]).is_empty(), "{}", status());

    desk.write("a.csv", format!("{head}{}", row("t-3", &crate::lost_and_locked::now().to_string())));
    desk.run(screen).exits(0);
    assert!(strings(&status()["closed"]).contains(&"pay-out"));
}

#[test]
fn the_same_seed_makes_the_same_stream_and_it_reads_back_whole() {
    let desk = Desk::new();
    let told = desk.run("--json simulate --accounts 20 --days 10 --seed 5 --out a.csv").exits(0).json();
    has_fields(&told, &["rows", "frauds", "days"]);
    let piped = desk.run("simulate --accounts 20 --days 10 --seed 5").exits(0);
    assert!(piped.out == desk.read("a.csv"));
    let other = desk.run("simulate --accounts 20 --days 10 --seed 6").exits(0);
    assert!(other.out != piped.out);
    let figures = desk.run("--json screen a.csv").exits(0).json();
    assert_eq!(figures["transactions"], told["rows"]);
    desk.run("simulate --start 2026-02-30").exits(2).says("--start");
    desk.run("simulate --days 0 --accounts 0").exits(2);
    desk.run("simulate --out no/such/folder.csv").exits(4).says("--out");
    let made = desk.read("a.csv");
    desk.run("simulate --accounts 20 --days 0 --out a.csv --force").exits(2);
    desk.run("simulate --accounts 20 --days 10 --seed 6 --out a.csv").exits(2).says("--force");
    assert_eq!(desk.read("a.csv"), made, "what was asked for wrongly, or not to be replaced, costs nothing");
    desk.run("simulate --accounts 20 --days 10 --seed 6 --out a.csv --force").exits(0);
    assert_eq!(desk.read("a.csv"), other.out);
}

#[test]
fn an_account_whose_freeze_is_refused_is_denied_and_named_while_it_can_pay() {
    use account_security::command::PlaceFreeze;
    use account_security::freeze::{Authority, FreezeReason, FreezeRequest, Scopes};
    use account_security::types::{AccountId, ActorId, Timestamp};

    let (desk, who) = (Desk::new(), "a-00044");
    let rows = std::fs::read_to_string(sample()).unwrap();
    let own: Vec<&str> = rows.lines().filter(|row| row.starts_with("tx_id") || row.contains(",a-00044,")).collect();
    desk.write("own.csv", own.join("\n") + "\n");
    desk.run("screen own.csv --freeze").exits(0).says("1  freeze_recommended");
    desk.write("a.csv", "tx_id,at,account,amount,currency\nt-1,2025-12-01T12:00:00Z,alice,10.00,EUR\n");
    desk.run("screen a.csv --db F").exits(0);
    let (service, _) = crate::lost_and_locked::app(&desk);
    let (account, early) = (AccountId::parse(who).unwrap(), Timestamp::from_unix_s(1_764_590_400).unwrap());
    // Other rules have used up their places, for something else.
    for number in 0..4 {
        let rule = ActorId::parse(&format!("rule:{number}")).unwrap();
        let request = FreezeRequest::new(Scopes::RECEIVE, FreezeReason::SuspectedFraud, Authority::Rule, rule);
        service.execute(&account, &PlaceFreeze { request, caused_by: None }, early).unwrap().unwrap();
    }
    drop(service);
    let said = desk.run("screen own.csv --db F --freeze").exits(3);
    said.says(&format!("account {who}: denied: the account had to be frozen, and can still pay"));
}
