//! Penalised logistic regression by Newton's method, on grouped rows.
//!
//! Rows with the same features are one group, so a history of millions is some thousand groups. The penalty is that of a
//! normal prior around the present weights. Weights that leave their range are put on its edge and the others are
//! solved again.

/// Rows that share their features.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// What is added to the log-odds beside the weights, in nats.
    pub(super) offset: f64,
    /// Weight number and strength.
    pub(super) features: Vec<(usize, f64)>,
    pub(super) rows: f64,
    /// Frauds among the rows, or the parts of them that these weights are to explain.
    pub(super) frauds: f64,
}

/// What is believed of the weights beforehand.
#[derive(Clone, Debug)]
pub(super) struct Prior {
    pub(super) mean: Vec<f64>,
    pub(super) deviation: f64,
    /// Lowest and highest weight.
    pub(super) range: (f64, f64),
}

const STEPS_MAX: usize = 60;
const HALVINGS_MAX: usize = 30;
/// A step this small, in nats, is none.
const STEP_MIN: f64 = 1e-7;
/// The free part of the log-odds is held back only so far that the solution is unique.
const INTERCEPT_PRECISION: f64 = 1e-4;

/// The most likely weights.
pub(super) fn solve(groups: &[Group], prior: &Prior) -> Vec<f64> {
    let mut problem = Problem { groups, prior, fixed: vec![false; prior.mean.len()] };
    let mut at = prior.mean.clone();
    // The last one is the intercept.
    at.push(0.0);
    // Each turn fixes at least one weight, or is the last.
    for _ in 0..=prior.mean.len() {
        at = problem.newton(at);
        let (lowest, highest) = prior.range;
        let mut is_inside = true;
        for (weight, fixed) in at.iter_mut().zip(&mut problem.fixed) {
            if !*fixed && !(lowest..=highest).contains(weight) {
                (*weight, *fixed, is_inside) = (weight.clamp(lowest, highest), true, false);
            }
        }
        if is_inside {
            break;
        }
    }
    at.truncate(prior.mean.len());
    at
}

struct Problem<'a> {
    groups: &'a [Group],
    prior: &'a Prior,
    fixed: Vec<bool>,
}

impl Problem<'_> {
    fn newton(&self, mut at: Vec<f64>) -> Vec<f64> {
        let mut value = self.loss(&at);
        for _ in 0..STEPS_MAX {
            let Some(step) = self.step(&at) else { break };
            let mut share = 1.0;
            let mut improved = None;
            for _ in 0..HALVINGS_MAX {
                let next: Vec<f64> = at.iter().zip(&step).map(|(weight, step)| weight - share * step).collect();
                let loss = self.loss(&next);
                if loss <= value {
                    improved = Some((next, loss));
                    break;
                }
                share *= 0.5;
            }
            let Some((next, loss)) = improved else { break };
            let moved = at.iter().zip(&next).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
            (at, value) = (next, loss);
            if moved < STEP_MIN {
                break;
            }
        }
        at
    }

    /// Minus the log of the posterior.
    fn loss(&self, at: &[f64]) -> f64 {
        let data: f64 = self
            .groups
            .iter()
            .map(|group| {
                let log_odds = self.log_odds(group, at);
                group.rows * softplus(log_odds) - group.frauds * log_odds
            })
            .sum();
        let precision = self.prior.deviation.powi(-2);
        let pulled: f64 =
            self.prior.mean.iter().zip(at).map(|(mean, weight)| precision * (weight - mean).powi(2)).sum();
        let intercept = at.last().copied().unwrap_or(0.0);
        data + 0.5 * (pulled + INTERCEPT_PRECISION * intercept * intercept)
    }

    fn log_odds(&self, group: &Group, at: &[f64]) -> f64 {
        let intercept = at.last().copied().unwrap_or(0.0);
        group.features.iter().fold(group.offset + intercept, |sum, (index, strength)| {
            sum + at.get(*index).copied().unwrap_or(0.0) * strength
        })
    }

    /// Inverse of the curvature times the slope.
    fn step(&self, at: &[f64]) -> Option<Vec<f64>> {
        let size = at.len();
        let (mut slope, mut curvature) = (vec![0.0; size], vec![vec![0.0; size]; size]);
        for group in self.groups {
            let share = sigmoid(self.log_odds(group, at));
            let (error, weight) = (group.rows * share - group.frauds, group.rows * share * (1.0 - share));
            let features: Vec<(usize, f64)> = group.features.iter().copied().chain([(size - 1, 1.0)]).collect();
            for (row, strength) in &features {
                slope[*row] += error * strength;
                for (column, other) in &features {
                    curvature[*row][*column] += weight * strength * other;
                }
            }
        }
        let precision = self.prior.deviation.powi(-2);
        for (index, mean) in self.prior.mean.iter().enumerate() {
            slope[index] += precision * (at[index] - mean);
            curvature[index][index] += precision;
        }
        slope[size - 1] += INTERCEPT_PRECISION * at[size - 1];
        curvature[size - 1][size - 1] += INTERCEPT_PRECISION;
        for (index, _) in self.fixed.iter().enumerate().filter(|(_, fixed)| **fixed) {
            slope[index] = 0.0;
            #[expect(clippy::needless_range_loop, reason = "a row and a column are emptied together")]
            for other in 0..size {
                (curvature[index][other], curvature[other][index]) = (0.0, 0.0);
            }
            curvature[index][index] = 1.0;
        }
        divided(curvature, slope)
    }
}

