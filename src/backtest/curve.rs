//! Steps of equal score, and the figures and curves that follow from them.

use super::CURVE_POINTS_MAX;
use super::quality::{count_of, ratio, wide_ratio};
use super::report::CurvePoint;

/// Labelled payments of one score, or of one cell of scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) score: i32,
    pub(super) frauds: u64,
    pub(super) genuine: u64,
}

/// Counts, over all pairs of a fraud and a genuine row, two for a fraud above and one for a tie; exact in integers.
/// Steps come from the highest score to the lowest.
pub(super) fn auc_roc(steps: &[Step]) -> Option<f64> {
    let (frauds, genuine) = totals(steps);
    let mut genuine_below = u128::from(genuine);
    let mut halves = 0_u128;
    for step in steps {
        genuine_below -= u128::from(step.genuine);
        halves += u128::from(step.frauds) * (2 * genuine_below + u128::from(step.genuine));
    }
    wide_ratio(halves, 2 * u128::from(frauds) * u128::from(genuine))
}

/// The sum over steps of (recall gained) x (precision there).
pub(super) fn average_precision(steps: &[Step]) -> Option<f64> {
    let (frauds, _) = totals(steps);
    if frauds == 0 {
        return None;
    }
    let (mut frauds_above, mut rows_above, mut sum) = (0, 0, 0.0);
    for step in steps {
        frauds_above += step.frauds;
        rows_above += step.frauds + step.genuine;
        sum += ratio(step.frauds, frauds)? * ratio(frauds_above, rows_above)?;
    }
    Some(sum)
}

/// At most [`CURVE_POINTS_MAX`] thresholds: every step, or those where a further share of the frauds or of the genuine
/// payments has been passed, so that both curves keep their shape. Empty where one label is missing.
pub(super) fn curve(steps: &[Step]) -> Vec<CurvePoint> {
    let (frauds, genuine) = totals(steps);
    if frauds == 0 || genuine == 0 {
        return Vec::new();
    }
    let shares = count_of(CURVE_POINTS_MAX / 2 - 1);
    let share = |part: u64, whole: u64| u128::from(part) * u128::from(shares) / u128::from(whole);
    let (mut frauds_above, mut genuine_above, mut last) = (0, 0, None);
    let mut points = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        frauds_above += step.frauds;
        genuine_above += step.genuine;
        let passed = Some((share(frauds_above, frauds), share(genuine_above, genuine)));
        if steps.len() <= CURVE_POINTS_MAX || passed != last || index + 1 == steps.len() {
            points.extend(point(step.score, (frauds_above, frauds), (genuine_above, genuine)));
            last = passed;
        }
    }
    points
}

fn point(score_from: i32, frauds: (u64, u64), genuine: (u64, u64)) -> Option<CurvePoint> {
    Some(CurvePoint {
        score_from,
        true_positive_rate: ratio(frauds.0, frauds.1)?,
        false_positive_rate: ratio(genuine.0, genuine.1)?,
        precision: ratio(frauds.0, frauds.0 + genuine.0)?,
    })
}

fn totals(steps: &[Step]) -> (u64, u64) {
    steps.iter().fold((0, 0), |(frauds, genuine), step| (frauds + step.frauds, genuine + step.genuine))
}
