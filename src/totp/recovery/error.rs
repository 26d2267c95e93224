//! Faults and misuse around recovery codes. A wrong or spent code is an outcome, not an error.

use crate::types::KeyId;

/// Why a typed text is no recovery code. None of these uses up a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    /// Longer than [`RECOVERY_CODE_BYTES_MAX`](super::RECOVERY_CODE_BYTES_MAX).
    #[error("the text is too long for a recovery code; type one code only")]
    TooLong,
    /// A character that is neither of the alphabet nor a separator.
    #[error("a recovery code has the digits 0 to 9 and the letters A to Z without U; compare it with your copy")]
    ForeignCharacter,
    /// Not 24 characters.
    #[error("a recovery code has 24 characters; compare it with your copy")]
    WrongLength,
}

impl RecoveryCodeError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooLong => 2501,
            Self::ForeignCharacter => 2502,
            Self::WrongLength => 2503,
        }
    }
}

/// Why a set could not be made or a code not be judged. None of these says anything about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// A key of fewer than 32 bytes.
    #[error("a key for recovery codes must have at least 32 bytes of strong randomness")]
    KeyUnusable,
    /// The key given is not the one that made the tags of the set.
    #[error("the recovery codes were made with key {0:?}; give that key, or have the owner draw new codes")]
    OtherKey(KeyId),
    /// The generator gave the same code twice.
    #[error("the source of randomness repeats itself; no recovery codes were made, report a defect")]
    RandomnessFailed,
}

impl RecoveryError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::KeyUnusable => 2511,
            Self::OtherKey(_) => 2512,
            Self::RandomnessFailed => 2513,
        }
    }
}

/// Why stored data is not a set of recovery codes. It is corrupt: never replace it with a fresh one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoverySetError {
    /// More than ten codes, codes without a generation, or a generation without codes.
    #[error("the number of recovery codes is impossible; the stored state is corrupt")]
    CodeCount,
    /// One tag twice.
    #[error("two recovery codes are the same; the stored state is corrupt")]
    DuplicateCode,
    /// A code spent before it was made, or a sign-in without a spent code.
    #[error("the times of the recovery codes contradict each other; the stored state is corrupt")]
    Times,
}

impl RecoverySetError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::CodeCount => 2521,
            Self::DuplicateCode => 2522,
            Self::Times => 2523,
        }
    }
}
