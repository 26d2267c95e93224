//! What a back-test found, as plain data. A figure that the history does not define is `None`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::quality::QualityReport;
use super::run::Options;
use crate::risk::{Assessment, CheckedPolicy, Reason};
use crate::types::Money;

/// The whole result. Side 0 is `a`, what is in force; side 1 is `b`, what is proposed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BacktestReport {
    /// The form of this document; 1.
    pub schema: u16,
    /// What was replayed.
    pub period: PeriodReport,
    /// Payments counted.
    pub payments: u64,
    /// Payments the sides gave different outcomes.
    pub disagreed: u64,
    /// Each side by itself.
    pub sides: [SideReport; 2],
    /// Outcome of `a` by outcome of `b`: sixteen cells, rows of `a` in ascending severity.
    pub matrix: Vec<MatrixCell>,
    /// The most changed decisions, the most changed first.
    pub changed: Vec<Changed>,
}

/// What was replayed and what of it was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeriodReport {
    /// First and last local day counted, `YYYY-MM-DD`.
    pub first_day: Option<String>,
    /// The last one.
    pub last_day: Option<String>,
    /// Local days on which a payment was counted.
    pub days: u64,
    /// Payments that only taught the profiles.
    pub warm_up: u64,
    /// Payments from the end of the period on, left out.
    pub left_out: u64,
    /// Payments that came again with the same content.
    pub repeated: u64,
    /// Labels were shown this long after their payment.
    pub label_delay_ms: u64,
}

impl PeriodReport {
    pub(super) fn of(options: &Options) -> Self {
        Self { label_delay_ms: options.label_delay_ms, ..Self::default() }
    }
}

/// How many and how much, in minor units by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Volume {
    /// Payments.
    pub count: u64,
    /// Money by currency code, in its minor units; saturating.
    pub amounts_minor: BTreeMap<String, u64>,
}

/// One cell of the outcome matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatrixCell {
    /// Outcome of `a`.
    pub a: &'static str,
    /// Outcome of `b`.
    pub b: &'static str,
    /// Frauds.
    pub fraud: Volume,
    /// Genuine payments.
    pub genuine: Volume,
    /// Payments without a label.
    pub unknown: Volume,
}

/// One rule set's figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SideReport {
    /// The rule set's name.
    pub name: String,
    /// Its hash, as every decision carries it.
    pub policy_hash: String,
    /// From which score on step-up, hold and freeze, in millibans.
    pub bands: [i32; 3],
    /// Ranking and alerts; flagged means held or worse.
    pub quality: QualityReport,
    /// True when curves and ranking figures were computed from every labelled score, false when from histogram cells.
    pub exact: bool,
    /// From step-up on, from hold on, from freeze on.
    pub levels: Vec<LevelReport>,
    /// One threshold each, from the strictest to the loosest.
    pub curve: Vec<CurvePoint>,
    /// Scores in cells of equal width, empty ones left out.
    pub histogram: Vec<HistogramCell>,
    /// Each reason that spoke against payments.
    pub rules: Vec<RuleReport>,
    /// Each local day.
    pub days: Vec<DayReport>,
}

/// What treating everything from one outcome on as an alert would mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelReport {
    /// This outcome or worse.
    pub from: &'static str,
    /// Payments of it.
    pub flagged: Volume,
    /// Frauds among them: the money saved if each alert stops its payment.
    pub frauds: Volume,
    /// Genuine payments among them: the money of customers who were disturbed.
    pub genuine: Volume,
    /// Frauds among labelled alerts.
    pub precision: Option<f64>,
    /// Frauds found among all frauds.
    pub recall: Option<f64>,
    /// Share of genuine payments disturbed.
    pub false_positive_rate: Option<f64>,
    /// Payments flagged per local day.
    pub alerts_a_day: Option<f64>,
}

/// One threshold on the score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Payments of this score or more are taken as alerts, in millibans.
    pub score_from: i32,
    /// Share of frauds found (recall).
    pub true_positive_rate: f64,
    /// Share of genuine payments disturbed.
    pub false_positive_rate: f64,
    /// Frauds among the alerts.
    pub precision: f64,
}

