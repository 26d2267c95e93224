//! How well scores tell fraud from genuine payments, measured against labels.
//!
//! The figures are those of the literature, so that a run can be set beside published ones: area under the ROC curve,
//! average precision, and card precision at 100 a day (Le Borgne and others, *Reproducible Machine Learning for Credit
//! Card Fraud Detection*, chapter 4). Everything is counted in integers; a float appears only in the final division,
//! and decides nothing.
//!
//! Memory: 12 bytes a labelled row.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::curve::{Step, auc_roc, average_precision};

/// Accounts an investigator can look at in a day, by the literature's convention.
pub const TOP_ACCOUNTS: usize = 100;

/// One labelled row, judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Its score; higher is more suspicious.
    pub score: i32,
    /// Its local day, in days since 1970-01-01.
    pub day: i32,
    /// Its account, by any number that is the same for the same account.
    pub account: u32,
    /// Whether it was a fraud.
    pub is_fraud: bool,
    /// Whether the policy flagged it.
    pub is_flagged: bool,
}

/// Collects judged rows in any order.
#[derive(Debug, Default)]
pub struct Quality {
    rows: Vec<Packed>,
}

/// The figures. A figure that the rows do not define is `None`, e.g. recall where no row is a fraud.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct QualityReport {
    /// Labelled rows.
    pub rows: u64,
    /// Rows that were frauds.
    pub frauds: u64,
    /// Local days on which there was a row.
    pub days: u64,
    /// Rows flagged.
    pub flagged: u64,
    /// Frauds among the rows flagged.
    pub frauds_flagged: u64,
    /// Probability that a fraud scores above a genuine row, ties counted half (area under the ROC curve).
    pub auc_roc: Option<f64>,
    /// Average precision: the sum over distinct scores of (recall gained) x (precision there).
    pub average_precision: Option<f64>,
    /// Card precision at 100: the mean over days of how many of the day's 100 highest-scored accounts had a fraud that
    /// day, over 100. An account detected is left out on later days.
    pub card_precision_100: Option<f64>,
    /// What card precision at 100 a perfect score would reach on these rows: read the figure beside this one.
    pub card_precision_100_ceiling: Option<f64>,
    /// Share of frauds flagged.
    pub recall: Option<f64>,
    /// Share of flagged rows that were frauds.
    pub precision: Option<f64>,
    /// Rows flagged a day.
    pub alerts_a_day: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    score: i32,
    account: u32,
    /// The day times four, plus two for a fraud, plus one for a flag. A day of the years 1969 to 9999 fits 23 bits.
    day_and_marks: i32,
}

impl Packed {
    const fn day(self) -> i32 {
        self.day_and_marks >> 2
    }

    const fn is_fraud(self) -> bool {
        self.day_and_marks & 2 != 0
    }

    const fn is_flagged(self) -> bool {
        self.day_and_marks & 1 != 0
    }
}

impl Quality {
    /// Takes one row.
    pub fn push(&mut self, row: Judged) {
        let day = row.day.clamp(-(1 << 28), 1 << 28);
        let day_and_marks = (day << 2) | (i32::from(row.is_fraud) << 1) | i32::from(row.is_flagged);
        self.rows.push(Packed { score: row.score, account: row.account, day_and_marks });
    }

    /// Rows taken.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// True before the first row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Measures what was collected.
    #[must_use]
    pub fn report(self) -> QualityReport {
        self.measure().0
    }

    /// The figures, and the steps they were read from.
    pub(super) fn measure(mut self) -> (QualityReport, Vec<Step>) {
        let count = |is_counted: fn(&Packed) -> bool| count_of(self.rows.iter().filter(|row| is_counted(row)).count());
        let rows = count(|_| true);
        let frauds = count(|row| row.is_fraud());
        let flagged = count(|row| row.is_flagged());
        let frauds_flagged = count(|row| row.is_fraud() && row.is_flagged());
        self.rows.sort_unstable_by_key(|row| Reverse(row.score));
        let steps = steps(&self.rows);
        self.rows.sort_unstable_by_key(|row| (row.day(), row.account));
        let (days, detected) = card_detections(&self.rows, |account| Reverse(account.score));
        let (_, detectable) = card_detections(&self.rows, |account| Reverse(i32::from(account.is_fraud)));
        let looked_at = days * count_of(TOP_ACCOUNTS);
        let report = QualityReport {
            rows,
            frauds,
            days,
            flagged,
            frauds_flagged,
            auc_roc: auc_roc(&steps),
            average_precision: average_precision(&steps),
            card_precision_100: ratio(detected, looked_at),
            card_precision_100_ceiling: ratio(detectable, looked_at),
            recall: ratio(frauds_flagged, frauds),
            precision: ratio(frauds_flagged, flagged),
            alerts_a_day: ratio(flagged, days),
        };
        (report, steps)
    }
}

/// Rows grouped by score, from the highest.
fn steps(by_score: &[Packed]) -> Vec<Step> {
    let step = |rows: &[Packed]| {
        let frauds = count_of(rows.iter().filter(|row| row.is_fraud()).count());
        Step { score: rows.first().map_or(0, |row| row.score), frauds, genuine: count_of(rows.len()) - frauds }
    };
    by_score.chunk_by(|one, next| one.score == next.score).map(step).collect()
}

/// One account's day.
struct AccountDay {
    account: u32,
    score: i32,
    is_fraud: bool,
}

