//! The unit of evidence, the outcomes, and an assessment with its reasons.

use serde::{Deserialize, Serialize};

use super::fixed::{Belief, i32_saturating};
use super::reasons::Reasons;
use super::snooze::Asleep;
use super::tra::TraFactors;
use crate::types::ReasonCode;

/// Most reasons one assessment can hold: every rule of the closed vocabulary at once, so none is ever dropped and the
/// sum stays exact.
pub const REASONS_MAX: usize = 104;

/// Evidence: 1000 millibans (1 ban) multiply the odds by ten, 100 make a deciban.
///
/// The unit is Turing's and Good's. It is fine enough that a file of payments is ranked with few ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Millibans(pub i32);

impl Millibans {
    /// Evidence from decibans.
    #[must_use]
    pub fn from_decibans(decibans: u16) -> Self {
        Self(i32::from(decibans) * 100)
    }
}

impl std::ops::Add for Millibans {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Millibans {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Millibans {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self(0), |sum, more| sum + more)
    }
}

impl std::fmt::Display for Millibans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} mB", self.0)
    }
}

/// What to do with the payment, in ascending order of severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Outcome {
    /// Let it pass.
    #[default]
    Allow = 0,
    /// Let it pass after one more proof by the owner. Counts as spend: an abandoned step-up over-counts, never under.
    StepUp = 1,
    /// Keep it for a review. Counts as an attempt, not as spend.
    Hold = 2,
    /// Keep it, and ask the freezing feature to freeze the account. At least two independent groups say so, or a deny list.
    FreezeRecommended = 3,
}

impl Outcome {
    /// Every outcome, the mildest first.
    pub const ALL: [Self; 4] = [Self::Allow, Self::StepUp, Self::Hold, Self::FreezeRecommended];

    /// The stable name, as files and reports write it, e.g. `step_up`.
    ///
    /// ```
    /// use account_security::risk::Outcome;
    /// assert_eq!(Outcome::ALL.map(Outcome::name), ["allow", "step_up", "hold", "freeze_recommended"]);
    /// ```
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::StepUp => "step_up",
            Self::Hold => "hold",
            Self::FreezeRecommended => "freeze_recommended",
        }
    }
}

/// Findings that share a cause share a group; the points of a group are capped so that one cause is not counted twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ReasonGroup {
    /// Hard limits; they carry no points but hold the payment.
    Limit = 0,
    /// How many, how much, to how many.
    Velocity = 1,
    /// Amounts against the account's own.
    Amount = 2,
    /// New device, payee, country.
    Novelty = 3,
    /// Places and the time between them.
    Location = 4,
    /// Known patterns of fraud.
    Pattern = 5,
    /// What is known of the payee.
    Payee = 6,
    /// What the caller knows of the session and the credentials.
    Session = 7,
    /// Facts about the record itself: late, doubled, wrong currency.
    Record = 8,
}

pub(super) const GROUPS: usize = 9;

/// One finding, with what was seen and what would have been ordinary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which finding.
    pub code: ReasonCode,
    /// The evidence it adds; negative when it speaks for the payment.
    pub points: Millibans,
    /// The group it is capped with.
    pub group: ReasonGroup,
    /// True for a rule on trial or asleep: its points are told but not counted.
    pub shadow: bool,
    /// True for a rule that sleeps on this account, see [`snooze`](super::snooze()); then `shadow` is true as well.
    pub snoozed: bool,
    /// For [`ReasonCode::CustomRule`] one more than the rule's place in [`RiskPolicy::rules`](super::RiskPolicy), for a
    /// limit one more than the class limit's place; 0 otherwise. The policy hash says in which policy.
    pub rule: u8,
    /// False when a window was bounded from above by whole buckets; `observed` is never too low.
    pub exact: bool,
    /// What was seen, in the rule's own unit.
    pub observed: i64,
    /// What it was measured against, in the same unit.
    pub threshold: i64,
    /// The window looked at, in milliseconds; 0 when the rule has none.
    pub window_ms: u64,
}

