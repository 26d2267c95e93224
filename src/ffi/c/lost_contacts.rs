//! A registered contact that is lost: two agents and what the owner can still prove.

use super::contacts::{account_security_contact_answer, contact_answer};
use super::gate;
use super::identity::{account_security_identity, identity_of};
use super::input::account_security_text;
use super::result::account_security_result;
use super::security::account_security;

/// Reports a contact lost that `new_contact` is to replace. `ticket` is a step-up with what the owner can still prove
/// or, where only the password is left, the ticket of a sign-in under way.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_begin_lost_contact_change(
    security: *const account_security,
    account: account_security_text,
    new_contact: account_security_text,
    ticket: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, new) = (account.required("account")?, new_contact.required("new")?);
            let (ticket, locale) = (ticket.required("ticket")?, locale.required("locale")?);
            Ok(contact_answer(security.begin_lost_contact_change(account, new, ticket, locale)?))
        })
    }
}

/// Records how an agent made sure who reports the loss. Another agent has to approve. `as_authority` is the authority of `actor`;
/// `case_ref` is the case behind it, `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_record_identity_check(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    identity: *const account_security_identity,
    actor: account_security_text,
    as_authority: account_security_text,
    case_ref: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let identity = identity_of(identity)?;
            let (account, change) = (account.required("account")?, change.required("change")?);
            let (actor, authority) = (actor.required("actor")?, as_authority.required("as_authority")?);
            let (case_ref, locale) = (case_ref.optional("case_ref")?, locale.required("locale")?);
            let checked =
                security.record_identity_check(account, change, &identity, actor, authority, case_ref, locale)?;
            Ok(contact_answer(checked))
        })
    }
}

/// Another agent approves the identity check; then the owner asks for the new contact's code with
/// `account_security_send_contact_code`.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_approve_lost_contact(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    actor: account_security_text,
    as_authority: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            let (actor, authority) = (actor.required("actor")?, as_authority.required("as_authority")?);
            let locale = locale.required("locale")?;
            Ok(contact_answer(security.approve_lost_contact(account, change, actor, authority, locale)?))
        })
    }
}
