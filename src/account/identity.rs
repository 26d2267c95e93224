//! How an agent made sure who asks, before acting in the customer's name.
//!
//! Callers must be authenticated too (FFIEC 2021), and a document shown to an agent is evidence, not a key: so a command
//! of the desk that acts for the customer demands this record, and it stands in the audit chain with the agent. It has
//! a method, a result and the hash of what is kept elsewhere. It has no place for a password or a code, and none of
//! these commands hands one out (OWASP ASVS 5.0 6.4.6).

use serde::{Deserialize, Serialize};

use crate::types::hex;

/// How an agent made sure who asks. What was seen or said is not kept here, and there is no room for a secret.
/// Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum IdentityCheck {
    /// An identity document, sighted with the person in a branch.
    DocumentInBranch,
    /// An identity document and a live face by video.
    VideoIdentification,
    /// A payment from a bank account in the same name.
    PaymentFromOwnAccount,
    /// A call to another number on file, with questions only the owner can answer.
    CallBack,
}

/// What an identity check came to. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CheckResult {
    /// Whoever asks is the owner.
    Matched,
    /// It could not be shown. Nothing is done for the customer; that it was tried stands in the audit chain.
    NotMatched,
}

/// SHA-256 of what was seen (a scan, a recording, a form), which is kept elsewhere.
///
/// ```
/// use account_security::account::EvidenceHash;
/// let hash = EvidenceHash::of(b"the scanned page");
/// assert_eq!(EvidenceHash::parse(&hash.to_string()), Some(hash));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EvidenceHash(pub [u8; 32]);

/// What a command of the desk acts on. Whoever gives the command made the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedIdentity {
    /// How it was made sure.
    pub method: IdentityCheck,
    /// What it came to.
    pub result: CheckResult,
    /// What was seen.
    pub evidence: EvidenceHash,
}

/// What an identity was checked for. Stored by position: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeskErrand {
    /// To lift the owner's own freeze.
    LiftFreeze,
    /// To clear a lock after wrong tries.
    ClearLockout,
    /// To replace a contact reported lost.
    LostContact,
}

impl IdentityCheck {
    /// All methods.
    pub const ALL: [Self; 4] =
        [Self::DocumentInBranch, Self::VideoIdentification, Self::PaymentFromOwnAccount, Self::CallBack];

    /// Whether somebody saw the person and a document: asked for where the owner could prove nothing but the password.
    #[must_use]
    pub const fn is_in_person(self) -> bool {
        matches!(self, Self::DocumentInBranch | Self::VideoIdentification)
    }

    /// The stable name, e.g. `document-in-branch`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentInBranch => "document-in-branch",
            Self::VideoIdentification => "video-identification",
            Self::PaymentFromOwnAccount => "payment-from-own-account",
            Self::CallBack => "call-back",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name() == name)
    }
}

impl CheckedIdentity {
    /// A check that showed the owner.
    #[must_use]
    pub const fn matched(method: IdentityCheck, evidence: EvidenceHash) -> Self {
        Self { method, result: CheckResult::Matched, evidence }
    }

    /// Whether it showed the owner.
    #[must_use]
    pub const fn is_matched(&self) -> bool {
        matches!(self.result, CheckResult::Matched)
    }
}

impl EvidenceHash {
    /// The hash of evidence at hand.
    #[must_use]
    pub fn of(evidence: &[u8]) -> Self {
        use sha2::Digest;
        Self(sha2::Sha256::digest(evidence).into())
    }

    /// Reads 64 lower-case hex digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_lower = !text.bytes().any(|digit| digit.is_ascii_uppercase());
        hex::array(text).filter(|_| is_lower).map(Self)
    }
}

impl std::fmt::Display for EvidenceHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::text(&self.0))
    }
}

impl std::fmt::Debug for EvidenceHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hashes_read_back_and_nothing_else_does() {
        for check in IdentityCheck::ALL {
            assert_eq!(IdentityCheck::parse(check.name()), Some(check));
        }
        for bad in ["", "0", &"g".repeat(64), &"A".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert_eq!(EvidenceHash::parse(bad), None, "{bad}");
        }
    }
}
