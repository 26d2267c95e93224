//! Fraud and ordinary life as files an analyst can read: `tests/scenarios/*.toml`.
//!
//! A file tells a history and some payments, and says of each payment what must and what must not be found. The
//! expectations come from what the payments are, never from what the engine printed. A file whose name ends in
//! `.toml.open` is not part of that: there the engine and common sense disagree, and a comment in it says how.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

#[path = "scenarios/coverage.rs"]
mod coverage;
#[path = "scenarios/harness/mod.rs"]
mod harness;
#[path = "scenarios/metamorphic.rs"]
mod metamorphic;
#[path = "scenarios/refused.rs"]
mod refused;

use crate::harness::{Plan, every_plan, found, open_plans, run};

#[test]
fn every_payment_of_every_file_is_judged_as_its_file_says() {
    let wrong: Vec<String> = every_plan().iter().flat_map(complaints).collect();
    assert!(wrong.is_empty(), "{} expectations failed:\n{}", wrong.len(), wrong.join("\n"));
}

/// Run it by hand after a change of the rules: `cargo test --features rules --test scenarios -- --ignored`.
#[test]
#[ignore = "tells which open files still disagree"]
fn an_open_file_that_holds_by_now_is_open_no_longer() {
    for plan in open_plans() {
        let complaints = complaints(&plan);
        assert!(!complaints.is_empty(), "{} holds: give it the ending .toml", plan.file);
        println!("{}", complaints.join("\n"));
    }
}

/// What a file expected and did not get, each with the file, the payment and everything that was found.
fn complaints(plan: &Plan) -> Vec<String> {
    let answers = run(plan, |profile| profile);
    let judged = plan.steps.iter().zip(&answers);
    judged
        .flat_map(|(step, answer)| {
            let missed = step.expect.missed_by(answer, &plan.policy);
            missed
                .into_iter()
                .map(|missed| format!("{}, {}: {missed}; found {}", plan.file, step.name, found(answer, &plan.policy)))
        })
        .collect()
}
