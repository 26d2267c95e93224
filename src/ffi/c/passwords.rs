//! Changing a password, and setting a forgotten one anew.

use std::ffi::c_char;

use super::gate;
use super::input::{account_security_bytes, account_security_text, account_security_texts};
use super::owned;
use super::password::{account_security_password_report, report_of};
use super::proving::{account_security_proof_answer, proof_answer, proof_of};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::PasswordAnswer;

/// It is the account's password now: `signed_in`, `review_due`, `device_token`.
pub const ACCOUNT_SECURITY_PASSWORD_CHANGED: i32 = 1;
/// It does not fit; nothing changed, and a ticket is still good: `report`.
pub const ACCOUNT_SECURITY_PASSWORD_UNFIT: i32 = 2;
/// It is one of the account's last passwords; nothing changed, and a ticket is still good.
pub const ACCOUNT_SECURITY_PASSWORD_USED_BEFORE: i32 = 3;
/// The one in force is too young to be changed: `until_ms`.
pub const ACCOUNT_SECURITY_PASSWORD_TOO_YOUNG: i32 = 4;
/// No; nothing changed. Which part was wrong is not told: `retry_at_ms`.
pub const ACCOUNT_SECURITY_PASSWORD_REFUSED: i32 = 5;

/// What came of a new password. Owned by the library until `account_security_password_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_password_answer {
    /// `ACCOUNT_SECURITY_PASSWORD_...`.
    pub kind: i32,
    /// CHANGED: 1 where this was what a sign-in waited for: the owner is in.
    pub signed_in: i32,
    /// CHANGED: 1 where the registered information is due to be looked over; only at a sign-in.
    pub review_due: i32,
    /// REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
    pub has_retry_at: i32,
    /// REFUSED: from when on a try is looked at again.
    pub retry_at_ms: i64,
    /// TOO_YOUNG: when it can be changed.
    pub until_ms: i64,
    /// CHANGED: what the remembered device presents from now on, a secret of that device; else NULL.
    pub device_token: *const c_char,
    /// The report of `UNFIT`, else NULL. Part of this answer: do not free it.
    pub report: *const account_security_password_report,
}

/// A reset begins: the same answer for every name. If there is such an account and it has such a contact, a code is on its way.
/// Owned by the library until `account_security_reset_started_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_reset_started {
    /// Goes back with the code.
    pub challenge: *const c_char,
    /// Until when a code that was sent is good at the latest, exclusive.
    pub expires_at_ms: i64,
    /// From when on another message may be asked for.
    pub resend_at_ms: i64,
}

/// Changes the password of a signed-in customer, who types the one in force again. `words` is what the new one must not contain
/// beside the name and the registered contacts; `device_token` is what a remembered device was given, `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_change_password(
    security: *const account_security,
    account: account_security_text,
    current_password: account_security_bytes,
    new_password: account_security_bytes,
    words: account_security_texts,
    device_token: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_password_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, words) = (account.required("account")?, words.list("words")?);
            let (device, locale) = (device_token.optional("device_token")?, locale.required("locale")?);
            let (current, new) = (current_password.required("current")?, new_password.required("new")?);
            Ok(password_answer(security.change_password(account, current, new, &words, device, locale)?))
        })
    }
}

/// Sets the new password that a sign-in waits for, on the word of its ticket; then the owner is in. `remember` is the label of a
/// device to remember; `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed, and the ticket
/// is still good.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_set_password_at_sign_in(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    new_password: account_security_bytes,
    words: account_security_texts,
    remember: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_password_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, ticket) = (account.required("account")?, ticket.required("ticket")?);
            let (words, remember) = (words.list("words")?, remember.optional("remember")?);
            let (new, locale) = (new_password.required("new")?, locale.required("locale")?);
            Ok(password_answer(security.set_password_at_sign_in(account, ticket, new, &words, remember, locale)?))
        })
    }
}

