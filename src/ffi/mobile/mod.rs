//! The shell for Kotlin and Swift, by uniffi: `bindings/kotlin` and `bindings/swift` stand on what is generated from it.
//!
//! Every method and constructor is fallible, because a Swift method that cannot throw ends the app when it panics. Panics end
//! in `guarded` and come out as [`ShellError::Internal`], without their text. What a call-back throws comes in without its
//! text or stack trace. Secrets come in as `&[u8]`, which uniffi borrows from the caller's memory without a copy.

#![allow(clippy::too_many_arguments, reason = "one plain value each, as the shell takes them")]
#![allow(
    unsafe_code,
    missing_docs,
    reason = "generated code; written by hand there is none, see tests/architecture.rs"
)]

mod access;
#[cfg(account_security_wipes_freed_memory)]
mod allocator;
mod audit;
mod contacts;
mod desk;
mod factors;
mod freezes;
mod keys;
mod lists;
mod password;
mod passwords;
mod payments;
mod place;
mod proving;
mod security;
mod time;
mod totp;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use keys::NativeKeys;
pub use password::{evaluate_password, native_version};
pub use place::{Place, PlaceChange, PlaceCondition, PlaceEntry, PlaceFault};
pub use security::NativeSecurity;
pub use time::{TimeFault, TimeSource};
pub use totp::{NativeRecoveryCodes, NativeSoftToken, NativeTotpEnrolment};

use super::shell::ShellError;

uniffi::setup_scaffolding!();

/// Runs one call. A panic is a defect of this library: denied, and its text stays inside.
fn guarded<T>(call: impl FnOnce() -> Result<T, ShellError>) -> Result<T, ShellError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(Err(ShellError::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_out_without_its_text() {
        let answer = guarded::<()>(|| panic!("the password is hunter2"));
        assert_eq!(answer, Err(ShellError::Internal));
        assert!(!ShellError::Internal.to_string().contains("hunter2"));
    }
}
