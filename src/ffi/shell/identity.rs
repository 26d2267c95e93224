//! How an agent made sure who asks.

use super::error::ShellError;
use crate::account::{CheckResult, CheckedIdentity, EvidenceHash, IdentityCheck};

/// An identity check of an agent. What was seen is kept elsewhere; here is its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct IdentityInput {
    /// How: `document-in-branch`, `video-identification`, `payment-from-own-account` or `call-back`.
    pub method: String,
    /// Whether whoever asks is the owner.
    pub is_owner: bool,
    /// SHA-256 of what was seen (a scan, a recording, a form), 64 hexadecimal digits.
    pub evidence_sha256: String,
}

pub(super) fn checked(input: &IdentityInput) -> Result<CheckedIdentity, ShellError> {
    let method = IdentityCheck::parse(&input.method).ok_or_else(|| {
        let names: Vec<&str> = IdentityCheck::ALL.iter().map(|check| check.name()).collect();
        ShellError::invalid("identity", format!("its method is one of {}", names.join(", ")))
    })?;
    let evidence = EvidenceHash::parse(&input.evidence_sha256)
        .ok_or_else(|| ShellError::invalid("identity", "its evidence is a SHA-256 of 64 hexadecimal digits"))?;
    let result = if input.is_owner { CheckResult::Matched } else { CheckResult::NotMatched };
    Ok(CheckedIdentity { method, result, evidence })
}
