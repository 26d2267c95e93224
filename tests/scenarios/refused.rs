//! Files that would not say what they seem to say are refused.

use crate::harness::{Plan, Scenario, found, run};

const HEAD: &str = r#"
title = "A title"
typology = "new_device"
kind = "positive"
why = "Because."
zone = "Europe/Berlin"
currency = "EUR"
"#;

fn payment(expect: &str) -> String {
    format!("{HEAD}[[payment]]\nat = \"2026-05-02 10:00:00\"\namount = \"5.00\"\nexpect = {{ {expect} }}\n")
}

#[test]
fn a_file_that_could_not_fail_or_says_what_nobody_reads_is_refused() {
    let trap = |text: String| text.replace("\"positive\"", "\"trap\"");
    let flags = r#"flags = ["NEW_DEVICE"]"#;
    let wrong = [
        (HEAD.to_owned(), "no payment expects anything"),
        (payment(""), "no payment expects anything"),
        (payment(r#"never = ["NEW_DEVICE"]"#), "at least one flag"),
        (trap(payment(flags)), "at least one `never`"),
        (payment(r#"flag = ["NEW_DEVICE"]"#), "unknown field"),
        (payment(r#"outcome = "pass""#), "unknown variant"),
        (payment(flags).replace("amount", "amuont"), "amuont"),
        (payment(flags).replace("Because.", " "), "must say something"),
    ];
    for (text, fragment) in wrong {
        let fault = Scenario::read(&text).expect_err(&text);
        assert!(fault.contains(fragment), "{fragment}: {fault}");
    }
    assert!(Scenario::read(&payment(flags)).is_ok());
}

#[test]
fn a_file_with_a_literal_nobody_understands_is_refused() {
    let good = payment(r#"flags = ["NEW_DEVICE"]"#);
    let wrong = [
        (good.replace("Europe/Berlin", "Europe/Bonn"), "unknown time zone"),
        (good.replace("10:00:00", "10:00"), "not a time"),
        (good.replace("5.00", "5,00"), "malformed amount"),
        (good.replace("5.00", "5.001"), "too many decimals"),
        (good.replace("NEW_DEVICE", "NEW_DEVISE"), "neither a reason nor a rule"),
        (good.replace("[[payment]]", "preset = \"wallets\"\n[[payment]]"), "no preset"),
        (good.replace("[[payment]]", "policy = { limit = 5 }\n[[payment]]"), "did you mean `limits`"),
    ];
    for (text, fragment) in wrong {
        let scenario = Scenario::read(&text).unwrap_or_else(|fault| panic!("{fragment}: {fault}"));
        let fault = Plan::of("a file", &scenario).expect_err(fragment);
        assert!(fault.contains(fragment), "{fragment}: {fault}");
    }
}

#[test]
fn an_expectation_that_is_not_met_is_told_with_everything_that_was_found() {
    let limited = payment(r#"flags = ["NEW_DEVICE"], never = ["LIMIT_TX"], at_most = "allow", told = ["NEW_PAYEE"]"#)
        .replace("[[payment]]", "policy = { limits = { transaction = \"1.00 EUR\" } }\n[[payment]]");
    let plan = Plan::of("a file", &Scenario::read(&limited).unwrap()).unwrap();
    let answer = &run(&plan, |profile| profile)[0];
    let missed = plan.steps[0].expect.missed_by(answer, &plan.policy);
    let wanted = [
        "must be at most Some(Allow)",
        "must flag NEW_DEVICE",
        "must not flag LIMIT_TX",
        "must tell NEW_PAYEE uncounted",
    ];
    assert_eq!(missed, wanted);
    assert!(found(answer, &plan.policy).contains("LIMIT_TX"), "{}", found(answer, &plan.policy));
}
