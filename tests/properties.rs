//! Promises about sequences: whatever happens in whatever order, no count is lost, no event is, and nothing that was
//! tampered with is believed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

use account_security::account::{Admission, ChainHead, ChainVerifier, FailureBudget, ThrottlePolicy, Verdict};
use account_security::command::PlaceFreeze;
use account_security::prelude::*;
use account_security::service::Entropy;
use account_security::store::{Commit, CommitOutcome, StoredEvent};
use account_security::types::StoreKey;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

// --- throttle ---

/// What may happen to a budget.
#[derive(Clone, Copy, Debug)]
enum Step {
    Wrong,
    Right,
    Undecided,
    Wait { ms: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => proptest::strategy::Just(Step::Wrong),
        1 => proptest::strategy::Just(Step::Right),
        1 => proptest::strategy::Just(Step::Undecided),
        4 => (0_u64..8_000_000).prop_map(|ms| Step::Wait { ms }),
    ]
}

fn throttle_policy() -> impl Strategy<Value = ThrottlePolicy> {
    (0_u32..8, 0_u64..120_000, 0_u64..7_200_000, 1_u32..120).prop_map(|(before, first, longest, lock)| ThrottlePolicy {
        failures_before_block: before,
        first_block_ms: first,
        block_ms_max: longest,
        hard_lock_at: lock,
        alert_at: lock,
    })
}

fn start() -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000).unwrap()
}

proptest! {
    #[test]
    fn no_order_of_tries_gives_more_guesses_than_the_policy_allows(
        policy in throttle_policy(), steps in proptest::collection::vec(step(), 0..200)
    ) {
        let (mut budget, mut now) = (FailureBudget::default(), start());
        let (mut in_a_row, mut last_wrong_at) = (0_u32, None);
        for step in steps {
            if let Step::Wait { ms } = step {
                now = now.plus_ms(ms);
                continue;
            }
            let admission = budget.admit(now);
            prop_assert_eq!(budget.admit(now), admission, "asking changes nothing");
            match admission {
                Admission::HardLocked => {
                    prop_assert!(in_a_row >= policy.hard_lock_at);
                    prop_assert_eq!(budget.admit(Timestamp::MAX), Admission::HardLocked, "waiting does not help");
                    prop_assert_eq!(budget.after_success(), budget, "nor does the right answer");
                    break;
                }
                Admission::Wait { until } => {
                    let since: Timestamp = last_wrong_at.expect("only a wrong try blocks");
                    prop_assert!(in_a_row >= policy.failures_before_block.max(1));
                    prop_assert!(now < until && until <= since.plus_ms(policy.block_ms_max));
                    prop_assert_eq!(budget.admit(until), Admission::Go, "at the end of a block a try is looked at");
                    continue;
                }
                Admission::Go => {}
            }
            match step {
                Step::Wrong => {
                    budget = budget.after_failure(&policy, now);
                    (in_a_row, last_wrong_at) = (in_a_row + 1, Some(now));
                    if in_a_row < policy.hard_lock_at && in_a_row >= policy.failures_before_block.max(1) {
                        let doublings = in_a_row - policy.failures_before_block.max(1);
                        let block_ms = (u128::from(policy.first_block_ms) << doublings.min(60))
                            .min(policy.block_ms_max.into());
                        let until = now.plus_ms(u64::try_from(block_ms).unwrap());
                        let expected = if now < until { Admission::Wait { until } } else { Admission::Go };
                        prop_assert_eq!(budget.admit(now), expected);
                    }
                }
                Step::Right => {
                    budget = budget.after_success();
                    in_a_row = 0;
                }
                _ => {}
            }
            prop_assert_eq!(budget.failures_in_a_row(), in_a_row);
            prop_assert!(in_a_row <= policy.hard_lock_at);
        }
    }

    #[test]
    fn a_tireless_guesser_with_the_default_policy_gets_44_tries(waits in proptest::collection::vec(0_u64..10_000_000, 200)) {
        let policy = ThrottlePolicy::default();
        let (mut budget, mut now, mut compared) = (FailureBudget::default(), start(), 0);
        for wait_ms in waits {
            now = budget.blocked_until(now).unwrap_or(now).plus_ms(wait_ms);
            if budget.admit(now) == Admission::Go {
                compared += 1;
                budget = budget.after_failure(&policy, now);
            }
        }
        prop_assert_eq!(compared, 44);
    }
}

