//! Sign-up and sign-in.

use std::ffi::c_char;

use super::codes::{account_security_code_sent, code_answer, sent_answer, sent_of};
use super::gate;
use super::input::{account_security_bytes, account_security_text, account_security_texts};
use super::owned::{self, Keep};
use super::password::{account_security_password_report, report_of};
use super::proving::proof_of;
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{SignInAnswer, SignUpAnswer};

/// The account is there, and a code is on its way to the contact: `sent`.
pub const ACCOUNT_SECURITY_SIGN_UP_CREATED: i32 = 1;
/// The password does not fit; nothing changed: `report`.
pub const ACCOUNT_SECURITY_SIGN_UP_UNFIT: i32 = 2;
/// There is such an account; nothing changed.
pub const ACCOUNT_SECURITY_SIGN_UP_ALREADY_EXISTS: i32 = 3;
/// No code can be sent there now; nothing changed: `why`, `text`, `retry_at_ms`.
pub const ACCOUNT_SECURITY_SIGN_UP_NOT_SENT: i32 = 4;

/// What came of a sign-up. Owned by the library until `account_security_sign_up_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_sign_up_answer {
    /// `ACCOUNT_SECURITY_SIGN_UP_...`.
    pub kind: i32,
    /// NOT_SENT: the stable name of the reason, as in `account_security_code_sent`; else NULL.
    pub why: *const c_char,
    /// NOT_SENT: what the customer reads, in the language asked for; else NULL.
    pub text: *const c_char,
    /// NOT_SENT: from when on it may be asked again, where `has_retry_at` is 1.
    pub retry_at_ms: i64,
    /// NOT_SENT: 1 where waiting helps and the customer may know how long.
    pub has_retry_at: i32,
    /// The code of `CREATED`, else NULL. Part of this answer: do not free it.
    pub sent: *const account_security_code_sent,
    /// The report of `UNFIT`, else NULL. Part of this answer: do not free it.
    pub report: *const account_security_password_report,
}

/// The owner is in.
pub const ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN: i32 = 1;
/// A second factor is needed: `ticket` and the `offers_...`.
pub const ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR: i32 = 2;
/// The password must be changed first: `ticket`.
pub const ACCOUNT_SECURITY_SIGN_IN_CHANGE_PASSWORD: i32 = 3;
/// The account is frozen for signing in.
pub const ACCOUNT_SECURITY_SIGN_IN_FROZEN: i32 = 4;
/// No. Which part was wrong is not told: `retry_at_ms`.
pub const ACCOUNT_SECURITY_SIGN_IN_REFUSED: i32 = 5;

/// Where a sign-in stands. Owned by the library until `account_security_sign_in_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_sign_in_answer {
    /// `ACCOUNT_SECURITY_SIGN_IN_...`.
    pub kind: i32,
    /// SIGNED_IN: 1 where the password is due to be changed.
    pub change_password_soon: i32,
    /// SIGNED_IN: 1 where the registered information is due to be looked over.
    pub review_due: i32,
    /// REFUSED: 1 where `retry_at_ms` is set; 0: a try is looked at at once.
    pub has_retry_at: i32,
    /// REFUSED: from when on a try is looked at again.
    pub retry_at_ms: i64,
    /// SIGNED_IN: what the remembered device presents from now on, a secret of that device; else NULL.
    pub device_token: *const c_char,
    /// SECOND_FACTOR, CHANGE_PASSWORD: goes with the proof or the new password; else NULL.
    pub ticket: *const c_char,
    /// SECOND_FACTOR: 1 where an authenticator's code will do.
    pub offers_totp: i32,
    /// SECOND_FACTOR: 1 where a recovery code will do.
    pub offers_recovery: i32,
    /// SECOND_FACTOR: a code can go to this phone number, masked; else NULL.
    pub phone_masked: *const c_char,
    /// SECOND_FACTOR: a code can go to this e-mail address, masked; else NULL.
    pub email_masked: *const c_char,
}

/// Signs a customer up with a phone number (`+86...`) or an e-mail address, which gets a code. `words` is what the password must
/// not contain beside the contact and the name.
///
/// `answer` receives an answer to be freed with `account_security_sign_up_answer_free`. Errors: nothing changed.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_sign_up(
    security: *const account_security,
    account: account_security_text,
    password: account_security_bytes,
    words: account_security_texts,
    contact: account_security_text,
    locale: account_security_text,
    answer: *mut *const account_security_sign_up_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, contact) = (account.required("account")?, contact.required("contact")?);
            let (words, locale) = (words.list("words")?, locale.required("locale")?);
            Ok(sign_up(security.sign_up(account, password.required("password")?, &words, contact, locale)?))
        })
    }
}

/// Tries the code that a registered contact received. `via` is `phone` or `email`.
///
/// `answer` receives `ACCOUNT_SECURITY_CODE_...`; 0 on failure, which is none of them. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_confirm_contact(
    security: *const account_security,
    account: account_security_text,
    via: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
    answer: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, via) = (account.required("account")?, via.required("via")?);
            let challenge = challenge.required("challenge")?;
            Ok(code_answer(security.confirm_contact(account, via, challenge, code.required("code")?)?))
        })
    }
}

