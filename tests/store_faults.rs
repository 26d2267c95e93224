//! What goes wrong with a server goes wrong here, with real servers on loopback ports: answers are lost, connections cut at a
//! thousand places, servers stopped, killed, emptied, filled and edited. Whatever happens, the answer is typed and "denied",
//! what was acknowledged is there, and other accounts work on.
//!
//! SQLite's part is in `store_contract/sqlite_*.rs` and `stories/damage.rs`.

#![cfg(feature = "server-tests")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "store_faults/cuts.rs"]
mod cuts;
#[path = "store_contract/making.rs"]
mod making;
#[path = "store_faults/postgres.rs"]
mod postgres;
#[path = "store_faults/redis.rs"]
mod redis;
#[path = "store_faults/stops.rs"]
mod stops;
#[path = "support/mod.rs"]
mod support;
#[path = "store_faults/tampering.rs"]
mod tampering;

use support::servers;
