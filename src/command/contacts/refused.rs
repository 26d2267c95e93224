//! Why a step of a contact change was refused, and what to do about it.

use crate::account::Proofs;
use crate::command::CodeAnswer;
use crate::types::Timestamp;
use crate::verification::SendRefused;

/// A refused step. Where a code was compared the account's budget has been charged; otherwise nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContactRefused {
    /// No contact of the account has ever given back a code, so none can agree.
    #[error("the account has no confirmed contact; confirm one first, or have support help")]
    NoConfirmedContact,
    /// It is registered already.
    #[error("this is the registered contact already; nothing is to be changed")]
    SameContact,
    /// A complete step-up with another proof is needed.
    #[error("a step-up is needed first, with another proof than the contact itself")]
    StepUpNeeded {
        /// The proofs of which one would do. Empty = the account can give none any more: the step-up that its last recovery
        /// code went into has to be passed, or, for a contact that is lost, a sign-in under way with the password proven.
        accepted: Proofs,
    },
    /// Another change cools off.
    #[error("another change comes into force at {until}; call it off first, or wait")]
    CoolingOff {
        /// From when on it may come into force.
        until: Timestamp,
    },
    /// No message could be sent.
    #[error("no code could be sent now; `retry_at` tells whether waiting helps")]
    NotSent(SendRefused),
    /// No such change: never begun, called off, or in force by now.
    #[error("no such change is under way; begin a new one")]
    NoSuchChange,
    /// It waited too long for this step.
    #[error("the change waited too long; begin a new one")]
    Expired,
    /// Another step is next.
    #[error("another step of the change is next; see its `step`")]
    WrongStep,
    /// The code was not accepted.
    #[error("the code was not accepted")]
    CodeNotAccepted(CodeAnswer),
    /// The cooling-off is not over.
    #[error("the change comes into force at {until} and not before")]
    TooEarly {
        /// From when on.
        until: Timestamp,
    },
    /// There is no contact of this kind that could be lost.
    #[error("no contact of this kind is registered; begin an ordinary change instead")]
    NothingLost,
    /// The approving agent made the check.
    #[error("the same agent cannot do both; have another one approve")]
    SameAgent,
    /// Nobody has checked yet.
    #[error("no identity check is recorded; one agent records it, another approves")]
    CheckNeeded,
    /// An identity check is recorded: by somebody else, of another kind, or for a loss that another change would push aside.
    #[error("an identity check is recorded already; go on with that change, call it off, or wait until it is dead")]
    AlreadyChecked,
    /// Only the password was proven: somebody has to see the person.
    #[error("the owner could prove no more than the password; check a document in a branch or by video")]
    CheckTooWeak,
    /// The check did not show the owner; that it was tried is on record.
    #[error("the identity check did not match; nothing goes on until one does")]
    IdentityNotProven,
    /// An agent's name that the record has no room for.
    #[error("an agent's name is longer than 64 bytes; pass a shorter one")]
    TextTooLong,
}

impl ContactRefused {
    /// The stable number, 601 to 699; never reused.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::NoConfirmedContact => 601,
            Self::SameContact => 602,
            Self::StepUpNeeded { .. } => 603,
            Self::CoolingOff { .. } => 604,
            Self::NotSent(_) => 605,
            Self::NoSuchChange => 606,
            Self::Expired => 607,
            Self::WrongStep => 608,
            Self::CodeNotAccepted(_) => 609,
            Self::TooEarly { .. } => 610,
            Self::NothingLost => 611,
            Self::SameAgent => 612,
            Self::CheckNeeded => 613,
            Self::AlreadyChecked => 614,
            Self::CheckTooWeak => 615,
            Self::TextTooLong => 616,
            Self::IdentityNotProven => 617,
        }
    }

    /// From when on the same step may succeed, if waiting helps and [may be told](SendRefused::is_wait_told).
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::CoolingOff { until } | Self::TooEarly { until } => Some(*until),
            Self::CodeNotAccepted(CodeAnswer::Blocked { until }) => Some(*until),
            Self::NotSent(refused) if refused.is_wait_told() => refused.retry_at(),
            _ => None,
        }
    }
}
