//! Stories about the memory: the budget, the queue, the wipe.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

use super::*;
use crate::password::{HashParams, Hasher, NoPepper, Password, Verified, VerifyCeiling, VerifyError};

fn pool(budget_kib: u32, queue_max: u32) -> HashPool {
    HashPool::new(budget_kib, queue_max, Engine::Standard)
}

/// Waits until so many callers wait; the queue itself is what is looked at, so no clock decides.
fn until_waiting(pool: &HashPool, count: usize) {
    while pool.queue_len() != count {
        thread::yield_now();
    }
}

#[test]
fn the_budget_is_never_passed_and_a_full_pool_says_busy() {
    let pool = pool(100, 0);
    let first = pool.acquire(60).unwrap();
    assert_eq!(pool.acquire(60).unwrap_err(), HashError::Busy);
    let second = pool.acquire(40).unwrap();
    assert_eq!(pool.held_kib(), 100);
    assert_eq!(pool.acquire(8).unwrap_err(), HashError::Busy);
    drop((first, second));
    assert!(pool.acquire(60).is_ok());
    assert_eq!(pool.held_kib(), 100);
}

#[test]
fn an_arena_is_reused_and_small_ones_make_way_for_a_large_one() {
    let pool = pool(100, 0);
    for _ in 0..10 {
        drop(pool.acquire(30).unwrap());
    }
    assert_eq!(pool.held_kib(), 30, "one arena served all ten");
    drop((pool.acquire(30).unwrap(), pool.acquire(30).unwrap(), pool.acquire(30).unwrap()));
    assert_eq!(pool.held_kib(), 90);
    let large = pool.acquire(100).unwrap();
    assert_eq!(pool.held_kib(), 100);
    drop(large);
    assert_eq!(pool.acquire(101).unwrap_err(), HashError::OverBudget, "no waiting could help");
}

#[test]
fn a_request_that_cannot_be_met_yet_lets_no_arena_go() {
    let pool = pool(100, 0);
    let lent = pool.acquire(30).unwrap();
    drop(pool.acquire(30).unwrap());
    assert_eq!(pool.try_acquire(80).unwrap_err(), HashError::Busy);
    assert_eq!(pool.held_kib(), 60, "the free arena is still there");
    drop(lent);
}

#[test]
fn one_hash_as_large_as_the_budget_does_not_leave_the_rest_standing_in_line() {
    let pool = pool(256, 0);
    drop(pool.acquire(256).unwrap());
    let small: Vec<_> = (0..4).map(|_| pool.try_acquire(64).unwrap()).collect();
    assert_eq!((small.len(), pool.held_kib()), (4, 256));
    drop(small);
    let slightly_too_large = pool.try_acquire(60).unwrap();
    assert_eq!((slightly_too_large.len_kib(), pool.held_kib()), (64, 256), "an eighth more will do");
}

#[test]
fn a_permit_comes_back_wiped() {
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap();
    let mut permit = hasher.permit(None).unwrap();
    let verdict = hasher.verify_with(&mut permit, None, &Password::parse(b"a").unwrap(), &NoPepper);
    assert_eq!(verdict, Ok(Verified::Mismatch));
    assert!(!permit.is_wiped());
    drop(permit);
    assert!(hasher.permit(None).unwrap().is_wiped());
}

#[test]
fn the_permit_outlives_the_pool_that_gave_it() {
    let pool = pool(8, 0);
    let permit = pool.acquire(8).unwrap();
    drop(pool);
    assert_eq!(permit.len_kib(), 8);
}

#[test]
fn who_came_first_is_served_first_and_nobody_overtakes() {
    let pool = pool(64, 3);
    let lent = pool.acquire(64).unwrap();
    let (served, order) = mpsc::channel();
    thread::scope(|scope| {
        for (place, m_kib) in [(0, 64), (1, 8), (2, 64)] {
            let (pool, served) = (&pool, served.clone());
            scope.spawn(move || {
                let permit = pool.acquire(m_kib).unwrap();
                served.send(place).unwrap();
                drop(permit);
            });
            until_waiting(pool, place + 1);
        }
        assert_eq!(pool.acquire(8).unwrap_err(), HashError::Busy, "three places, three waiting");
        assert_eq!(pool.try_acquire(8).unwrap_err(), HashError::Busy);
        drop(lent);
    });
    drop(served);
    assert_eq!(order.iter().collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!((pool.queue_len(), pool.held_kib()), (0, 64));
}

#[test]
fn one_large_permit_given_back_serves_several_small_ones() {
    let pool = pool(64, 4);
    let lent = pool.acquire(64).unwrap();
    let all_at_once = Barrier::new(2);
    thread::scope(|scope| {
        for place in 1..=2 {
            let (pool, all_at_once) = (&pool, &all_at_once);
            scope.spawn(move || {
                let permit = pool.acquire(8).unwrap();
                all_at_once.wait(); // would hang if the second were not called while the first still computes
                drop(permit);
            });
            until_waiting(pool, place);
        }
        drop(lent);
    });
    assert!(pool.held_kib() <= 64);
}

#[test]
fn try_acquire_does_not_overtake_those_who_wait() {
    let pool = pool(100, 1);
    let lent = pool.acquire(60).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| drop(pool.acquire(60).unwrap()));
        until_waiting(&pool, 1);
        assert_eq!(pool.try_acquire(40).unwrap_err(), HashError::Busy, "40 are free, but somebody waits");
        drop(lent);
    });
    assert!(pool.try_acquire(40).is_ok());
}

