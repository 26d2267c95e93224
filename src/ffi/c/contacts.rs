//! Changing a registered contact.

use std::ffi::c_char;

use super::codes::{account_security_code_sent, code_answer, sent_of, sent_or_not};
use super::gate;
use super::input::{account_security_bytes, account_security_text};
use super::owned::{self, Keep};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{CodeSent, ContactAnswer};

/// A change began, a code went to the contact in force: `change`, `via`, `sent`, `expires_at_ms`.
pub const ACCOUNT_SECURITY_CONTACT_BEGUN: i32 = 1;
/// A code went out again: `sent`.
pub const ACCOUNT_SECURITY_CONTACT_SENT: i32 = 2;
/// The contact in force agreed: `expires_at_ms` and `sent`; where its `is_sent` is 0, ask with
/// `account_security_send_contact_code`.
pub const ACCOUNT_SECURITY_CONTACT_AGREED: i32 = 3;
/// The new contact answered. The old one is in force until then, and every contact was warned: `until_ms`.
pub const ACCOUNT_SECURITY_CONTACT_COOLING_OFF: i32 = 4;
/// The new contact is in force: `via`.
pub const ACCOUNT_SECURITY_CONTACT_IN_FORCE: i32 = 5;
/// It was called off; the contact in force stays: `via`, `is_suspicious`.
pub const ACCOUNT_SECURITY_CONTACT_CALLED_OFF: i32 = 6;
/// A loss is reported, or one step of support is done; the next one has to follow in time: `change`, `until_ms`.
pub const ACCOUNT_SECURITY_CONTACT_WITH_SUPPORT: i32 = 7;
/// No: `code`, `what`, `text`, `why`, `typed`, `retry_at_ms`.
pub const ACCOUNT_SECURITY_CONTACT_REFUSED: i32 = 8;

/// Where the change of a contact stands. Owned by the library until `account_security_contact_answer_free`; any thread may read
/// it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_contact_answer {
    /// `ACCOUNT_SECURITY_CONTACT_...`.
    pub kind: i32,
    /// CALLED_OFF: 1 where it was called off from outside while somebody signed in went on with it: a sign of a takeover.
    pub is_suspicious: i32,
    /// BEGUN, WITH_SUPPORT: every further step names it; else NULL.
    pub change: *const c_char,
    /// BEGUN, IN_FORCE, CALLED_OFF: which contact, `phone` or `email`; else NULL.
    pub via: *const c_char,
    /// BEGUN, SENT: the code that went out. AGREED: the code to the new contact, or why it could not be sent yet (`is_sent`).
    /// Else NULL. Part of this answer: do not free it.
    pub sent: *const account_security_code_sent,
    /// BEGUN, AGREED: the change waits before this moment.
    pub expires_at_ms: i64,
    /// COOLING_OFF: from when on the new contact can be in force. WITH_SUPPORT: the next step is waited for before this moment.
    pub until_ms: i64,
    /// REFUSED: the stable number of the reason, 601 to 699.
    pub code: i32,
    /// REFUSED: what the customer is told of a typed code, `ACCOUNT_SECURITY_CODE_...`; 0 where none was looked at.
    pub typed: i32,
    /// REFUSED: what to do, for developers and staff; else NULL.
    pub what: *const c_char,
    /// REFUSED: what the customer reads, in the language asked for; else NULL.
    pub text: *const c_char,
    /// REFUSED with `code` 605: the stable name of why no code was sent, as in `account_security_code_sent`; else NULL.
    pub why: *const c_char,
    /// REFUSED: from when on the same step may succeed, where `has_retry_at` is 1.
    pub retry_at_ms: i64,
    /// REFUSED: 1 where `retry_at_ms` is set, because waiting helps and the customer may know how long.
    pub has_retry_at: i32,
}

/// Begins the change of a registered contact of a signed-in customer: a code goes to the contact in force. `new_contact` is a
/// phone number (`+86...`) or an e-mail address; `ticket` is a complete step-up with another proof, where the account has one,
/// `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_begin_contact_change(
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
            let (ticket, locale) = (ticket.optional("ticket")?, locale.required("locale")?);
            Ok(contact_answer(security.begin_contact_change(account, new, ticket, locale)?))
        })
    }
}

/// Sends the code of a change again, to the contact whose turn it is.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: no code was
/// sent.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_send_contact_code(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            Ok(contact_answer(security.send_contact_code(account, change, locale.required("locale")?)?))
        })
    }
}

/// Tries the code of the contact in force; a code goes to the new one.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_prove_old_contact(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    code: account_security_bytes,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            let (code, locale) = (code.required("code")?, locale.required("locale")?);
            Ok(contact_answer(security.prove_old_contact(account, change, code, locale)?))
        })
    }
}

