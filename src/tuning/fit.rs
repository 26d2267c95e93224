//! The fit from a history to a rule set.

use super::bands::{AlertRate, BAND_ROUNDS, Wanted, bands};
use super::constants::{FittedConstant, TRIES, Window, changes, measure, search};
use super::features::{MILLIBANS_PER_NAT, Seen, seen};
use super::history::History;
use super::logistic::{Prior, solve};
use super::points::{FittedRule, name_of, points_in, points_of, rules_in};
use super::{EVENTS_MAX, FRAUDS_MIN};
use crate::backtest::{BacktestError, LabelledEvent, QualityReport};
use crate::risk::{AmountFit, CheckedPolicy, Label, PolicyError, RiskPolicy};
use crate::types::time::DAY_MS;
use crate::types::{Currency, Direction, Timestamp};

/// How far the present points are trusted: a standard deviation of ten decibans around them.
const PRIOR_DEVIATION_DB: f64 = 10.0;
/// Points of a rule, in decibans.
const POINTS_DB_MAX: u16 = crate::risk::policy::POINTS_DB_MAX;
/// Times the points are learned over: each time the payee's part of each fraud is judged with the points of the last.
const POINT_ROUNDS: u64 = 2;
/// Rounds over the constants.
const CONSTANT_ROUNDS: u64 = 1;

/// What is learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FitOptions {
    /// Nothing from here on is seen, and no label that was not known here.
    pub until: Timestamp,
    /// A label is known this long after its payment.
    pub label_delay_ms: u64,
    /// How many payments a day may be held or worse at most; the bands stay as they are without.
    pub alerts_a_day: Option<u32>,
}

/// Why nothing can be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The history is too long.
    #[error("a fit takes at most {EVENTS_MAX} payments; begin the history later or take a part of the accounts")]
    TooManyEvents,
    /// Too few frauds whose label was known in time.
    #[error("only {0} frauds were known by then; a fit needs {FRAUDS_MIN}")]
    TooFewFrauds(u64),
    /// What was learned is no valid policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The replay failed.
    #[error(transparent)]
    Replay(#[from] BacktestError),
}

/// A history that a rule set learns from.
///
/// ```
/// use account_security::tuning::{Fit, FitError, FitOptions};
/// use account_security::risk::CheckedPolicy;
/// use account_security::types::Timestamp;
/// let options = FitOptions { until: Timestamp::MAX, label_delay_ms: 0, alerts_a_day: None };
/// let nothing_seen = Fit::new(CheckedPolicy::wallet(), options);
/// assert_eq!(nothing_seen.finish(&mut |_, _| {}).unwrap_err(), FitError::TooFewFrauds(0));
/// ```
#[derive(Debug)]
pub struct Fit {
    policy: CheckedPolicy,
    options: FitOptions,
    history: History,
    /// The currencies seen, the first two.
    currencies: Vec<Currency>,
}

/// A rule set that learned, and how it did.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The rules to use.
    pub policy: CheckedPolicy,
    /// Points of every enforced rule.
    pub rules: Vec<FittedRule>,
    /// Constants that changed.
    pub constants: Vec<FittedConstant>,
    /// The amount from which on `large_amount` speaks, before and after.
    pub large_amount_minor: (Option<u64>, Option<u64>),
    /// How the rules learned from the first three quarters did on the last.
    pub hold_out: HoldOut,
    /// Payments learned from, and the frauds known among them.
    pub learned_from: (u64, u64),
    /// What the bands come to on the days learned from, where a rate of alerts was wanted.
    pub alerts: Option<AlertRate>,
}

/// The part that was not learned from at first.
#[derive(Clone, Debug, PartialEq)]
pub struct HoldOut {
    /// Its first moment; it ends where labels were not known yet.
    pub from: Timestamp,
    /// The rules as they came.
    pub before: QualityReport,
    /// The rules as learned from what came before `from`.
    pub after: QualityReport,
}

/// Tells how far a fit is.
pub(super) struct Progress<'a> {
    done: u64,
    of: u64,
    tell: &'a mut dyn FnMut(u64, u64),
}

impl Progress<'_> {
    pub(super) fn step(&mut self) {
        self.done += 1;
        (self.tell)(self.done.min(self.of), self.of);
    }
}

impl Fit {
    /// Nothing seen yet; `policy` is what is learned from and what seldom-seen rules keep.
    #[must_use]
    pub fn new(policy: CheckedPolicy, options: FitOptions) -> Self {
        Self { policy, options, history: History::default(), currencies: Vec::new() }
    }