// --- audit chain ---

/// Seeds that count: every run is the same run.
struct Counting(std::sync::atomic::AtomicU64);

impl Entropy for Counting {
    fn seed(&self) -> Option<[u8; 32]> {
        let number = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut seed = [0x5A; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        Some(seed)
    }
}

fn keyring() -> Keyring {
    let keys = vec![(KeyId(1), SecretBytes::new(vec![7; 32])), (KeyId(2), SecretBytes::new(vec![8; 32]))];
    Keyring::new(SecretBytes::new(vec![9; 32]), KeyId(2), keys).unwrap()
}

fn service(store: MemoryStore) -> Service<MemoryStore> {
    Service::with_entropy(store, keyring(), Settings::default(), Box::new(Counting(0.into()))).unwrap()
}

fn alice() -> AccountId {
    AccountId::parse("alice").unwrap()
}

/// A life of payments and freezes; each byte is one thing that happens.
fn live(security: &Service<MemoryStore>, account: &AccountId, life: &[u8]) {
    let owner = ActorId::parse("alice").unwrap();
    let mut now = start();
    for (index, what) in life.iter().enumerate() {
        now = now.plus_ms(u64::from(*what) * 60_000);
        if what % 5 == 4 {
            let scopes = if what % 2 == 0 { Scopes::PAY_OUT } else { Scopes::CHANGE_FACTORS };
            let request = FreezeRequest::by_owner(owner.clone(), scopes);
            let _ = security.execute(account, &PlaceFreeze { request, caused_by: None }, now).unwrap();
        } else {
            let money = Money::from_minor(100 + i64::from(*what), Currency::EUR).unwrap();
            let payment = Payment::out(&format!("{account}-{index}"), money, now).unwrap().to("shop");
            let first = security.assess(account, &payment, 60, now).unwrap();
            drop(first);
            let before = security.store().events(security_key(account), 1, 10_000).unwrap().len();
            security.assess(account, &payment, 60, now).unwrap();
            let after = security.store().events(security_key(account), 1, 10_000).unwrap().len();
            assert_eq!(before, after, "the same payment is one event");
        }
    }
}

fn security_key(account: &AccountId) -> StoreKey {
    keyring().account_key(account)
}

/// The events of a life and the head its record holds.
fn lived(life: &[u8]) -> (Vec<StoredEvent>, ChainHead) {
    let security = service(MemoryStore::new());
    live(&security, &alice(), life);
    let events = security.store().events(security_key(&alice()), 1, 10_000).unwrap();
    assert!(matches!(security.verify_account(&alice()), Ok(Verdict::Intact { .. })));
    (events, security.record(&alice()).unwrap().head)
}

fn verdict(events: &[StoredEvent], head: ChainHead) -> Verdict {
    let keyring = keyring();
    let mut verifier = ChainVerifier::new(&keyring, security_key(&alice()));
    events.iter().for_each(|event| verifier.push(event.seq, &event.body, &event.mac));
    verifier.finish(head)
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn every_cut_swap_copy_and_flipped_bit_in_a_chain_is_seen(
        life in proptest::collection::vec(any::<u8>(), 2..24), one in any::<usize>(), other in any::<usize>(), bit in any::<usize>()
    ) {
        let (events, head) = lived(&life);
        prop_assert!(!events.is_empty());
        let count = u64::try_from(events.len()).unwrap();
        prop_assert_eq!(verdict(&events, head), Verdict::Intact { events: count });
        let (one, other) = (one % events.len(), other % events.len());
        let seq = events[one].seq;

        let cut = verdict(&events[..one], head);
        prop_assert_eq!(cut, Verdict::Truncated { have: u64::try_from(one).unwrap(), want: count });

        let mut flipped = events.clone();
        let bits = flipped[one].body.len() * 8;
        flipped[one].body[bit % bits / 8] ^= 1 << (bit % 8);
        let seen = verdict(&flipped, head);
        // A flipped key id may name a key that is not there; that is said instead, and is no "intact" either.
        prop_assert!(seen == Verdict::Altered { seq } || matches!(seen, Verdict::CannotTell { .. }), "{:?}", seen);
        let mut flipped = events.clone();
        flipped[one].mac[bit % 32] ^= 1 << (bit % 8);
        prop_assert_eq!(verdict(&flipped, head), Verdict::Altered { seq });

        let mut copied = events.clone();
        copied.insert(one, events[one].clone());
        prop_assert_eq!(verdict(&copied, head), Verdict::Altered { seq: seq + 1 });
        let mut gone = events.clone();
        gone.remove(one);
        let last = one + 1 == events.len();
        let expected = if last { Verdict::Truncated { have: seq - 1, want: count } } else { Verdict::Altered { seq } };
        prop_assert_eq!(verdict(&gone, head), expected);
        if one != other {
            let mut swapped = events.clone();
            swapped.swap(one, other);
            // Renumbered too, as a careful forger would.
            let (first, second) = (swapped[one].seq, swapped[other].seq);
            (swapped[one].seq, swapped[other].seq) = (second, first);
            prop_assert_eq!(verdict(&swapped, head), Verdict::Altered { seq: first.min(second) });
        }
    }

    // --- seal ---

    #[test]
    fn a_tampered_cell_is_never_opened_and_never_a_fresh_account(
        life in proptest::collection::vec(any::<u8>(), 1..12), bit in any::<usize>(), cut in any::<usize>()
    ) {
        let security = service(MemoryStore::new());
        live(&security, &alice(), &life);
        let bob = AccountId::parse("bob").unwrap();
        live(&security, &bob, &life);
        let cell = security.store().load(security_key(&alice())).unwrap().unwrap();
        let bobs = security.store().load(security_key(&bob)).unwrap().unwrap();

        let untouched = with_cell(cell.body.clone(), cell.version);
        prop_assert_eq!(untouched.record(&alice()).unwrap(), security.record(&alice()).unwrap());
        prop_assert!(with_cell(bobs.body, cell.version).record(&alice()).is_err(), "another account's cell");
        prop_assert!(with_cell(cell.body.clone(), cell.version + 1).record(&alice()).is_err(), "an old cell");
        let mut flipped = cell.body.clone();
        let bits = flipped.len() * 8;
        flipped[bit % bits / 8] ^= 1 << (bit % 8);
        let forged = with_cell(flipped, cell.version);
        prop_assert!(forged.record(&alice()).is_err(), "a flipped bit");
        prop_assert!(forged.restriction(&alice(), start()).is_err(), "and nothing is said to be open");
        let cut = cut % cell.body.len();
        prop_assert!(with_cell(cell.body[..cut].to_vec(), cell.version).record(&alice()).is_err(), "cut at {}", cut);
    }
}

/// A store in which alice's cell holds these bytes at this version.
fn with_cell(body: Vec<u8>, version: u64) -> Service<MemoryStore> {
    let store = MemoryStore::new();
    for at in 1..=version {
        let event = StoredEvent { seq: at, body: vec![0; 15], mac: [0; 32] };
        let commit = Commit {
            key: security_key(&alice()),
            expected: (at > 1).then_some(at - 1),
            body: body.clone(),
            events: vec![event],
            outbox: Vec::new(),
            expires_at: None,
            commit_id: u128::from(at).to_le_bytes(),
        };
        assert_eq!(store.commit(&commit), Ok(CommitOutcome::Committed { version: at }));
    }
    service(store)
}
