//! Proofs beyond the password.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{CodeSentAnswer, Proof, ProofAnswer, ShellError, StepUpAnswer};

#[uniffi::export]
impl NativeSecurity {
    /// Sends a code to a registered contact, to be typed as a proof. `errand` is what the ticket is for: `sign-in`, `step-up`
    /// or `reset`. `via` is `phone` or `email`.
    pub fn send_proof_code(
        &self,
        account: &str,
        errand: &str,
        ticket: &str,
        via: &str,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.send_proof_code(account, errand, ticket, via, locale))
    }

    /// Opens a ticket for a signed-in customer who wants something delicate. The caller has made sure of the sign-in.
    pub fn begin_step_up(&self, account: &str) -> Result<StepUpAnswer, ShellError> {
        guarded(|| self.0.begin_step_up(account))
    }

    /// Tries a proof for a step-up; `proof` as in `prove_sign_in`. The ticket of a complete one goes into the delicate call.
    pub fn prove_step_up(
        &self,
        account: &str,
        ticket: &str,
        proof: &str,
        challenge: Option<String>,
        code: &[u8],
    ) -> Result<ProofAnswer, ShellError> {
        guarded(|| self.0.prove_step_up(account, ticket, Proof::of_kind(proof, challenge.as_deref(), code)?))
    }
}
