//! What one side said: scores, reasons, days.

use std::collections::BTreeMap;

use super::curve::{Step, auc_roc, average_precision, curve};
use super::quality::{Judged, Quality, QualityReport, count_of, ratio};
use super::report::{DayReport, HistogramCell, LevelReport, RuleReport, SideReport};
use super::tally::{Counted, Fate, account_number, day_name};
use super::{CELL_MILLIBANS, CELLS_END_MILLIBANS, DAYS_MAX, EXACT_ROWS_MAX};
use crate::risk::{Assessment, CheckedPolicy, Outcome, Reason, ReasonGroup};
use crate::types::ReasonCode;

/// Evidence too weak to count as a hit: one deciban, odds of 1.26 to 1.
const HIT_FROM: i32 = 100;

/// A reason, and whether it is on trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RuleKey {
    code: ReasonCode,
    /// [`Reason::rule`]: which custom rule, the limit of which class.
    own: u8,
    shadow: bool,
}

#[derive(Debug)]
pub(super) struct SideTally {
    /// `None` once there were too many labelled payments to keep each score.
    quality: Option<Quality>,
    /// Frauds, genuine and unknown payments by lowest score of the cell.
    cells: BTreeMap<i32, [u64; 3]>,
    rules: BTreeMap<RuleKey, RuleCount>,
    days: BTreeMap<i32, DayCount>,
    held: [u64; 3],
}

#[derive(Debug, Default)]
struct RuleCount {
    hits: [u64; 3],
    flagged: u64,
    points: i64,
}

#[derive(Debug, Default)]
struct DayCount {
    payments: u64,
    frauds: u64,
    flagged: u64,
    frauds_flagged: u64,
    by_rule: BTreeMap<RuleKey, u64>,
}

impl SideTally {
    pub(super) fn new() -> Self {
        Self {
            quality: Some(Quality::default()),
            cells: BTreeMap::new(),
            rules: BTreeMap::new(),
            days: BTreeMap::new(),
            held: [0; 3],
        }
    }

    pub(super) fn add(&mut self, counted: &Counted<'_>) {
        let Counted { fate, assessment, .. } = *counted;
        self.cells.entry(cell_of(assessment.score.0)).or_default()[fate as usize] += 1;
        self.held[fate as usize] += u64::from(assessment.outcome >= Outcome::Hold);
        self.add_score(counted);
        let is_flagged = assessment.outcome > Outcome::Allow;
        let hits = hits(assessment);
        for (key, points) in &hits {
            let rule = self.rules.entry(*key).or_default();
            rule.hits[fate as usize] += 1;
            rule.flagged += u64::from(is_flagged);
            rule.points = rule.points.saturating_add(*points);
        }
        self.add_day(counted, is_flagged, &hits);
    }

    fn add_score(&mut self, counted: &Counted<'_>) {
        if counted.fate == Fate::Unknown {
            return;
        }
        if let Some(quality) = &mut self.quality {
            quality.push(Judged {
                score: counted.assessment.score.0,
                day: counted.day,
                account: account_number(counted.account),
                is_fraud: counted.fate == Fate::Fraud,
                is_flagged: counted.assessment.outcome >= Outcome::Hold,
            });
        }
        if self.quality.as_ref().is_some_and(|quality| quality.len() > EXACT_ROWS_MAX) {
            self.quality = None;
        }
    }

    fn add_day(&mut self, counted: &Counted<'_>, is_flagged: bool, hits: &[(RuleKey, i64)]) {
        if self.days.len() >= DAYS_MAX && !self.days.contains_key(&counted.day) {
            return;
        }
        let day = self.days.entry(counted.day).or_default();
        let is_fraud = counted.fate == Fate::Fraud;
        day.payments += 1;
        day.frauds += u64::from(is_fraud);
        day.flagged += u64::from(is_flagged);
        day.frauds_flagged += u64::from(is_flagged && is_fraud);
        if is_flagged {
            hits.iter().for_each(|(key, _)| *day.by_rule.entry(*key).or_default() += 1);
        }
    }

    /// First day, last day, how many.
    pub(super) fn days(&self) -> (Option<String>, Option<String>, u64) {
        let name = |day: Option<(&i32, _)>| day.map(|(day, _)| day_name(*day));
        (
            name(self.days.first_key_value().map(|(day, _)| (day, ()))),
            name(self.days.last_key_value().map(|(day, _)| (day, ()))),
            count_of(self.days.len()),
        )
    }

