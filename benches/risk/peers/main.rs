//! Velocity checks, peer against peer, in one run: `cargo bench --bench risk_peers --features sqlite`.
//!
//! Starts a Redis and a PostgreSQL server of its own on loopback ports, builds zen-engine beside itself, and prints the CPU
//! time each of them and this library spends on one payment. CPU time of the clients is left out, which favours the peers.
//! What is not installed is skipped and named (Debian: `redis-server`, `postgresql`).

mod ours;
mod postgres;
mod redis;
#[path = "../../../tests/support/servers/keeper.rs"]
mod server;
mod stream;
mod table;
mod zen;

use std::time::Duration;

use server::Outcome;

/// Every contestant runs once in a round, so that a noisy minute hits them all.
const ROUNDS: usize = 7;

/// One row of the table.
struct Contestant {
    what: String,
    /// How many times less CPU than this peer we promise to use.
    bar: Option<u128>,
    /// CPU time of a payment, the mean of one round.
    round: Box<dyn FnMut() -> Outcome<Duration>>,
}

fn main() -> Outcome<()> {
    let mut contestants = vec![ours::assess_and_commit()?, ours::from_strings()?];
    contestants.extend(ours::through_sqlite()?);
    for (peer, started) in [("Redis", redis::start()), ("PostgreSQL", postgres::start()), ("zen-engine", zen::start())]
    {
        match started {
            Ok(contestant) => contestants.push(contestant),
            Err(reason) => println!("skipped: {peer}: {reason}"),
        }
    }
    let mut samples = vec![Vec::with_capacity(ROUNDS); contestants.len()];
    for _ in 0..ROUNDS {
        for (contestant, samples) in contestants.iter_mut().zip(&mut samples) {
            samples.push((contestant.round)()?);
        }
    }
    table::print(&contestants, samples);
    Ok(())
}
