//! One challenge, many hands.

use account_security::account::{EventKind, Verdict};
use account_security::command::CodeAnswer;
use account_security::verification::{ChallengeState, VerifyOutcome};

use crate::support::acts::{kinds, sign_in_code, type_code};
use crate::support::{account, at};
use crate::{Found, Services, at_once, hold};

mod on_every_store {
    crate::on_every_store! {
        of_64_wrong_codes_at_once_five_are_compared_and_all_are_answered
        the_right_code_typed_64_times_at_once_opens_once
        among_63_wrong_codes_the_right_one_opens_at_most_once_and_counts_agree
    }
}

/// The answers of one race over one challenge, counted.
#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    wrong: Vec<u8>,
    used: usize,
    blocked: usize,
    other: Vec<String>,
}

fn tally<E: std::fmt::Debug>(answers: &[Result<CodeAnswer, E>]) -> Tally {
    let mut tally = Tally::default();
    for answer in answers {
        match answer {
            Ok(CodeAnswer::Tried(VerifyOutcome::Accepted)) => tally.accepted += 1,
            Ok(CodeAnswer::Tried(VerifyOutcome::WrongCode { tries_left })) => tally.wrong.push(*tries_left),
            Ok(CodeAnswer::Tried(VerifyOutcome::AlreadyUsed)) => tally.used += 1,
            Ok(CodeAnswer::Blocked { .. }) => tally.blocked += 1,
            other => tally.other.push(format!("{other:?}")),
        }
    }
    tally.wrong.sort_unstable();
    tally
}

/// Each thread types the right code, or a wrong one of its own.
fn race(services: &Services, is_right: impl Fn(usize) -> bool + Sync) -> Result<Tally, String> {
    let alice = account("alice");
    let (challenge, code) = sign_in_code(&services[0], &alice, at(0));
    let answers = at_once(services, |index, service| {
        let code = if is_right(index) { code } else { code + 1 + u32::try_from(index).unwrap() };
        type_code(service, &alice, challenge, code, at(1_000))
    });
    let tally = tally(&answers);
    hold!(tally.other.is_empty(), "unexpected answers: {tally:?}");
    check_chain(services, &tally)?;
    Ok(tally)
}

/// Answers, events and record tell the same story.
fn check_chain(services: &Services, tally: &Tally) -> Found {
    let (service, alice) = (&services[0], account("alice"));
    let (kinds, record) = (kinds(service, &alice), service.record(&alice).unwrap());
    let accepted = kinds.iter().filter(|kind| matches!(kind, EventKind::CodeAccepted { .. })).count();
    let budgets = kinds.iter().filter_map(|kind| match kind {
        EventKind::CodeRejected { budget, .. } => Some(*budget),
        _ => None,
    });
    let budgets: Vec<_> = budgets.collect();
    hold!(accepted == tally.accepted, "{accepted} acceptances written, {} told", tally.accepted);
    hold!(budgets.len() == tally.wrong.len(), "{} rejections written, {:?} told", budgets.len(), tally.wrong);
    let expected = Verdict::Intact { events: 1 + u64::try_from(accepted + budgets.len()).unwrap() };
    let verdict = service.verify_account(&alice).unwrap();
    hold!(verdict == expected, "{verdict:?} instead of {expected:?}");
    let last = match kinds.last() {
        Some(EventKind::CodeRejected { budget, .. }) => *budget,
        _ => Default::default(),
    };
    hold!(
        record.second_factor_budget == last,
        "the record says {:?}, its last event {last:?}",
        record.second_factor_budget
    );
    Ok(())
}

pub fn of_64_wrong_codes_at_once_five_are_compared_and_all_are_answered(services: &Services) -> Found {
    let tally = race(services, |_| false)?;
    hold!(tally.wrong == [0, 1, 2, 3, 4], "each try is another one: {tally:?}");
    hold!(tally.blocked == services.len() - 5, "{tally:?}");
    let record = services[0].record(&account("alice")).unwrap();
    hold!(record.second_factor_budget.failures_in_a_row() == 5, "{:?}", record.second_factor_budget);
    let challenge = record.challenges.iter().next().unwrap();
    let is_exhausted = matches!(challenge.state, ChallengeState::Exhausted { .. }) && challenge.tries_left == 0;
    hold!(is_exhausted, "{challenge:?}");
    Ok(())
}

pub fn the_right_code_typed_64_times_at_once_opens_once(services: &Services) -> Found {
    let tally = race(services, |_| true)?;
    hold!(tally.accepted == 1, "opened {} times", tally.accepted);
    hold!(tally.used == services.len() - 1, "{tally:?}");
    Ok(())
}

fn among_63_wrong_codes_the_right_one_opens_at_most_once_and_counts_agree(services: &Services) -> Found {
    let tally = race(services, |index| index == 40)?;
    hold!(tally.accepted <= 1 && tally.wrong.len() <= 5, "{tally:?}");
    hold!(tally.accepted + tally.wrong.len() + tally.used + tally.blocked == services.len(), "{tally:?}");
    hold!(tally.accepted == 1 || tally.wrong.len() == 5, "neither opened nor used up: {tally:?}");
    Ok(())
}
