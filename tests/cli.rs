//! The command line as a user meets it: the real binary, real files, good input and bad.
//!
//! Every run is checked for what no run may ever do: panic, be ended by a signal, or answer with an exit code that is
//! not documented.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "cli/accounts.rs"]
mod accounts;
#[path = "cli/auditing.rs"]
mod auditing;
#[path = "cli/backtesting.rs"]
mod backtesting;
#[path = "cli/bad_files.rs"]
mod bad_files;
#[path = "cli/bad_rows.rs"]
mod bad_rows;
#[path = "cli/breaches.rs"]
mod breaches;
#[path = "cli/clocks.rs"]
mod clocks;
#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/diagnosing.rs"]
mod diagnosing;
#[path = "cli/killed.rs"]
mod killed;
#[path = "cli/lists.rs"]
mod lists;
#[path = "cli/lost_and_locked.rs"]
mod lost_and_locked;
#[path = "cli/night_desk.rs"]
mod night_desk;
#[path = "cli/passwords.rs"]
mod passwords;
#[path = "cli/rule_files.rs"]
mod rule_files;
#[path = "cli/screening.rs"]
mod screening;
#[path = "cli/surface.rs"]
mod surface;
#[path = "cli/tampering.rs"]
mod tampering;
#[path = "cli/totp.rs"]
mod totp;
#[path = "cli/words.rs"]
mod words;
