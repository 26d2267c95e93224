//! Faults of the risk feature. A suspicious payment is no fault: it is an [`Outcome`](super::Outcome).

/// Why a risk policy is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Written for another version of this library.
    #[error("schema_version must be {SCHEMA}; convert the policy or update the library", SCHEMA = super::policy::SCHEMA_VERSION)]
    SchemaVersion,
    /// A larger limit is below a smaller one, so the larger window could never be reached.
    #[error("limits must not shrink: transaction <= day <= week <= month; fix the one that is smaller than its left")]
    LimitsShrink,
    /// A limit of nothing would hold every payment.
    #[error("a limit or threshold of 0 holds everything; leave it out to switch it off, or freeze the account instead")]
    ZeroLimit,
    /// More than [`VELOCITY_RULES_MAX`](super::policy::VELOCITY_RULES_MAX) velocity rules.
    #[error("at most 8 velocity rules; merge some")]
    TooManyVelocityRules,
    /// A window of zero or beyond thirty days, or beyond what the measure is remembered for.
    #[error("a window must be 1 ms to 30 days")]
    Window,
    /// A count of payees, devices or attempts that sixteen remembered events cannot reach.
    #[error(
        "distinct payees, distinct devices, attempts and card-test or structuring counts see sixteen events; use a threshold below 16"
    )]
    Unreachable,
    /// More points than one rule may give.
    #[error("a rule gives at most 60 decibans; lower its points")]
    Points,
    /// A cap per group outside 1 to 60 decibans.
    #[error("group_cap_db must be 1 to 60")]
    GroupCap,
    /// Bands not in ascending order, or not above zero.
    #[error("bands must satisfy 0 < step_up_from < hold_from < freeze_from <= 30000 millibans")]
    Bands,
    /// A share, rate or duration of a belief outside its range.
    #[error("{0} is out of range; see its documentation")]
    Belief(&'static str),
    /// The policy could not be encoded for its hash.
    #[error("the policy could not be hashed; report this as a defect")]
    Hash,
}

/// Why an assessment could not be made. None of these changes the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RiskError {
    /// The policy contradicts itself.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// An offset from UTC no place on earth has.
    #[error("local_offset_min {0} is beyond 18 hours; pass the minutes east of UTC that hold at the payment's time")]
    OffsetOutOfRange(i32),
    /// A payment of a batch names a profile that is not there.
    #[error("the batch has no profile number {0}; pass one profile for each account it names")]
    NoSuchAccount(usize),
    /// Stored bytes that no version of this library wrote.
    #[error("the stored risk profile is corrupt: {0}; restore it, never replace it by an empty one")]
    CorruptProfile(&'static str),
}

impl PolicyError {
    /// The stable number, 5101 and up.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::SchemaVersion => 5_101,
            Self::LimitsShrink => 5_102,
            Self::ZeroLimit => 5_103,
            Self::TooManyVelocityRules => 5_104,
            Self::Window => 5_105,
            Self::Unreachable => 5_106,
            Self::Points => 5_107,
            Self::GroupCap => 5_108,
            Self::Bands => 5_109,
            Self::Belief(_) => 5_110,
            Self::Hash => 5_111,
        }
    }
}

impl RiskError {
    /// The stable number, 5001 and up; a policy fault keeps its own.
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Policy(fault) => fault.code(),
            Self::OffsetOutOfRange(_) => 5_001,
            Self::CorruptProfile(_) => 5_002,
            Self::NoSuchAccount(_) => 5_003,
        }
    }
}
