//! What can be wrong with a call, as opposed to what can be wrong with a code. Numbers are stable: 3000 to 3099.

use crate::types::KeyId;

/// A fault: nothing was decided, nothing may be stored, the answer to the customer is "try later".
///
/// A wrong, old, expired or spent code is never an error; see [`VerifyOutcome`](super::VerifyOutcome).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerificationError {
    /// The key that made a stored tag is not among the keys given.
    #[error("code key {} is missing; put it back into the retired keys for at least ten minutes after a rotation", .0.0)]
    KeyLost(KeyId),
    /// A key is shorter than 32 or longer than 64 bytes.
    #[error("a code key needs 32 to 64 bytes from a cryptographic generator")]
    KeyUnusable,
    /// Two keys share one id, or more keys than [`RETIRED_KEYS_MAX`](super::RETIRED_KEYS_MAX) are retired.
    #[error("the code keys are ambiguous or too many; give each key its own id and drop those older than an hour")]
    KeysUnusable,
    /// The generator repeated itself; a code drawn from it could be guessed.
    #[error("the random generator is stuck; no code was made, replace the generator")]
    RandomnessFailed,
    /// A number of the policy lies outside what the norms allow.
    #[error("policy number out of range: {0}")]
    PolicyOutOfRange(&'static str),
    /// The purpose asks for another binding, or the destination and the binding contradict each other.
    #[error(
        "this purpose needs another binding: Payment for a payment, NewContact for a contact, else Session or None"
    )]
    BindingMismatch,
}

impl VerificationError {
    /// The stable number of the fault.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::KeyLost(_) => 3001,
            Self::KeyUnusable => 3002,
            Self::KeysUnusable => 3003,
            Self::RandomnessFailed => 3004,
            Self::PolicyOutOfRange(_) => 3005,
            Self::BindingMismatch => 3006,
        }
    }
}

/// Why stored bytes are not a list of challenges. A record that says so is corrupt and must not be replaced by a fresh one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// More than one challenge for a purpose, or two with one id.
    #[error("corrupt challenges: two for one purpose or with one id; restore the record, do not reset it")]
    Duplicate,
    /// A count lies outside its limit.
    #[error("corrupt challenge: a count is out of range; restore the record, do not reset it")]
    Count,
    /// The times are not in order or span more than ten minutes.
    #[error("corrupt challenge: times out of order; restore the record, do not reset it")]
    Times,
    /// The masked destination is empty, too long or holds a control character.
    #[error("corrupt challenge: masked destination; restore the record, do not reset it")]
    Masked,
    /// A send budget's slots are out of order or too many.
    #[error("corrupt send budget; restore the record, do not reset it")]
    Budget,
}

impl StateError {
    /// The stable number of the fault.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Duplicate => 3021,
            Self::Count => 3022,
            Self::Times => 3023,
            Self::Masked => 3024,
            Self::Budget => 3025,
        }
    }
}

/// Why a text is not a phone number or an e-mail address a code may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// Not `+` and 8 to 15 digits, the first of them 1 to 9 (ITU-T E.164).
    #[error("not an international phone number; write + and 8 to 15 digits, no spaces")]
    Phone,
    /// Not a plain `name@host.tld` of at most 254 bytes.
    #[error("not a plain e-mail address of at most 254 ASCII characters")]
    Email,
}

impl DestinationError {
    /// The stable number of the fault.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Phone => 3031,
            Self::Email => 3032,
        }
    }
}

/// Why something cannot be bound into a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// Empty, longer than [`BOUND_TEXT_BYTES_MAX`](super::BOUND_TEXT_BYTES_MAX) or with a control character.
    #[error("the text must have 1 to 256 bytes and no control character")]
    Text,
    /// The payee's account has no letter or digit, so the message could not name it.
    #[error("the payee's account needs a letter or digit to show in the message")]
    NothingToShow,
    /// A payment of less than nothing.
    #[error("the amount is negative; the direction of a payment is not a sign")]
    NegativeAmount,
}

impl BindingError {
    /// The stable number of the fault.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Text => 3041,
            Self::NothingToShow => 3042,
            Self::NegativeAmount => 3043,
        }
    }
}

/// Why a message cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The brand has no letter or digit left once unsafe characters are gone.
    #[error("the sender's brand needs a letter or digit")]
    Brand,
    /// Not a lower-case host name with a dot.
    #[error("the origin must be a host name such as example.com, without scheme, port or path")]
    Origin,
    /// Not the 11 Base64 characters that name an Android app.
    #[error("the Android app hash has exactly 11 Base64 characters")]
    AppHash,
    /// Longer than the 140 bytes Android reads.
    #[error("the message has {0} bytes; Android's SMS Retriever reads at most 140")]
    TooLongForRetriever(usize),
}

impl MessageError {
    /// The stable number of the fault.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Brand => 3051,
            Self::Origin => 3052,
            Self::AppHash => 3053,
            Self::TooLongForRetriever(_) => 3054,
        }
    }
}
