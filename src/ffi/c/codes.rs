//! Codes by message, for payments.

use std::ffi::c_char;

use super::gate;
use super::input::{account_security_bytes, account_security_text, sized};
use super::owned::{self, Keep};
use super::result::{Fault, account_security_result};
use super::security::account_security;
use crate::ffi::shell::{CodeAnswer, CodeSent, CodeSentAnswer, PaymentBinding};

/// A typed code: go on.
pub const ACCOUNT_SECURITY_CODE_ACCEPTED: i32 = 1;
/// A typed code: that was not it.
pub const ACCOUNT_SECURITY_CODE_REJECTED: i32 = 2;
/// A typed code: that was the code of an older message; use the newest one.
pub const ACCOUNT_SECURITY_CODE_USE_NEWEST: i32 = 3;
/// A typed code: ask for a new code.
pub const ACCOUNT_SECURITY_CODE_REQUEST_NEW: i32 = 4;
/// A typed code: not now.
pub const ACCOUNT_SECURITY_CODE_TRY_LATER: i32 = 5;

/// What a payment's code is bound to (PSD2 RTS art. 5): another amount, currency or payee, and the code is wrong.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_payment_binding {
    /// `sizeof(account_security_payment_binding)`; `ACCOUNT_SECURITY_PAYMENT_BINDING_INIT` sets it.
    pub struct_size: usize,
    /// Amount in the currency's smallest unit.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: account_security_text,
    /// The payee's account.
    pub payee_account: account_security_text,
    /// The payee's name, as shown; `data` NULL = none.
    pub payee_name: account_security_text,
}

/// What came of asking for a code. Owned by the library until `account_security_code_sent_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_code_sent {
    /// 1: on its way. 0: refused, see `why`.
    pub is_sent: i32,
    /// The stable name of the reason of a refusal; NULL where it was sent. Of messages: `too_soon`, `no_sends_left`,
    /// `no_tries_left`, `too_many_open`, `not_allowed` (not to such a number or address), `not_now` (a budget is used up; which
    /// one is told to nobody), `clock`, `not_found`, `closed` and `context_changed` (begin anew). Of a proof also
    /// `no_such_ticket`, `not_offered`, `frozen`, `blocked` (too many wrong tries before); of a confirmation `no_such_contact`.
    pub why: *const c_char,
    /// What the customer reads of a refusal, in the language asked for; NULL where it was sent.
    pub text: *const c_char,
    /// Of a refusal: from when on it may be asked again, where `has_retry_at` is 1.
    pub retry_at_ms: i64,
    /// 1: refused, waiting helps, and the customer may know how long.
    pub has_retry_at: i32,
    /// Goes back with the code; NULL where it was refused, like the members below.
    pub challenge: *const c_char,
    /// Where it went, masked for display.
    pub destination_masked: *const c_char,
    /// Until when the code is good, exclusive; 0 where it was refused.
    pub expires_at_ms: i64,
    /// From when on another message may be asked for; 0 where it was refused.
    pub resend_at_ms: i64,
}

/// Sends a code that approves one payment to a confirmed contact of the account: `phone` or `email` for the one that is
/// registered, or its number or address itself. To any other none is sent: the answer is a refusal, `not_allowed`.
///
/// `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_send_payment_code(
    security: *const account_security,
    account: account_security_text,
    contact: account_security_text,
    payment: *const account_security_payment_binding,
    locale: account_security_text,
    sent: *mut *const account_security_code_sent,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, sent, |security| {
            let payment = binding(payment)?;
            let (account, contact) = (account.required("account")?, contact.required("contact")?);
            let answer = security.send_payment_code(account, contact, &payment, locale.required("locale")?)?;
            Ok(sent_answer(answer))
        })
    }
}

/// Sends another code for a payment whose challenge is open. `contact` as before.
///
/// `sent` receives an answer to be freed with `account_security_code_sent_free`. Errors: no code was sent.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_resend_payment_code(
    security: *const account_security,
    account: account_security_text,
    contact: account_security_text,
    challenge: account_security_text,
    payment: *const account_security_payment_binding,
    locale: account_security_text,
    sent: *mut *const account_security_code_sent,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, sent, |security| {
            let payment = binding(payment)?;
            let (account, contact) = (account.required("account")?, contact.required("contact")?);
            let (challenge, locale) = (challenge.required("challenge")?, locale.required("locale")?);
            Ok(sent_answer(security.resend_payment_code(account, contact, challenge, &payment, locale)?))
        })
    }
}

