//! One password, many guesses: a try is counted before it is compared.

use account_security::account::{EventKind, Verdict};
use account_security::command::{ReserveAttempt, Reserved};
use account_security::password::{Password, UserContext};
use account_security::service::{PasswordOutcome, ServiceError, SetOutcome};

use crate::support::acts::kinds;
use crate::support::{account, at};
use crate::{Found, Services, at_once, hold};

mod on_every_store {
    crate::on_every_store! {
        of_64_tries_reserved_at_once_five_may_compare
        of_64_wrong_passwords_at_once_five_are_compared
        the_right_password_typed_64_times_at_once_is_never_called_wrong
    }
}

const RIGHT: &[u8] = b"Vx9#qLm2-tide";

fn with_password(services: &Services) {
    let right = Password::parse(RIGHT).unwrap();
    let set = services[0].set_password(&account("alice"), &right, &UserContext::none(), at(0)).unwrap();
    assert!(matches!(set, SetOutcome::Set), "{set:?}");
}

/// The budgets of the counted tries.
fn check_counted(services: &Services, tries: u32) -> Found {
    let attempts = kinds(&services[0], &account("alice")).into_iter().filter_map(|kind| match kind {
        EventKind::PasswordAttempted { budget, .. } => Some(budget.failures_in_a_row()),
        _ => None,
    });
    let attempts: Vec<u32> = attempts.collect();
    hold!(attempts == (1..=tries).collect::<Vec<_>>(), "counted {attempts:?}");
    let budget = services[0].record(&account("alice")).unwrap().password_budget;
    hold!(budget.failures_in_a_row() == tries, "{budget:?}");
    let verdict = services[0].verify_account(&account("alice")).unwrap();
    hold!(verdict == Verdict::Intact { events: 1 + u64::from(tries) }, "{verdict:?}");
    Ok(())
}

fn of_64_tries_reserved_at_once_five_may_compare(services: &Services) -> Found {
    with_password(services);
    let answers = at_once(services, |_, service| {
        service.execute(&account("alice"), &ReserveAttempt::default(), at(1_000)).expect("an answer")
    });
    let compared = answers.iter().filter(|answer| matches!(answer, Reserved::Compare(_))).count();
    let blocked = answers.iter().filter(|answer| matches!(answer, Reserved::Blocked { .. })).count();
    hold!((compared, blocked) == (5, services.len() - 5), "{compared} compared, {blocked} blocked");
    check_counted(services, 5)
}

pub fn of_64_wrong_passwords_at_once_five_are_compared(services: &Services) -> Found {
    with_password(services);
    let answers = at_once(services, |index, service| {
        let wrong = Password::parse(format!("guess number {index}").as_bytes()).unwrap();
        service.verify_password(&account("alice"), &wrong, at(1_000)).expect("an answer")
    });
    let rejected = answers.iter().filter(|answer| **answer == PasswordOutcome::Rejected).count();
    let blocked = answers.iter().filter(|answer| matches!(answer, PasswordOutcome::Blocked { .. })).count();
    hold!((rejected, blocked) == (5, services.len() - 5), "{rejected} rejected, {blocked} blocked");
    check_counted(services, 5)
}

/// Many tries in flight count as many wrong ones until they are settled, so some may be told to wait: none is rejected.
fn the_right_password_typed_64_times_at_once_is_never_called_wrong(services: &Services) -> Found {
    with_password(services);
    let right = Password::parse(RIGHT).unwrap();
    let answers = at_once(services, |_, service| service.verify_password(&account("alice"), &right, at(1_000)));
    let accepted = answers.iter().filter(|answer| matches!(answer, Ok(PasswordOutcome::Accepted { .. }))).count();
    for answer in &answers {
        let is_fine = matches!(
            answer,
            Ok(PasswordOutcome::Accepted { .. } | PasswordOutcome::Blocked { .. }) | Err(ServiceError::Busy)
        );
        hold!(is_fine, "{answer:?}");
    }
    let settled = kinds(&services[0], &account("alice"));
    let settled = settled.iter().filter(|kind| matches!(kind, EventKind::PasswordAccepted { .. })).count();
    hold!(accepted >= 1 && settled == accepted, "{accepted} told, {settled} written");
    let budget = services[0].record(&account("alice")).unwrap().password_budget;
    hold!(budget.failures_in_a_row() == 0, "everybody was right: {budget:?}");
    Ok(())
}
