//! What the support desk and its batches do.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{
    ClearAnswer, FreezesEndedAnswer, IdentityInput, ReportAnswer, ReportInput, RotationAnswer, SettleAnswer, ShellError,
};

#[uniffi::export]
impl NativeSecurity {
    /// Asks whether a payment that was judged and is not settled yet may settle now.
    pub fn settle_pending(&self, account: &str, tx_id: &str, locale: &str) -> Result<SettleAnswer, ShellError> {
        guarded(|| self.0.settle_pending(account, tx_id, locale))
    }

    /// Forgets the wrong tries of one kind of proof after an identity check. `proof` is `password` or `second-factor`.
    pub fn clear_lockout(
        &self,
        account: &str,
        proof: &str,
        actor: &str,
        as_authority: &str,
        identity: &IdentityInput,
    ) -> Result<ClearAnswer, ShellError> {
        guarded(|| self.0.clear_lockout(account, proof, actor, as_authority, identity))
    }

    /// Takes down what a customer reports as lost or not authorised. It freezes nothing.
    pub fn report_unauthorised(&self, account: &str, report: &ReportInput) -> Result<ReportAnswer, ShellError> {
        guarded(|| self.0.report_unauthorised(account, report))
    }

    /// Closes a report. `outcome` is `confirmed`, `not-confirmed` or `withdrawn`.
    pub fn close_report(
        &self,
        account: &str,
        report: &str,
        outcome: &str,
        actor: &str,
        as_authority: &str,
    ) -> Result<ReportAnswer, ShellError> {
        guarded(|| self.0.close_report(account, report, outcome, actor, as_authority))
    }

    /// Tells the owner of freezes that ended by themselves, each once, and says when to look again.
    pub fn tell_freezes_ended(&self, account: &str) -> Result<FreezesEndedAnswer, ShellError> {
        guarded(|| self.0.tell_freezes_ended(account))
    }

    /// Seals up to `limit` cells behind `after` anew that are not under the current key.
    pub fn rotate_keys(&self, after: Option<String>, limit: u32) -> Result<RotationAnswer, ShellError> {
        guarded(|| self.0.rotate_keys(after.as_deref(), limit))
    }
}