/// Tries the code of a payment, which must be the very payment it was sent for. `contact` as when it was sent.
///
/// `answer` receives `ACCOUNT_SECURITY_CODE_...`; 0 on failure, which is none of them. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_verify_payment_code(
    security: *const account_security,
    account: account_security_text,
    contact: account_security_text,
    challenge: account_security_text,
    payment: *const account_security_payment_binding,
    code: account_security_bytes,
    answer: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let payment = binding(payment)?;
            let (account, contact) = (account.required("account")?, contact.required("contact")?);
            let challenge = challenge.required("challenge")?;
            let answer = security.verify_payment_code(account, contact, challenge, &payment, code.required("code")?)?;
            Ok(code_answer(answer))
        })
    }
}

/// How many digits a payment's code has.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_payment_code_digits(
    security: *const account_security,
    digits: *mut u8,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::on(security, digits, |security| Ok(security.payment_code_digits())) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_code_sent_free(answer: *mut *const account_security_code_sent) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

pub(super) fn sent_answer(answer: CodeSentAnswer) -> *const account_security_code_sent {
    owned::answer(|keep| sent_or_not(answer, keep))
}

pub(super) fn sent_or_not(answer: CodeSentAnswer, keep: &mut Keep) -> account_security_code_sent {
    match answer {
        CodeSentAnswer::Sent { sent } => sent_of(sent, keep),
        CodeSentAnswer::Refused { why, text, retry_at_ms } => account_security_code_sent {
            is_sent: 0,
            why: keep.text(why),
            text: keep.text(text),
            retry_at_ms: retry_at_ms.unwrap_or(0),
            has_retry_at: i32::from(retry_at_ms.is_some()),
            challenge: std::ptr::null(),
            destination_masked: std::ptr::null(),
            expires_at_ms: 0,
            resend_at_ms: 0,
        },
    }
}

pub(super) fn sent_of(sent: CodeSent, keep: &mut Keep) -> account_security_code_sent {
    account_security_code_sent {
        is_sent: 1,
        why: std::ptr::null(),
        text: std::ptr::null(),
        retry_at_ms: 0,
        has_retry_at: 0,
        challenge: keep.text(sent.challenge),
        destination_masked: keep.text(sent.destination_masked),
        expires_at_ms: sent.expires_at_ms,
        resend_at_ms: sent.resend_at_ms,
    }
}

pub(super) const fn code_answer(answer: CodeAnswer) -> i32 {
    match answer {
        CodeAnswer::Accepted => ACCOUNT_SECURITY_CODE_ACCEPTED,
        CodeAnswer::Rejected => ACCOUNT_SECURITY_CODE_REJECTED,
        CodeAnswer::UseNewest => ACCOUNT_SECURITY_CODE_USE_NEWEST,
        CodeAnswer::RequestNew => ACCOUNT_SECURITY_CODE_REQUEST_NEW,
        CodeAnswer::TryLater => ACCOUNT_SECURITY_CODE_TRY_LATER,
    }
}

/// The answer that a number of C stands for.
pub(super) const fn code_of(answer: i32) -> Option<CodeAnswer> {
    match answer {
        ACCOUNT_SECURITY_CODE_ACCEPTED => Some(CodeAnswer::Accepted),
        ACCOUNT_SECURITY_CODE_REJECTED => Some(CodeAnswer::Rejected),
        ACCOUNT_SECURITY_CODE_USE_NEWEST => Some(CodeAnswer::UseNewest),
        ACCOUNT_SECURITY_CODE_REQUEST_NEW => Some(CodeAnswer::RequestNew),
        ACCOUNT_SECURITY_CODE_TRY_LATER => Some(CodeAnswer::TryLater),
        _ => None,
    }
}

/// # Safety
/// `payment` is NULL or valid, with its texts.
unsafe fn binding(payment: *const account_security_payment_binding) -> Result<PaymentBinding, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(payment, "payment")?;
        Ok(PaymentBinding {
            amount_minor: given.amount_minor,
            currency: given.currency.owned("currency")?,
            payee_account: given.payee_account.owned("payee_account")?,
            payee_name: given.payee_name.optional_owned("payee_name")?,
        })
    }
}
