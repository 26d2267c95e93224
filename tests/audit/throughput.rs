//! How quickly chains are verified. A figure and no promise, so it is asked for: optimised, on a machine that is idle.
//!
//! `cargo test --release --features sqlite --test audit -- --ignored --nocapture throughput`

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a figure is shown, and needs a clock")]

use std::time::Instant;

use account_security::account::Verdict;

use crate::pay;
use crate::support::stores::Shared;
use crate::support::{account, service};

const EVENTS: u64 = 20_000;
const ROUNDS: usize = 5;
/// What auditors are promised of the library itself.
const EVENTS_PER_S_MIN: u128 = 500_000;

#[test]
#[ignore = "only an optimised build on an idle machine says something"]
fn throughput_of_one_long_chain() {
    let best = best_of(&Shared::memory());
    println!("in memory: {best} events a second at best");
    #[cfg(feature = "sqlite")]
    {
        let folder = tempfile::tempdir().unwrap();
        let best = best_of(&Shared::sqlite(&folder.path().join("security.db")));
        println!("on SQLite, whose reading takes longer than our checking: {best}");
    }
    assert!(best >= EVENTS_PER_S_MIN, "{best}");
}

fn best_of(store: &Shared) -> u128 {
    let (security, alice) = (service(store), account("alice"));
    (0..EVENTS).for_each(|number| pay(&security, &alice, number));
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        assert_eq!(security.verify_account(&alice).unwrap(), Verdict::Intact { events: EVENTS });
        u128::from(EVENTS) * 1_000_000_000 / begun.elapsed().as_nanos().max(1)
    });
    rounds.max().unwrap()
}
