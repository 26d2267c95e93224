//! Faults of the service. Every one of them means "denied, try later" to a security question, never "ok".

use crate::account::{FormatError, KeyringError, SealError};
use crate::command::Rejection;
use crate::password::{BreachFault, HashError, ParamsError, VerifyError};
use crate::store::StoreError;
use crate::verification::VerificationError;

/// Why a command got no answer. Nothing was changed, except where [`StoreError::Unknown`] says that it may have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The store gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The account's record does not open: damaged, swapped or cut. This account is denied, others are not.
    #[error("this account's record does not open: {0}")]
    Seal(SealError),
    /// The account's record opens but cannot be read.
    #[error("this account's record cannot be read: {0}")]
    Format(#[from] FormatError),
    /// A key the record was made with is missing. Never to be read as "wrong password".
    #[error(transparent)]
    KeyLost(KeyringError),
    /// The command could not be decided.
    #[error(transparent)]
    Rejected(Rejection),
    /// Others kept changing the same account.
    #[error("the account is busy; try again")]
    Busy,
    /// The numbers in the settings contradict each other.
    #[error("the settings cannot be used: {0}")]
    Settings(ParamsError),
    /// A password could not be compared: no memory left, a lost pepper, a damaged hash. Never "wrong password".
    #[error(transparent)]
    Verify(VerifyError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The list of breached passwords gave no answer. Nothing was set.
    #[error(transparent)]
    Breach(#[from] BreachFault),
    /// The policy asks for a list of breached passwords and the service has none.
    #[error("the password policy refuses breached passwords, but the service has no list of them; give it one")]
    NoBreachList,
    /// No randomness.
    #[error("the system has no randomness to offer; try again later")]
    NoEntropy,
    /// The same transaction id, or the same operation id, was used for something else before.
    #[error("this id was used for something else before; use a new id")]
    IdReused,
}

impl ServiceError {
    /// Stable number for logs and other languages. Numbers are never reused.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Store(StoreError::Busy) | Self::Busy => 9001,
            Self::Store(StoreError::Unavailable(_)) => 9002,
            Self::Store(StoreError::Full) => 9003,
            Self::Store(StoreError::ReadOnly) => 9004,
            Self::Store(StoreError::Corrupt(_)) => 9005,
            Self::Store(StoreError::Unsupported(_)) => 9006,
            Self::Store(StoreError::KeyLost) | Self::KeyLost(_) => 9007,
            Self::Store(StoreError::Unknown) => 9008,
            Self::Store(StoreError::TooLarge) => 9009,
            Self::Store(StoreError::StateLost) => 9018,
            Self::Store(StoreError::Unsafe(_)) => 9019,
            Self::Seal(_) => 9010,
            Self::Format(_) => 9011,
            Self::Rejected(_) => 9012,
            Self::NoEntropy => 9013,
            Self::IdReused => 9014,
            Self::Settings(_) => 9015,
            Self::Verify(_) => 9016,
            Self::Hash(_) => 9017,
            Self::Breach(_) => 9030,
            Self::NoBreachList => 9031,
        }
    }
}

impl From<SealError> for ServiceError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Key(lost) => Self::KeyLost(lost),
            other => Self::Seal(other),
        }
    }
}

impl From<VerifyError> for ServiceError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::UnknownPepper(id) => Self::KeyLost(KeyringError::KeyLost(id)),
            other => Self::Verify(other),
        }
    }
}

impl From<KeyringError> for ServiceError {
    fn from(error: KeyringError) -> Self {
        Self::KeyLost(error)
    }
}

impl From<Rejection> for ServiceError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Key(lost) | Rejection::Seal(SealError::Key(lost)) => Self::KeyLost(lost),
            Rejection::Verification(VerificationError::KeyLost(id)) => Self::KeyLost(KeyringError::KeyLost(id)),
            other => Self::Rejected(other),
        }
    }
}
