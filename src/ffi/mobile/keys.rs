//! Keys from the phone's key store.

use std::sync::{Arc, Mutex, PoisonError};

use super::guarded;
use crate::ffi::shell::{KeyMaterial, ShellError};

/// The look-up key and numbered root keys, 32 bytes each. Wiped when it goes.
#[derive(Debug, uniffi::Object)]
pub struct NativeKeys(Mutex<KeyMaterial>);

#[uniffi::export]
impl NativeKeys {
    /// One look-up key and the root key in force, with its number.
    #[uniffi::constructor]
    pub fn new(lookup: &[u8], current_id: u32, root: &[u8]) -> Result<Arc<Self>, ShellError> {
        guarded(|| Ok(Arc::new(Self(Mutex::new(KeyMaterial::new(lookup, current_id, root)?)))))
    }

    /// Adds a retired root key, which opens what was written under it.
    pub fn add_retired(&self, id: u32, root: &[u8]) -> Result<(), ShellError> {
        guarded(|| self.with(|keys| keys.add_retired(id, root)))
    }
}

impl NativeKeys {
    pub(super) fn with<T>(&self, call: impl FnOnce(&mut KeyMaterial) -> T) -> T {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
