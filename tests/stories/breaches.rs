//! Stories of passwords that became known elsewhere, and of rules only the server can settle.

use account_security::command::Settings;
use account_security::password::{
    BreachAnswer, BreachCheck, BreachFault, Password, PasswordPolicy, PolicyNumbers, RotationDue, RuleCode, RuleState,
    UserContext,
};
use account_security::service::{PasswordOutcome, Service, ServiceError, SetOutcome};
use account_security::types::time::{DAY_MS, HOUR_MS};

use crate::support::stores::Shared;
use crate::support::{account, at, ring, settings};

/// Knows one password; gives no answer for another.
struct Known;

impl BreachCheck for Known {
    fn check(&self, password: &Password) -> Result<BreachAnswer, BreachFault> {
        match password.expose() {
            b"tundra-Maple-93" => Ok(BreachAnswer::seen(12)),
            b"quartz-Maple-93" => Err(BreachFault::Body),
            _ => Ok(BreachAnswer::NotFound),
        }
    }
}

fn service(policy: PasswordPolicy) -> Service<Shared> {
    let mut settings: Settings = settings();
    settings.password = policy;
    Service::new(Shared::memory(), ring(1, &[1]), settings).unwrap()
}

fn set(service: &Service<Shared>, typed: &str, now_ms: u64) -> Result<SetOutcome, ServiceError> {
    let new = Password::parse(typed.as_bytes()).unwrap();
    service.set_password(&account("alice"), &new, &UserContext::none(), at(now_ms))
}

fn own(change: impl FnOnce(&mut PolicyNumbers)) -> PasswordPolicy {
    let mut numbers = *PasswordPolicy::nist_800_63b_4_second_factor().numbers();
    change(&mut numbers);
    PasswordPolicy::new(numbers).unwrap()
}

#[test]
fn a_breached_password_is_never_set_and_a_list_that_fails_is_no_permission() {
    let service = service(PasswordPolicy::asvs_5_l2()).with_breaches(Box::new(Known));
    let Ok(SetOutcome::NotAcceptable(answer)) = set(&service, "tundra-Maple-93", 0) else { panic!("it was let pass") };
    assert_eq!(answer.state(RuleCode::Breached), Some(RuleState::Unsatisfied));
    assert_eq!(set(&service, "quartz-Maple-93", 0).unwrap_err(), ServiceError::Breach(BreachFault::Body));
    assert!(matches!(set(&service, "orchid-Maple-93", 0), Ok(SetOutcome::Set)));
}

#[test]
fn a_policy_that_asks_for_a_list_sets_nothing_without_one() {
    let without = service(PasswordPolicy::asvs_5_l2());
    assert_eq!(set(&without, "orchid-Maple-93", 0).unwrap_err(), ServiceError::NoBreachList);
    let not_asked = service(PasswordPolicy::asvs_5_l1()).with_breaches(Box::new(Known));
    assert!(matches!(set(&not_asked, "tundra-Maple-93", 0), Ok(SetOutcome::Set)), "the policy does not ask");
}

#[test]
fn a_password_is_kept_for_its_least_age_and_not_a_millisecond_longer() {
    let service = service(own(|numbers| numbers.min_age_hours = 24));
    assert!(matches!(set(&service, "orchid-Maple-93", 0), Ok(SetOutcome::Set)), "the first is never too early");
    let Ok(SetOutcome::NotAcceptable(answer)) = set(&service, "willow-Maple-93", 24 * HOUR_MS - 1) else {
        panic!("it was changed too early")
    };
    assert_eq!(answer.state(RuleCode::MinAge), Some(RuleState::Unsatisfied));
    assert!(matches!(set(&service, "willow-Maple-93", 24 * HOUR_MS), Ok(SetOutcome::Set)));
}

#[test]
fn a_password_past_its_age_signs_in_only_to_be_changed() {
    let service = service(PasswordPolicy::pci_dss_4_0_1());
    assert!(matches!(set(&service, "orchid-Maple-93", 0), Ok(SetOutcome::Set)));
    let typed = Password::parse(b"orchid-Maple-93").unwrap();
    let rotation = |now_ms| match service.verify_password(&account("alice"), &typed, at(now_ms)).unwrap() {
        PasswordOutcome::Accepted { rotation } => rotation,
        other => panic!("{other:?}"),
    };
    assert_eq!(rotation(90 * DAY_MS - 1), RotationDue::No);
    assert_eq!(rotation(90 * DAY_MS), RotationDue::Required);
}
