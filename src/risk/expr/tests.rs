//! What is let in, what is refused, and that neither ever panics.

use super::*;
use crate::risk::PolicyError;

fn value(source: &str) -> Option<i64> {
    let word = |feature, window_ms| match (feature, window_ms) {
        (Feature::Amount, _) => 50_000,
        (Feature::OwnMean, _) => 0,
        (Feature::CountOut, 3_600_000) => 11,
        (Feature::Kind, _) => 2,
        (Feature::Country, _) => i64::from(u16::from_be_bytes(*b"NG")),
        (Feature::IsNewPayee, _) => 1,
        _ => 0,
    };
    compile::compile(source).unwrap_or_else(|error| panic!("{source}: {error}")).run(word)
}

fn refused(source: &str) -> (u16, &'static str) {
    match compile::compile(source) {
        Err(PolicyError::Expression { character, why }) => (character, why),
        other => panic!("{source}: {other:?}"),
    }
}

#[test]
fn expressions_mean_what_cel_says() {
    for (source, expected) in [
        ("amount > 3 * own_mean && is_new_payee", 1),
        ("amount > 3 * own_mean && !is_new_payee", 0),
        ("count_out_1h >= 11", 1),
        ("count_out_1h >= 12 || kind == \"cash_out\"", 1),
        ("kind != \"card\" && country == \"NG\"", 1),
        ("(is_new_payee ? amount : 0) == 50000", 1),
        ("1 + 2 * 3 - 4 / 2 == 5", 1),
        ("-7 % 3 == -1 && -7 / 2 == -3", 1),
        ("amount - 60000 < 0", 1),
        ("is_new_payee == true", 1),
        ("true ? false : true", 0),
        ("1 < 2 == true", 1),
    ] {
        assert_eq!(value(source), Some(expected), "{source}");
    }
}

#[test]
fn a_fault_is_no_value_unless_the_other_side_decides() {
    for fault in
        ["amount / own_mean > 3", "amount % own_mean == 0", "9223372036854775807 + amount > 0", "!(1 / own_mean > 0)"]
    {
        assert_eq!(value(fault), None, "{fault}");
    }
    assert_eq!(value("own_mean > 0 && amount / own_mean > 3"), Some(0));
    assert_eq!(value("amount / own_mean > 3 && own_mean > 0"), Some(0));
    assert_eq!(value("own_mean == 0 || amount / own_mean > 3"), Some(1));
    assert_eq!(value("is_new_payee && amount / own_mean > 3"), None);
}

#[test]
fn what_is_not_let_in_is_refused_at_its_character() {
    for (source, character, why) in [
        ("amuont > 3", 1, "unknown word"),
        ("amount > 3 && cuont > 1", 15, "unknown word"),
        ("count_out > 3", 1, "carries its window"),
        ("count_out_40d > 3", 1, "unknown word"),
        ("amount", 1, "true or false"),
        ("amount > true", 8, "like compares with like"),
        ("amount && is_new_payee", 8, "truth is joined"),
        ("kind > \"card\"", 6, "ordered"),
        ("kind == 2", 6, "like"),
        ("kind == \"NG\"", 6, "like"),
        ("kind == \"cash\"", 9, "neither a kind"),
        ("size(\"card\") > 1", 5, "not let in"),
        ("[1] == [1]", 1, "only words"),
        ("amount.matches", 7, "only words"),
        ("amount > 1.5", 11, "only words"),
        ("amount > 1u", 10, "not let in"),
        ("has(amount)", 4, ""),
        ("amount > ", 9, "no CEL"),
        ("amount >> 3", 9, "no CEL"),
        ("amount > 99999999999999999999", 1, ""),
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("名 > 1", 1, "only words"),
    ] {
        let (found, told) = refused(source);
        assert!(told.contains(why), "{source}: {told}");
        let slack = if why.is_empty() || why == "no CEL" { 64 } else { 0 };
        assert!(found.abs_diff(character) <= slack, "{source}: at {found}, {told}");
    }
    assert!(refused(&"1 < 2 && ".repeat(60)).1.contains("512"));
    assert!(refused(&format!("{}1{} == 1", "(".repeat(13), ")".repeat(13))).1.contains("brackets"));
    let long = vec!["1"; 250].join("+") + " > 0";
    assert!(
        refused(&long).1.contains("128 steps")
            || refused(&long).1.contains("deep")
            || refused(&long).1.contains("no CEL")
    );
    for odd in ["!".repeat(511) + "1", "(".repeat(500), ")".repeat(500), "?".repeat(512), "\"".repeat(511)] {
        refused(&odd);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(512))]

    #[test]
    fn any_run_of_tokens_is_read_or_refused(tokens in proptest::collection::vec(proptest::sample::select(&[
        "amount", "own_mean", "is_new_payee", "count_out_1h", "kind", "country", "\"card\"", "\"NG\"", "\"", "1", "0", "true", "false", "null",
        "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||", "!", "?", ":", "(", ")", " ", "in", "has", "all", "size", "0x", "1u",
    ][..]), 0..40)) {
        let source = tokens.concat();
        if let Ok(compiled) = compile::compile(&source) {
            let _ = compiled.run(|_, _| i64::MIN);
            proptest::prop_assert!(compiled.steps.len() <= STEPS_MAX);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(source in ".{0,80}") {
        let _ = compile::compile(&source);
    }
}
