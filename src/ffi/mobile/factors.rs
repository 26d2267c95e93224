//! The authenticator and the recovery codes of an account.

use std::sync::Arc;

use super::{NativeRecoveryCodes, NativeSecurity, NativeTotpEnrolment, guarded};
use crate::ffi::shell::{ShellError, TotpAnswer, TotpResyncAnswer};

#[uniffi::export]
impl NativeSecurity {
    /// Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    pub fn enrol_totp(
        &self,
        account: &str,
        issuer: &str,
        account_name: &str,
        ticket: Option<String>,
    ) -> Result<Arc<NativeTotpEnrolment>, ShellError> {
        guarded(|| {
            Ok(Arc::new(NativeTotpEnrolment(self.0.enrol_totp(account, issuer, account_name, ticket.as_deref())?)))
        })
    }

    /// Confirms the waiting authenticator with its first code.
    pub fn confirm_totp(&self, account: &str, code: &[u8]) -> Result<TotpAnswer, ShellError> {
        guarded(|| self.0.confirm_totp(account, code))
    }

    /// Verifies an authenticator's code and spends its step.
    pub fn verify_totp(&self, account: &str, code: &[u8]) -> Result<TotpAnswer, ShellError> {
        guarded(|| self.0.verify_totp(account, code))
    }

    /// Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in.
    pub fn resync_totp(&self, account: &str, first: &[u8], second: &[u8]) -> Result<TotpResyncAnswer, ShellError> {
        guarded(|| self.0.resync_totp(account, first, second))
    }

    /// Takes an authenticator away; says whether there was such a one. `ticket` is a complete step-up; one that was never
    /// confirmed goes without.
    pub fn revoke_totp(&self, account: &str, credential: &str, ticket: Option<String>) -> Result<bool, ShellError> {
        guarded(|| self.0.revoke_totp(account, credential, ticket.as_deref()))
    }

    /// Draws new recovery codes; every older one is void. `ticket` is a complete step-up, needed where the account can prove
    /// something already.
    pub fn generate_recovery_codes(
        &self,
        account: &str,
        ticket: Option<String>,
    ) -> Result<Arc<NativeRecoveryCodes>, ShellError> {
        guarded(|| Ok(Arc::new(NativeRecoveryCodes(self.0.generate_recovery_codes(account, ticket.as_deref())?))))
    }
}
