//! The manual: prose that belongs to the code and is versioned with it.
//!
//! ```text
//!             five features (pure; know nothing of each other, of stores or of other languages)
//!             password   totp   verification   risk   freeze        <- types/ (time, money, ids, secrets, reasons)
//!                  \       \        |         /       /
//!                   account/   one record per account, typed events, the audit chain
//!                         |
//!                   command/   every operation is a value: decide(record, env) -> record', events, effects, reply
//!                         |
//!                   service/   one engine (load -> decide -> commit, retry on conflict) and the flows of customers,
//!                    |         with two faces: threads and tasks
//!                    /        \
//!                store/      ffi/ (C, Kotlin, Swift)   bin (command line)
//!          memory foreign sqlite postgres redis
//!
//!             beside them   backtest/   two rule sets on one labelled history       -> risk
//!                           tuning/     a rule set learns its numbers from labels   -> backtest
//!                           breach/     files of breached passwords                 -> password
//! ```
//! Imports point one way; `tests/architecture.rs` parses every file and fails on a wrong one.
//!
//! - [`threat_model`]: who attacks, what is promised, what is not, what the caller must do.
//! - [`stores`]: what each store promises, and what happens when something breaks.
//! - [`scale`]: from one phone to a billion accounts.
//! - [`decisions`]: why it is built as it is, where it could have been built otherwise.

pub mod decisions;
#[doc = include_str!("scale.md")]
pub mod scale {}
#[doc = include_str!("stores.md")]
pub mod stores {}
pub mod threat_model;
