#![doc = include_str!("../README.md")]

pub mod account;
pub mod backtest;
pub mod breach;
pub mod command;
#[cfg(feature = "shell")]
pub mod ffi;
pub mod freeze;
pub mod manual;
pub mod password;
pub mod prelude;
pub mod risk;
pub mod service;
pub mod store;
pub mod totp;
pub mod tuning;
pub mod types;
pub mod verification;

// What generated code names so; it is made beside the shell for Kotlin and Swift.
#[cfg(feature = "uniffi")]
use ffi::mobile::UniFfiTag;
