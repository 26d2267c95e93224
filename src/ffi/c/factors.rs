//! The authenticator of an account.

use std::ffi::c_char;

use super::gate::{self, Guarded, handle};
use super::input::{account_security_buffer, account_security_bytes, account_security_text};
use super::owned;
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{TotpAnswer, TotpEnrolment, TotpResyncAnswer};

/// An authenticator's code: right, and spent.
pub const ACCOUNT_SECURITY_TOTP_ACCEPTED: i32 = 1;
/// An authenticator's code: not accepted.
pub const ACCOUNT_SECURITY_TOTP_REJECTED: i32 = 2;
/// An authenticator's code: not looked at, too many wrong tries before: `until_ms`.
pub const ACCOUNT_SECURITY_TOTP_BLOCKED: i32 = 3;
/// No authenticator is in force, or none waits to be confirmed.
pub const ACCOUNT_SECURITY_TOTP_NOT_ENROLLED: i32 = 4;

/// Two codes in a row: the device's clock is allowed for, ask for the next code: `drift_steps`.
pub const ACCOUNT_SECURITY_TOTP_RESYNC_RESYNCED: i32 = 1;
/// Two codes in a row: right and spent, but the device's clock is too far off; the owner must set it: `ahead_s`.
pub const ACCOUNT_SECURITY_TOTP_RESYNC_DEVICE_CLOCK_OFF: i32 = 2;
/// Two codes in a row: not accepted.
pub const ACCOUNT_SECURITY_TOTP_RESYNC_REJECTED: i32 = 3;
/// Two codes in a row: not looked at, too many wrong tries before: `until_ms`.
pub const ACCOUNT_SECURITY_TOTP_RESYNC_BLOCKED: i32 = 4;
/// Two codes in a row: no authenticator is in force.
pub const ACCOUNT_SECURITY_TOTP_RESYNC_NOT_ENROLLED: i32 = 5;

/// What came of two codes in a row. Owned by the library until `account_security_totp_resync_answer_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_totp_resync_answer {
    /// `ACCOUNT_SECURITY_TOTP_RESYNC_...`.
    pub kind: i32,
    /// RESYNCED: how far the device is ahead, in steps; negative = behind.
    pub drift_steps: i32,
    /// DEVICE_CLOCK_OFF: how far the device is ahead, in seconds; negative = behind.
    pub ahead_s: i64,
    /// BLOCKED: from when on a try is looked at again.
    pub until_ms: i64,
}

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

/// Finds a device whose clock is off by two codes in a row, and allows for it as far as it may. No sign-in.
///
/// `answer` receives an answer to be freed with `account_security_totp_resync_answer_free`. Errors: not accepted.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_resync_totp(
    security: *const account_security,
    account: account_security_text,
    first: account_security_bytes,
    second: account_security_bytes,
    answer: *mut *const account_security_totp_resync_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, answer, |security| {
            let (account, first) = (account.required("account")?, first.required("first")?);
            let found = security.resync_totp(account, first, second.required("second")?)?;
            Ok(owned::answer(|_| resync_of(found)))
        })
    }
}

/// Takes an authenticator away. `ticket` is a complete step-up; `data` NULL = none, for one that was never confirmed.
///
/// `revoked` receives 1; 0 where there was no such authenticator. Errors: it stays.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_revoke_totp(
    security: *const account_security,
    account: account_security_text,
    credential: account_security_text,
    ticket: account_security_text,
    revoked: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, revoked, |security| {
            let (account, credential) = (account.required("account")?, credential.required("credential")?);
            Ok(i32::from(security.revoke_totp(account, credential, ticket.optional("ticket")?)?))
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
    unsafe { gate::on(enrolment, gate::Needed(needed), |enrolment| uri.text(&enrolment.uri(), needed)) }
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

/// Frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_totp_resync_answer_free(
    answer: *mut *const account_security_totp_resync_answer,
) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn resync_of(answer: TotpResyncAnswer) -> account_security_totp_resync_answer {
    let plain = |kind| account_security_totp_resync_answer { kind, drift_steps: 0, ahead_s: 0, until_ms: 0 };
    match answer {
        TotpResyncAnswer::Resynced { drift_steps } => account_security_totp_resync_answer {
            drift_steps: i32::from(drift_steps),
            ..plain(ACCOUNT_SECURITY_TOTP_RESYNC_RESYNCED)
        },
        TotpResyncAnswer::DeviceClockOff { ahead_s } => {
            account_security_totp_resync_answer { ahead_s, ..plain(ACCOUNT_SECURITY_TOTP_RESYNC_DEVICE_CLOCK_OFF) }
        }
        TotpResyncAnswer::Rejected => plain(ACCOUNT_SECURITY_TOTP_RESYNC_REJECTED),
        TotpResyncAnswer::Blocked { until_ms } => {
            account_security_totp_resync_answer { until_ms, ..plain(ACCOUNT_SECURITY_TOTP_RESYNC_BLOCKED) }
        }
        TotpResyncAnswer::NotEnrolled => plain(ACCOUNT_SECURITY_TOTP_RESYNC_NOT_ENROLLED),
    }
}

const fn answer_of(answer: TotpAnswer) -> (i32, i64) {
    match answer {
        TotpAnswer::Accepted => (ACCOUNT_SECURITY_TOTP_ACCEPTED, 0),
        TotpAnswer::Rejected => (ACCOUNT_SECURITY_TOTP_REJECTED, 0),
        TotpAnswer::Blocked { until_ms } => (ACCOUNT_SECURITY_TOTP_BLOCKED, until_ms),
        TotpAnswer::NotEnrolled => (ACCOUNT_SECURITY_TOTP_NOT_ENROLLED, 0),
    }
}
