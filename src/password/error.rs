//! What can go wrong with a password apart from being wrong or weak. Every variant says what to do.

use crate::types::KeyId;

/// Why bytes are not a [`Password`](super::Password).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// More than [`BYTES_MAX`](super::secret::BYTES_MAX) bytes. Refused, never cut.
    #[error("the password is longer than 1024 bytes; ask for a shorter one")]
    TooLong,
}

/// Why numbers are not a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Written by a newer release of this library.
    #[error("the policy has version {0}; this release reads version 1, update the library")]
    Version(u16),
    /// A number outside its range, or two numbers that no password can satisfy together.
    #[error("the policy's {0} is out of range or cannot be met together with its other numbers; correct it")]
    OutOfRange(&'static str),
}

/// Why words are not a [`UserContext`](super::UserContext).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// More than [`WORDS_MAX`](super::context::WORDS_MAX) words.
    #[error("more than 16 user words; pass the most personal ones")]
    TooManyWords,
    /// A word of more than [`WORD_CODE_POINTS_MAX`](super::context::WORD_CODE_POINTS_MAX) code points.
    #[error("user word {0} is longer than 64 characters; pass its parts")]
    WordTooLong(usize),
}

/// Why numbers are not hashing costs or a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// Argon2 itself does not allow it: `m >= 8 p`, `t >= 1`, `p >= 1`, salt 16 to 64 bytes, tag 16 to 64 bytes.
    #[error("the cost {0} is outside what argon2 or this library allows")]
    OutOfRange(&'static str),
    /// Own hashes would be refused at sign-in.
    #[error("the cost {0} is above the verify ceiling; raise the ceiling or lower the cost")]
    AboveCeiling(&'static str),
    /// The memory budget does not hold a single hash of the current costs.
    #[error("the memory budget is smaller than one hash needs; raise it to at least m_kib")]
    BudgetTooSmall,
}

/// Why keys are not a pepper ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PepperError {
    /// More than [`PEPPERS_MAX`](super::pepper::PEPPERS_MAX) keys.
    #[error("more than 16 peppers; retire the keys no record names any more")]
    TooMany,
    /// Two keys with one id.
    #[error("pepper {0:?} is given twice; key ids must be unique")]
    Duplicate(KeyId),
    /// A key of fewer than 16 or more than 64 bytes.
    #[error("pepper {0:?} must be 16 to 64 bytes long")]
    Length(KeyId),
    /// The current key is not in the ring.
    #[error("the current pepper {0:?} is not in the ring; add it first")]
    CurrentMissing(KeyId),
}

/// Why a text is not a stored hash this library will work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhcError {
    /// Not the shape of a PHC string; names the part. The record is damaged or was never a hash.
    #[error("the stored hash is malformed at its {0}; restore the record or have the password reset")]
    Malformed(&'static str),
    /// A PHC string of something else than argon2id, argon2i or argon2d.
    #[error("the stored hash is not argon2; verify it with its own library and re-hash")]
    UnsupportedAlgorithm,
    /// A version other than 16 and 19.
    #[error("the stored hash has an unknown argon2 version; update the library")]
    UnsupportedVersion,
    /// A parameter other than `m`, `t`, `p` and `keyid`, e.g. `data`.
    #[error("the stored hash has a parameter this library does not support; verify it with the library that wrote it")]
    UnsupportedParameter,
    /// A cost or length above the ceiling; names it. Nothing was allocated.
    #[error("the stored hash's {0} is above the verify ceiling; raise the ceiling if the record is genuine")]
    OverCeiling(&'static str),
}

/// Why a password could not be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The ring's current key id has no key.
    #[error("pepper {0:?} is current but missing from the ring; load it")]
    UnknownPepper(KeyId),
    /// The memory budget is in use by other hashes, and every place in the queue is taken.
    #[error("all hashing memory is in use and the queue is full; answer 'try again later' and do not count an attempt")]
    Busy,
    /// More memory than the permit or the whole budget holds.
    #[error("the hash needs more memory than was granted; ask for a permit for this record, or raise the budget")]
    OverBudget,
    /// The operating system gave no memory.
    #[error("no memory for hashing; lower the costs or the budget")]
    OutOfMemory,
    /// The engine refused its input although it was checked. Should never be seen.
    #[error("the hashing engine refused checked input; report this")]
    Engine,
}