/// The days, and the accounts detected over all of them when each day's accounts are looked at in this order.
/// Equal ranks go by account number, so that a run repeats.
fn card_detections<K: Ord>(by_day: &[Packed], rank: impl Fn(&AccountDay) -> K) -> (u64, u64) {
    let mut detected = BTreeSet::new();
    let mut days = 0;
    for day in by_day.chunk_by(|one, next| one.day() == next.day()) {
        let mut accounts: Vec<AccountDay> = day
            .chunk_by(|one, next| one.account == next.account)
            .map(account_day)
            .filter(|account| !detected.contains(&account.account))
            .collect();
        accounts.sort_unstable_by_key(|account| (rank(account), account.account));
        let looked_at = accounts.iter().take(TOP_ACCOUNTS);
        detected.extend(looked_at.filter(|account| account.is_fraud).map(|account| account.account));
        days += 1;
    }
    (days, count_of(detected.len()))
}

fn account_day(rows: &[Packed]) -> AccountDay {
    AccountDay {
        account: rows.first().map_or(0, |row| row.account),
        score: rows.iter().map(|row| row.score).max().unwrap_or(i32::MIN),
        is_fraud: rows.iter().any(|row| row.is_fraud()),
    }
}

pub(super) fn count_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    wide_ratio(u128::from(part), u128::from(whole))
}

/// A count as a number to draw.
#[cfg(feature = "report")]
#[expect(clippy::cast_precision_loss, reason = "a place in a plot; it decides nothing")]
pub(super) const fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "a figure for a report; it decides nothing")]
pub(super) fn wide_ratio(part: u128, whole: u128) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(rows: impl IntoIterator<Item = (i32, i32, u32, bool, bool)>) -> QualityReport {
        let mut quality = Quality::default();
        for (score, day, account, is_fraud, is_flagged) in rows {
            quality.push(Judged { score, day, account, is_fraud, is_flagged });
        }
        quality.report()
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-12)
    }

    /// The rows that the reference script drew too: a 64-bit linear congruential generator, upper 31 bits.
    fn drawn_rows() -> Vec<(i32, i32, u32, bool, bool)> {
        let mut state = 12_345_u64;
        let mut next = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i32::try_from((state >> 33) % limit).unwrap()
        };
        (0..2_000)
            .map(|index| {
                let is_fraud = next(20) == 0;
                let score = next(40) + if is_fraud { next(30) } else { 0 };
                (score, index / 500, next(400).unsigned_abs(), is_fraud, score >= 36)
            })
            .collect()
    }

    #[test]
    fn figures_equal_those_of_scikit_learn() {
        let found = report(drawn_rows());
        assert!(near(found.auc_roc, AUC), "{found:?}");
        assert!(near(found.average_precision, AP), "{found:?}");
        assert!(near(found.card_precision_100, CP), "{found:?}");
        assert!(near(found.card_precision_100_ceiling, CEILING), "{found:?}");
        assert_eq!((found.rows, found.frauds, found.flagged, found.frauds_flagged), COUNTS);
    }

    // Printed by scikit-learn 1.9.1 (roc_auc_score, average_precision_score) and the handbook's card precision.
    const AUC: f64 = 0.771_811_922_694_747_7;
    const AP: f64 = 0.437_325_900_456_843_3;
    const CP: f64 = 0.15;
    const CEILING: f64 = 0.205;
    const COUNTS: (u64, u64, u64, u64) = (2_000, 89, 228, 44);

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let mut backwards = drawn_rows();
        backwards.reverse();
        assert_eq!(report(drawn_rows()), report(backwards));
    }

    #[test]
    fn small_cases_agree_with_a_hand_count() {
        // Frauds score 3 and 5, genuine 1 and 4: three of four pairs are in order. Precision 1 at the first fraud,
        // 2/3 at the second.
        let found =
            report([(1, 0, 1, false, false), (4, 0, 2, false, true), (3, 0, 3, true, true), (5, 1, 4, true, false)]);
        assert!(near(found.auc_roc, 0.75));
        assert!(near(found.average_precision, 0.5 + 0.5 * 2.0 / 3.0));
        assert!(near(found.recall, 0.5) && near(found.precision, 0.5) && near(found.alerts_a_day, 1.0));
        assert!(near(found.card_precision_100, 0.01));
        // Ties: of nine pairs two in order and four tied.
        let tied = [(7, true), (7, false), (5, true), (5, false), (1, true), (3, false)];
        let found = report(tied.map(|(score, is_fraud)| (score, 0, 1, is_fraud, false)));
        assert!(near(found.auc_roc, 4.0 / 9.0) && near(found.average_precision, 0.5));
    }

    #[test]
    fn a_constant_score_is_worth_a_coin() {
        let found = report((0..1_000).map(|index| (7, 0, index, index % 10 == 0, false)));
        assert!(near(found.auc_roc, 0.5) && near(found.average_precision, 0.1));
    }

    #[test]
    fn an_account_detected_once_is_not_counted_again() {
        let found = report([(9, 0, 1, true, true), (9, 1, 1, true, true), (9, 1, 2, true, true)]);
        assert!(near(found.card_precision_100, 0.01), "{found:?}");
        assert_eq!(found.days, 2);
    }

    #[test]
    fn only_a_hundred_accounts_a_day_are_looked_at() {
        let day = (0..150_u32).map(|account| (i32::try_from(account).unwrap(), 0, account, account < 100, false));
        let found = report(day);
        assert!(near(found.card_precision_100, 0.5) && near(found.card_precision_100_ceiling, 1.0), "{found:?}");
    }

    #[test]
    fn figures_without_a_meaning_are_absent() {
        let none = report([]);
        assert_eq!((none.rows, none.days, none.auc_roc, none.recall, none.alerts_a_day), (0, 0, None, None, None));
        let clean = report([(1, -1, 1, false, false)]);
        assert_eq!((clean.days, clean.auc_roc, clean.average_precision, clean.recall), (1, None, None, None));
        assert!(near(clean.card_precision_100, 0.0));
    }
}