#[test]
fn a_job_that_panics_gives_its_permit_back() {
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 64).unwrap().with_queue(1);
    let pool = hasher.pool();
    thread::scope(|scope| {
        let panicking = scope.spawn(|| {
            let mut permit = pool.acquire(64).unwrap();
            hasher.verify_with(&mut permit, None, &Password::parse(b"a").unwrap(), &NoPepper).unwrap();
            scope.spawn(|| drop(pool.acquire(64).unwrap()));
            until_waiting(pool, 1);
            panic!("on purpose");
        });
        assert!(panicking.join().is_err());
    });
    assert_eq!(pool.queue_len(), 0, "who waited was served");
    let permit = pool.try_acquire(64).unwrap();
    assert!(permit.is_wiped(), "wiped on the way out");
}

/// Two hundred threads, memory for four hashes, fifty places to wait: every answer is right or `Busy`, and what is held
/// never passes the budget.
#[test]
fn two_hundred_verifications_at_once_stay_within_the_budget_and_none_is_wrong() {
    const BUDGET_KIB: usize = 4 * 64;
    for engine in Engine::ALL {
        let params = HashParams::new(64, 1, 1).unwrap();
        let hasher = Hasher::new(params, VerifyCeiling::DEFAULT, 4 * 64).unwrap().with_queue(50).with_engine(*engine);
        let [right, wrong] = [b"right", b"wrong"].map(|typed| Password::parse(typed).unwrap());
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::seed_from_u64(1);
        let stored = hasher.hash(&right, &NoPepper, &mut rng).unwrap();
        let (start, held_max, busy) = (Barrier::new(200), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for index in 0..200 {
                let (hasher, stored, start, held_max, busy) = (&hasher, &stored, &start, &held_max, &busy);
                let is_right = index % 2 == 0;
                let typed = if is_right { &right } else { &wrong };
                scope.spawn(move || {
                    start.wait();
                    for _ in 0..5 {
                        match hasher.verify(Some(stored), typed, &NoPepper) {
                            Ok(verdict) => assert_eq!(verdict != Verified::Mismatch, is_right),
                            Err(VerifyError::Busy) => _ = busy.fetch_add(1, Ordering::Relaxed),
                            Err(fault) => panic!("{fault}"),
                        }
                        held_max.fetch_max(hasher.held_kib(), Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(held_max.into_inner() <= BUDGET_KIB);
        assert!(busy.into_inner() < 1_000, "some were served");
        assert_eq!(hasher.pool().queue_len(), 0);
        let whole = hasher.pool().try_acquire(4 * 64).unwrap();
        assert_eq!(whole.len_kib(), BUDGET_KIB, "nothing leaked");
    }
}

#[test]
fn the_same_crowd_with_places_for_all_is_served_to_the_last() {
    let hasher = Hasher::new(HashParams::new(64, 1, 1).unwrap(), VerifyCeiling::DEFAULT, 128).unwrap().with_queue(200);
    thread::scope(|scope| {
        for _ in 0..200 {
            let hasher = &hasher;
            scope.spawn(move || {
                let verdict = hasher.verify(None, &Password::parse(b"a").unwrap(), &NoPepper);
                assert_eq!(verdict, Ok(Verified::Mismatch));
            });
        }
    });
    assert!(hasher.held_kib() <= 128);
}

#[test]
fn sizes_nobody_foresaw_mix_without_a_leak_or_a_standstill() {
    let pool = pool(256, 64);
    thread::scope(|scope| {
        for thread in 0..16_u32 {
            let pool = &pool;
            scope.spawn(move || {
                for turn in 0..50_u32 {
                    let m_kib = 8 + (thread * 37 + turn * 61) % 249;
                    let permit = pool.acquire(m_kib).unwrap();
                    assert!(permit.len_kib() >= size(m_kib) && pool.held_kib() <= 256);
                }
            });
        }
    });
    assert_eq!(pool.acquire(256).unwrap().len_kib(), 256);
}
