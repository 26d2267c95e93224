//! How an agent made sure who asks.

use super::input::{account_security_text, flag, sized, zero};
use super::result::Fault;
use crate::ffi::shell::IdentityInput;

/// An identity check of an agent. What was seen is kept elsewhere; here is its hash.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_identity {
    /// `sizeof(account_security_identity)`; `ACCOUNT_SECURITY_IDENTITY_INIT` sets it.
    pub struct_size: usize,
    /// How: `document-in-branch`, `video-identification`, `payment-from-own-account` or `call-back`.
    pub method: account_security_text,
    /// SHA-256 of what was seen (a scan, a recording, a form), 64 hexadecimal digits.
    pub evidence_sha256: account_security_text,
    /// 1: whoever asks is the owner. 0: is not.
    pub is_owner: i32,
    /// 0.
    pub reserved: i32,
}

/// # Safety
/// `identity` is NULL or valid, with its texts.
pub(super) unsafe fn identity_of(identity: *const account_security_identity) -> Result<IdentityInput, Fault> {
    // SAFETY: passed on.
    unsafe {
        let given = sized(identity, "identity")?;
        zero(given.reserved)?;
        Ok(IdentityInput {
            method: given.method.owned("method")?,
            is_owner: flag(given.is_owner, "is_owner")?,
            evidence_sha256: given.evidence_sha256.owned("evidence_sha256")?,
        })
    }
}

/// # Safety
/// As for [`identity_of`].
pub(super) unsafe fn identity_or_none(
    identity: *const account_security_identity,
) -> Result<Option<IdentityInput>, Fault> {
    // SAFETY: passed on.
    if identity.is_null() { Ok(None) } else { unsafe { identity_of(identity) }.map(Some) }
}