/// Begins the reset of a forgotten password. `via` is `phone` or `email`: where the code goes.
///
/// `started` receives an answer to be freed with `account_security_reset_started_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_begin_reset(
    security: *const account_security,
    account: account_security_text,
    via: account_security_text,
    locale: account_security_text,
    started: *mut *const account_security_reset_started,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, started, |security| {
            let (account, via) = (account.required("account")?, via.required("via")?);
            let begun = security.begin_reset(account, via, locale.required("locale")?)?;
            Ok(owned::answer(|keep| account_security_reset_started {
                challenge: keep.text(begun.challenge),
                expires_at_ms: begun.expires_at_ms,
                resend_at_ms: begun.resend_at_ms,
            }))
        })
    }
}

/// Tries the code of a reset. Where the account can prove more, one more proof is needed.
///
/// `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_verify_reset(
    security: *const account_security,
    account: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
    answer: *mut *const account_security_proof_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, challenge) = (account.required("account")?, challenge.required("challenge")?);
            Ok(proof_answer(security.verify_reset(account, challenge, code.required("code")?)?))
        })
    }
}

/// Tries the second proof of a reset. `proof`, `challenge` and `code` are those of `account_security_prove_step_up`.
///
/// `answer` receives an answer to be freed with `account_security_proof_answer_free`. Errors: not given.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_prove_reset(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    proof: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
    answer: *mut *const account_security_proof_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, ticket) = (account.required("account")?, ticket.required("ticket")?);
            let proof = proof_of(proof, challenge, code)?;
            Ok(proof_answer(security.prove_reset(account, ticket, proof)?))
        })
    }
}

/// Ends a reset: sets the new password on the word of its complete ticket. All known devices are forgotten; second factors and
/// freezes stay.
///
/// `answer` receives an answer to be freed with `account_security_password_answer_free`. Errors: nothing changed, and the ticket
/// is still good.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_finish_reset(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    new_password: account_security_bytes,
    words: account_security_texts,
    locale: account_security_text,
    answer: *mut *const account_security_password_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, ticket) = (account.required("account")?, ticket.required("ticket")?);
            let (words, locale) = (words.list("words")?, locale.required("locale")?);
            let new = new_password.required("new")?;
            Ok(password_answer(security.finish_reset(account, ticket, new, &words, locale)?))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_password_answer_free(answer: *mut *const account_security_password_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_reset_started_free(answer: *mut *const account_security_reset_started) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn password_answer(answer: PasswordAnswer) -> *const account_security_password_answer {
    let plain = |kind| account_security_password_answer {
        kind,
        signed_in: 0,
        review_due: 0,
        has_retry_at: 0,
        retry_at_ms: 0,
        until_ms: 0,
        device_token: std::ptr::null(),
        report: std::ptr::null(),
    };
    owned::answer(|keep| match answer {
        PasswordAnswer::Changed { signed_in, review_due, device_token } => account_security_password_answer {
            signed_in: i32::from(signed_in),
            review_due: i32::from(review_due),
            device_token: keep.optional(device_token),
            ..plain(ACCOUNT_SECURITY_PASSWORD_CHANGED)
        },
        PasswordAnswer::Unfit { report } => {
            let report = report_of(report, keep);
            account_security_password_answer { report: keep.one(report), ..plain(ACCOUNT_SECURITY_PASSWORD_UNFIT) }
        }
        PasswordAnswer::UsedBefore => plain(ACCOUNT_SECURITY_PASSWORD_USED_BEFORE),
        PasswordAnswer::TooYoung { until_ms } => {
            account_security_password_answer { until_ms, ..plain(ACCOUNT_SECURITY_PASSWORD_TOO_YOUNG) }
        }
        PasswordAnswer::Refused { retry_at_ms } => account_security_password_answer {
            has_retry_at: i32::from(retry_at_ms.is_some()),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            ..plain(ACCOUNT_SECURITY_PASSWORD_REFUSED)
        },
    })
}