/// What an assessment found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// The sum of the points of all reasons that are not on trial, exactly. 0 is an average payment.
    pub score: Millibans,
    /// What to do.
    pub outcome: Outcome,
    /// Every finding that gave points, asked for an outcome or is worth a note; at most [`REASONS_MAX`].
    pub reasons: Reasons,
    /// Set when the same payment came before: this is the first answer again, `reasons` name no points.
    pub repeated: Option<FirstAnswer>,
    /// How well the account side alone explains a fraud; keep it for [`PayeeBelief::learn`](super::PayeeBelief::learn).
    pub own_evidence: Belief,
    /// Which policy decided ([`CheckedPolicy::content_hash`](super::CheckedPolicy::content_hash)).
    pub policy_hash: u64,
    /// Which of the findings that forbid the exemption for low-risk payments were looked for at all.
    pub looked_at: TraFactors,
}

/// The remembered answer to a transaction id that came again with the same content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstAnswer {
    /// The first score.
    pub score: Millibans,
    /// The first outcome.
    pub outcome: Outcome,
    /// The codes of its two strongest reasons.
    pub strongest: [Option<ReasonCode>; 2],
}

/// Collects reasons and keeps the sum honest.
#[derive(Debug)]
pub(super) struct Findings {
    reasons: Reasons,
    group_points: [i32; GROUPS],
    cap: i32,
    floor: Outcome,
    asleep: Asleep,
}

impl Findings {
    pub(super) fn new(cap: Millibans, asleep: Asleep) -> Self {
        let reasons = Reasons::default();
        Self { reasons, group_points: [0; GROUPS], cap: cap.0, floor: Outcome::Allow, asleep }
    }

    /// Adds a finding whose positive points count only as far as its group's cap allows; false if it does not count.
    pub(super) fn add(&mut self, mut reason: Reason) -> bool {
        reason.snoozed = self.asleep.has(&reason);
        reason.shadow |= reason.snoozed;
        if !reason.shadow {
            let held = self.group_points.get_mut(reason.group as usize);
            if let Some(held) = held {
                // The payee is the other explanation, bounded by the belief itself: capping it would tie the worst.
                let room = if reason.group == ReasonGroup::Payee { i32::MAX } else { (self.cap - *held).max(0) };
                let points = reason.points.0.min(room);
                *held += points;
                reason.points = Millibans(points);
            }
        }
        self.reasons.push(reason);
        !reason.shadow
    }

    /// Adds a finding without points.
    pub(super) fn note(&mut self, code: ReasonCode, group: ReasonGroup, floor: Outcome) {
        self.floor = self.floor.max(floor);
        self.add(Reason::bare(code, group));
    }

    /// No outcome below this.
    pub(super) fn raise_floor(&mut self, floor: Outcome) {
        self.floor = self.floor.max(floor);
    }

    pub(super) fn floor(&self) -> Outcome {
        self.floor
    }

    pub(super) fn sum(&self) -> Millibans {
        Millibans(i32_saturating(self.group_points.iter().map(|points| i64::from(*points)).sum()))
    }

    /// The points that speak against the payment.
    pub(super) fn against(&self) -> Millibans {
        self.reasons.iter().filter(|reason| !reason.shadow).map(|reason| reason.points.max(Millibans(0))).sum()
    }

    /// Groups whose points reach `least`.
    pub(super) fn groups_from(&self, least: Millibans) -> usize {
        self.group_points.iter().filter(|points| **points >= least.0).count()
    }

    pub(super) fn into_reasons(self) -> Reasons {
        self.reasons
    }
}

/// A finding of nothing: what an empty place in a list holds.
impl Default for Reason {
    fn default() -> Self {
        Self::bare(ReasonCode::Unexplained, ReasonGroup::Record)
    }
}

impl Reason {
    pub(super) fn bare(code: ReasonCode, group: ReasonGroup) -> Self {
        let points = Millibans(0);
        let (shadow, snoozed, rule) = (false, false, 0);
        Self { code, points, group, shadow, snoozed, rule, exact: true, observed: 0, threshold: 0, window_ms: 0 }
    }
}
