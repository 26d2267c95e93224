//! The service.

use std::sync::Arc;

use super::place::{Adapter, Place};
use super::time::{TimeSource, clock};
use super::{NativeKeys, NativeTotpEnrolment, guarded};
use crate::ffi::shell::{
    CauseLine, CodeAnswer, CodeSentAnswer, FreezeInput, FreezePlaced, HistoryLine, LiftAnswer, Message, PaymentAnswer,
    PaymentBinding, PaymentInput, Security, ShellError, SignInAnswer, SignUpAnswer, TotpAnswer, VerdictAnswer,
};

/// Everything that is asked about accounts. May be used by many threads at once.
#[derive(Debug, uniffi::Object)]
pub struct NativeSecurity(Security);

/// Wraps what a constructor of the shell made.
fn made(make: impl FnOnce() -> Result<Security, ShellError>) -> Result<Arc<NativeSecurity>, ShellError> {
    guarded(|| Ok(Arc::new(NativeSecurity(make()?))))
}

/// Over an SQLite file.
#[cfg(feature = "sqlite")]
#[uniffi::export]
impl NativeSecurity {
    /// Over an SQLite file, which is created where it is not. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_sqlite(
        path: &str,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_sqlite(path, keys, clock(time))))
    }
}

#[uniffi::export]
impl NativeSecurity {
    /// Over a store in memory, gone with the object. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_memory(keys: &NativeKeys, time: Option<Arc<dyn TimeSource>>) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_memory(keys, clock(time))))
    }

    /// Over a place of the app's own. Without a time source the system's clock counts.
    #[uniffi::constructor]
    pub fn in_place(
        place: Arc<dyn Place>,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::in_foreign(Adapter(place), keys, clock(time))))
    }

    /// For tests and replays alone: in memory, a hash that costs nothing, randomness that follows from `seed`.
    #[uniffi::constructor]
    pub fn dangerous_seeded_in_memory(
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
        seed: u64,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::dangerous_seeded_in_memory(keys, clock(time), seed)))
    }

    /// For tests and replays alone: as `dangerous_seeded_in_memory`, over a place of the app's own.
    #[uniffi::constructor]
    pub fn dangerous_seeded_in_place(
        place: Arc<dyn Place>,
        keys: &NativeKeys,
        time: Option<Arc<dyn TimeSource>>,
        seed: u64,
    ) -> Result<Arc<Self>, ShellError> {
        made(|| keys.with(|keys| Security::dangerous_seeded_in_foreign(Adapter(place), keys, clock(time), seed)))
    }

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

    /// Signs in with a password. `device_token` is what a remembered device was given.
    pub fn sign_in(
        &self,
        account: &str,
        password: &[u8],
        device_token: Option<String>,
    ) -> Result<SignInAnswer, ShellError> {
        guarded(|| self.0.sign_in(account, password, device_token.as_deref()))
    }

    /// Sends a code for the second factor of a sign-in. `via` is `phone` or `email`.
    pub fn send_sign_in_code(
        &self,
        account: &str,
        ticket: &str,
        via: &str,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.send_sign_in_code(account, ticket, via, locale))
    }

    /// Gives a code that was sent as the second factor. `remember` is the label of a device to remember.
    pub fn prove_sign_in_by_code(
        &self,
        account: &str,
        ticket: &str,
        challenge: &str,
        code: &[u8],
        remember: Option<String>,
    ) -> Result<SignInAnswer, ShellError> {
        guarded(|| self.0.prove_sign_in_by_code(account, ticket, challenge, code, remember.as_deref()))
    }

    /// Gives an authenticator's code as the second factor.
    pub fn prove_sign_in_by_totp(
        &self,
        account: &str,
        ticket: &str,
        code: &[u8],
        remember: Option<String>,
    ) -> Result<SignInAnswer, ShellError> {
        guarded(|| self.0.prove_sign_in_by_totp(account, ticket, code, remember.as_deref()))
    }

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

    /// Sends a code that approves one payment to a phone number or e-mail address.
    pub fn send_payment_code(
        &self,
        account: &str,
        contact: &str,
        payment: &PaymentBinding,
        locale: &str,
    ) -> Result<CodeSentAnswer, ShellError> {
        guarded(|| self.0.send_payment_code(account, contact, payment, locale))
    }

    /// Tries the code of a payment, which must be the very payment it was sent for.
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

    /// Judges payments in the order given; the answers come in the same order. What cannot be judged ends the batch, and
    /// what was judged before it stays judged.
    pub fn assess_many(&self, account: &str, payments: Vec<PaymentInput>) -> Result<Vec<PaymentAnswer>, ShellError> {
        guarded(|| self.0.assess_many(account, &payments))
    }

    /// Learns whether a payment was fraud, however late.
    pub fn label(&self, account: &str, tx_id: &str, is_fraud: bool) -> Result<(), ShellError> {
        guarded(|| self.0.label(account, tx_id, is_fraud))
    }

    /// Why a payment of this direction fails now, as the customer may know it; empty = nothing known stands in its way.
    pub fn diagnose(&self, account: &str, direction: &str, locale: &str) -> Result<Vec<CauseLine>, ShellError> {
        guarded(|| self.0.diagnose(account, direction, locale))
    }

    /// Places a freeze.
    pub fn freeze(&self, account: &str, freeze: &FreezeInput) -> Result<FreezePlaced, ShellError> {
        guarded(|| self.0.freeze(account, freeze))
    }

    /// Everything but receiving, closed at once by the owner: "freeze my account now".
    pub fn freeze_now(&self, account: &str) -> Result<FreezePlaced, ShellError> {
        guarded(|| self.0.freeze_now(account))
    }

    /// Asks for a lift that another agent has to approve.
    pub fn request_lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<String>,
    ) -> Result<LiftAnswer, ShellError> {
        guarded(|| self.0.request_lift(account, freeze, actor, as_authority, release.as_deref()))
    }

    /// Lifts one freeze, or approves another agent's request to.
    pub fn lift(
        &self,
        account: &str,
        freeze: &str,
        actor: &str,
        as_authority: &str,
        release: Option<String>,
    ) -> Result<LiftAnswer, ShellError> {
        guarded(|| self.0.lift(account, freeze, actor, as_authority, release.as_deref()))
    }

    /// Stable names of what the account may not do now.
    pub fn restriction(&self, account: &str) -> Result<Vec<String>, ShellError> {
        guarded(|| self.0.restriction(account))
    }

    /// Up to `limit` events from `from_seq` on, oldest first.
    pub fn history(&self, account: &str, from_seq: u64, limit: u32) -> Result<Vec<HistoryLine>, ShellError> {
        guarded(|| self.0.history(account, from_seq, limit))
    }

    /// Checks the account's audit chain.
    pub fn verify_account(&self, account: &str) -> Result<VerdictAnswer, ShellError> {
        guarded(|| self.0.verify_account(account))
    }

    /// Messages that wait to be sent, oldest first. They stay until `delivered`.
    pub fn drain(&self, limit: u32) -> Result<Vec<Message>, ShellError> {
        guarded(|| self.0.drain(limit))
    }

    /// Removes up to `limit` cells whose time is over, says how many; call it every hour or so.
    pub fn purge_expired(&self, limit: u32) -> Result<u32, ShellError> {
        guarded(|| self.0.purge_expired(limit))
    }

    /// Forgets delivered messages.
    pub fn delivered(&self, ids: Vec<String>) -> Result<(), ShellError> {
        guarded(|| self.0.delivered(&ids))
    }
}
