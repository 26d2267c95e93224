//! The phone as an authenticator.

use std::ffi::c_char;

use super::gate::{self, Guarded, handle};
use super::input::{account_security_buffer, account_security_bytes};
use super::owned;
use super::result::{Fault, account_security_result};
use crate::ffi::shell::SoftToken;
use zeroize::Zeroizing;

/// A secret held by this device; wiped when it is freed. Any thread may use it; freeing must not race with any use.
#[derive(Debug)]
pub struct account_security_soft_token(Guarded<SoftToken>);

handle!(account_security_soft_token, SoftToken, "token");

/// What is not secret about a soft token. Owned by the library until `account_security_soft_token_info_free`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_soft_token_info {
    /// Who offers the account, if the URI says so; else NULL.
    pub issuer: *const c_char,
    /// The account's name.
    pub account: *const c_char,
    /// What was unusual about the URI.
    pub warnings: *const *const c_char,
    /// How many.
    pub warnings_count: usize,
}

/// Reads a key URI as scanned from a QR code, or as `account_security_totp_enrolment_uri` wrote it: a NUL at the end, where `size`
/// counts it, is not part of it. Copied; wipe your own.
///
/// `token` receives a handle to be freed with `account_security_soft_token_free`.
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for what is no key URI.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_soft_token_new(
    uri: account_security_bytes,
    token: *mut *mut account_security_soft_token,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(token, || {
            let uri = uri.required("uri")?;
            let token = SoftToken::from_uri(uri.strip_suffix(&[0]).unwrap_or(uri))?;
            Ok(gate::give(account_security_soft_token(Guarded::new(token))))
        })
    }
}

/// What is not secret about a soft token.
///
/// `info` receives an answer to be freed with `account_security_soft_token_info_free`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_soft_token_read(
    token: *const account_security_soft_token,
    info: *mut *const account_security_soft_token_info,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(token, info, |token| {
            Ok(owned::answer(|keep| account_security_soft_token_info {
                issuer: keep.optional(token.issuer().map(str::to_owned)),
                account: keep.text(token.account().to_owned()),
                warnings_count: token.warnings().len(),
                warnings: keep.texts(token.warnings().to_vec()),
            }))
        })
    }
}

/// The code at a moment, with a NUL behind it: 7 to 9 bytes. It is a secret while it is shown: wipe the buffer.
///
/// `remaining_ms` receives how long it is shown. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`;
/// `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a moment before the token's first step.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_soft_token_code(
    token: *const account_security_soft_token,
    now_ms: i64,
    digits: account_security_buffer,
    remaining_ms: *mut u64,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(token, remaining_ms, |token| {
            let code = token.code_at(now_ms)?;
            let mut shown = Zeroizing::new([0_u8; 16]);
            let size = code.digits.len() + 1;
            let shown = shown.get_mut(..size).ok_or_else(Fault::internal)?;
            shown[..size - 1].copy_from_slice(code.digits.as_bytes());
            drop(Zeroizing::new(code.digits));
            digits.fill(shown)?;
            Ok(code.remaining_ms)
        })
    }
}

/// Wipes and frees the token and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_soft_token_free(token: *mut *mut account_security_soft_token) {
    // SAFETY: the rules of this folder.
    unsafe { gate::free(token) }
}

/// Wipes and frees the answer and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_soft_token_info_free(answer: *mut *const account_security_soft_token_info) {
    // SAFETY: the rules of this folder.
    unsafe { owned::free(answer) }
}
