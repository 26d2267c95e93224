//! The flows of a customer, in the order of a customer's life.

use core::net::IpAddr;

use crate::account::{ContactKind, DeviceToken};
use crate::command::{
    ApproveLostContact, BeginContactChange, BeginLostContactChange, BeginReset, CancelContactChange, CancelledChange,
    CodeAnswer, CodeRefused, CodeSent, ConfirmContact, ConfirmRegistered, ContactChangeBegun, ContactRefused,
    FinishContactChange, LostContactBegun, OldContactAgreed, ProofStep, ProveNewContact, ProveOldContact, ProveReset,
    ProveSignIn, ProveStepUp, RecordIdentityCheck, ResetStarted, ReviewAnswer, ReviewReminder, SendConfirmation,
    SendContactCode, SendProofCode, SignInStep, StepUpOpened, VerifyReset,
};
use crate::password::Password;
#[cfg(feature = "async")]
use crate::service::nonblocking::AsyncService;
use crate::service::world::run;
use crate::service::{
    ChangePassword, LiftOwn, NewAccount, NewPassword, OwnLiftOutcome, PasswordChange, Service, ServiceError,
    SignUpResult,
};
#[cfg(feature = "async")]
use crate::store::AsyncStore;
use crate::store::Store;
use crate::types::{AccountId, Timestamp};
use crate::verification::SendRefused;

