//! What stands on an account.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{DeviceLine, FreezeLine, ShellError};

#[uniffi::export]
impl NativeSecurity {
    /// The freezes in force that the owner may be shown, without who placed them.
    pub fn freezes(&self, account: &str, locale: &str) -> Result<Vec<FreezeLine>, ShellError> {
        guarded(|| self.0.freezes(account, locale))
    }

    /// Every freeze on record, for the support desk alone: planned and ended ones, and those that the owner must not learn of.
    pub fn all_freezes(&self, account: &str, locale: &str) -> Result<Vec<FreezeLine>, ShellError> {
        guarded(|| self.0.all_freezes(account, locale))
    }

    /// The devices that are known to an account. `device_token` is what the device that asks was given, if it was.
    pub fn devices(&self, account: &str, device_token: Option<String>) -> Result<Vec<DeviceLine>, ShellError> {
        guarded(|| self.0.devices(account, device_token.as_deref()))
    }

    /// Makes a known device a stranger; says whether it was known.
    pub fn forget_device(&self, account: &str, device: &str) -> Result<bool, ShellError> {
        guarded(|| self.0.forget_device(account, device))
    }
}
