//! Calls that need no object.

use super::guarded;
use crate::ffi::shell::{self, PasswordReport, ShellError};

/// Judges a typed password by a named policy, rule by rule. `words` is what the password must not contain (name, phone,
/// e-mail); nothing = not known here, and the rule is not checked. `locale` is a BCP 47 tag.
#[uniffi::export]
pub fn evaluate_password(
    policy: &str,
    typed: &[u8],
    words: Option<Vec<String>>,
    locale: &str,
) -> Result<PasswordReport, ShellError> {
    guarded(|| shell::evaluate_password(policy, typed, words.as_deref(), locale))
}

/// The version of the native library.
#[uniffi::export]
pub fn native_version() -> Result<String, ShellError> {
    Ok(env!("CARGO_PKG_VERSION").to_owned())
}
