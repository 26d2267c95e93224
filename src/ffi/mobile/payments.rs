//! Payments: approved by code, judged, and explained when they fail.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{
    BatchAnswer, CauseLine, CodeAnswer, CodeSentAnswer, PaymentAnswer, PaymentBinding, PaymentInput, PaymentQuestion,
    ReleaseAnswer, ShellError,
};

#[uniffi::export]
impl NativeSecurity {
    /// Sends a code that approves one payment to a confirmed contact of the account: `phone` or `email` for the one that is
    /// registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
    pub fn send_payment_code(
        &self,
        account: &str,
        contact: &str,
        payment: &PaymentBinding,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.send_payment_code(account, contact, payment, locale))
    }

    /// Sends another code for a payment whose challenge is open. `contact` as before.
    pub fn resend_payment_code(
        &self,
        account: &str,
        contact: &str,
        challenge: &str,
        payment: &PaymentBinding,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.resend_payment_code(account, contact, challenge, payment, locale))
    }

    /// Tries the code of a payment, which must be the very payment it was sent for. `contact` as when it was sent.
    pub fn verify_payment_code(
        &self,
        account: &str,
        contact: &str,
        challenge: &str,
        payment: &PaymentBinding,
        code: &[u8],
    ) -> Result<CodeAnswer, ShellError> {
        guarded(|| self.0.verify_payment_code(account, contact, challenge, payment, code))
    }

    /// How many digits a payment's code has.
    pub fn payment_code_digits(&self) -> Result<u8, ShellError> {
        guarded(|| Ok(self.0.payment_code_digits()))
    }

    /// Judges a payment.
    pub fn assess(&self, account: &str, payment: &PaymentInput) -> Result<PaymentAnswer, ShellError> {
        guarded(|| self.0.assess(account, payment))
    }

    /// Tells that a judged payment passes after all: one that asked for a step-up, once its owner gave the proof (no `actor`
    /// and no `as_authority`), or one that was held, once `actor` looked at it, at least an `agent`. Until then what it brought with it stays new.
    pub fn release_payment(
        &self,
        account: &str,
        payment: &PaymentInput,
        actor: Option<String>,
        as_authority: Option<String>,
    ) -> Result<ReleaseAnswer, ShellError> {
        guarded(|| self.0.release_payment(account, payment, actor.as_deref(), as_authority.as_deref()))
    }

    /// Judges payments in the order given. All are read before any is judged; a fault later on ends the batch, and what was
    /// judged before it stays judged and is in the answer.
    pub fn assess_many(&self, account: &str, payments: Vec<PaymentInput>) -> Result<BatchAnswer, ShellError> {
        guarded(|| self.0.assess_many(account, &payments))
    }

    /// Learns whether a payment was fraud, however late.
    pub fn label(&self, account: &str, tx_id: &str, is_fraud: bool) -> Result<(), ShellError> {
        guarded(|| self.0.label(account, tx_id, is_fraud))
    }

    /// Why a payment fails now, as the customer may know it; never empty.
    pub fn diagnose(
        &self,
        account: &str,
        question: &PaymentQuestion,
        locale: &str,
    ) -> Result<Vec<CauseLine>, ShellError> {
        guarded(|| self.0.diagnose(account, question, locale))
    }
}
