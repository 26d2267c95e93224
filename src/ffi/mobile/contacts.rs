//! Changing a registered contact, and looking the registered ones over.

use super::{NativeSecurity, guarded};
use crate::ffi::shell::{ContactAnswer, IdentityInput, RegisteredContacts, ShellError};

#[uniffi::export]
impl NativeSecurity {
    /// Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new_contact` is
    /// a phone number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has
    /// one.
    pub fn begin_contact_change(
        &self,
        account: &str,
        new_contact: &str,
        ticket: Option<String>,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.begin_contact_change(account, new_contact, ticket.as_deref(), locale))
    }

    /// Sends the code of a change again, to the contact whose turn it is.
    pub fn send_contact_code(&self, account: &str, change: &str, locale: &str) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.send_contact_code(account, change, locale))
    }

    /// Tries the code of the contact in force; a code goes to the new one.
    pub fn prove_old_contact(
        &self,
        account: &str,
        change: &str,
        code: &[u8],
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.prove_old_contact(account, change, code, locale))
    }

    /// Tries the code of the new contact; the cooling-off begins.
    pub fn prove_new_contact(
        &self,
        account: &str,
        change: &str,
        code: &[u8],
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.prove_new_contact(account, change, code, locale))
    }

    /// Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets
    /// and the steps of a change do so by themselves.
    pub fn finish_contact_change(
        &self,
        account: &str,
        change: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.finish_contact_change(account, change, locale))
    }

    /// Calls a change off for the signed-in owner.
    pub fn cancel_contact_change(
        &self,
        account: &str,
        change: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.cancel_contact_change(account, change, locale))
    }

    /// Calls a change off for whoever holds the handle of a warning, without a sign-in.
    pub fn cancel_contact_change_by_handle(
        &self,
        account: &str,
        handle: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.cancel_contact_change_by_handle(account, handle, locale))
    }

    /// Reports a contact lost that `new_contact` is to replace. `ticket` is a step-up with what the owner can still prove
    /// or, where only the password is left, the ticket of a sign-in under way.
    pub fn begin_lost_contact_change(
        &self,
        account: &str,
        new_contact: &str,
        ticket: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.begin_lost_contact_change(account, new_contact, ticket, locale))
    }

    /// Records how an agent made sure who reports the loss. Another agent has to approve.
    pub fn record_identity_check(
        &self,
        account: &str,
        change: &str,
        identity: &IdentityInput,
        actor: &str,
        as_authority: &str,
        case_ref: Option<String>,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| {
            self.0.record_identity_check(account, change, identity, actor, as_authority, case_ref.as_deref(), locale)
        })
    }

    /// Another agent approves the identity check; then the owner asks for the new contact's code with `send_contact_code`.
    pub fn approve_lost_contact(
        &self,
        account: &str,
        change: &str,
        actor: &str,
        as_authority: &str,
        locale: &str,
    ) -> Result<ContactAnswer, ShellError> {
        guarded(|| self.0.approve_lost_contact(account, change, actor, as_authority, locale))
    }

    /// The registered contacts as their signed-in owner is shown them.
    pub fn registered_contacts(&self, account: &str) -> Result<RegisteredContacts, ShellError> {
        guarded(|| self.0.registered_contacts(account))
    }

    /// The owner says that the contacts shown are right; false = they are others by now, show them again.
    pub fn confirm_registered_contacts(
        &self,
        account: &str,
        phone_masked: Option<String>,
        email_masked: Option<String>,
    ) -> Result<bool, ShellError> {
        guarded(|| self.0.confirm_registered_contacts(account, phone_masked.as_deref(), email_masked.as_deref()))
    }

    /// Reminds the owner to look over the registered contacts, where that is due; says whether a reminder is on its way.
    pub fn remind_review(&self, account: &str) -> Result<bool, ShellError> {
        guarded(|| self.0.remind_review(account))
    }
}