operations! {
    /// Signs a customer up: the password is judged, the account written, and a code sent to the contact. `from` is the
    /// address that asks, as the server sees it, here and in every call that sends something.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed, but a message may have been counted.
    fn sign_up(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        new: &NewAccount<'_>,
        now: Timestamp,
    ) -> Result<SignUpResult, ServiceError>;

    /// Sends a code to a registered contact that is to prove that it receives. `None` = there is no such contact.
    ///
    /// # Errors
    /// As [`Service::sign_up`].
    fn send_confirmation(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendConfirmation,
        now: Timestamp,
    ) -> Result<Option<Result<CodeSent, SendRefused>>, ServiceError>;

    /// Tries the code that a registered contact received. From then on it proves its owner.
    ///
    /// # Errors
    /// [`ServiceError`]: the code counts as not accepted.
    fn confirm_contact(
        &self,
        account: &AccountId,
        confirm: &ConfirmContact,
        now: Timestamp,
    ) -> Result<CodeAnswer, ServiceError>;

    /// Signs in with a password: two commits, and the hash between them outside of any lock. `device` is what a known
    /// device presents. Tell the customer [`SignInStep::refusal`] and nothing more of a refusal.
    ///
    /// A name without an account is refused in the same words after the same work, and blocks after as many tries, as long as
    /// nobody tries a hundred thousand names in turn: limit tries per source
    /// (see the [threat model](crate::manual::threat_model)).
    ///
    /// # Errors
    /// [`ServiceError`]: the customer is told "not now", and the try is not counted where nothing was compared.
    fn sign_in(
        &self,
        account: &AccountId,
        typed: &Password,
        device: Option<&DeviceToken>,
        now: Timestamp,
    ) -> Result<SignInStep, ServiceError>;

    /// Sends a code that proves something for a ticket, within the budgets.
    ///
    /// # Errors
    /// As [`Service::sign_up`].
    fn send_proof_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendProofCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, CodeRefused>, ServiceError>;

    /// Tries a second factor for a sign-in; if it was the last that lacked, the owner is in.
    ///
    /// # Errors
    /// [`ServiceError`]: the proof counts as not given.
    fn prove_sign_in(
        &self,
        account: &AccountId,
        proof: &ProveSignIn,
        now: Timestamp,
    ) -> Result<SignInStep, ServiceError>;

    /// Opens a ticket for a signed-in customer who wants something delicate; `None` = the account has nothing to prove it
    /// with.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn begin_step_up(&self, account: &AccountId, now: Timestamp) -> Result<Option<StepUpOpened>, ServiceError>;

    /// Tries a proof for a step-up. The complete ticket goes into the delicate command.
    ///
    /// # Errors
    /// As [`Service::prove_sign_in`].
    fn prove_step_up(
        &self,
        account: &AccountId,
        proof: &ProveStepUp,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError>;

    /// Lifts a freeze of the owner's own: the password typed again, and a complete step-up. One of the two factors has to be
    /// older than [`factor_age_ms`](crate::freeze::FreezePolicy::factor_age_ms); both, where the step-up is a code to a contact,
    /// which may have reset the password.
    ///
    /// # Errors
    /// [`ServiceError`]; the freeze stands.
    fn lift_own_freeze(
        &self,
        account: &AccountId,
        lift: &LiftOwn<'_>,
        now: Timestamp,
    ) -> Result<OwnLiftOutcome, ServiceError>;

    /// Changes the password of a signed-in customer who typed the current one again.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed.
    fn change_password(
        &self,
        account: &AccountId,
        change: &ChangePassword<'_>,
        now: Timestamp,
    ) -> Result<PasswordChange, ServiceError>;

    /// Sets a new password on the word of a ticket: the end of a reset, or of a sign-in that must change it first.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed, and the ticket is still good.
    fn set_new_password(
        &self,
        account: &AccountId,
        new: &NewPassword<'_>,
        now: Timestamp,
    ) -> Result<PasswordChange, ServiceError>;

    /// Begins the reset of a forgotten password. The answer is the same whether there is such an account, whether it has
    /// such a contact, and whether a message went out.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn begin_reset(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        begin: &BeginReset,
        now: Timestamp,
    ) -> Result<ResetStarted, ServiceError>;

    /// Tries the code of a reset. Where the account can prove more, one more proof is needed.
    ///
    /// # Errors
    /// As [`Service::prove_sign_in`].
    fn verify_reset(
        &self,
        account: &AccountId,
        verify: &VerifyReset,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError>;

    /// Tries the second proof of a reset.
    ///
    /// # Errors
    /// As [`Service::prove_sign_in`].
    fn prove_reset(
        &self,
        account: &AccountId,
        proof: &ProveReset,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError>;

    /// Begins the change of a registered contact: a code goes to the contact in force.
    ///
    /// # Errors
    /// As [`Service::sign_up`].
    fn begin_contact_change(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        begin: &BeginContactChange,
        now: Timestamp,
    ) -> Result<Result<ContactChangeBegun, ContactRefused>, ServiceError>;

    /// Sends the code of a contact change again, or for the first time after a loss was approved.
    ///
    /// # Errors
    /// As [`Service::sign_up`].
    fn send_contact_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendContactCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, ContactRefused>, ServiceError>;

    /// The contact in force agrees; a code goes to the new one.
    ///
    /// # Errors
    /// As [`Service::prove_sign_in`].
    fn prove_old_contact(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        prove: &ProveOldContact,
        now: Timestamp,
    ) -> Result<Result<OldContactAgreed, ContactRefused>, ServiceError>;

    /// The new contact answers. Returns the end of the cooling-off.
    ///
    /// # Errors
    /// As [`Service::prove_sign_in`].
    fn prove_new_contact(
        &self,
        account: &AccountId,
        prove: &ProveNewContact,
        now: Timestamp,
    ) -> Result<Result<Timestamp, ContactRefused>, ServiceError>;

    /// Puts the new contact in force once the cooling-off is over. Flows that use contacts do so by themselves.
    ///
    /// # Errors
    /// [`ServiceError`]; the old contact stays in force.
    fn finish_contact_change(
        &self,
        account: &AccountId,
        finish: &FinishContactChange,
        now: Timestamp,
    ) -> Result<Result<ContactKind, ContactRefused>, ServiceError>;

    /// Calls a contact change off: by the handle of a warning, by the owner, by staff.
    ///
    /// # Errors
    /// [`ServiceError`]; the change goes on. Ask again.
    fn cancel_contact_change(
        &self,
        account: &AccountId,
        cancel: &CancelContactChange,
        now: Timestamp,
    ) -> Result<Result<CancelledChange, ContactRefused>, ServiceError>;

    /// Reports a contact lost that is to be replaced.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed.
    fn begin_lost_contact_change(
        &self,
        account: &AccountId,
        begin: &BeginLostContactChange,
        now: Timestamp,
    ) -> Result<Result<LostContactBegun, ContactRefused>, ServiceError>;

    /// Records how an agent made sure who reports the loss. Returns the time by which another agent must approve.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed.
    fn record_identity_check(
        &self,
        account: &AccountId,
        check: &RecordIdentityCheck,
        now: Timestamp,
    ) -> Result<Result<Timestamp, ContactRefused>, ServiceError>;

    /// Another agent approves. Returns the time by which the new contact's code must be asked for.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing changed.
    fn approve_lost_contact(
        &self,
        account: &AccountId,
        approve: &ApproveLostContact,
        now: Timestamp,
    ) -> Result<Result<Timestamp, ContactRefused>, ServiceError>;

    /// Reminds the owner to look over the registered contacts, where that is due.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn remind_review(&self, account: &AccountId, now: Timestamp) -> Result<ReviewReminder, ServiceError>;

    /// The owner says that the contacts shown are right.
    ///
    /// # Errors
    /// [`ServiceError`].
    fn confirm_registered(
        &self,
        account: &AccountId,
        confirm: &ConfirmRegistered,
        now: Timestamp,
    ) -> Result<ReviewAnswer, ServiceError>;
}
