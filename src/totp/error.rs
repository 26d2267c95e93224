//! Faults and misuse. A wrong, spent or late code is an outcome, not an error.

/// Why an operation on an enrolment could not be carried out. None of these says anything about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// A number of the policy lies outside its bounds.
    #[error("the TOTP policy is out of bounds: {0}; correct the configuration")]
    InvalidPolicy(&'static str),
    /// The id is taken by the credential in force.
    #[error("the new credential has the id of the one in force; draw a fresh id")]
    DuplicateId,
    /// The code was read with another number of digits than the credential has.
    #[error("parse the typed code with {expected} digits, the number the credential has")]
    DigitsMismatch {
        /// The digits of the credential.
        expected: u8,
    },
    /// The moment lies before the credential's T0, where no step exists.
    #[error("the time is before the T0 of the credential; check the clock")]
    BeforeT0,
    /// The signing library refused a key or gave an impossible signature.
    #[error("the code could not be computed; deny the attempt and report a defect")]
    Signing,
}

impl TotpError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::InvalidPolicy(_) => 2001,
            Self::DuplicateId => 2002,
            Self::DigitsMismatch { .. } => 2003,
            Self::BeforeT0 => 2004,
            Self::Signing => 2005,
        }
    }
}

/// Why numbers are not TOTP parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// Neither 6 nor 8 digits.
    #[error("{0} digits are not supported; use 6 or 8")]
    Digits(u8),
    /// A period outside 15 to 120 seconds.
    #[error("a period of {0} s is not supported; use 15 to 120 s, best 30 s")]
    Period(u32),
    /// A T0 beyond [`T0_S_MAX`](super::T0_S_MAX) in either direction.
    #[error("T0 {0} s is further from 1970 than the year 9999; use 0")]
    T0(i64),
}

impl ParametersError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Digits(_) => 2101,
            Self::Period(_) => 2102,
            Self::T0(_) => 2103,
        }
    }
}

/// Why bytes or a text are not a usable TOTP secret. Never holds a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Fewer bits than asked for.
    #[error("the secret has {bits} bits, at least {bits_min} are needed; let the issuer make a new one")]
    TooShort {
        /// What it has.
        bits: usize,
        /// What it needs.
        bits_min: usize,
    },
    /// More than 512 bits, or an absurdly long text.
    #[error("the secret is longer than 512 bits")]
    TooLong,
    /// A character outside the base32 alphabet `A-Z2-7`, or something after the padding.
    #[error("character {position} of the secret is not base32; compare it with the issuer's display")]
    NotBase32 {
        /// Which character, counted from 1.
        position: usize,
    },
    /// The last characters do not make up whole bytes: a character was lost or mistyped.
    #[error("the secret ends in the middle of a byte; a character is missing or wrong")]
    NotCanonical,
}

impl SecretError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooShort { .. } => 2201,
            Self::TooLong => 2202,
            Self::NotBase32 { .. } => 2203,
            Self::NotCanonical => 2204,
        }
    }
}

/// Why stored data is not a TOTP state. It is corrupt: never replace it with a fresh one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Sealed bytes: none, or too many.
    #[error("the sealed secret must have 1 to 256 bytes")]
    SealedSecretSize,
    /// The credential in force and the pending one share an id.
    #[error("two credentials have the same id; the stored state is corrupt")]
    DuplicateId,
    /// Moments in an impossible order.
    #[error("the times of a credential contradict each other; the stored state is corrupt")]
    Times,
    /// A count of tries outside 1 to 10.
    #[error("the tries left are out of bounds; the stored state is corrupt")]
    TriesLeft,
    /// A last step that no clock up to the year 9999 can reach.
    #[error("the last accepted step lies beyond the end of time; the stored state is corrupt")]
    LastStep,
    /// A drift further than ±[`DRIFT_STEPS_MAX`](super::DRIFT_STEPS_MAX).
    #[error("the drift of a device is out of bounds; the stored state is corrupt")]
    Drift,
}

impl StateError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::SealedSecretSize => 2301,
            Self::DuplicateId => 2302,
            Self::Times => 2303,
            Self::TriesLeft => 2304,
            Self::LastStep => 2305,
            Self::Drift => 2306,
        }
    }
}

/// Why a key URI can not be written or read. Never holds a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriError {
    /// Longer than [`URI_BYTES_MAX`](super::URI_BYTES_MAX).
    #[error("the key URI is longer than 2048 bytes")]
    TooLong,
    /// Not `otpauth://totp/…`.
    #[error("not a key URI; it must begin with otpauth://totp/")]
    NotOtpauth,
    /// A counter-based key.
    #[error("this is a counter-based (hotp) key; ask the issuer for a time-based one")]
    Hotp,
    /// A `#` that is not written as `%23`: what follows would be lost on many readers.
    #[error("the key URI holds a bare #; write it as %23")]
    Fragment,
    /// A `%` without two hex digits after it, or bytes that are not UTF-8.
    #[error("the key URI holds a broken percent-encoding")]
    PercentEncoding,
    /// A parameter given twice; readers disagree on which one counts.
    #[error("the parameter {0} occurs twice in the key URI")]
    Duplicate(&'static str),
    /// Issuer or account is empty, longer than [`LABEL_BYTES_MAX`](super::LABEL_BYTES_MAX), begins or ends with white
    /// space, or holds `:` or a control character.
    #[error("the {0} must have 1 to 128 bytes without colon, control characters or space around it")]
    Label(&'static str),
    /// No `secret` parameter.
    #[error("the key URI holds no secret")]
    SecretMissing,
    /// The secret is not usable.
    #[error("the secret of the key URI is not usable: {0}")]
    Secret(#[from] SecretError),
    /// An algorithm other than SHA1, SHA256, SHA512.
    #[error("the key URI asks for an unknown algorithm; use SHA1, SHA256 or SHA512")]
    Algorithm,
    /// Digits other than 6 or 8.
    #[error("the key URI asks for a number of digits other than 6 or 8")]
    Digits,
    /// A period that is no number from 15 to 120.
    #[error("the key URI asks for a period outside 15 to 120 s")]
    Period,
    /// A T0 other than 0, for which key URIs have no parameter.
    #[error("a key URI can not express a T0 other than 0")]
    T0,
}

impl UriError {
    /// The stable number of this error.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::TooLong => 2401,
            Self::NotOtpauth => 2402,
            Self::Hotp => 2403,
            Self::Fragment => 2404,
            Self::PercentEncoding => 2405,
            Self::Duplicate(_) => 2406,
            Self::Label(_) => 2407,
            Self::SecretMissing => 2408,
            Self::Secret(_) => 2409,
            Self::Algorithm => 2410,
            Self::Digits => 2411,
            Self::Period => 2412,
            Self::T0 => 2413,
        }
    }
}
