//! The constants of the two beliefs, one after the other over a small grid.

use super::fit::{FitError, Progress};
use super::history::History;
use crate::backtest::{Judged, Quality};
use crate::risk::{Bands, CheckedPolicy, Millibans, RiskPolicy};
use crate::types::Timestamp;

/// A constant before and after.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FittedConstant {
    /// Where it stands in a rule file, e.g. `payee.stay_ms`.
    pub name: String,
    /// Its value before.
    pub before: u64,
    /// Its value after.
    pub after: u64,
}

/// One constant, read and set as a whole number.
struct Constant {
    name: &'static str,
    get: fn(&RiskPolicy) -> u64,
    set: fn(&mut RiskPolicy, u64),
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Halved and doubled.
    Scale,
    /// A share in permille: what is missing to one is halved and doubled.
    Share,
}

macro_rules! constant {
    ($kind:ident, $($part:ident).+) => {
        Constant {
            name: concat!(constant!(@name $($part).+)),
            get: |policy| u64::from(policy.$($part).+),
            set: |policy, value| policy.$($part).+ = value.try_into().unwrap_or(policy.$($part).+),
            kind: Kind::$kind,
        }
    };
    (@name $first:ident.$second:ident) => { concat!(stringify!($first), ".", stringify!($second)) };
}

/// In the order they are tried: the payee's first, it explains most.
const CONSTANTS: [Constant; 11] = [
    constant!(Scale, payee.enter_ppm_per_day),
    constant!(Scale, payee.stay_ms),
    constant!(Share, payee.fraud_share_permille),
    constant!(Scale, payee.stray_fraud_ppm),
    constant!(Scale, payee.run_ms),
    constant!(Scale, payee.run_fade_ms),
    constant!(Scale, amount.enter_ppm_per_day),
    constant!(Scale, amount.stay_ms),
    constant!(Share, amount.fraud_share_permille),
    constant!(Scale, amount.multiple_permille),
    constant!(Scale, amount.spread_permille),
];

/// Tries, per round: two for each constant.
pub(super) const TRIES: u64 = 2 * CONSTANTS.len() as u64;
/// A gain of average precision smaller than this part of it is chance.
const GAIN_MIN: f64 = 0.002;

/// What a candidate is measured on: payments from `from` on whose label was known at `as_of`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) label_delay_ms: u64,
    pub(super) from: Timestamp,
    pub(super) as_of: Timestamp,
}

/// One round over all constants; each keeps the value with the highest average precision.
pub(super) fn search(
    history: &History,
    policy: RiskPolicy,
    window: Window,
    progress: &mut Progress<'_>,
) -> Result<RiskPolicy, FitError> {
    let mut best = policy;
    let mut best_precision = average_precision(history, &best, window)?.unwrap_or(0.0);
    for constant in &CONSTANTS {
        let mut better: Option<(RiskPolicy, f64)> = None;
        for value in constant.candidates(&best) {
            let mut candidate = best.clone();
            (constant.set)(&mut candidate, value);
            progress.step();
            // A value out of the policy's range is no candidate.
            let Ok(Some(precision)) = average_precision(history, &candidate, window) else { continue };
            let least = better.as_ref().map_or(best_precision * (1.0 + GAIN_MIN), |(_, precision)| *precision);
            if precision > least {
                better = Some((candidate, precision));
            }
        }
        if let Some((policy, precision)) = better {
            (best, best_precision) = (policy, precision);
        }
    }
    Ok(best)
}

/// Every constant that differs, and every band.
pub(super) fn changes(before: &RiskPolicy, after: &RiskPolicy) -> Vec<FittedConstant> {
    let constants = CONSTANTS.iter().map(|constant| (constant.name, (constant.get)(before), (constant.get)(after)));
    let band = |band: fn(&Bands) -> Millibans| {
        [before, after].map(|policy| u64::try_from(band(&policy.bands).0).unwrap_or_default())
    };
    let bands = [
        ("bands.step_up_from", band(|bands| bands.step_up_from)),
        ("bands.hold_from", band(|bands| bands.hold_from)),
        ("bands.freeze_from", band(|bands| bands.freeze_from)),
    ];
    let all = constants.chain(bands.map(|(name, [before, after])| (name, before, after)));
    let changed = all.filter(|(_, before, after)| before != after);
    changed.map(|(name, before, after)| FittedConstant { name: name.to_owned(), before, after }).collect()
}

impl Constant {
    fn candidates(&self, policy: &RiskPolicy) -> [u64; 2] {
        let value = (self.get)(policy);
        match self.kind {
            Kind::Scale => [value / 2, value.saturating_mul(2)],
            Kind::Share => {
                let missing = 1_000_u64.saturating_sub(value);
                [1_000_u64.saturating_sub(missing.saturating_mul(2)), 1_000 - missing / 2]
            }
        }
    }
}

fn average_precision(history: &History, policy: &RiskPolicy, window: Window) -> Result<Option<f64>, FitError> {
    let policy = CheckedPolicy::new(policy.clone())?;
    Ok(measure(history, &policy, window)?.report().average_precision)
}

/// Scores of the window's payments.
pub(super) fn measure(history: &History, policy: &CheckedPolicy, window: Window) -> Result<Quality, FitError> {
    let Window { label_delay_ms, from, as_of } = window;
    let mut quality = Quality::default();
    history.replay(policy, label_delay_ms, as_of, |event, assessment| {
        if event.now < from {
            return;
        }
        let Some(is_fraud) = event.label_at(as_of, label_delay_ms) else { return };
        let local_s = event.payment.at.unix_s() + i64::from(event.local_offset_min) * 60;
        quality.push(Judged {
            score: assessment.score.0,
            day: i32::try_from(local_s.div_euclid(86_400)).unwrap_or(i32::MAX),
            account: u32::try_from(event.account).unwrap_or(u32::MAX),
            is_fraud,
            is_flagged: assessment.outcome >= crate::risk::Outcome::Hold,
        });
    })?;
    Ok(quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_constant_is_reached_by_its_own_name() {
        let mut policy = RiskPolicy::wallet();
        for (constant, value) in CONSTANTS.iter().zip(500..) {
            (constant.set)(&mut policy, value);
        }
        let values: Vec<u64> = CONSTANTS.iter().map(|constant| (constant.get)(&policy)).collect();
        assert_eq!(values, (500..511).collect::<Vec<_>>());
        assert_eq!(CONSTANTS[1].name, "payee.stay_ms");
    }

    #[test]
    fn a_share_stays_below_one() {
        let mut policy = RiskPolicy::wallet();
        policy.payee.fraud_share_permille = 950;
        assert_eq!(CONSTANTS[2].candidates(&policy), [900, 975]);
        assert_eq!(CONSTANTS[0].candidates(&policy), [200, 800]);
    }
}
