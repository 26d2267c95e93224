//! Every operation, once: a blocking method of [`Service`] and an awaited one of `AsyncService` by the same name.
//!
//! Flows that need more than one commit say so. Whatever the error, the answer to a security question is "denied".

use core::net::IpAddr;

use super::blocking::Service;
use super::engine::{LabelOutcome, LabelledPayment, PasswordOutcome, ReleaseOutcome, SetOutcome, Waiting};
use super::error::ServiceError;
#[cfg(feature = "async")]
use super::nonblocking::AsyncService;
use super::world::run;
use crate::account::{AccountRecord, Event, Verdict};
use crate::command::{CodeAnswer, CodeSent, IssueCode, PaymentDecision, ResendCode, VerifyCode};
use crate::freeze::{Actor, Scopes};
use crate::password::{Password, UserContext};
use crate::risk::{Belief, Label, PayeeBelief, Signals};
#[cfg(feature = "async")]
use crate::store::AsyncStore;
use crate::store::{OutboxId, Store, StoreError};
use crate::types::{AccountId, Fingerprint, Payment, StoreKey, Timestamp, TxId};
use crate::verification::{Destination, SendRefused};

/// Writes each operation out in both colours; the engine has a method of the same name and arguments.
macro_rules! operations {
    ($($(#[$doc:meta])* fn $name:ident(&self $(, $argument:ident: $type:ty)* $(,)?) -> $answer:ty;)*) => {
        impl<S: Store> Service<S> {
            $($(#[$doc])* pub fn $name(&self $(, $argument: $type)*) -> $answer {
                run(self.engine.$name($($argument),*))
            })*
        }

        #[cfg(feature = "async")]
        impl<S: AsyncStore> AsyncService<S> {
            $($(#[$doc])* pub async fn $name(&self $(, $argument: $type)*) -> $answer {
                self.engine.$name($($argument),*).await
            })*
        }
    };
}

mod audit;
mod desk;
mod flows;

operations! {
    /// The account's record; a fresh one for an account never seen.
    ///
    /// # Errors
    /// [`ServiceError`]; a damaged record is never a fresh one.
    fn record(&self, account: &AccountId) -> Result<AccountRecord, ServiceError>;

    /// Whether anything was ever stored for the account.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn is_known(&self, account: &AccountId) -> Result<bool, ServiceError>;

    /// What the account may not do at `now`: freezes in force and cooling-off after a lift.
    ///
    /// # Errors
    /// [`ServiceError`]; treat every one of them as "all closed".
    fn restriction(&self, account: &AccountId, now: Timestamp) -> Result<Scopes, ServiceError>;

    /// Up to `limit` events of the account from `from_seq` on (1 = the first), oldest first.
    ///
    /// # Errors
    /// [`ServiceError`]. The events are as stored; only [`Service::verify_account`] says whether they are proof.
    fn history(&self, account: &AccountId, from_seq: u64, limit: usize) -> Result<Vec<(u64, Event)>, ServiceError>;

    /// Checks the account's audit chain from its first event to its head, and that the store's look-up by commit id leads to
    /// each payment, label and settlement in it: that takes one look for each of them, which on a store that is far away is
    /// most of the time.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    fn verify_account(&self, account: &AccountId) -> Result<Verdict, StoreError>;

    /// The same for the audit chain of one cell of the store, an account's or a payee's. A cell that is not there, with no
    /// event either, is intact: it may have been purged a moment ago.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    fn verify_cell(&self, key: StoreKey) -> Result<Verdict, StoreError>;

    /// Effects that wait for delivery, oldest first. One that does not open stands in its place with its fault, and
    /// holds none of the others up; tell an operator, then forget it with [`Service::delivered`].
    ///
    /// # Errors
    /// [`ServiceError`].
    fn drain(&self, limit: usize) -> Result<Vec<Waiting>, ServiceError>;

    /// The same from behind `after` on: what a courier cannot deliver stays, and holds up nothing that waits behind it. Go on
    /// behind the last effect handed out; an empty page is the end, and the next walk begins with [`Service::drain`]. Where
    /// `after` waits no more, this one begins anew as well.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn drain_after(&self, after: OutboxId, limit: usize) -> Result<Vec<Waiting>, ServiceError>;

    /// Forgets delivered effects.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn delivered(&self, ids: &[OutboxId]) -> Result<(), ServiceError>;

    /// Sets or changes the password, if the policy and the account's history accept it. The caller has made sure that
    /// it is the owner who asks.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed then.
    fn set_password(
        &self,
        account: &AccountId,
        new: &Password,
        words: &UserContext<'_>,
        now: Timestamp,
    ) -> Result<SetOutcome, ServiceError>;

    /// Verifies a typed password: counted as wrong in a first commit, compared, taken back in a second one if right.
    ///
    /// A name without an account costs the same work, blocks after as many tries, and answers `Rejected`. Only the password
    /// is looked at: a sign-in is [`Service::sign_in`].
    ///
    /// # Errors
    /// [`ServiceError`]; the answer to the customer is "not now", and the try is not counted.
    fn verify_password(
        &self,
        account: &AccountId,
        typed: &Password,
        now: Timestamp,
    ) -> Result<PasswordOutcome, ServiceError>;

    /// Judges a payment: one read of the payee's cell, one read and one commit on the account.
    ///
    /// `local_offset_min` is how many minutes the account's local time is ahead of UTC when the payment is ordered:
    /// [`Zone::offset_min`](crate::types::Zone::offset_min) knows it for a zone with summer time. What the session showed
    /// goes with [`Service::assess_with_signals`].
    ///
    /// # Errors
    /// [`ServiceError`]: do not let the payment pass.
    fn assess(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        now: Timestamp,
    ) -> Result<PaymentDecision, ServiceError>;

    /// The same with what the session showed and what is known of the payee: malware, a rooted device, a stolen credential,
    /// a deny list. The exemption for low-risk payments ([`tra_exemption`](crate::risk::tra_exemption)) needs it.
    ///
    /// # Errors
    /// [`ServiceError`]: do not let the payment pass.
    fn assess_with_signals(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        signals: &Signals,
        now: Timestamp,
    ) -> Result<PaymentDecision, ServiceError>;

    /// The decision that was taken when this payment was first judged, if it was; a freeze placed since is not looked at.
    /// For replays of history. A payment about to be made is asked for with [`Service::assess`].
    ///
    /// # Errors
    /// [`ServiceError`]; an account whose record is damaged is denied, although the decision stands in its audit trail.
    fn first_decision(&self, account: &AccountId, payment: &Payment) -> Result<Option<PaymentDecision>, ServiceError>;

    /// What is believed of a payee; `None` before its first label.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn payee_belief(&self, payee: Fingerprint) -> Result<Option<PayeeBelief>, ServiceError>;

    /// Learns whether a payment was fraud, however late. The same transaction is learned from once.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn label(
        &self,
        account: &AccountId,
        tx_id: TxId,
        label: Label,
        now: Timestamp,
    ) -> Result<LabelOutcome, ServiceError>;

    /// Lets a payment pass after all: one that asked for a proof, once its owner gave it (`by` is `None`), or one that was
    /// held, once an agent or somebody higher looked at it. One that was labelled as fraud passes never, not even where the
    /// label comes in the middle of the call. A held payment counts as spent from then on, and what the payment brought with it
    /// is familiar; without this call whoever must prove a payment to a new payee must prove the next one too.
    ///
    /// # Errors
    /// [`Rejection::NotAuthorised`](crate::command::Rejection::NotAuthorised) below an agent for a held payment, below a rule for
    /// one that asked for a proof; [`ServiceError`].
    fn release_payment(
        &self,
        account: &AccountId,
        payment: &Payment,
        local_offset_min: i32,
        by: Option<&Actor>,
        now: Timestamp,
    ) -> Result<ReleaseOutcome, ServiceError>;

    /// How well the payee alone explained the payment when it was ordered, as far as is known now.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn payee_evidence(&self, payment: &LabelledPayment) -> Result<Belief, ServiceError>;

    /// The account's side of [`Service::label`]. Only frauds change an account: that nothing happened is no news.
    /// `payee_evidence` is [`Service::payee_evidence`] from before the payee learned of this label.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn label_account(
        &self,
        account: &AccountId,
        payment: &LabelledPayment,
        label: Label,
        payee_evidence: Belief,
        now: Timestamp,
    ) -> Result<(), ServiceError>;

    /// The payee's side of [`Service::label`]; answers with the label in force, which is the first one given.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn teach_payee(
        &self,
        account: &AccountId,
        payment: &LabelledPayment,
        label: Label,
        now: Timestamp,
    ) -> Result<Label, ServiceError>;

    /// What was found when the payment was judged, from the account's audit chain.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn judged(&self, account: &AccountId, tx_id: TxId) -> Result<Option<LabelledPayment>, ServiceError>;

    /// Sends a first code, within the budgets. `from` is the address that asks, as the server sees it.
    ///
    /// # Errors
    /// [`ServiceError`]: no code was made; messages may have been counted.
    fn send_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &IssueCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError>;

    /// Sends another code for an open challenge, within the budgets.
    ///
    /// # Errors
    /// As [`Service::send_code`].
    fn resend_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        code: &ResendCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, SendRefused>, ServiceError>;

    /// Tries a typed code that was sent to `to`, and counts for the brakes that it came back.
    ///
    /// # Errors
    /// [`ServiceError`]: the code counts as not accepted.
    fn verify_code(
        &self,
        account: &AccountId,
        to: &Destination,
        code: &VerifyCode,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError>;

    /// Charges one message to every scope it is counted for, most specific first; the first refusal ends it. Nothing is
    /// given back.
    ///
    /// # Errors
    /// [`ServiceError`]: nothing may be sent.
    fn charge_send(
        &self,
        to: &Destination,
        from: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Result<(), SendRefused>, ServiceError>;

    /// Counts that a code sent to `to` was typed back.
    ///
    /// # Errors
    /// [`ServiceError`]: the code was not counted, which the brakes take for a pumped one.
    fn settle_send(&self, to: &Destination, now: Timestamp) -> Result<(), ServiceError>;
}
