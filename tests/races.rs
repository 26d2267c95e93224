//! Many threads and processes at one account: nothing is accepted twice, nothing is lost, nothing passes a freeze.
//!
//! Each race is run on the memory store and on SQLite, once with one service, whose threads queue in front of the
//! account, and once with a service for each thread, so that all of them meet in the store as processes do.
//! `planted.rs` proves that a store that breaks its promise is caught.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "races/calls.rs"]
mod calls;
#[path = "races/codes.rs"]
mod codes;
#[path = "races/freezes.rs"]
mod freezes;
#[path = "races/passwords.rs"]
mod passwords;
#[path = "races/planted.rs"]
mod planted;
#[cfg(feature = "sqlite")]
#[path = "races/processes.rs"]
mod processes;
#[path = "races/rounds.rs"]
mod rounds;
#[path = "support/mod.rs"]
mod support;
#[path = "races/totp.rs"]
mod totp;

use std::sync::{Arc, Barrier};

use account_security::service::{Service, ServiceError};

use support::stores::Shared;

/// Threads of every race.
const THREADS: usize = 64;

/// What a race found, or the invariant it broke.
type Found = Result<(), String>;

/// Refuses with the text, as `assert!` would panic.
macro_rules! hold {
    ($holds:expr, $($text:tt)*) => {
        if !$holds {
            return Err(format!($($text)*));
        }
    };
}
use hold;

/// A race, run on every store and with one service or many.
macro_rules! on_every_store {
    ($($race:ident)*) => {$(
        #[test]
        fn $race() {
            for (name, outcome) in crate::run_everywhere(super::$race) {
                assert_eq!(outcome, Ok(()), "{name}");
            }
        }
    )*};
}
use on_every_store;

/// The services that take part in a race: the same one for all threads, or one for each.
type Services = Vec<Arc<Service<Shared>>>;

fn run_everywhere(race: fn(&Services) -> Found) -> Vec<(String, Found)> {
    let mut outcomes = Vec::new();
    for is_shared in [true, false] {
        for maker in makers() {
            let (name, store, _kept) = maker();
            outcomes.push((format!("{name}, one service: {is_shared}"), race(&services(&store, is_shared))));
        }
    }
    outcomes
}

/// Makes a fresh store: its name, the store, and what has to live as long as it.
type Maker = fn() -> (&'static str, Shared, Option<tempfile::TempDir>);

/// Every store the races are run on; the servers where they are installed.
fn makers() -> Vec<Maker> {
    let mut makers: Vec<Maker> = vec![|| ("memory", Shared::memory(), None)];
    #[cfg(feature = "sqlite")]
    makers.push(|| {
        let folder = tempfile::tempdir().unwrap();
        ("SQLite", Shared::sqlite(&folder.path().join("security.db")), Some(folder))
    });
    #[cfg(feature = "server-tests")]
    {
        use support::servers::{postgres, redis};
        if postgres::shared().is_some() {
            makers.push(|| ("PostgreSQL", Shared::new(postgres::shared().unwrap().new_store(0).0), None));
        }
        if redis::shared().is_some() {
            makers.push(|| ("Redis", Shared::new(redis::shared().unwrap().new_store().0), None));
        }
    }
    makers
}

/// With a service for each thread, `Busy` is a lawful answer: the caller asks again.
fn until_answered<T>(mut ask: impl FnMut() -> Result<T, ServiceError>) -> Result<T, ServiceError> {
    for _ in 0..1_000 {
        match ask() {
            Err(ServiceError::Busy) => std::thread::yield_now(),
            other => return other,
        }
    }
    Err(ServiceError::Busy)
}

fn services(store: &Shared, is_shared: bool) -> Services {
    let first = Arc::new(support::service(store));
    let own = |_| if is_shared { Arc::clone(&first) } else { Arc::new(support::service(store)) };
    (0..THREADS).map(own).collect()
}

/// Runs one job on each service at the same moment and hands back the answers in order.
fn at_once<T: Send>(services: &Services, job: impl Fn(usize, &Service<Shared>) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(services.len());
    std::thread::scope(|scope| {
        let (start, job) = (&start, &job);
        let threads: Vec<_> = services
            .iter()
            .enumerate()
            .map(|(index, service)| {
                scope.spawn(move || {
                    start.wait();
                    job(index, service)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread dies")).collect()
    })
}
