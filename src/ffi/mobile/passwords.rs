//! Changing a password, and setting a forgotten one anew.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{PasswordAnswer, Proof, ProofAnswer, ResetStarted, ShellError};

#[uniffi::export]
impl NativeSecurity {
    /// Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not
    /// contain beside the name and the registered contacts; `device_token` is what a remembered device was given.
    pub fn change_password(
        &self,
        account: &str,
        current: &[u8],
        new_password: &[u8],
        words: Vec<String>,
        device_token: Option<String>,
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        guarded(|| self.0.change_password(account, current, new_password, &words, device_token.as_deref(), locale))
    }

    /// Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the label
    /// of a device to remember.
    pub fn set_password_at_sign_in(
        &self,
        account: &str,
        ticket: &str,
        new_password: &[u8],
        words: Vec<String>,
        remember: Option<String>,
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        guarded(|| self.0.set_password_at_sign_in(account, ticket, new_password, &words, remember.as_deref(), locale))
    }

    /// Begins the reset of a forgotten password. `via` is `phone` or `email`: where the code goes.
    pub fn begin_reset(&self, account: &str, via: &str, locale: &str) -> Result<ResetStarted, ShellError> {
        guarded(|| self.0.begin_reset(account, via, locale))
    }

    /// Tries the code of a reset. Where the account can prove more, one more proof is needed.
    pub fn verify_reset(&self, account: &str, challenge: &str, code: &[u8]) -> Result<ProofAnswer, ShellError> {
        guarded(|| self.0.verify_reset(account, challenge, code))
    }

    /// Tries the second proof of a reset; `proof` as in `prove_sign_in`.
    pub fn prove_reset(
        &self,
        account: &str,
        ticket: &str,
        proof: &str,
        challenge: Option<String>,
        code: &[u8],
    ) -> Result<ProofAnswer, ShellError> {
        guarded(|| self.0.prove_reset(account, ticket, Proof::of_kind(proof, challenge.as_deref(), code)?))
    }

    /// Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors
    /// and freezes stay.
    pub fn finish_reset(
        &self,
        account: &str,
        ticket: &str,
        new_password: &[u8],
        words: Vec<String>,
        locale: &str,
    ) -> Result<PasswordAnswer, ShellError> {
        guarded(|| self.0.finish_reset(account, ticket, new_password, &words, locale))
    }
}
