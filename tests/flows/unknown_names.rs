//! A name without an account answers like one with, and a stranger cannot fill the store.

use std::sync::Mutex;

use account_security::account::{TicketId, Verdict};
use account_security::command::{ProofStep, Refused, ResetStarted, SetBy, SignInStep};
use account_security::service::PasswordChange;
use account_security::store::{
    Commit, CommitId, CommitOutcome, OutboxId, OutboxItem, Store, StoreError, StoredEvent, Versioned,
};
use account_security::types::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use account_security::types::{RandomId, StoreKey, Timestamp, TypedCode};

use super::customer::{Customer, EMAIL, NEXT, PHONE, RIGHT, complete};
use super::on_every_store;
use crate::support::owner::OLD;
use crate::support::stores::Shared;
use crate::support::{account, at, ring, settings};

fn code(value: u32) -> TypedCode {
    TypedCode::parse(&format!("{value:08}"), 8).unwrap()
}

/// The first midnight of the story.
fn midnight() -> Timestamp {
    at(DAY_MS - at(0).ms_since(Timestamp::MIN) % DAY_MS)
}

#[test]
fn five_wrong_passwords_block_both_kinds_of_names_at_the_same_moments_for_weeks() {
    on_every_store(|store| {
        let mut settings = settings();
        settings.throttle.hard_lock_at = 100;
        let alice = Customer::alice_with(store, settings.clone());
        let nobody = Customer::named("nobody", store, settings);
        let (mut now, mut blocked) = (at(0), 0);
        for number in 0..160_u64 {
            now = now.plus_ms(if number % 3 == 0 { 10 * SECOND_MS } else { 2 * HOUR_MS });
            let [known, unknown] = [&alice, &nobody].map(|name| name.sign_in("a guess", None, now));
            let [known, unknown] = [known, unknown].map(|step| step.refusal().expect("a refusal"));
            assert_eq!(known, unknown, "try {number}");
            blocked += usize::from(known.retry_at.is_some());
        }
        assert!(blocked > 20, "{blocked}");
        let locked = nobody.sign_in(RIGHT, None, now.plus_ms(HOUR_MS)).refusal().unwrap();
        assert_eq!(locked.retry_at, Some(Timestamp::MAX), "a hundred in a row");
        assert!(!nobody.service.is_known(&nobody.name).unwrap());
    });
}

#[test]
fn midnight_forgives_nobody() {
    on_every_store(|store| {
        let (alice, nobody) = (Customer::alice(store), Customer::named("nobody", store, settings()));
        for number in (1..5).rev() {
            for name in [&alice, &nobody] {
                let refusal = name.sign_in("a guess", None, midnight().minus_ms(number)).refusal().unwrap();
                assert_eq!(refusal.retry_at, None);
            }
        }
        for name in [&alice, &nobody] {
            assert_eq!(name.sign_in("a guess", None, midnight()).refusal().unwrap().retry_at, None, "the fifth");
            let until = midnight().plus_ms(30 * SECOND_MS);
            let refusal = name.sign_in("a guess", None, midnight().plus_ms(1)).refusal().unwrap();
            assert_eq!(refusal.retry_at, Some(until), "{}", name.name);
            assert_eq!(name.sign_in("a guess", None, until).refusal().unwrap().retry_at, None);
        }
    });
}

#[test]
fn a_block_that_stands_at_midnight_ends_when_it_would_have_ended() {
    on_every_store(|store| {
        let (alice, nobody) = (Customer::alice(store), Customer::named("nobody", store, settings()));
        for name in [&alice, &nobody] {
            for _ in 0..5 {
                name.sign_in("a guess", None, midnight().minus_ms(10 * SECOND_MS));
            }
            let until = midnight().plus_ms(20 * SECOND_MS);
            for now in [midnight().minus_ms(1), midnight(), until.minus_ms(1)] {
                assert_eq!(name.sign_in("a guess", None, now).refusal().unwrap().retry_at, Some(until));
            }
        }
        // Two days later yesterday's cells are gone, and so is all that strangers typed.
        let before = store.0.keys(None, 1_000).unwrap().len();
        store.0.purge_expired(midnight().plus_ms(3 * DAY_MS), 1_000).unwrap();
        assert!(store.0.keys(None, 1_000).unwrap().len() < before);
        assert!(alice.service.is_known(&alice.name).unwrap());
    });
}