/// Tries the code of the new contact; the cooling-off begins.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_prove_new_contact(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    code: account_security_bytes,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            let locale = locale.required("locale")?;
            Ok(contact_answer(security.prove_new_contact(account, change, code.required("code")?, locale)?))
        })
    }
}

/// Puts the new contact in force once the cooling-off is over. Sign-ins, step-ups, resets and
/// the steps of a change do so by themselves.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the old contact
/// stays in force.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_finish_contact_change(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            let locale = locale.required("locale")?;
            Ok(contact_answer(security.finish_contact_change(account, change, locale)?))
        })
    }
}

/// Calls a change off for the signed-in owner.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the change goes
/// on; ask again.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_cancel_contact_change(
    security: *const account_security,
    account: account_security_text,
    change: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, change) = (account.required("account")?, change.required("change")?);
            let locale = locale.required("locale")?;
            Ok(contact_answer(security.cancel_contact_change(account, change, locale)?))
        })
    }
}

/// Calls a change off for whoever holds the handle of a warning, without a sign-in.
///
/// `answer` receives an answer to be freed with `account_security_contact_answer_free`. Errors: the change goes
/// on; ask again.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_cancel_contact_change_by_handle(
    security: *const account_security,
    account: account_security_text,
    handle: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_contact_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, handle) = (account.required("account")?, handle.required("handle")?);
            let locale = locale.required("locale")?;
            Ok(contact_answer(security.cancel_contact_change_by_handle(account, handle, locale)?))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_contact_answer_free(answer: *mut *const account_security_contact_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

pub(super) fn contact_answer(answer: ContactAnswer) -> *const account_security_contact_answer {
    owned::answer(|keep| answer_of(answer, keep))
}

fn answer_of(answer: ContactAnswer, keep: &mut Keep) -> account_security_contact_answer {
    match answer {
        ContactAnswer::Begun { change, via, sent, expires_at_ms } => account_security_contact_answer {
            change: keep.text(change),
            via: keep.text(via),
            sent: kept(sent, keep),
            expires_at_ms,
            ..plain(ACCOUNT_SECURITY_CONTACT_BEGUN)
        },
        ContactAnswer::Sent { sent } => {
            account_security_contact_answer { sent: kept(sent, keep), ..plain(ACCOUNT_SECURITY_CONTACT_SENT) }
        }
        ContactAnswer::Agreed { sent, expires_at_ms } => account_security_contact_answer {
            sent: {
                let sent = sent_or_not(sent, keep);
                keep.one(sent)
            },
            expires_at_ms,
            ..plain(ACCOUNT_SECURITY_CONTACT_AGREED)
        },
        ContactAnswer::CoolingOff { until_ms } => {
            account_security_contact_answer { until_ms, ..plain(ACCOUNT_SECURITY_CONTACT_COOLING_OFF) }
        }
        ContactAnswer::InForce { via } => {
            account_security_contact_answer { via: keep.text(via), ..plain(ACCOUNT_SECURITY_CONTACT_IN_FORCE) }
        }
        ContactAnswer::CalledOff { via, is_suspicious } => account_security_contact_answer {
            via: keep.text(via),
            is_suspicious: i32::from(is_suspicious),
            ..plain(ACCOUNT_SECURITY_CONTACT_CALLED_OFF)
        },
        ContactAnswer::WithSupport { change, until_ms } => account_security_contact_answer {
            change: keep.text(change),
            until_ms,
            ..plain(ACCOUNT_SECURITY_CONTACT_WITH_SUPPORT)
        },
        ContactAnswer::Refused { code, what, text, why, typed, retry_at_ms } => account_security_contact_answer {
            code: i32::from(code),
            typed: typed.map_or(0, code_answer),
            what: keep.text(what),
            text: keep.text(text),
            why: keep.optional(why),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            has_retry_at: i32::from(retry_at_ms.is_some()),
            ..plain(ACCOUNT_SECURITY_CONTACT_REFUSED)
        },
    }
}

fn kept(sent: CodeSent, keep: &mut Keep) -> *const account_security_code_sent {
    let sent = sent_of(sent, keep);
    keep.one(sent)
}

const fn plain(kind: i32) -> account_security_contact_answer {
    account_security_contact_answer {
        kind,
        is_suspicious: 0,
        change: std::ptr::null(),
        via: std::ptr::null(),
        sent: std::ptr::null(),
        expires_at_ms: 0,
        until_ms: 0,
        code: 0,
        typed: 0,
        what: std::ptr::null(),
        text: std::ptr::null(),
        why: std::ptr::null(),
        retry_at_ms: 0,
        has_retry_at: 0,
    }
}