/// Why no costs were found for this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// Not 1 to [`TARGET_MS_MAX`](super::calibrate::TARGET_MS_MAX) milliseconds.
    #[error("the time of a hash must be 1 to 10000 milliseconds; servers usually choose 50 to 500")]
    TargetOutOfRange,
    /// Less memory than OWASP's smallest minimum.
    #[error("a hash needs at least 7 MiB (7168 KiB); allow it more memory")]
    MemoryTooSmall,
    /// A hash could not be computed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

/// Why a password could not be verified. None of these says that the password is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The stored text is damaged, unsupported or above the ceiling.
    #[error(transparent)]
    Stored(#[from] PhcError),
    /// The record names a pepper the ring does not hold: an alarm for operators, not a wrong password.
    #[error("the record needs pepper {0:?}, which is not in the ring; load the key, reset nobody")]
    UnknownPepper(KeyId),
    /// The memory budget is in use by other hashes, and every place in the queue is taken.
    #[error("all hashing memory is in use and the queue is full; answer 'try again later' and do not count an attempt")]
    Busy,
    /// More memory than the permit or the whole budget holds.
    #[error("the hash needs more memory than was granted; ask for a permit for this record, or raise the budget")]
    OverBudget,
    /// The operating system gave no memory.
    #[error("no memory for hashing; lower the budget or the ceiling")]
    OutOfMemory,
    /// The engine refused its input although it was checked. Should never be seen.
    #[error("the hashing engine refused checked input; report this")]
    Engine,
}

/// Why no password could be offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuggestError {
    /// A length the policy does not allow.
    #[error("the policy allows {least} to {most} characters; choose a length between them")]
    Length {
        /// Fewest characters.
        least: u16,
        /// Most characters.
        most: u16,
    },
    /// Too few words to be safe, or more than fit.
    #[error("a phrase has 4 to 12 words; choose a number between them")]
    Words,
    /// None of many candidates was acceptable.
    #[error(
        "the policy refuses nearly everything random; ask for another length or number of words, or correct the policy"
    )]
    Unmet,
}

/// Why bytes are not a stored password state, or a new one cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A hash text that is empty, longer than 512 bytes or not printable ASCII.
    #[error("a stored hash is not 1 to 512 bytes of printable ASCII; the record is corrupt")]
    HashText,
    /// More former hashes than [`HISTORY_MAX`](super::policy::HISTORY_MAX) less the current one.
    #[error("the password history is longer than any policy allows; the record is corrupt")]
    HistoryTooLong,
}

impl PasswordError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooLong => 1001,
        }
    }
}

impl PolicyError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Version(_) => 1101,
            Self::OutOfRange(_) => 1102,
        }
    }
}

impl ContextError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooManyWords => 1201,
            Self::WordTooLong(_) => 1202,
        }
    }
}

impl ParamsError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::OutOfRange(_) => 1301,
            Self::AboveCeiling(_) => 1302,
            Self::BudgetTooSmall => 1303,
        }
    }
}

impl PepperError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooMany => 1401,
            Self::Duplicate(_) => 1402,
            Self::Length(_) => 1403,
            Self::CurrentMissing(_) => 1404,
        }
    }
}

impl PhcError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Malformed(_) => 1501,
            Self::UnsupportedAlgorithm => 1502,
            Self::UnsupportedVersion => 1503,
            Self::UnsupportedParameter => 1504,
            Self::OverCeiling(_) => 1505,
        }
    }
}

impl HashError {
    /// The stable number. Shared with [`VerifyError`] where both say the same.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::UnknownPepper(_) => 1601,
            Self::Busy => 1602,
            Self::OutOfMemory => 1603,
            Self::Engine => 1604,
            Self::OverBudget => 1605,
        }
    }
}

impl CalibrationError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TargetOutOfRange => 1801,
            Self::MemoryTooSmall => 1802,
            Self::Hash(fault) => fault.code(),
        }
    }
}

impl VerifyError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Stored(stored) => stored.code(),
            Self::UnknownPepper(_) => 1601,
            Self::Busy => 1602,
            Self::OutOfMemory => 1603,
            Self::Engine => 1604,
            Self::OverBudget => 1605,
        }
    }
}

impl StateError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::HashText => 1701,
            Self::HistoryTooLong => 1702,
        }
    }
}

impl SuggestError {
    /// The stable number.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Length { .. } => 1901,
            Self::Words => 1902,
            Self::Unmet => 1903,
        }
    }
}

impl From<HashError> for VerifyError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::UnknownPepper(id) => Self::UnknownPepper(id),
            HashError::Busy => Self::Busy,
            HashError::OverBudget => Self::OverBudget,
            HashError::OutOfMemory => Self::OutOfMemory,
            HashError::Engine => Self::Engine,
        }
    }
}
