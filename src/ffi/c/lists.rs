//! What stands on an account: its freezes, its devices.

use std::ffi::c_char;

use super::gate;
use super::input::account_security_text;
use super::owned::{self, Keep};
use super::result::account_security_result;
use super::security::account_security;
use crate::ffi::shell::{DeviceLine, FreezeLine};

/// One freeze.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_freeze_line {
    /// A lift names it.
    pub id: *const c_char,
    /// Stable names of what it closes: `sign-in`, `pay-out`, `receive`, `change-profile`, `change-factors`.
    pub scopes: *const *const c_char,
    /// How many.
    pub scopes_count: usize,
    /// The stable name of the reason: `owner-request`, `lost-device`, `suspected-fraud`, `account-takeover`, `confirmed-fraud`,
    /// `aml-review`, `sanctions-match`, `court-order`, `police-stop`, `deceased`, `dormant`, `identity-check`, `other`.
    pub reason: *const c_char,
    /// Whose authority it rests on: `owner`, `rule`, `agent`, `compliance` or `court`.
    pub authority: *const c_char,
    /// From when on.
    pub from_ms: i64,
    /// When it ended or will end, where `has_until` is 1.
    pub until_ms: i64,
    /// 0: it does not end before it is lifted.
    pub has_until: i32,
    /// 1: the owner may learn of it.
    pub is_told: i32,
    /// `planned` (not begun), `in_force`, or `over` (lifted, or ended by itself).
    pub state: *const c_char,
    /// `standing`, `requested` (another agent has to approve before `lift_dies_at_ms`) or `lifted`.
    pub lift: *const c_char,
    /// Of a lift that was asked for: approved before this moment, or dead; else 0.
    pub lift_dies_at_ms: i64,
    /// What the owner reads, in the language asked for. Of one that the owner must not learn of it reads as a technical fault.
    pub text: *const c_char,
    /// Who placed it; NULL but in the desk's list.
    pub actor: *const c_char,
    /// The case or order behind it; NULL but in the desk's list, and where there is none.
    pub case_ref: *const c_char,
}

/// Freezes. Owned by the library until `account_security_freezes_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_freezes_answer {
    /// The freezes.
    pub items: *const *const account_security_freeze_line,
    /// How many.
    pub count: usize,
}

/// A device that is known to an account.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_device_line {
    /// Names it, 32 hexadecimal digits; opens nothing.
    pub device: *const c_char,
    /// How its owner calls it.
    pub label: *const c_char,
    /// When it became known.
    pub added_at_ms: i64,
    /// When the right password last came from it.
    pub seen_at_ms: i64,
    /// 1: it is the one whose token was given.
    pub is_this: i32,
}

/// Devices, the longest unseen first. Owned by the library until `account_security_devices_answer_free`; any thread may read it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_devices_answer {
    /// The devices.
    pub items: *const *const account_security_device_line,
    /// How many.
    pub count: usize,
}

/// The freezes in force that the owner may be shown, without who placed them. One that must not be told of is not in the list,
/// and what it closes is in `account_security_restriction` all the same.
///
/// `freezes` receives an answer to be freed with `account_security_freezes_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_freezes(
    security: *const account_security,
    account: account_security_text,
    locale: account_security_text,
    freezes: *mut *const account_security_freezes_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, freezes, |security| {
            Ok(freezes_of(security.freezes(account.required("account")?, locale.required("locale")?)?))
        })
    }
}

/// Every freeze on record, for the support desk alone: planned ones, ended ones as long as they are kept, and those that the owner
/// must not learn of (`is_told` 0). Telling of such a one may be an offence.
///
/// `freezes` receives an answer to be freed with `account_security_freezes_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_all_freezes(
    security: *const account_security,
    account: account_security_text,
    locale: account_security_text,
    freezes: *mut *const account_security_freezes_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, freezes, |security| {
            Ok(freezes_of(security.all_freezes(account.required("account")?, locale.required("locale")?)?))
        })
    }
}

/// The devices that are known to an account. `device_token` is what the device that asks was given; `data` NULL = none.
///
/// `devices` receives an answer to be freed with `account_security_devices_answer_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_devices(
    security: *const account_security,
    account: account_security_text,
    device_token: account_security_text,
    devices: *mut *const account_security_devices_answer,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, devices, |security| {
            let found = security.devices(account.required("account")?, device_token.optional("device_token")?)?;
            Ok(owned::answer(|keep| {
                let lines: Vec<_> = found.into_iter().map(|line| device(line, keep)).collect();
                account_security_devices_answer { count: lines.len(), items: keep.list(lines) }
            }))
        })
    }
}

/// Makes a known device a stranger: lost, sold, not the owner's.
///
/// `forgotten` receives 1; 0 where it was not known.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_forget_device(
    security: *const account_security,
    account: account_security_text,
    device: account_security_text,
    forgotten: *mut i32,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, forgotten, |security| {
            Ok(i32::from(security.forget_device(account.required("account")?, device.required("device")?)?))
        })
    }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_freezes_answer_free(answer: *mut *const account_security_freezes_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_devices_answer_free(answer: *mut *const account_security_devices_answer) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}

fn freezes_of(found: Vec<FreezeLine>) -> *const account_security_freezes_answer {
    owned::answer(|keep| {
        let lines: Vec<_> = found.into_iter().map(|line| freeze(line, keep)).collect();
        account_security_freezes_answer { count: lines.len(), items: keep.list(lines) }
    })
}

fn freeze(line: FreezeLine, keep: &mut Keep) -> account_security_freeze_line {
    account_security_freeze_line {
        id: keep.text(line.id),
        scopes_count: line.scopes.len(),
        scopes: keep.texts(line.scopes),
        reason: keep.text(line.reason),
        authority: keep.text(line.authority),
        from_ms: line.from_ms,
        until_ms: line.until_ms.unwrap_or(0),
        has_until: i32::from(line.until_ms.is_some()),
        is_told: i32::from(line.is_told),
        state: keep.text(line.state),
        lift: keep.text(line.lift),
        lift_dies_at_ms: line.lift_dies_at_ms.unwrap_or(0),
        text: keep.text(line.text),
        actor: keep.optional(line.actor),
        case_ref: keep.optional(line.case_ref),
    }
}

fn device(line: DeviceLine, keep: &mut Keep) -> account_security_device_line {
    account_security_device_line {
        device: keep.text(line.device),
        label: keep.text(line.label),
        added_at_ms: line.added_at_ms,
        seen_at_ms: line.seen_at_ms,
        is_this: i32::from(line.is_this),
    }
}
