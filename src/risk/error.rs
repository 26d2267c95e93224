//! Faults of the risk feature. A suspicious payment is no fault: it is an [`Outcome`](super::Outcome).

/// Why a risk policy is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
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
    #[error("a window is 1 ms to 30 days; write at most \"30d\"")]
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
    /// More than [`CUSTOM_RULES_MAX`](super::custom::CUSTOM_RULES_MAX) custom rules.
    #[error("at most 32 custom rules; merge some or drop those that are off")]
    TooManyRules,
    /// Two rules with one id.
    #[error("another rule has this id already; give each rule its own")]
    DuplicateRule,
    /// A rule without a condition, or with more than [`CONDITIONS_MAX`](super::custom::CONDITIONS_MAX).
    #[error("a rule has 1 to 8 conditions; split it")]
    Conditions,
    /// A rule that gives neither points nor a least outcome.
    #[error("this rule would change nothing: give it points_db, min_outcome, or both")]
    IdleRule,
    /// A hard limit with points, or with a floor that does not hold.
    #[error("a rule in the group `limit` is a hard limit: leave out points_db, and let min_outcome be hold or more")]
    HardRule,
    /// Facts about the record are found, not ruled.
    #[error("no custom rule can be in the group `record`; choose the group its points are capped with")]
    RecordGroup,
    /// A note too long, or with control characters.
    #[error("a note is one line of at most 200 bytes")]
    Note,
    /// A window on a feature that has none.
    #[error("this feature looks back over no window; leave `window` out")]
    FeatureWindow,
    /// No window on a feature that has one.
    #[error("this feature looks back over a window; add one of at most 30d, e.g. `window` with the value \"1h\"")]
    WindowMissing,
    /// A value that its feature can never satisfy.
    #[error("this condition can never hold: the feature goes from {lowest} to {highest}")]
    OutOfReach {
        /// The least value.
        lowest: i64,
        /// The greatest value.
        highest: i64,
    },
    /// Two conditions of one rule that exclude each other.
    #[error("this condition excludes an earlier one on the same feature, so the rule can never fire")]
    Contradiction,
    /// An order on something that has none.
    #[error("kinds and countries have no order: compare them with == or !=")]
    Unordered,
    /// A class limit without a limit or without a class.
    #[error("a class limit needs a class (payee, kind or both) and at least one limit")]
    EmptyClass,
    /// More than [`CLASS_LIMITS_MAX`](super::class_limit::CLASS_LIMITS_MAX) class limits.
    #[error("at most 8 class limits; merge some")]
    TooManyClasses,
    /// A class limit above the account's own, which would stop the payment before.
    #[error("this class limit can never be reached: the account's own limit is lower")]
    ClassAboveAccount,
    /// More than [`LIST_ENTRIES_MAX`](super::lists::LIST_ENTRIES_MAX) entries on a list.
    #[error("a list has at most 100000 entries")]
    ListTooLong,
    /// An expression in a build that cannot read them.
    #[error(
        "this build reads no expressions: enable the feature `expr` of account-security, or write conditions instead"
    )]
    NoExpressions,
    /// An expression that cannot be used.
    #[error("at character {character} of the expression: {why}")]
    Expression {
        /// Which character, counted from 1.
        character: u16,
        /// What is wrong there.
        why: &'static str,
    },
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
    /// A payment in another currency than the account's.
    #[error("the payment has another currency than the account; its sums are kept in one, so it cannot be counted")]
    OtherCurrency,
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
            Self::TooManyRules => 5_112,
            Self::DuplicateRule => 5_113,
            Self::Conditions => 5_114,
            Self::IdleRule => 5_115,
            Self::HardRule => 5_116,
            Self::RecordGroup => 5_117,
            Self::Note => 5_118,
            Self::FeatureWindow => 5_119,
            Self::OutOfReach { .. } => 5_120,
            Self::Contradiction => 5_121,
            Self::Unordered => 5_122,
            Self::EmptyClass => 5_123,
            Self::TooManyClasses => 5_124,
            Self::ClassAboveAccount => 5_125,
            Self::ListTooLong => 5_126,
            Self::NoExpressions => 5_127,
            Self::Expression { .. } => 5_128,
            Self::WindowMissing => 5_129,
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
            Self::OtherCurrency => 5_004,
        }
    }
}
