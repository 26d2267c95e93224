//! The schema, the vocabulary of the code and the shown presets, held against each other.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::*;
use crate::risk::{ClassLimit, Comparison, Condition, CustomRule, Feature, Preset, ReasonGroup, RuleId};

fn schema() -> Json {
    serde_json::from_str(SCHEMA).unwrap()
}

fn keys(object: &Json) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

/// A policy with one of everything, as JSON.
fn full() -> Json {
    let mut policy = RiskPolicy::wallet();
    policy.limits.class.push(ClassLimit::default());
    let condition = Condition { feature: Feature::Hour, window_ms: 0, op: Comparison::Above, value: 5 };
    policy.rules.push(CustomRule::new(RuleId::parse("r").unwrap(), ReasonGroup::Pattern, vec![condition]));
    serde_json::to_value(policy).unwrap()
}

/// Walks values and schema side by side: each key the code writes must be in the schema, and each key of the schema must
/// be one the code writes or the short form of one.
fn same_keys(path: &str, root: &Json, schema: &Json, value: &Json) {
    let schema = match schema.get("$ref").and_then(Json::as_str) {
        Some(reference) => &root["$defs"][reference.rsplit('/').next().unwrap()],
        None => schema,
    };
    match value {
        Json::Object(_) => {
            let (written, known) = (keys(value), keys(&schema["properties"]));
            for key in &written {
                assert!(known.contains(key), "{path}.{key} is not in the schema");
                same_keys(&format!("{path}.{key}"), root, &schema["properties"][key], &value[key]);
            }
            for key in &known {
                let long = [format!("{key}_minor"), format!("{key}_ms"), key.clone()];
                assert!(long.iter().any(|key| written.contains(key)), "{path}.{key} is only in the schema");
                assert!(schema["properties"][key]["description"].is_string(), "{path}.{key} is not described");
            }
            assert_eq!(schema["additionalProperties"], false, "{path}");
        }
        Json::Array(items) => items.iter().for_each(|item| same_keys(path, root, &schema["items"], item)),
        _ => {}
    }
}

#[test]
fn the_schema_has_the_keys_of_the_code_and_no_other() {
    let root = schema();
    same_keys("", &root, &root, &full());
    let words: BTreeSet<_> = root["$defs"]["feature"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["const"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(words, Feature::ALL.iter().map(|feature| feature.name().to_owned()).collect());
}

#[test]
fn each_choice_of_the_schema_is_read_and_nothing_beside_it() {
    let root = schema();
    let choices = |schema: &Json| -> Vec<Json> { schema["enum"].as_array().unwrap().clone() };
    let rule = |key: &str, value: &Json| {
        let mut rule =
            serde_json::json!({"id": "r", "group": "limit", "when": [{"feature": "hour", "op": ">", "value": 3}]});
        rule[key] = value.clone();
        read(&serde_json::json!({"rule": [rule]}).to_string(), Format::Json)
    };
    let rule_schema = &root["properties"]["rule"]["items"]["properties"];
    for mode in choices(&root["$defs"]["mode"]) {
        assert!(rule("mode", &mode).is_ok(), "{mode}");
    }
    for floor in choices(&root["$defs"]["floor"]) {
        let told = rule("min_outcome", &floor).map(|_| ());
        assert!(told.is_ok() || told.unwrap_err().what.contains("hard limit"), "{floor}");
    }
    for group in choices(&rule_schema["group"]) {
        let told = rule("group", &group).map(|_| ());
        assert!(told.is_ok() || told.unwrap_err().what.contains("change nothing"), "{group}");
    }
    for op in choices(&rule_schema["when"]["items"]["properties"]["op"]) {
        let when = serde_json::json!([{"feature": "hour", "op": op, "value": 3}]);
        assert!(rule("when", &when).is_ok(), "{op}");
    }
    for wrong in ["mode", "min_outcome", "group"] {
        assert!(rule(wrong, &Json::from("other")).is_err(), "{wrong}");
    }
    let class = &root["properties"]["limits"]["properties"]["class"]["items"]["properties"];
    for key in ["payee", "kind"] {
        for choice in choices(&class[key]).iter().filter(|choice| !choice.is_null()) {
            let file = serde_json::json!({"limits": {"class": [{key: choice, "day": "5.00 EUR"}]}});
            assert!(read(&file.to_string(), Format::Json).is_ok(), "{choice}");
        }
    }
}

#[test]
fn every_preset_shown_is_read_back_as_itself() {
    for preset in Preset::ALL {
        let text = show(&preset.policy(), preset.purpose());
        let read_back = read(&text, Format::Toml).unwrap_or_else(|fault| panic!("{}: {fault}\n{text}", preset.name()));
        assert_eq!(read_back.policy(), &preset.policy(), "{}", preset.name());
        let plain = text.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '[']));
        let comments = text.lines().filter(|line| line.starts_with('#')).count();
        assert!(plain.count() > 60 && comments > 80, "{text}");
        assert!(
            text.lines()
                .all(|line| line.starts_with("when") || line.starts_with("note") || line.chars().count() <= 120),
            "{text}"
        );
        let json = serde_json::to_string(&preset.policy()).unwrap();
        assert_eq!(read(&json, Format::Json).unwrap().policy(), &preset.policy());
    }
}

#[test]
fn what_a_file_says_is_shown_as_it_would_be_written() {
    let file = "currency = \"EUR\"\n[limits]\nday = \"100.00 EUR\"\n[[limits.class]]\nkind = \"cash_out\"\nday = \"20.00 EUR\"\n\
        [[rule]]\nid = \"r\"\ngroup = \"limit\"\nnote = \"a \\\"note\\\" \\\\ with 名\"\nwhen = [{ feature = \"country\", op = \"==\", value = \"NG\" },\n\
        { feature = \"kind\", op = \"!=\", value = \"bill\" }, { feature = \"silent_ms\", op = \">\", value = \"90d\" },\n\
        { feature = \"is_new_payee\", op = \"==\", value = true }, { feature = \"sum_out\", window = \"7d\", op = \">\", value = \"5.00 EUR\" }]\n\
        [lists]\ndeny_payees = [\"mule\"]\ndeny_countries = [\"KP\"]\n";
    let policy = read(file, Format::Toml).unwrap();
    let text = show(policy.policy(), "mine");
    for line in [
        "day = \"100.00 EUR\"",
        "\"NG\"",
        "\"bill\"",
        "\"90d\"",
        "value = true",
        "\"5.00 EUR\"",
        "window_ms = \"7d\"",
        "[\"KP\"]",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert_eq!(read(&text, Format::Toml).unwrap().content_hash(), policy.content_hash(), "{text}");
}