    /// Takes the next payment of the stream; one from [`FitOptions::until`] on is not looked at.
    ///
    /// # Errors
    /// [`FitError::TooManyEvents`] beyond [`EVENTS_MAX`].
    pub fn observe(&mut self, event: &LabelledEvent<'_>) -> Result<(), FitError> {
        if event.payment.at >= self.options.until {
            return Ok(());
        }
        let currency = event.payment.money.currency();
        // Two are enough to know that there is not one.
        if self.currencies.len() < 2 && !self.currencies.contains(&currency) {
            self.currencies.push(currency);
        }
        self.history.push(event)
    }

    /// Learns. `tell` hears how many of how many replays are done.
    ///
    /// # Errors
    /// [`FitError::TooFewFrauds`] when there is nothing to learn from; [`FitError::Replay`] when the history cannot be
    /// replayed.
    pub fn finish(self, tell: &mut dyn FnMut(u64, u64)) -> Result<Fitted, FitError> {
        let band_rounds = self.options.alerts_a_day.map_or(0, |_| BAND_ROUNDS);
        let of = 2 * POINT_ROUNDS + CONSTANT_ROUNDS * TRIES + 4 + band_rounds;
        let mut progress = Progress { done: 0, of, tell };
        let before = self.policy.policy().clone();
        let (known, frauds) = self.known(self.options.until);
        if frauds < FRAUDS_MIN {
            return Err(FitError::TooFewFrauds(frauds));
        }
        let first = self.history.first().unwrap_or(Timestamp::MIN);
        // Labels may come in long after the last payment; parts and rates are of the time in which there were payments.
        let end = self.history.end().unwrap_or(first).min(self.options.until);
        // The last quarter of what is labelled at the end of each part.
        let split = first.plus_ms(end.ms_since(first) / 4 * 3);
        let (points, _) = self.learned(before.clone(), split, &mut progress)?;
        let constants = self.with_constants(points.clone(), first, split, &mut progress)?;
        let (early, hold_out) = self.chosen(split, [points, constants], &mut progress)?;
        // The constants found stay; points and amount are learned once more from all of it.
        let mut policy = RiskPolicy { payee: early.payee, amount: early.amount, ..before.clone() };
        let support;
        (policy, support) = self.learned(policy, self.options.until, &mut progress)?;
        let alerts = self.with_bands(&mut policy, (first, end), &mut progress)?;
        progress.step();
        // A rule file says of which currency its amounts are; they were learned from this one.
        if let [only] = self.currencies[..] {
            policy.currency = policy.currency.or(Some(only));
        }
        Ok(Fitted {
            rules: rules(&before, &policy, &support),
            constants: changes(&before, &policy),
            large_amount_minor: (before.large_amount.from_minor, policy.large_amount.from_minor),
            policy: CheckedPolicy::new(policy)?,
            hold_out,
            learned_from: (known, frauds),
            alerts,
        })
    }

    /// The bands for the rate of alerts that is wanted, if one is.
    fn with_bands(
        &self,
        policy: &mut RiskPolicy,
        (first, end): (Timestamp, Timestamp),
        progress: &mut Progress<'_>,
    ) -> Result<Option<AlertRate>, FitError> {
        let Some(alerts_a_day) = self.options.alerts_a_day else { return Ok(None) };
        let from = self.warm_from(first, end);
        let wanted = Wanted { from, until: end, label_delay_ms: self.options.label_delay_ms, alerts_a_day };
        let (bands, rate) = bands(&self.history, policy, &wanted, &mut || progress.step())?;
        policy.bands = bands;
        Ok(Some(rate))
    }

    /// Labels known at a time, and the frauds among them.
    fn known(&self, as_of: Timestamp) -> (u64, u64) {
        let labels = self.history.events.iter().filter_map(|event| event.label_at(as_of, self.options.label_delay_ms));
        labels.fold((0, 0), |(known, frauds), is_fraud| (known + 1, frauds + u64::from(is_fraud)))
    }

    /// The amount and the points, from what was known at a time.
    fn learned(
        &self,
        mut policy: RiskPolicy,
        as_of: Timestamp,
        progress: &mut Progress<'_>,
    ) -> Result<(RiskPolicy, Vec<(u64, u64)>), FitError> {
        let prior = prior(&policy);
        if let Some(from_minor) = self.large_amount(as_of) {
            policy.large_amount.from_minor = Some(from_minor);
        }
        let mut support = Vec::new();
        for _ in 0..POINT_ROUNDS {
            let checked = CheckedPolicy::new(policy.clone())?;
            let seen = seen(&self.history, &checked, self.options.label_delay_ms, as_of)?;
            set_points(&mut policy, &seen, &prior);
            support = seen.support;
            progress.step();
        }
        Ok((policy, support))
    }

