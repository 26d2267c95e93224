//! Looking the registered contacts over.

use std::ffi::c_char;

use super::gate;
use super::input::account_security_text;
use super::owned::{self, Keep};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::ContactChangeLine;

/// The registered contacts, masked, as the owner is shown them. Owned by the library until
/// `account_security_registered_contacts_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_registered_contacts_answer {
    /// The phone number; NULL = none.
    pub phone_masked: *const c_char,
    /// The e-mail address; NULL = none.
    pub email_masked: *const c_char,
    /// Since when they are due to be looked over, where `is_review_due` is 1.
    pub review_due_since_ms: i64,
    /// 1: they are due to be looked over.
    pub is_review_due: i32,
    /// The change under way; NULL = there is none. Part of this answer: do not free it.
    pub change: *const account_security_contact_change_line,
}

/// The change of a contact under way, as far as its owner may know.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_contact_change_line {
    /// Every further step names it.
    pub change: *const c_char,
    /// Which contact: `phone` or `email`.
    pub via: *const c_char,
    /// The contact that is to come, masked.
    pub new_masked: *const c_char,
    /// What it waits for: `prove_old`, `identity_check`, `approval`, `prove_new` or `cooling_off`.
    pub step: *const c_char,
    /// It is dead from then on; while it cools off, it comes into force from then on unless it is called off.
    pub until_ms: i64,
    /// 1: the one in force was reported lost.
    pub is_lost: i32,
}

/// The registered contacts as their signed-in owner is shown them, and the change of one that is under way.
///
/// `contacts` receives an answer to be freed with `account_security_registered_contacts_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_registered_contacts(
    security: *const account_security,
    account: account_security_text,
    contacts: *mut *const account_security_registered_contacts_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, contacts, |security| {
            let found = security.registered_contacts(account.required("account")?)?;
            Ok(owned::answer(|keep| account_security_registered_contacts_answer {
                phone_masked: keep.optional(found.phone_masked),
                email_masked: keep.optional(found.email_masked),
                review_due_since_ms: found.review_due_since_ms.unwrap_or(0),
                is_review_due: i32::from(found.review_due_since_ms.is_some()),
                change: found.change.map_or(std::ptr::null(), |change| change_of(change, keep)),
            }))
        })
    }
}

/// The owner says that the contacts shown are right; `data` NULL = none was shown.
///
/// `confirmed` receives 1; 0 where they are others by now: show them again.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_confirm_registered_contacts(
    security: *const account_security,
    account: account_security_text,
    phone_masked: account_security_text,
    email_masked: account_security_text,
    confirmed: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, confirmed, |security| {
            let (account, phone) = (account.required("account")?, phone_masked.optional("phone_masked")?);
            let email = email_masked.optional("email_masked")?;
            Ok(i32::from(security.confirm_registered_contacts(account, phone, email)?))
        })
    }
}

/// Reminds the owner to look over the registered contacts, where that is due.
///
/// `reminded` receives 1 where a reminder is on its way, else 0.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_remind_review(
    security: *const account_security,
    account: account_security_text,
    reminded: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, reminded, |security| Ok(i32::from(security.remind_review(account.required("account")?)?)))
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_registered_contacts_answer_free(
    answer: *mut *const account_security_registered_contacts_answer,
) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn change_of(change: ContactChangeLine, keep: &mut Keep) -> *const account_security_contact_change_line {
    let line = account_security_contact_change_line {
        change: keep.text(change.change),
        via: keep.text(change.via),
        new_masked: keep.text(change.new_masked),
        step: keep.text(change.step),
        until_ms: change.until_ms,
        is_lost: i32::from(change.is_lost),
    };
    keep.one(line)
}
