//! The service for tasks: the same answers as the one for threads, on any executor, and never in its way.

#![cfg(feature = "async")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may panic")]

mod support;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use account_security::account::Verdict;
use account_security::command::{FreezePlaced, PlaceFreeze, Settings};
use account_security::freeze::{FreezeRequest, Scopes};
use account_security::password::{Password, UserContext};
use account_security::service::{AsyncService, PasswordOutcome, SetOutcome};
use account_security::store::{AsyncStore, AtOnce, MemoryStore, OnThreads};
use account_security::types::ActorId;
use futures_lite::future::{self, block_on};

use crate::support::{Counted, account, at, ring, service, settings};

const PASSWORD: &[u8] = b"Vx9#qLm2-harbour";

fn password(text: &[u8]) -> Password {
    Password::parse(text).unwrap()
}

async fn with_password<S: AsyncStore>(store: S) -> AsyncService<S> {
    with_settings(store, settings()).await
}

async fn with_settings<S: AsyncStore>(store: S, settings: Settings) -> AsyncService<S> {
    let entropy = Box::new(Counted::default());
    let service = AsyncService::with_entropy(store, ring(1, &[1]), settings, entropy).await.unwrap();
    let set = service.set_password(&account("alice"), &password(PASSWORD), &UserContext::none(), at(0)).await;
    assert!(matches!(set, Ok(SetOutcome::Set)));
    service
}

async fn five_wrong_and_one_right<S: AsyncStore>(service: &AsyncService<S>) {
    let alice = account("alice");
    for wrong in 0..5 {
        let typed = password(format!("wrong-{wrong}").as_bytes());
        assert_eq!(service.verify_password(&alice, &typed, at(1)).await, Ok(PasswordOutcome::Rejected));
    }
    let blocked = service.verify_password(&alice, &password(PASSWORD), at(2)).await;
    assert_eq!(blocked, Ok(PasswordOutcome::Blocked { until: at(30_001) }));
    let right = service.verify_password(&alice, &password(PASSWORD), at(30_001)).await;
    assert!(matches!(right, Ok(PasswordOutcome::Accepted { .. })));
}

#[test]
fn wrong_passwords_are_counted_and_block_on_both_kinds_of_stores() {
    block_on(async {
        five_wrong_and_one_right(&with_password(AtOnce(MemoryStore::new())).await).await;
        five_wrong_and_one_right(&with_password(OnThreads::new(MemoryStore::new())).await).await;
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn a_file_written_by_tasks_is_read_by_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("security.db");
    block_on(async {
        let store = OnThreads::new(account_security::store::SqliteStore::open(&file).unwrap());
        five_wrong_and_one_right(&with_password(store).await).await;
    });
    let threads = service(&support::stores::Shared::sqlite(&file));
    let right = threads.verify_password(&account("alice"), &password(PASSWORD), at(40_000));
    assert!(matches!(right, Ok(PasswordOutcome::Accepted { .. })));
    assert!(matches!(threads.verify_account(&account("alice")), Ok(Verdict::Intact { .. })));
}

#[test]
fn a_hash_never_runs_on_the_executor() {
    block_on(async {
        // A hash of the real cost, which takes twenty milliseconds: a poll takes microseconds.
        let service = with_settings(AtOnce(MemoryStore::new()), Settings::default()).await;
        let (alice, typed) = (account("alice"), password(PASSWORD));
        // Nothing of this store ever waits, so the one thing that can is the hash.
        let mut verifying = pin!(service.verify_password(&alice, &typed, at(1)));
        let first_poll = verifying.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(first_poll, Poll::Pending), "the hash held the executor up");
        assert!(matches!(verifying.await, Ok(PasswordOutcome::Accepted { .. })));
    });
}

#[test]
fn a_caller_who_hangs_up_during_the_hash_has_used_up_a_try() {
    block_on(async {
        let service = with_password(AtOnce(MemoryStore::new())).await;
        let (alice, wrong) = (account("alice"), password(b"wrong"));
        for _ in 0..5 {
            let mut verifying = Box::pin(service.verify_password(&alice, &wrong, at(1)));
            let _ = verifying.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            drop(verifying);
        }
        let next = service.verify_password(&alice, &password(PASSWORD), at(2)).await;
        assert_eq!(next, Ok(PasswordOutcome::Blocked { until: at(30_001) }));
    });
}

#[test]
fn of_64_tasks_on_four_threads_each_try_is_counted_once() {
    let service = Arc::new(block_on(with_password(OnThreads::new(MemoryStore::new()))));
    let tasks: Vec<_> = (0..4)
        .map(|thread| {
            let service = Arc::clone(&service);
            std::thread::spawn(move || {
                block_on(async {
                    let mut rejected = 0;
                    for number in 0..16 {
                        let typed = password(format!("wrong-{thread}-{number}").as_bytes());
                        let outcome = service.verify_password(&account("alice"), &typed, at(1)).await.unwrap();
                        rejected += usize::from(outcome == PasswordOutcome::Rejected);
                    }
                    rejected
                })
            })
        })
        .collect();
    let rejected: usize = tasks.into_iter().map(|task| task.join().unwrap()).sum();
    assert_eq!(rejected, 5, "five are compared, the others are refused unseen");
}

#[test]
fn a_freeze_placed_while_a_password_is_hashed_does_not_wait_for_the_hash() {
    block_on(async {
        let service = with_password(AtOnce(MemoryStore::new())).await;
        let (alice, typed) = (account("alice"), password(PASSWORD));
        let verifying = service.verify_password(&alice, &typed, at(1));
        let freezing = async {
            let request = FreezeRequest::by_owner(ActorId::parse("alice").unwrap(), Scopes::ALL);
            service.execute(&alice, &PlaceFreeze { request, caused_by: None }, at(1)).await
        };
        let (verified, frozen) = future::zip(verifying, freezing).await;
        assert!(matches!(verified, Ok(PasswordOutcome::Accepted { .. })));
        assert!(matches!(frozen, Ok(Ok(FreezePlaced { .. }))));
        assert_eq!(service.restriction(&alice, at(2)).await, Ok(Scopes::ALL));
    });
}

/// Compiles only while every future can be sent to another thread, for any store: a multi-threaded runtime asks that.
#[allow(dead_code, reason = "to be compiled is the test")]
fn every_future_is_send<S: AsyncStore + 'static>(service: &AsyncService<S>) {
    fn is_send<T: Send>(_: T) {}
    let (alice, typed) = (account("alice"), password(PASSWORD));
    is_send(service.verify_password(&alice, &typed, at(0)));
    is_send(service.set_password(&alice, &typed, &UserContext::none(), at(0)));
    is_send(service.restriction(&alice, at(0)));
    is_send(service.drain(1));
}
