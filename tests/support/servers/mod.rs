//! Servers of the tests' own on loopback ports: started once for each test program, stopped when it ends, however it ends.
//!
//! What is not installed is skipped and named; under `CI=true` it fails instead.

#![allow(dead_code, reason = "each test program uses a part of it")]

#[path = "keeper.rs"]
mod keeper;
#[path = "postgres.rs"]
pub mod postgres;
#[path = "proxy.rs"]
pub mod proxy;
#[path = "redis.rs"]
pub mod redis;

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

pub use keeper::{Folder, Outcome, Restartable, Server, find, free_port, output_of, password, patiently};

/// The runtime that connections live on.
pub fn runtime() -> Handle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()).handle().clone()
}

/// What was started, or `None` where it is not installed and may be missing.
pub fn or_skip<T>(what: &str, started: Outcome<T>) -> Option<T> {
    match started {
        Ok(started) => Some(started),
        Err(reason) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "CI skips nothing: {what}: {reason}");
            eprintln!("skipped: {what}: {reason}");
            None
        }
    }
}

/// A name that nothing else in this process has.
pub fn fresh_name() -> String {
    static LAST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    format!("t{}", LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}
