//! One step of an authenticator, many hands.

use account_security::account::{EventKind, RejectedBecause, Verdict};
use account_security::command::{ConfirmTotp, EnrolTotp, TotpOutcome, VerifyTotp};
use account_security::totp::{TotpParameters, TotpSecret, code_at};
use account_security::types::{Timestamp, TypedCode};

use crate::support::acts::kinds;
use crate::support::{account, at};
use crate::{Found, Services, at_once, hold};

mod on_every_store {
    crate::on_every_store! {
        one_totp_step_shown_64_times_at_once_is_accepted_once
        of_64_wrong_totp_codes_at_once_five_are_compared
    }
}

fn code(secret: &TotpSecret, now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(secret, &TotpParameters::STANDARD, now).unwrap().code(), 6).unwrap()
}

/// Enrols and confirms an authenticator at the start.
fn enrolled(services: &Services) -> TotpSecret {
    let enrol = EnrolTotp {
        issuer: "Example Pay".to_owned(),
        account_name: "alice".to_owned(),
        parameters: TotpParameters::STANDARD,
        ticket: None,
    };
    let key = services[0].execute(&account("alice"), &enrol, at(0)).unwrap().unwrap().key;
    let confirm = ConfirmTotp { code: code(key.secret(), at(0)) };
    assert_eq!(services[0].execute(&account("alice"), &confirm, at(0)).unwrap(), TotpOutcome::Accepted);
    TotpSecret::from_bytes(key.secret().expose()).unwrap()
}

fn count(answers: &[TotpOutcome], wanted: impl Fn(&TotpOutcome) -> bool) -> usize {
    answers.iter().filter(|answer| wanted(answer)).count()
}

fn written(services: &Services) -> (usize, usize) {
    let kinds = kinds(&services[0], &account("alice"));
    let accepted = kinds.iter().filter(|kind| matches!(kind, EventKind::TotpAccepted { .. })).count();
    let rejected = kinds.iter().filter(|kind| matches!(kind, EventKind::TotpRejected { .. })).count();
    (accepted, rejected)
}

pub fn one_totp_step_shown_64_times_at_once_is_accepted_once(services: &Services) -> Found {
    let (secret, later) = (enrolled(services), at(60_000));
    let verify = VerifyTotp { code: code(&secret, later) };
    let answers =
        at_once(services, |_, service| service.execute(&account("alice"), &verify, later).expect("an answer"));
    let accepted = count(&answers, |answer| *answer == TotpOutcome::Accepted);
    let replayed = count(&answers, |answer| *answer == TotpOutcome::Rejected(RejectedBecause::Replayed));
    let blocked = count(&answers, |answer| matches!(answer, TotpOutcome::Blocked { .. }));
    hold!((accepted, replayed, blocked) == (1, 5, services.len() - 6), "{accepted} {replayed} {blocked}");
    hold!(written(services) == (1, 5), "{:?} written", written(services));
    let verdict = services[0].verify_account(&account("alice")).unwrap();
    hold!(verdict == Verdict::Intact { events: 8 }, "{verdict:?}");
    Ok(())
}

fn of_64_wrong_totp_codes_at_once_five_are_compared(services: &Services) -> Found {
    let (secret, later) = (enrolled(services), at(600_000));
    let near: Vec<u32> = [570_000, 600_000, 630_000].iter().map(|ms| code(&secret, at(*ms)).value()).collect();
    let answers = at_once(services, |index, service| {
        let start = u32::try_from(index).unwrap() * 1_000;
        let wrong = (start..).find(|code| !near.contains(code)).unwrap();
        let code = TypedCode::parse(&format!("{wrong:06}"), 6).unwrap();
        service.execute(&account("alice"), &VerifyTotp { code }, later).expect("an answer")
    });
    let wrong = count(&answers, |answer| *answer == TotpOutcome::Rejected(RejectedBecause::Wrong));
    let blocked = count(&answers, |answer| matches!(answer, TotpOutcome::Blocked { .. }));
    hold!((wrong, blocked) == (5, services.len() - 5), "{wrong} {blocked}");
    hold!(written(services) == (0, 5), "{:?} written", written(services));
    let budget = services[0].record(&account("alice")).unwrap().second_factor_budget;
    hold!(budget.failures_in_a_row() == 5, "{budget:?}");
    Ok(())
}