#[test]
fn a_reset_of_either_kind_of_name_reads_the_same() {
    on_every_store(|store| {
        let (alice, nobody) = (Customer::alice(store), Customer::named("nobody", store, settings()));
        let answer = |started: ResetStarted| (started.expires_at, started.resend_at);
        let mut now = at(0);
        for number in 0..40_u64 {
            now = now.plus_ms(number * 9 * SECOND_MS);
            let via = if number % 4 == 3 { EMAIL } else { PHONE };
            let [known, unknown] = [&alice, &nobody].map(|name| name.begin_reset(via, now));
            assert_eq!(answer(known), answer(unknown), "begin {number}");
            assert_ne!(known.challenge, unknown.challenge);
            let [known, unknown] = [(&alice, known), (&nobody, unknown)].map(|(name, started)| {
                let challenge = if number % 2 == 0 { started.challenge } else { RandomId([3; 16]) };
                name.verify_reset(challenge, code(3), now).refusal().expect("a refusal")
            });
            assert_eq!(known, unknown, "guess {number}");
        }
        assert!(alice.written_to().iter().all(|to| to == OLD));
        assert!(!nobody.service.is_known(&nobody.name).unwrap());
    });
}

#[test]
fn a_ticket_that_never_was_is_refused_alike() {
    on_every_store(|store| {
        let (alice, nobody) = (Customer::alice(store), Customer::named("nobody", store, settings()));
        let proof = account_security::command::TypedProof::Totp(TypedCode::parse("123456", 6).unwrap());
        let ticket = TicketId([7; 16]);
        let steps = [&alice, &nobody].map(|name| {
            let sent = name.send(ticket, account_security::account::Errand::SignIn, PHONE, at(1));
            let set = name.set_new_password(NEXT, SetBy::Reset { ticket }, at(1)).unwrap();
            assert!(matches!(set, PasswordChange::Refused(Refused::NoSuchTicket)), "{set:?}");
            (name.prove(ticket, &proof, at(1)), name.prove_reset(ticket, &proof, at(1)), sent)
        });
        assert_eq!(steps[0], steps[1]);
        assert!(matches!(steps[0].0, SignInStep::Refused(_)));
    });
}

#[test]
fn a_thousand_names_that_do_not_exist_leave_the_owners_alone_and_make_no_account() {
    let store = Shared::memory();
    let alice = Customer::alice(&store);
    let known = |store: &Shared| store.0.keys(None, 100_000).unwrap().len();
    let before = known(&store);
    for number in 0..1_000 {
        let nobody = Customer::named(&format!("nobody-{number}"), &store, settings());
        nobody.sign_in("a guess", None, at(1));
        assert!(!nobody.service.is_known(&nobody.name).unwrap());
    }
    assert!(known(&store) - before <= 1_000);
    assert!(store.0.purge_expired(at(3 * DAY_MS), 100_000).unwrap() > 0);
    assert!(matches!(alice.service.verify_account(&alice.name).unwrap(), Verdict::Intact { .. }));
    assert!(matches!(alice.sign_in(RIGHT, None, at(2)), SignInStep::SecondFactor { .. }));
}

/// A store in which some cells do not open.
struct Damaged(Shared, Mutex<Vec<StoreKey>>);

impl Store for Damaged {
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError> {
        self.0.bind(check)
    }

    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError> {
        let is_damaged = self.1.lock().unwrap().contains(&key);
        if is_damaged { Err(StoreError::Corrupt("a page is gone".to_owned())) } else { self.0.load(key) }
    }

    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError> {
        self.0.commit(commit)
    }

    fn event_by_commit(&self, key: StoreKey, id: CommitId) -> Result<Option<StoredEvent>, StoreError> {
        self.0.event_by_commit(key, id)
    }

    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        self.0.events(key, from_seq, limit)
    }

    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError> {
        self.0.keys(after, limit)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        self.0.outbox(limit)
    }

    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError> {
        self.0.outbox_done(ids)
    }

    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.purge_expired(now, limit)
    }
}

#[test]
fn a_damaged_cell_of_strangers_keeps_no_owner_out() {
    on_every_store(|store| {
        let keys = ring(1, &[1]);
        let cell = keys.decoy(&account("alice")).cell;
        let today = u32::try_from(at(0).ms_since(Timestamp::MIN) / DAY_MS).unwrap();
        let damaged = vec![keys.decoy_key(cell, today)];
        let store = Shared::new(Damaged(store.clone(), Mutex::new(damaged)));
        let alice = Customer::alice(&store);
        assert!(alice.sign_in("a guess", None, at(1)).refusal().is_some());
        alice.signed_in(at(2));
        let step: ProofStep = alice.reset_opened(at(MINUTE_MS));
        complete(step);
    });
}