    /// Amounts of two currencies are two scales: then there is none.
    fn large_amount(&self, as_of: Timestamp) -> Option<u64> {
        if self.currencies.len() > 1 {
            return None;
        }
        let mut fit = AmountFit::new();
        for event in self.history.events.iter().filter(|event| event.payment.direction == Direction::Out) {
            if let Some(is_fraud) = event.label_at(as_of, self.options.label_delay_ms) {
                let label = if is_fraud { Label::Fraud } else { Label::Genuine };
                fit.observe(event.payment.money.minor().unsigned_abs(), label);
            }
        }
        fit.large_amount_minor()
    }

    fn with_constants(
        &self,
        mut policy: RiskPolicy,
        first: Timestamp,
        as_of: Timestamp,
        progress: &mut Progress<'_>,
    ) -> Result<RiskPolicy, FitError> {
        let window = Window { label_delay_ms: self.options.label_delay_ms, from: self.warm_from(first, as_of), as_of };
        for _ in 0..CONSTANT_ROUNDS {
            policy = search(&self.history, policy, window, progress)?;
        }
        Ok(policy)
    }

    /// New constants are taken only where they helped on the part held out, and there were frauds enough to tell.
    fn chosen(
        &self,
        from: Timestamp,
        [points, constants]: [RiskPolicy; 2],
        progress: &mut Progress<'_>,
    ) -> Result<(RiskPolicy, HoldOut), FitError> {
        let window = Window { label_delay_ms: self.options.label_delay_ms, from, as_of: self.options.until };
        let mut report = |policy: &CheckedPolicy| {
            progress.step();
            measure(&self.history, policy, window).map(crate::backtest::Quality::report)
        };
        let before = report(&self.policy)?;
        let with_points = report(&CheckedPolicy::new(points.clone())?)?;
        let with_constants = report(&CheckedPolicy::new(constants.clone())?)?;
        let helped =
            with_constants.frauds >= FRAUDS_MIN && with_constants.average_precision > with_points.average_precision;
        let (policy, after) = if helped { (constants, with_constants) } else { (points, with_points) };
        Ok((policy, HoldOut { from, before, after }))
    }

    /// From where on a measure is fair: before it profiles are empty and no label has come. At most the first half.
    fn warm_from(&self, first: Timestamp, until: Timestamp) -> Timestamp {
        let warm_up_ms = (2 * self.options.label_delay_ms + 7 * DAY_MS).min(until.ms_since(first) / 2);
        first.plus_ms(warm_up_ms)
    }
}

fn prior(policy: &RiskPolicy) -> Prior {
    let nats = |decibans: f64| decibans * 100.0 / MILLIBANS_PER_NAT;
    Prior {
        mean: points_of(policy).into_iter().map(|points| nats(f64::from(points.unwrap_or(0)))).collect(),
        deviation: nats(PRIOR_DEVIATION_DB),
        range: (0.0, nats(f64::from(POINTS_DB_MAX))),
    }
}

/// Puts the learned weights in, in whole decibans; a rule that does not count keeps its own.
fn set_points(policy: &mut RiskPolicy, seen: &Seen, prior: &Prior) {
    if seen.frauds == 0 {
        return;
    }
    let weights = solve(&seen.groups, prior);
    // A rule's group gives no more.
    let (points, cap) = (points_of(policy), policy.group_cap_db);
    for (rule, (weight, points)) in weights.into_iter().zip(points).enumerate() {
        if points.is_some()
            && let Some(points) = points_in(policy, rule)
        {
            *points = decibans(weight).min(cap);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of points")]
fn decibans(nats: f64) -> u16 {
    (nats * MILLIBANS_PER_NAT / 100.0).round().clamp(0.0, f64::from(POINTS_DB_MAX)) as u16
}

fn rules(before: &RiskPolicy, after: &RiskPolicy, support: &[(u64, u64)]) -> Vec<FittedRule> {
    let (before_db, after_db) = (points_of(before), points_of(after));
    let fitted = |rule: usize| {
        let (before_db, after_db) = before_db[rule].zip(after_db[rule])?;
        let (hits, frauds) = support.get(rule).copied().unwrap_or_default();
        Some(FittedRule { name: name_of(rule, before), before_db, after_db, hits, frauds })
    };
    (0..rules_in(before)).filter_map(fitted).collect()
}
