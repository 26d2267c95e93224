//! What the end-to-end tests share: keys, times, seeded randomness, stores that can be watched, broken or shared.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod acts;
pub mod owner;
#[cfg(feature = "server-tests")]
pub mod servers;
pub mod stores;
pub mod visits;

use std::sync::atomic::{AtomicU64, Ordering};

use account_security::account::Keyring;
use account_security::command::Settings;
use account_security::password::HashParams;
use account_security::service::{Entropy, Service};
use account_security::types::{AccountId, KeyId, SecretBytes, Timestamp};

use self::stores::Shared;

/// The moment all stories begin.
pub const START_S: i64 = 1_772_366_400;

/// `START_S` and so many milliseconds.
pub fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_s(START_S).unwrap().plus_ms(ms)
}

pub fn account(name: &str) -> AccountId {
    AccountId::parse(name).unwrap()
}

/// A ring with these keys; the look-up key is always the same, the root of key `n` is the byte `n`.
pub fn ring(current: u32, ids: &[u32]) -> Keyring {
    let root = |id: u32| SecretBytes::new(vec![u8::try_from(id).unwrap(); 32]);
    let keys = ids.iter().map(|id| (KeyId(*id), root(*id))).collect();
    Keyring::new(SecretBytes::new(vec![0xA7; 32]), KeyId(current), keys).unwrap()
}

/// The defaults, but with a hash that costs next to nothing.
pub fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.hashing = HashParams::new(64, 1, 1).unwrap();
    settings
}

/// Wrong tries in a row that lock until recovery.
pub fn tries_max() -> u32 {
    settings().throttle.hard_lock_at
}

/// [`settings`] under which factors change without a step-up, for stories about something else.
pub fn without_step_up() -> Settings {
    let mut settings = settings();
    settings.contacts.step_up = false;
    settings
}

/// A service with the ring every test begins with.
pub fn service(store: &Shared) -> Service<Shared> {
    Service::new(store.clone(), ring(1, &[1]), settings()).unwrap()
}

/// Seeds 1, 2, 3, …: the same run gives the same ids, codes and nonces.
#[derive(Debug, Default)]
pub struct Counted(AtomicU64);

impl Entropy for Counted {
    fn seed(&self) -> Option<[u8; 32]> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_le_bytes());
        Some(seed)
    }
}

/// Seeds for so many commands, and then none.
#[derive(Debug)]
pub struct RunsDry(pub AtomicU64);

impl RunsDry {
    pub fn after(seeds: u64) -> Box<Self> {
        Box::new(Self(AtomicU64::new(seeds)))
    }
}

impl Entropy for RunsDry {
    fn seed(&self) -> Option<[u8; 32]> {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).ok()?;
        Some([u8::try_from(left % 251).unwrap(); 32])
    }
}

/// Seeds, except at one call: the first is number 1.
#[derive(Debug)]
pub struct FailsAt(pub u64, pub Counted);

impl Entropy for FailsAt {
    fn seed(&self) -> Option<[u8; 32]> {
        self.1.seed().filter(|seed| seed[..8] != self.0.to_le_bytes())
    }
}