    pub(super) fn report(self, name: String, policy: &CheckedPolicy, levels: Vec<LevelReport>) -> SideReport {
        let (days, bands) = (count_of(self.days.len()), policy.policy().bands);
        let steps_of_cells = steps_of_cells(&self.cells);
        let exact = self.quality.is_some();
        let (quality, steps) = match self.quality {
            Some(quality) => quality.measure(),
            None => (quality_of_cells(&steps_of_cells, self.held, days), steps_of_cells),
        };
        let cell = |(score_from, [fraud, genuine, unknown]): (&i32, &[u64; 3])| HistogramCell {
            score_from: *score_from,
            fraud: *fraud,
            genuine: *genuine,
            unknown: *unknown,
        };
        SideReport {
            name,
            policy_hash: format!("{:016x}", policy.content_hash()),
            bands: [bands.step_up_from, bands.hold_from, bands.freeze_from].map(|from| from.0),
            quality,
            exact,
            levels,
            curve: curve(&steps),
            histogram: self.cells.iter().map(cell).collect(),
            rules: rules(&self.rules, policy),
            days: self.days.iter().map(|(day, count)| count.report(*day, policy)).collect(),
        }
    }
}

/// The reasons that speak against a payment, each once, with their points.
fn hits(assessment: &Assessment) -> Vec<(RuleKey, i64)> {
    let mut hits: Vec<(RuleKey, i64)> = Vec::new();
    for reason in assessment.reasons.iter().filter(|reason| is_hit(reason)) {
        let key = RuleKey { code: reason.code, own: reason.rule, shadow: reason.shadow };
        let points = i64::from(reason.points.0);
        match hits.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum += points,
            None => hits.push((key, points)),
        }
    }
    hits
}

/// What any payee adds or takes away beside such an account speaks against nobody, even where it adds.
fn is_hit(reason: &Reason) -> bool {
    if reason.code == ReasonCode::PayeeOrdinary {
        return false;
    }
    let asks_for_an_outcome = match reason.group {
        ReasonGroup::Limit => true,
        ReasonGroup::Record => reason.code != ReasonCode::LateEvent,
        _ => reason.code == ReasonCode::DenyList,
    };
    reason.points.0 >= HIT_FROM || asks_for_an_outcome
}

/// The lowest score of the cell.
fn cell_of(score: i32) -> i32 {
    let bounded = score.clamp(-CELLS_END_MILLIBANS, CELLS_END_MILLIBANS);
    bounded.div_euclid(CELL_MILLIBANS) * CELL_MILLIBANS
}

fn steps_of_cells(cells: &BTreeMap<i32, [u64; 3]>) -> Vec<Step> {
    let labelled = cells.iter().rev().filter(|(_, [frauds, genuine, _])| frauds + genuine > 0);
    labelled.map(|(score, [frauds, genuine, _])| Step { score: *score, frauds: *frauds, genuine: *genuine }).collect()
}

/// The figures as far as cells tell them; card precision needs each account's day.
fn quality_of_cells(steps: &[Step], held: [u64; 3], days: u64) -> QualityReport {
    let (frauds, genuine) =
        steps.iter().fold((0, 0), |(frauds, genuine), step| (frauds + step.frauds, genuine + step.genuine));
    let [frauds_flagged, genuine_flagged, _] = held;
    let flagged = frauds_flagged + genuine_flagged;
    QualityReport {
        rows: frauds + genuine,
        frauds,
        days,
        flagged,
        frauds_flagged,
        auc_roc: auc_roc(steps),
        average_precision: average_precision(steps),
        card_precision_100: None,
        card_precision_100_ceiling: None,
        recall: ratio(frauds_flagged, frauds),
        precision: ratio(frauds_flagged, flagged),
        alerts_a_day: ratio(flagged, days),
    }
}

/// Enforced rules first, each kind by hits.
fn rules(rules: &BTreeMap<RuleKey, RuleCount>, policy: &CheckedPolicy) -> Vec<RuleReport> {
    let mut reports: Vec<RuleReport> = rules.iter().map(|(key, count)| count.report(*key, policy)).collect();
    reports.sort_by(|one, other| (one.shadow, other.hits, &one.rule).cmp(&(other.shadow, one.hits, &other.rule)));
    reports
}

impl RuleCount {
    fn report(&self, key: RuleKey, policy: &CheckedPolicy) -> RuleReport {
        let [frauds, genuine, unknown] = self.hits;
        let hits = frauds + genuine + unknown;
        let mean_points = i64::try_from(hits).ok().and_then(|hits| self.points.checked_div(hits)).unwrap_or(0);
        let precision = ratio(frauds, frauds + genuine);
        RuleReport {
            rule: policy.name_by(key.code, key.own),
            shadow: key.shadow,
            hits,
            frauds,
            genuine,
            precision,
            flagged: self.flagged,
            mean_points,
        }
    }
}

impl DayCount {
    fn report(&self, day: i32, policy: &CheckedPolicy) -> DayReport {
        let shown = |key: RuleKey| {
            let name = policy.name_by(key.code, key.own);
            if key.shadow { format!("{name} (shadow)") } else { name }
        };
        DayReport {
            day: day_name(day),
            payments: self.payments,
            frauds: self.frauds,
            flagged: self.flagged,
            frauds_flagged: self.frauds_flagged,
            by_rule: self.by_rule.iter().map(|(key, count)| (shown(*key), *count)).collect(),
        }
    }
}
