//! The service: how it is made and set. What is asked of it stands in files by subject.

use std::sync::Arc;

use super::place::{Adapter, Place};
use super::time::{TimeSource, clock};
use super::{NativeKeys, guarded};
use crate::ffi::shell::{CodeAnswer, Options, Security, ShellError};

/// Everything that is asked about accounts. May be used by many threads at once.
#[derive(Debug, uniffi::Object)]
pub struct NativeSecurity(pub(super) Security);

/// Wraps what a constructor of the shell made.
fn made(make: impl FnOnce() -> Result<Security, ShellError>) -> Result<Arc<NativeSecurity>, ShellError> {
    guarded(|| Ok(Arc::new(NativeSecurity(make()?))))
}

/// Over an SQLite file.
#[cfg(feature = "sqlite")]
#[uniffi::export]
impl NativeSecurity {
    /// Over an SQLite file, which is created where it is not. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_sqlite(
        path: &str,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_sqlite(path, keys, clock(time))))
    }
}

#[uniffi::export]
impl NativeSecurity {
    /// Over a store in memory, gone with the object. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_memory(keys: &NativeKeys, time: Option<Arc<dyn TimeSource>>) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_memory(keys, clock(time))))
    }

    /// Over a place of the app's own. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_place(
        place: Arc<dyn Place>,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_foreign(Adapter(place), keys, clock(time))))
    }

    /// For tests and replays alone: in memory, a hash that costs nothing, randomness that follows from `seed`.
    #[uniffi::constructor]
    pub fn dangerous_seeded_in_memory(
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
        seed: u64,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::dangerous_seeded_in_memory(keys, clock(time), seed)))
    }

    /// For tests and replays alone: as `dangerous_seeded_in_memory`, over a place of the app's own.
    #[uniffi::constructor]
    pub fn dangerous_seeded_in_place(
        place: Arc<dyn Place>,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
        seed: u64,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::dangerous_seeded_in_foreign(Adapter(place), keys, clock(time), seed)))
    }

    /// Takes choices over, all of them or none. What is left out stays as it is; the rest takes effect at once, for every
    /// thread.
    pub fn configure(&self, options: &Options) -> Result<(), ShellError> {
        guarded(|| self.0.configure(options))
    }

    /// The same object, asked by a client at this address as the server sees it (IPv4 or IPv6). What is sent through it is
    /// counted for the client's network, too.
    pub fn asked_from(&self, address: &str) -> Result<Arc<Self>, ShellError> {
        guarded(|| Ok(Arc::new(Self(self.0.asked_from(address)?))))
    }

    /// What the customer reads of a refused lift or change of a contact, where only its number was kept; names support's channels
    /// where the customer is stuck. Not for 605 and 609: of these only the answer's `text` tells.
    pub fn refusal_text(&self, code: u16, locale: &str) -> Result<String, ShellError> {
        guarded(|| self.0.refusal_text(code, locale))
    }

    /// What the customer reads of a typed code; empty for one that was accepted.
    pub fn code_text(&self, answer: CodeAnswer, locale: &str) -> Result<String, ShellError> {
        guarded(|| Ok(self.0.code_text(answer, locale)))
    }

    /// What the customer reads where a call was denied: `reason` is that of the error.
    pub fn denial_text(&self, reason: &str, locale: &str) -> Result<String, ShellError> {
        guarded(|| Ok(self.0.denial_text(reason, locale)))
    }

    /// Under which name the store keeps this account: the first 32 digits of the ids of its messages.
    pub fn account_key(&self, account: &str) -> Result<String, ShellError> {
        guarded(|| self.0.account_key(account))
    }
}
