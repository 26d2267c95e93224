//! Why a freeze was not placed or not lifted, and what to do about it.

use super::Authority;
use crate::types::Timestamp;

/// A refused act on freezes. The account's freezes are unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FreezeError {
    /// The actor's rank is too low.
    #[error("not authorised: this needs the authority `{needs}` or a higher one")]
    NotAuthorised {
        /// The lowest authority that could.
        needs: Authority,
    },
    /// The owner lifts an own freeze only after proving two factors: `Service::lift_own_freeze` takes the password typed again
    /// and the ticket of a complete step-up.
    #[error(
        "step-up needed: have the owner prove two factors, then call `lift_own_freeze` with the password and the ticket"
    )]
    StepUpNeeded,
    /// Both factors were enrolled too recently: a thief may have enrolled them.
    #[error("the owner's factors are too new; lift from {enough_at} on, or have two agents lift")]
    FactorTooNew {
        /// When the older of the two is old enough.
        enough_at: Timestamp,
    },
    /// Dual control: no live request by another agent stands.
    #[error("a second agent is needed: one calls `request_lift`, another calls `lift` before the request dies")]
    SecondAgentNeeded,
    /// The approving agent asked for the lift, or placed the freeze.
    #[error("the same agent cannot do both; have another one approve")]
    SameAgent,
    /// A request by another agent, or on another release, is open.
    #[error("this lift is already requested; approve it with `lift`, or wait until the request is dead")]
    LiftAlreadyRequested,
    /// A court's freeze is lifted only against its release.
    #[error("a release is needed: pass the case reference of the order that ends the freeze")]
    ReleaseNeeded,
    /// The two agents looked at different papers.
    #[error("the release differs from the one requested; compare the papers and request again")]
    ReleaseDiffers,
    /// No such freeze, or none this actor may know of.
    #[error("no such freeze on this account; list the freezes and name one by its id")]
    NotFound,
    /// Someone lifted it before.
    #[error("the freeze was lifted at {at}; nothing is left to do")]
    AlreadyLifted {
        /// When it was lifted.
        at: Timestamp,
    },
    /// Its time ran out before.
    #[error("the freeze ended by itself at {at}; nothing is left to do")]
    Expired {
        /// When it ended: its `until`.
        at: Timestamp,
    },
    /// No room for another freeze of this authority.
    #[error("too many freezes: at most {most} of this authority stand at once; lift one or let it end")]
    TooMany {
        /// The bound that was met.
        most: usize,
    },
    /// A freeze that closes nothing.
    #[error("a freeze must close something; name at least one scope")]
    NoScopes,
    /// It would begin in the past, or end before it begins.
    #[error("the term is wrong: a freeze begins now or later and ends after it begins")]
    BadTerm,
    /// Longer than policy allows for the reason, or without an end.
    #[error("the term is too long: for this reason it must end within {longest_ms} ms")]
    TermTooLong {
        /// The longest term, in milliseconds.
        longest_ms: u64,
    },
    /// A public authority's freeze and the reason `other` need a reference.
    #[error("a case reference is needed for this reason or authority")]
    CaseRefNeeded,
    /// Told where the law forbids it, or hidden from the owner who placed it.
    #[error("this disclosure is not allowed: a money-laundering review is neutral, an owner's own freeze is told")]
    DisclosureNotAllowed,
    /// Pending payments let go on an authority whose freezes must hold them.
    #[error("a freeze on this authority holds pending payments; ask with `HoldPending`, or on a lower authority")]
    PendingMustHold,
    /// Staff acts on an owner's freeze without having checked who asks.
    #[error("an identity check is needed: check who asks, and pass how and with what evidence")]
    IdentityCheckNeeded,
    /// The check failed: whoever asks is not shown to be the owner.
    #[error("the identity check did not match; nothing is lifted, and the failed check is on record")]
    IdentityNotProven,
    /// An actor or case reference longer than the record has room for.
    #[error("an actor or case reference is longer than 64 bytes; pass a shorter one")]
    TextTooLong,
    /// The idempotency key belongs to a request with other content.
    #[error("the key was used for another request; use a new key for a new freeze")]
    KeyConflict,
    /// The id names a freeze already.
    #[error("the id is taken; draw a new one and check the random source")]
    IdInUse,
    /// A scope's name is unknown.
    #[error("unknown scope; use sign-in, pay-out, receive, change-profile, change-factors, all or none")]
    UnknownScope,
    /// Stored freezes break a rule of theirs; never treat them as no freezes.
    #[error("the stored freezes are not valid: {0}; keep the account closed and restore the record")]
    Corrupt(&'static str),
}

impl FreezeError {
    /// From when on the same call may succeed, if waiting helps.
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::FactorTooNew { enough_at } => Some(*enough_at),
            _ => None,
        }
    }

    /// The stable number, 501 to 599; never reused.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::NotAuthorised { .. } => 501,
            Self::StepUpNeeded => 502,
            Self::FactorTooNew { .. } => 503,
            Self::SecondAgentNeeded => 504,
            Self::SameAgent => 505,
            Self::LiftAlreadyRequested => 506,
            Self::ReleaseNeeded => 507,
            Self::ReleaseDiffers => 508,
            Self::NotFound => 509,
            Self::AlreadyLifted { .. } => 510,
            Self::Expired { .. } => 511,
            Self::TooMany { .. } => 512,
            Self::NoScopes => 513,
            Self::BadTerm => 514,
            Self::TermTooLong { .. } => 515,
            Self::CaseRefNeeded => 516,
            Self::DisclosureNotAllowed => 517,
            Self::TextTooLong => 518,
            Self::KeyConflict => 519,
            Self::IdInUse => 520,
            Self::UnknownScope => 521,
            Self::Corrupt(_) => 523,
            Self::PendingMustHold => 524,
            Self::IdentityCheckNeeded => 525,
            Self::IdentityNotProven => 526,
        }
    }
}
