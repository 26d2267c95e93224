//! Sign-up and sign-in.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{CodeAnswer, CodeSentAnswer, Proof, ShellError, SignInAnswer, SignUpAnswer};

#[uniffi::export]
impl NativeSecurity {
    /// Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the
    /// password must not contain beside the contact and the name.
    pub fn sign_up(
        &self,
        account: &str,
        password: &[u8],
        words: Vec<String>,
        contact: &str,
        locale: &str,
    ) -> Result<SignUpAnswer, ShellError> {
        guarded(|| self.0.sign_up(account, password, &words, contact, locale))
    }

    /// Tries the code that a registered contact received. `via` is `phone` or `email`.
    pub fn confirm_contact(
        &self,
        account: &str,
        via: &str,
        challenge: &str,
        code: &[u8],
    ) -> Result<CodeAnswer, ShellError> {
        guarded(|| self.0.confirm_contact(account, via, challenge, code))
    }

    /// Sends a code that is to confirm a registered contact, for the first time or again. `via` is `phone` or `email`.
    pub fn send_confirmation(&self, account: &str, via: &str, locale: &str) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.send_confirmation(account, via, locale))
    }

    /// Signs in with a password. `device_token` is what a remembered device was given.
    pub fn sign_in(
        &self,
        account: &str,
        password: &[u8],
        device_token: Option<String>,
    ) -> Result<SignInAnswer, ShellError> {
        guarded(|| self.0.sign_in(account, password, device_token.as_deref()))
    }

    /// Gives the second factor of a sign-in. `proof` is `totp`, `recovery`, or `code`, which has a challenge. `remember` is the
    /// label of a device to remember.
    pub fn prove_sign_in(
        &self,
        account: &str,
        ticket: &str,
        proof: &str,
        challenge: Option<String>,
        code: &[u8],
        remember: Option<String>,
    ) -> Result<SignInAnswer, ShellError> {
        guarded(|| {
            let proof = Proof::of_kind(proof, challenge.as_deref(), code)?;
            self.0.prove_sign_in(account, ticket, proof, remember.as_deref())
        })
    }
}