/// Gaussian elimination; the matrix is positive definite, so the diagonal serves as pivot.
fn divided(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for pivot in 0..size {
        let divisor = matrix[pivot][pivot];
        if !divisor.is_finite() || divisor <= 0.0 {
            return None;
        }
        for row in pivot + 1..size {
            let factor = matrix[row][pivot] / divisor;
            #[expect(clippy::needless_range_loop, reason = "two rows of one matrix")]
            for column in pivot..size {
                matrix[row][column] -= factor * matrix[pivot][column];
            }
            right[row] -= factor * right[pivot];
        }
    }
    for pivot in (0..size).rev() {
        let known: f64 = (pivot + 1..size).map(|column| matrix[pivot][column] * right[column]).sum();
        right[pivot] = (right[pivot] - known) / matrix[pivot][pivot];
    }
    Some(right)
}

fn softplus(log_odds: f64) -> f64 {
    log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p()
}

pub(super) fn sigmoid(log_odds: f64) -> f64 {
    if log_odds >= 0.0 { 1.0 / (1.0 + (-log_odds).exp()) } else { log_odds.exp() / (1.0 + log_odds.exp()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(features: &[(usize, f64)], rows: f64, frauds: f64) -> Group {
        Group { offset: 0.0, features: features.to_vec(), rows, frauds }
    }

    fn prior(mean: &[f64], deviation: f64) -> Prior {
        Prior { mean: mean.to_vec(), deviation, range: (0.0, 14.0) }
    }

    #[test]
    fn a_weak_prior_leaves_the_odds_that_were_counted() {
        // 1 in 100 without the rule, 1 in 2 with it: ln(99) apart.
        let groups = [group(&[], 10_000.0, 100.0), group(&[(0, 1.0)], 400.0, 200.0)];
        let weight = solve(&groups, &prior(&[0.0], 1e3))[0];
        assert!((weight - 99.0_f64.ln()).abs() < 1e-4, "{weight}");
    }

    #[test]
    fn a_rule_never_seen_keeps_its_weight_and_one_seldom_seen_moves_little() {
        let groups = [group(&[], 10_000.0, 100.0), group(&[(0, 1.0)], 2.0, 0.0)];
        let weights = solve(&groups, &prior(&[2.0, 5.0], 2.3));
        assert!((weights[1] - 5.0).abs() < 1e-9, "{weights:?}");
        assert!(weights[0] > 1.0 && weights[0] < 2.0, "{weights:?}");
    }

    #[test]
    fn a_rule_that_speaks_for_payments_is_worth_nothing_and_the_others_are_solved_without_it() {
        let groups = [
            group(&[], 10_000.0, 500.0),
            group(&[(0, 1.0)], 5_000.0, 5.0),
            group(&[(0, 1.0), (1, 1.0)], 1_000.0, 500.0),
        ];
        let weights = solve(&groups, &prior(&[1.0, 1.0], 100.0));
        let alone = solve(&[group(&[], 15_000.0, 505.0), group(&[(0, 1.0)], 1_000.0, 500.0)], &prior(&[1.0], 100.0));
        assert!(weights[0].abs() < 1e-12, "{weights:?}");
        assert!((weights[1] - alone[0]).abs() < 1e-3, "{weights:?} {alone:?}");
    }

    #[test]
    fn separated_rows_stay_finite() {
        let groups = [group(&[], 1_000.0, 0.0), group(&[(0, 1.0)], 50.0, 50.0)];
        let weight = solve(&groups, &prior(&[3.0], 2.3))[0];
        assert!(weight.is_finite() && weight > 3.0 && weight <= 14.0, "{weight}");
    }
}
