//! Freezing and lifting.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{FreezeInput, FreezePlaced, IdentityInput, LiftAnswer, ShellError};

#[uniffi::export]
impl NativeSecurity {
    /// Places a freeze.
    pub fn freeze(&self, account: &str, freeze: &FreezeInput) -> Result<FreezePlaced, ShellError> {
        guarded(|| self.0.freeze(account, freeze))
    }

    /// Paying and changes of profile and factors, closed at once by the owner: "freeze my account now". Signing in and
    /// receiving stay open.
    pub fn freeze_now(&self, account: &str) -> Result<FreezePlaced, ShellError> {
        guarded(|| self.0.freeze_now(account))
    }

    /// Lifts a freeze of the owner's own: the password typed again, and the ticket of a complete step-up. `device_token` is what
    /// a remembered device was given.
    pub fn lift_own_freeze(
        &self,
        account: &str,
        freeze: &str,
        ticket: &str,
        password: &[u8],
        device_token: Option<String>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        guarded(|| self.0.lift_own_freeze(account, freeze, ticket, password, device_token.as_deref(), locale))
    }

    /// Asks for a lift that another agent has to approve. `identity` is how the agent made sure that it is the owner who asks,
    /// needed for the lift of an owner's own freeze.
    pub fn request_lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<String>,
        identity: Option<IdentityInput>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        guarded(|| {
            self.0.request_lift(account, freeze, actor, as_authority, release.as_deref(), identity.as_ref(), locale)
        })
    }

    /// Lifts one freeze, or approves another agent's request to. `identity` as in `request_lift`.
    pub fn lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<String>,
        identity: Option<IdentityInput>,
        locale: &str,
    ) -> Result<LiftAnswer, ShellError> {
        guarded(|| self.0.lift(account, freeze, actor, as_authority, release.as_deref(), identity.as_ref(), locale))
    }

    /// Stable names of what the account may not do now.
    pub fn restriction(&self, account: &str) -> Result<Vec<String>, ShellError> {
        guarded(|| self.0.restriction(account))
    }
}
