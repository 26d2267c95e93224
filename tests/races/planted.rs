//! Stores that break a promise. One that ignores the expected version must be caught by the races above; one that
//! loses answers must not be able to do harm.

use std::sync::Arc;

use account_security::account::EventKind;
use account_security::command::{CodeAnswer, PaymentDecision};
use account_security::service::ServiceError;
use account_security::store::StoreError;
use account_security::verification::VerifyOutcome;

use crate::support::acts::{court_order, kinds, payment, sign_in_code, type_code};
use crate::support::stores::{BadLine, LastWriterWins, Lost, Meet, Meeting, Shared};
use crate::support::{account, at, service};
use crate::{Services, services};

/// Two services that read the same row before either of them writes: how often does the right code open?
fn acceptances_on(store: &Shared) -> usize {
    let alice = account("alice");
    let meet = Meet::of(2);
    let meeting = Shared::new(Meeting(store.clone(), Arc::clone(&meet)));
    let pair: Services = (0..2).map(|_| Arc::new(service(&meeting))).collect();
    // The code is taken from a memory store of its own where the broken store has no outbox.
    let (challenge, code) = issue_on(store, &pair);
    meet.arm();
    let answers = crate::at_once(&pair, |_, service| type_code(service, &alice, challenge, code, at(1_000)));
    let accepted = Ok(CodeAnswer::Tried(VerifyOutcome::Accepted));
    answers.iter().filter(|answer| **answer == accepted).count()
}

/// Issues on a good store and moves the row over, so that a store without an outbox can take part.
fn issue_on(store: &Shared, pair: &Services) -> (account_security::types::RandomId, u32) {
    use account_security::store::{Commit, Store};
    let (good, alice) = (Shared::memory(), account("alice"));
    let (challenge, code) = sign_in_code(&service(&good), &alice, at(0));
    let key = pair[0].keyring().account_key(&alice);
    let cell = good.load(key).unwrap().unwrap();
    let events = good.events(key, 1, 10).unwrap();
    let commit =
        Commit { key, expected: None, body: cell.body, events, outbox: vec![], expires_at: None, commit_id: [1; 16] };
    store.commit(&commit).unwrap();
    (challenge, code)
}

#[test]
fn a_store_that_ignores_the_expected_version_is_caught() {
    assert_eq!(acceptances_on(&Shared::memory()), 1, "the same race on a store that keeps its promise");
    assert_eq!(acceptances_on(&Shared::new(LastWriterWins::default())), 2, "the planted bug shows");
}

#[test]
fn the_race_of_64_is_no_proof_that_cannot_fail() {
    // The tally itself must refuse what the broken store lets happen: two acceptances told, one chain forked.
    let store = Shared::new(LastWriterWins::default());
    assert_eq!(acceptances_on(&store), 2);
    let service = service(&store);
    let accepted = kinds(&service, &account("alice"));
    assert_eq!(accepted.iter().filter(|kind| matches!(kind, EventKind::CodeAccepted { .. })).count(), 2);
    let verdict = service.verify_account(&account("alice")).unwrap();
    assert!(!matches!(verdict, account_security::account::Verdict::Intact { .. }), "a fork shows: {verdict:?}");
}

#[test]
fn lost_answers_do_no_harm_to_any_race() {
    for lost in [Lost::FirstAnswer, Lost::FirstRequest] {
        for is_shared in [true, false] {
            let run = |race: fn(&Services) -> crate::Found| {
                let outcome = race(&services(&BadLine::to(&Shared::memory(), lost), is_shared));
                assert_eq!(outcome, Ok(()), "{lost:?}, one service: {is_shared}");
            };
            run(crate::codes::of_64_wrong_codes_at_once_five_are_compared_and_all_are_answered);
            run(crate::codes::the_right_code_typed_64_times_at_once_opens_once);
            run(crate::totp::one_totp_step_shown_64_times_at_once_is_accepted_once);
            run(crate::passwords::of_64_wrong_passwords_at_once_five_are_compared);
            run(crate::freezes::no_payment_is_judged_after_the_freeze_is_placed);
            run(crate::freezes::one_payment_sent_64_times_at_once_is_judged_once);
        }
    }
}

#[test]
fn where_no_answer_ever_comes_the_caller_is_told_so_and_asking_again_is_safe() {
    let (store, alice) = (Shared::memory(), account("alice"));
    let (deaf, good) = (service(&BadLine::to(&store, Lost::EveryAnswer)), service(&store));
    let unknown = ServiceError::Store(StoreError::Unknown);

    // A payment: the first judgement is in, and comes back under the same id.
    let first = deaf.assess(&alice, &payment("tx-1", at(0)), 480, at(0));
    assert_eq!(first, Err(unknown.clone()));
    let again = good.assess(&alice, &payment("tx-1", at(0)), 480, at(60_000)).unwrap();
    assert!(matches!(again, PaymentDecision::Assessed(_)));
    assert_eq!(kinds(&good, &alice).len(), 1);

    // A freeze: in once, found again by its key.
    assert_eq!(deaf.execute(&alice, &court_order(1), at(0)), Err(unknown.clone()));
    assert!(good.execute(&alice, &court_order(1), at(0)).unwrap().unwrap().already);

    // A code: spent, never open for a second try.
    let (challenge, code) = sign_in_code(&good, &alice, at(0));
    assert_eq!(type_code(&deaf, &alice, challenge, code, at(0)), Err(unknown));
    let again = type_code(&good, &alice, challenge, code, at(0)).unwrap();
    assert_eq!(again, CodeAnswer::Tried(VerifyOutcome::AlreadyUsed));
}
