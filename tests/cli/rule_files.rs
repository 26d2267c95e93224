//! Rule files from a person's side: shown, edited, checked, used.

use serde_json::Value;

use crate::desk::{Desk, sample};

const PRESETS: [&str; 5] = ["wallet", "card_issuer", "merchant_acquirer", "mobile_lite", "psd2_tra"];

#[test]
fn a_preset_shown_is_a_file_that_checks_and_has_the_presets_hash() {
    let desk = Desk::new();
    for preset in PRESETS {
        let toml = desk.run(&format!("rules show {preset}")).exits(0).out.clone();
        let json = desk.run(&format!("rules show {preset} --json")).exits(0).out.clone();
        desk.write("r.toml", toml).write("r.json", json);
        let hash = |rules: &str| {
            let told: Value =
                serde_json::from_str(&desk.run(&format!("rules check {rules} --json")).exits(0).out).unwrap();
            assert_eq!(told["ok"], true);
            told["policy_hash"].as_str().unwrap().to_owned()
        };
        assert_eq!(hash("r.toml"), hash(preset), "{preset}");
        assert_eq!(hash("r.json"), hash(preset), "{preset}");
    }
    desk.run("rules show walet").exits(2).says("psd2_tra");
    let schema: Value = serde_json::from_str(&desk.run("rules schema").exits(0).out).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn a_bad_file_is_denied_with_its_place_in_text_and_in_json() {
    let desk = Desk::new();
    desk.write("r.toml", "[limits]\nday = \"9.00 EUR\"\nweek = \"8.00 EUR\"\n");
    desk.run("rules check r.toml").exits(1).says("r.toml: line 3, column 8: `limits.week`: limits must not shrink");
    let told: Value = serde_json::from_str(&desk.run("rules check r.toml --json").exits(1).out).unwrap();
    assert_eq!((&told["ok"], &told["line"], &told["column"]), (&Value::from(false), &Value::from(3), &Value::from(8)));
    assert_eq!(told["path"], "limits.week");
    desk.write("r.json", "{\"limits\":\n {\"dya\": 5}}").run("rules check r.json").exits(1).says("line 2, column 3");
    let no_file = "no file or preset `nowhere.toml`; presets: wallet, card_issuer";
    desk.run("rules check nowhere.toml").exits(2).says(no_file);
    desk.write("rows.csv", "tx_id,at,account,amount\n")
        .run("backtest rows.csv --rules walet")
        .exits(2)
        .says("presets: wallet");
    desk.run("screen rows.csv --rules walet").exits(2).says("no file or preset `walet`");
    desk.write("big.toml", "#".repeat(10 << 20)).run("rules check big.toml").exits(1).says("1 MiB");
}

#[test]
fn a_file_is_screened_by_as_toml_as_json_and_as_a_presets_name() {
    let desk = Desk::new();
    let screen = |rules: &str| desk.run(&format!("screen {} --rules {rules} --json", sample())).exits(0).out.clone();
    desk.run(&format!("screen {} --json", sample())).exits(0);
    desk.write("r.toml", "[limits]\ntransaction_minor = 1\n")
        .run("screen r.toml --rules r.toml")
        .exits(2)
        .says("currency");
    let rules = "[[rule]]\nid = \"all\"\ngroup = \"limit\"\nwhen = [{ feature = \"hour\", op = \">=\", value = 0 }]\n";
    desk.write("r.toml", rules);
    desk.write("r.json", r#"{"rule":[{"id":"all","group":"limit","when":[{"feature":"hour","op":">=","value":0}]}]}"#);
    let (toml, json) = (screen("r.toml"), screen("r.json"));
    assert_ne!(toml, screen("wallet"), "every payment is held by the rule");
    let held = |told: &str| serde_json::from_str::<Value>(told).unwrap();
    assert_eq!(held(&toml)["outcomes"], held(&json)["outcomes"]);
}

#[test]
fn what_a_good_file_hardly_means_is_told() {
    let desk = Desk::new();
    let velocity = "[[velocity]]\nmeasure = \"count\"\nwindow = \"1h\"\nabove = 9\nrule = { points_db = 12 }\n";
    let lists = "[lists]\ndeny_payees = [\"mule\", \"shop\"]\nallow_payees = [\"shop\"]\n";
    desk.write("r.toml", format!("[bands]\nstep_up_from = 15\n{lists}{velocity}{velocity}"));
    let said = desk
        .run("rules check r.toml")
        .exits(0)
        .says("r.toml: good")
        .says("warning: line 2, column 16: `bands.step_up_from`");
    said.says("0.15 dB")
        .says("deny and on the allow list")
        .says("the same as velocity[0]")
        .says("all 5 velocity rules of the preset");
    let told = desk.run("--json rules check r.toml").exits(0).json();
    assert_eq!(told["warnings"].as_array().unwrap().len(), 4, "{told}");
    assert_eq!(desk.run("--json rules check wallet").exits(0).json()["warnings"], serde_json::json!([]));
    desk.run("rules show wallet").exits(0);
    desk.write("shown.toml", desk.run("rules show wallet").exits(0).out.clone());
    desk.run("rules check shown.toml").exits(0).never_says("warning");
}

#[test]
fn the_history_tells_what_was_seen_in_its_unit() {
    let desk = Desk::new();
    desk.write("r.toml", "[[limits.class]]\npayee = \"new\"\ntransaction = \"5.00 EUR\"\n");
    desk.write("rows.csv", "tx_id,at,account,amount\nt1,2026-03-02T10:00:00Z,alice,9.00\n");
    desk.run("screen rows.csv --currency EUR --rules r.toml --db F").exits(0).says("LIMIT_TX:new");
    let said = desk.run("account history alice --db F").exits(0).never_says("usual up to");
    said.says("9.00 EUR at once; the limit of class 1 of the policy is 5.00 EUR");
}

#[test]
fn the_history_tells_the_codes_that_other_systems_know_a_reason_by() {
    let desk = Desk::new();
    desk.write("r.toml", "currency = \"EUR\"\n[limits]\ntransaction = \"5.00 EUR\"\n");
    desk.write("rows.csv", "tx_id,at,account,amount\nt1,2026-03-02T10:00:00Z,alice,9.00\n");
    desk.run("screen rows.csv --currency EUR --rules r.toml --db F").exits(0);
    let history = desk.run("--json account history alice --db F").exits(0).out.clone();
    assert!(history.contains("\"LIMIT_TX\"") && history.contains("\"iso20022\":\"AM02\""), "{history}");
}
