//! Nothing on the list may be without its fraud and without the ordinary life that looks like it.

use std::collections::BTreeSet;

use crate::harness::{Kind, every_scenario};

/// Fewer files than this are too few.
const FILES_MIN: usize = 60;

/// What there must be files for.
const TYPOLOGIES: &[&str] = &[
    "limit_transaction",
    "limit_day",
    "limit_week",
    "limit_month",
    "limit_class",
    "velocity_count",
    "velocity_sum",
    "velocity_payees",
    "velocity_devices",
    "velocity_attempts",
    "amount_outlier",
    "new_device",
    "new_payee",
    "new_country",
    "new_device_new_payee",
    "impossible_travel",
    "structuring",
    "dormant",
    "rapid_in_out",
    "card_testing",
    "unusual_hour",
    "round_amount",
    "payee_risk",
    "security_change",
    "deny_list",
    "allow_list",
    "external_signal",
    "late_event",
    "clock_skew",
    "duplicate",
    "currency",
    "daylight_saving",
    "leap_day",
    "declined_attempt",
    "refund",
    "custom_rule",
    "floor",
    "snooze",
    "freeze",
];

#[test]
fn every_typology_has_its_fraud_and_its_trap() {
    let scenarios = every_scenario();
    for typology in TYPOLOGIES {
        for kind in [Kind::Positive, Kind::Trap] {
            let has = scenarios.iter().any(|(_, scenario)| scenario.typology == *typology && scenario.kind == kind);
            assert!(has, "{typology} has no {kind:?}");
        }
    }
    for (file, scenario) in &scenarios {
        assert!(TYPOLOGIES.contains(&scenario.typology.as_str()), "{file}: `{}` is not listed", scenario.typology);
    }
}

#[test]
fn there_are_enough_files_and_each_has_a_title_of_its_own() {
    let scenarios = every_scenario();
    assert!(scenarios.len() >= FILES_MIN, "only {} files", scenarios.len());
    let mut titles = BTreeSet::new();
    for (file, scenario) in &scenarios {
        assert!(titles.insert(&scenario.title), "{file}: another file is called \"{}\" too", scenario.title);
    }
}
