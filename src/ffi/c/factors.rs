//! The authenticator of an account.

use std::ffi::c_char;

use super::gate::{self, Guarded, handle};
use super::input::{account_security_buffer, account_security_bytes, account_security_text};
use super::owned;
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{TotpAnswer, TotpEnrolment};

/// An authenticator's code: right, and spent.
pub const ACCOUNT_SECURITY_TOTP_ACCEPTED: i32 = 1;
/// An authenticator's code: not accepted.
pub const ACCOUNT_SECURITY_TOTP_REJECTED: i32 = 2;
/// An authenticator's code: not looked at, too many wrong tries before: `until_ms`.
pub const ACCOUNT_SECURITY_TOTP_BLOCKED: i32 = 3;
/// No authenticator is in force, or none waits to be confirmed.
pub const ACCOUNT_SECURITY_TOTP_NOT_ENROLLED: i32 = 4;

/// An authenticator that waits for its confirming code. Holds the secret, to be shown once; wiped when it is freed. Any
/// thread may use it; freeing must not race with any use.
#[derive(Debug)]
pub struct account_security_totp_enrolment(Guarded<TotpEnrolment>);

handle!(account_security_totp_enrolment, TotpEnrolment, "enrolment");

/// What is not secret about an enrolment. Owned by the library until `account_security_totp_enrolment_info_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_totp_enrolment_info {
    /// Names the authenticator in lists and events.
    pub credential: *const c_char,
    /// Until when it can be confirmed.
    pub expires_at_ms: i64,
}

/// Begins the enrolment of an authenticator. `ticket` is a complete step-up, needed where the account can prove something
/// already; `data` NULL = none.
///
/// `enrolment` receives a handle to be freed with `account_security_totp_enrolment_free`. Errors: the authenticator in force
/// stays.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_enrol_totp(
    security: *const account_security,
    account: account_security_text,
    issuer: account_security_text,
    account_name: account_security_text,
    ticket: account_security_text,
    enrolment: *mut *mut account_security_totp_enrolment,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, enrolment, |security| {
            let (account, issuer) = (account.required("account")?, issuer.required("issuer")?);
            let (account_name, ticket) = (account_name.required("account_name")?, ticket.optional("ticket")?);
            let enrolled = security.enrol_totp(account, issuer, account_name, ticket)?;
            Ok(gate::give(account_security_totp_enrolment(Guarded::new(enrolled))))
        })
    }
}

/// Confirms the waiting authenticator with its first code.
///
/// `answer` receives `ACCOUNT_SECURITY_TOTP_...`, `until_ms` the moment that goes with `BLOCKED`, else 0. On failure
/// both are 0, which is no answer. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_confirm_totp(
    security: *const account_security,
    account: account_security_text,
    code: account_security_bytes,
    answer: *mut i32,
    until_ms: *mut i64,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, (answer, until_ms), |security| {
            Ok(answer_of(security.confirm_totp(account.required("account")?, code.required("code")?)?))
        })
    }
}

/// Verifies an authenticator's code and spends its step.
///
/// `answer` receives `ACCOUNT_SECURITY_TOTP_...`, `until_ms` the moment that goes with `BLOCKED`, else 0. On failure
/// both are 0, which is no answer. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_verify_totp(
    security: *const account_security,
    account: account_security_text,
    code: account_security_bytes,
    answer: *mut i32,
    until_ms: *mut i64,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, (answer, until_ms), |security| {
            Ok(answer_of(security.verify_totp(account.required("account")?, code.required("code")?)?))
        })
    }
}

/// What is not secret about an enrolment.
///
/// `info` receives an answer to be freed with `account_security_totp_enrolment_info_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_totp_enrolment_read(
    enrolment: *const account_security_totp_enrolment,
    info: *mut *const account_security_totp_enrolment_info,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(enrolment, info, |enrolment| {
            Ok(owned::answer(|keep| account_security_totp_enrolment_info {
                credential: keep.text(enrolment.credential().to_owned()),
                expires_at_ms: enrolment.expires_at_ms(),
            }))
        })
    }
}

/// Copies out the key URI with a NUL behind it, for an authenticator on the same device. Holds the secret: wipe the buffer.
///
/// `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_totp_enrolment_uri(
    enrolment: *const account_security_totp_enrolment,
    uri: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(enrolment, gate::Needed(needed), |enrolment| {
            let text = enrolment.uri();
            needed.write(text.len() + 1);
            uri.check(text.len() + 1)?;
            uri.fill(text.as_bytes())?;
            uri.end(text.len());
            Ok(())
        })
    }
}

/// Copies out the QR code of the key URI: one byte a module, 1 = dark, row by row, a square. Holds the secret: wipe the buffer.
///
/// `width` receives the modules in a row, also where the buffer is too small; `width * width` bytes are needed.
/// Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`; `ACCOUNT_SECURITY_INVALID_ARGUMENT` where the URI is too long for a QR code.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_totp_enrolment_qr(
    enrolment: *const account_security_totp_enrolment,
    modules: account_security_buffer,
    width: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(enrolment, gate::Needed(width), |enrolment| {
            let dark = enrolment.qr_modules()?;
            width.write(dark.len().isqrt());
            modules.fill(&dark)
        })
    }
}

/// Wipes and frees the enrolment and sets the variable to NULL; NULL and a second call do nothing. The authenticator can be
/// confirmed all the same.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_totp_enrolment_free(enrolment: *mut *mut account_security_totp_enrolment) {
    // SAFETY: the rules of this folder.
    unsafe { gate::free(enrolment) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_totp_enrolment_info_free(
    answer: *mut *const account_security_totp_enrolment_info,
) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

const fn answer_of(answer: TotpAnswer) -> (i32, i64) {
    match answer {
        TotpAnswer::Accepted => (ACCOUNT_SECURITY_TOTP_ACCEPTED, 0),
        TotpAnswer::Rejected => (ACCOUNT_SECURITY_TOTP_REJECTED, 0),
        TotpAnswer::Blocked { until_ms } => (ACCOUNT_SECURITY_TOTP_BLOCKED, until_ms),
        TotpAnswer::NotEnrolled => (ACCOUNT_SECURITY_TOTP_NOT_ENROLLED, 0),
    }
}
