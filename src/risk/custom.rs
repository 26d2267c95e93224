//! Custom rules: a few conditions on the vocabulary of [`Feature`], all of which must hold.
//!
//! A rule is data. It is checked when a policy is made (unknown words, values no payment can have, conditions that
//! exclude each other) and compiled into one flat list, so that asking it is a few comparisons of integers: no
//! allocation, no way to fail, bounded by thirty-two rules of eight conditions.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::feature::Feature;
use super::observe::Observed;
use super::policy::{Mode, Rule};
use super::rules::{Found, enter_reason};
use super::score::{Findings, Millibans, Outcome, Reason, ReasonGroup};
use crate::types::ReasonCode;

/// Most custom rules in a policy.
pub const CUSTOM_RULES_MAX: usize = 32;
/// Most conditions of one rule.
pub const CONDITIONS_MAX: usize = 8;
/// Longest id of a rule, in bytes.
pub const RULE_ID_BYTES_MAX: usize = 32;
/// Longest note on a rule, in bytes.
pub const NOTE_BYTES_MAX: usize = 200;

/// The name of a rule: 1 to 32 letters, digits, `-`, `_` and `.` of ASCII.
///
/// ```
/// use account_security::risk::RuleId;
/// assert!(RuleId::parse("night-cash-out").is_some());
/// assert!(RuleId::parse("night cash out").is_none() && RuleId::parse("").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId(String);

/// The number of a kind of payment by its name.
#[cfg(any(feature = "rules", feature = "expr"))]
pub(super) fn kind_number(name: &str) -> Option<i64> {
    crate::types::PaymentKind::parse(name).map(|kind| i64::from(kind as u8))
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Above.
    #[serde(rename = ">")]
    Above,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Below.
    #[serde(rename = "<")]
    Below,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Not equal.
    #[serde(rename = "!=")]
    NotEqual,
}

/// One condition: `feature over window_ms`, compared with `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What is looked at.
    pub feature: Feature,
    /// Over how long, in milliseconds; 0 for a feature without a window.
    #[serde(default)]
    pub window_ms: u64,
    /// How it is compared.
    pub op: Comparison,
    /// With what, in the feature's own unit.
    pub value: i64,
}

/// A custom rule: fires when all of its conditions hold. Payments that go out are asked about, credits are not.
///
/// ```
/// use account_security::risk::{Comparison, Condition, CustomRule, Feature, Outcome, ReasonGroup, RuleId};
/// let often = Condition { feature: Feature::CountOut, window_ms: 3_600_000, op: Comparison::AtLeast, value: 11 };
/// let mut rule = CustomRule::new(RuleId::parse("busy-hour").expect("a name"), ReasonGroup::Velocity, vec![often]);
/// rule.min_outcome = Some(Outcome::Hold);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomRule {
    /// Its name, unique in the policy.
    pub id: RuleId,
    /// The group its points are capped with. In the group `limit` it is a hard limit: no points, cannot be snoozed.
    pub group: ReasonGroup,
    /// One to eight conditions; all must hold. May be empty where `expr` says it.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// An expression over the same vocabulary that must hold as well; needs the feature `expr` of this library.
    #[serde(default)]
    pub expr: Option<String>,
    /// Evidence in decibans, at most [`POINTS_DB_MAX`](super::policy::POINTS_DB_MAX).
    #[serde(default)]
    pub points_db: u16,
    /// No outcome below this when it fires.
    #[serde(default)]
    pub min_outcome: Option<Outcome>,
    /// Whether it counts.
    #[serde(default)]
    pub mode: Mode,
    /// Why it is there, for people.
    #[serde(default)]
    pub note: String,
}

impl RuleId {
    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=RULE_ID_BYTES_MAX).contains(&text.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (fits && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Thirty-one bits of the name: what a profile keeps of it.
    pub(super) fn short_hash(&self) -> u32 {
        let digest: [u8; 32] = Sha256::digest(self.0.as_bytes()).into();
        let [a, b, c, d, ..] = digest;
        u32::from_le_bytes([a, b, c, d]) >> 1
    }
}

impl TryFrom<String> for RuleId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a rule's id is 1 to 32 ASCII letters, digits, `-`, `_` or `.`")
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl CustomRule {
    /// A rule that counts, without points, floor or note.
    #[must_use]
    pub const fn new(id: RuleId, group: ReasonGroup, when: Vec<Condition>) -> Self {
        Self { id, group, when, expr: None, points_db: 0, min_outcome: None, mode: Mode::Enforce, note: String::new() }
    }
}

impl Comparison {
    pub(super) const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Above => left > right,
            Self::AtLeast => left >= right,
            Self::Below => left < right,
            Self::AtMost => left <= right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}

/// The rules of a policy, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct CompiledRules {
    rules: Vec<CompiledRule>,
    /// The conditions of all rules, one after the other.
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
struct CompiledRule {
    /// One more than its place in the policy.
    number: u8,
    group: ReasonGroup,
    rule: Rule,
    conditions: std::ops::Range<usize>,
    expr: super::expr::Compiled,
}

impl CompiledRules {
    /// The policy has been checked before.
    pub(super) fn of(rules: &[CustomRule]) -> Self {
        let mut compiled = Self::default();
        for (number, rule) in (1_u8..).zip(rules) {
            if rule.mode == Mode::Off {
                continue;
            }
            let first = compiled.conditions.len();
            compiled.conditions.extend_from_slice(&rule.when);
            compiled.rules.push(CompiledRule {
                number,
                group: rule.group,
                rule: Rule { mode: rule.mode, points_db: rule.points_db, min_outcome: rule.floor() },
                conditions: first..compiled.conditions.len(),
                expr: super::expr::Compiled::of(rule.expr.as_deref()),
            });
        }
        compiled
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Asks every rule.
    pub(super) fn ask(&self, observed: &Observed<'_>, findings: &mut Findings) {
        for rule in &self.rules {
            if let Some(found) = self.found(rule, observed) {
                let points = Millibans::from_decibans(rule.rule.points_db);
                let reason = Reason { points, rule: rule.number, ..Reason::bare(ReasonCode::CustomRule, rule.group) };
                enter_reason(findings, rule.rule, reason, &found);
            }
        }
    }

    /// What the first condition saw, if all of them hold; exact if all of them are.
    fn found(&self, rule: &CompiledRule, observed: &Observed<'_>) -> Option<Found> {
        let mut found: Option<Found> = None;
        for condition in self.conditions.get(rule.conditions.clone()).unwrap_or(&[]) {
            let (seen, exact) = observed.value(condition.feature, condition.window_ms);
            if !condition.op.holds(seen, condition.value) {
                return None;
            }
            let first = found.get_or_insert(Found {
                observed: seen,
                threshold: condition.value,
                window_ms: condition.window_ms,
                exact,
            });
            first.exact &= exact;
        }
        let is_exact = rule.expr.holds(observed)?;
        let found = found.unwrap_or_else(|| Found::of(1, 1));
        Some(Found { exact: found.exact && is_exact, ..found })
    }
}

impl CustomRule {
    /// A hard limit holds unless it says more.
    pub(super) fn floor(&self) -> Option<Outcome> {
        if self.group == ReasonGroup::Limit {
            Some(self.min_outcome.unwrap_or(Outcome::Hold))
        } else {
            self.min_outcome
        }
    }
}