/// Signs in with a password. `device_token` is what a remembered device was given; `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_sign_in_answer_free`. Errors: tell the customer "not now".
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_sign_in(
    security: *const account_security,
    account: account_security_text,
    password: account_security_bytes,
    device_token: account_security_text,
    answer: *mut *const account_security_sign_in_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, device) = (account.required("account")?, device_token.optional("device_token")?);
            Ok(sign_in(security.sign_in(account, password.required("password")?, device)?))
        })
    }
}

/// Sends a code that is to confirm a registered contact, for the first time or again. `via` is `phone` or `email`.
///
/// `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_send_confirmation(
    security: *const account_security,
    account: account_security_text,
    via: account_security_text,
    locale: account_security_text,
    sent: *mut *const account_security_code_sent,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, sent, |security| {
            let (account, via) = (account.required("account")?, via.required("via")?);
            Ok(sent_answer(security.send_confirmation(account, via, locale.required("locale")?)?))
        })
    }
}

/// Gives the second factor of a sign-in. `proof` is `totp`, `recovery` or `code`; a code that was sent has the `challenge` it
/// answers, the others have none (`data` NULL). `remember` is the label of a device to remember; `data` NULL = none.
///
/// `answer` receives an answer to be freed with `account_security_sign_in_answer_free`. Errors: not given.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_prove_sign_in(
    security: *const account_security,
    account: account_security_text,
    ticket: account_security_text,
    proof: account_security_text,
    challenge: account_security_text,
    code: account_security_bytes,
    remember: account_security_text,
    answer: *mut *const account_security_sign_in_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, ticket) = (account.required("account")?, ticket.required("ticket")?);
            let (proof, remember) = (proof_of(proof, challenge, code)?, remember.optional("remember")?);
            Ok(sign_in(security.prove_sign_in(account, ticket, proof, remember)?))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_sign_up_answer_free(answer: *mut *const account_security_sign_up_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_sign_in_answer_free(answer: *mut *const account_security_sign_in_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn sign_up(answer: SignUpAnswer) -> *const account_security_sign_up_answer {
    let plain = |kind| account_security_sign_up_answer {
        kind,
        why: std::ptr::null(),
        text: std::ptr::null(),
        retry_at_ms: 0,
        has_retry_at: 0,
        sent: std::ptr::null(),
        report: std::ptr::null(),
    };
    owned::answer(|keep| match answer {
        SignUpAnswer::Created { sent } => {
            let sent = sent_of(sent, keep);
            account_security_sign_up_answer { sent: keep.one(sent), ..plain(ACCOUNT_SECURITY_SIGN_UP_CREATED) }
        }
        SignUpAnswer::Unfit { report } => {
            let report = report_of(report, keep);
            account_security_sign_up_answer { report: keep.one(report), ..plain(ACCOUNT_SECURITY_SIGN_UP_UNFIT) }
        }
        SignUpAnswer::AlreadyExists => plain(ACCOUNT_SECURITY_SIGN_UP_ALREADY_EXISTS),
        SignUpAnswer::NotSent { why, text, retry_at_ms } => account_security_sign_up_answer {
            why: keep.text(why),
            text: keep.text(text),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            has_retry_at: i32::from(retry_at_ms.is_some()),
            ..plain(ACCOUNT_SECURITY_SIGN_UP_NOT_SENT)
        },
    })
}

fn sign_in(answer: SignInAnswer) -> *const account_security_sign_in_answer {
    owned::answer(|keep| sign_in_of(answer, keep))
}

fn sign_in_of(answer: SignInAnswer, keep: &mut Keep) -> account_security_sign_in_answer {
    match answer {
        SignInAnswer::SignedIn { change_password_soon, review_due, device_token } => account_security_sign_in_answer {
            change_password_soon: i32::from(change_password_soon),
            review_due: i32::from(review_due),
            device_token: keep.optional(device_token),
            ..plain(ACCOUNT_SECURITY_SIGN_IN_SIGNED_IN)
        },
        SignInAnswer::SecondFactor { ticket, offers } => account_security_sign_in_answer {
            ticket: keep.text(ticket),
            offers_totp: i32::from(offers.totp),
            offers_recovery: i32::from(offers.recovery),
            phone_masked: keep.optional(offers.phone_masked),
            email_masked: keep.optional(offers.email_masked),
            ..plain(ACCOUNT_SECURITY_SIGN_IN_SECOND_FACTOR)
        },
        SignInAnswer::ChangePassword { ticket } => account_security_sign_in_answer {
            ticket: keep.text(ticket),
            ..plain(ACCOUNT_SECURITY_SIGN_IN_CHANGE_PASSWORD)
        },
        SignInAnswer::Frozen => plain(ACCOUNT_SECURITY_SIGN_IN_FROZEN),
        SignInAnswer::Refused { retry_at_ms } => account_security_sign_in_answer {
            has_retry_at: i32::from(retry_at_ms.is_some()),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            ..plain(ACCOUNT_SECURITY_SIGN_IN_REFUSED)
        },
    }
}

const fn plain(kind: i32) -> account_security_sign_in_answer {
    account_security_sign_in_answer {
        kind,
        change_password_soon: 0,
        review_due: 0,
        has_retry_at: 0,
        retry_at_ms: 0,
        device_token: std::ptr::null(),
        ticket: std::ptr::null(),
        offers_totp: 0,
        offers_recovery: 0,
        phone_masked: std::ptr::null(),
        email_masked: std::ptr::null(),
    }
}