/// One cell of the score histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HistogramCell {
    /// The cell's lowest score in millibans; it is [`CELL_MILLIBANS`](super::CELL_MILLIBANS) wide.
    pub score_from: i32,
    /// Frauds.
    pub fraud: u64,
    /// Genuine payments.
    pub genuine: u64,
    /// Payments without a label.
    pub unknown: u64,
}

/// One reason, over all payments it gave at least one deciban or asked for an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleReport {
    /// The reason's name.
    pub rule: String,
    /// True for a rule on trial: told, not counted.
    pub shadow: bool,
    /// Payments it spoke against.
    pub hits: u64,
    /// Frauds among them.
    pub frauds: u64,
    /// Genuine payments among them.
    pub genuine: u64,
    /// Frauds among the labelled ones.
    pub precision: Option<f64>,
    /// Those of the hits that were flagged, from step-up on.
    pub flagged: u64,
    /// Mean evidence of a hit, in millibans.
    pub mean_points: i64,
}

/// One local day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayReport {
    /// `YYYY-MM-DD`.
    pub day: String,
    /// Payments.
    pub payments: u64,
    /// Frauds.
    pub frauds: u64,
    /// Payments flagged, from step-up on.
    pub flagged: u64,
    /// Frauds flagged.
    pub frauds_flagged: u64,
    /// Payments flagged, by the reasons that spoke against them; one payment may have several.
    pub by_rule: BTreeMap<String, u64>,
}

/// A payment the sides judged differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Whose account.
    pub account: String,
    /// The transaction's id.
    pub tx_id: String,
    /// Its place in the history.
    pub row: u64,
    /// When it was ordered, RFC 3339 in UTC.
    pub at: String,
    /// How much, with its currency.
    pub amount: String,
    /// A fingerprint of the payee.
    pub payee: Option<String>,
    /// `fraud` or `genuine`, if known.
    pub label: Option<&'static str>,
    /// What the rules in force said.
    pub a: Verdict,
    /// What the proposed rules said.
    pub b: Verdict,
    /// The account's payments around it, in order of arrival.
    pub timeline: Vec<TimelineRow>,
}

/// One side's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The outcome's name.
    pub outcome: &'static str,
    /// The score in millibans.
    pub score: i32,
    /// Its reasons; the points of those not on trial add up to the score.
    pub reasons: Vec<ReasonReport>,
}

/// One reason by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonReport {
    /// The reason's name.
    pub rule: String,
    /// Evidence in millibans.
    pub points: i32,
    /// True for a rule on trial.
    pub shadow: bool,
    /// False when a window was bounded from above.
    pub exact: bool,
    /// What was seen, in the rule's own unit.
    pub observed: i64,
    /// What it was compared with, in the same unit.
    pub threshold: i64,
    /// The window looked at, in milliseconds; 0 without one.
    pub window_ms: u64,
    /// What was seen and what that was compared with, in words and with units.
    pub told: String,
}

/// One payment of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// Its place in the history.
    pub row: u64,
    /// When it was ordered, RFC 3339 in UTC.
    pub at: String,
    /// How much, with its currency.
    pub amount: String,
    /// The same in minor units.
    pub amount_minor: u64,
    /// A fingerprint of the payee.
    pub payee: Option<String>,
    /// `fraud` or `genuine`, if known.
    pub label: Option<&'static str>,
    /// The scores of both sides in millibans.
    pub scores: [i32; 2],
    /// The outcomes of both sides.
    pub outcomes: [&'static str; 2],
    /// The strongest reason of both sides.
    pub strongest: [Option<String>; 2],
    /// True for the changed decision itself.
    pub is_changed: bool,
}

impl Verdict {
    pub(super) fn of(assessment: &Assessment, money: Money, policy: &CheckedPolicy) -> Self {
        Self {
            outcome: assessment.outcome.name(),
            score: assessment.score.0,
            reasons: assessment.reasons.iter().map(|reason| ReasonReport::of(reason, money, policy)).collect(),
        }
    }
}

impl ReasonReport {
    fn of(reason: &Reason, money: Money, policy: &CheckedPolicy) -> Self {
        let Reason { points, shadow, exact, observed, threshold, window_ms, .. } = *reason;
        let (rule, told) = (policy.name_of(reason), reason.in_words(money, Some(policy)));
        Self { rule, points: points.0, shadow, exact, observed, threshold, window_ms, told }
    }
}
