//! Bands for a wanted rate of alerts.
//!
//! What counts is what the rules then do, so each try is replayed: which payments are held changes what an account is
//! known for, and with it the scores of its later payments; limits and least outcomes hold payments no score does. Many
//! payments may share one score, and a band cannot part them: the rate may then stay well below the one wanted.

use serde::Serialize;

use super::fit::FitError;
use super::history::History;
use crate::risk::{Bands, CheckedPolicy, Millibans, Outcome, RiskPolicy};
use crate::types::Timestamp;
use crate::types::time::DAY_MS;

/// Step-up asks the owner, who answers at once: three times as often as a person looks at a payment.
const STEP_UPS_AN_ALERT: u64 = 3;
/// No band is narrower than three decibans: odds of two to one.
const GAP: i32 = 300;
const SCORE_MAX: i32 = 30_000;
/// No band begins below a deciban.
const LEAST: i32 = 100;
const HOLD_LEAST: i32 = LEAST + GAP;
/// Bands tried at most; each goes by the scores under the ones before.
pub(super) const BAND_ROUNDS: u64 = 12;

/// The rate of alerts under the bands chosen, on the days they were chosen on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AlertRate {
    /// Payments a day to be held or worse, at most.
    pub wanted: u32,
    /// Payments a day that were.
    pub reached: f64,
    /// Those of them that limits, lists and least outcomes held whatever the score.
    pub without_score: f64,
    /// Payments a day under the nearest lower hold band that was tried and holds too many.
    pub next: Option<f64>,
}

/// The days the bands are chosen on, and how many payments of them may be held.
pub(super) struct Wanted {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) label_delay_ms: u64,
    pub(super) alerts_a_day: u32,
}

/// The bands under which at most so many payments a day are held or worse, and as near to that as the scores allow.
pub(super) fn bands(
    history: &History,
    policy: &RiskPolicy,
    wanted: &Wanted,
    step: &mut dyn FnMut(),
) -> Result<(Bands, AlertRate), FitError> {
    let mut replay = |bands: Bands| {
        step();
        let checked = CheckedPolicy::new(RiskPolicy { bands, ..policy.clone() })?;
        Replayed::of(history, &checked, wanted)
    };
    // The bands it came with were not chosen for this rate: only where the tries begin.
    let mut seen = replay(policy.bands)?;
    let mut search = Search::new(wanted.budget());
    while let Some(hold) = search.next(&seen) {
        let bands = seen.bands(hold, wanted.budget(), policy.bands);
        seen = replay(bands)?;
        search.tried(hold, bands, &seen);
    }
    let (bands, held, anyhow) = search.best();
    let (alerts_a_day, reached, without_score) = (wanted.alerts_a_day, wanted.a_day(held), wanted.a_day(anyhow));
    let next = search.above.map(|(_, held, _)| wanted.a_day(held)).filter(|next| *next > reached);
    Ok((bands, AlertRate { wanted: alerts_a_day, reached, without_score, next }))
}

/// Bands with how many payments they held, and how many of those whatever the score.
type Tried = (Bands, u64, u64);

/// Between a hold band that holds too many and one that does not.
struct Search {
    budget: u64,
    /// Hold bands from this one down hold too many, as far as is known.
    low: i32,
    /// From this one up they do not.
    high: i32,
    tries: u64,
    /// Whether the score below the band that fits was tried.
    has_stepped: bool,
    within: Option<Tried>,
    above: Option<Tried>,
}

impl Search {
    const fn new(budget: u64) -> Self {
        let (low, high) = (HOLD_LEAST - 1, SCORE_MAX - GAP);
        Self { budget, low, high, tries: 1, has_stepped: false, within: None, above: None }
    }

    /// The hold band to try next: where the scores say, one score lower to see whether that is all, or the middle.
    fn next(&mut self, seen: &Replayed) -> Option<i32> {
        if self.tries >= BAND_ROUNDS {
            return None;
        }
        let between = |hold: i32| self.low < hold && hold < self.high;
        let guess = seen.hold_for(self.budget);
        if between(guess) || self.tries == 1 {
            return Some(guess.clamp(HOLD_LEAST, SCORE_MAX - GAP));
        }
        let open: Vec<i32> = seen.scores.iter().copied().filter(|score| between(*score)).collect();
        if self.within.is_some() && !std::mem::replace(&mut self.has_stepped, true) {
            return open.first().copied();
        }
        open.get(open.len() / 2).copied()
    }

    fn tried(&mut self, hold: i32, bands: Bands, seen: &Replayed) {
        self.tries += 1;
        let tried = (bands, seen.held, seen.held_anyhow);
        if seen.held <= self.budget {
            self.high = self.high.min(hold);
            if self.within.is_none_or(|(_, held, _)| held < seen.held) {
                self.within = Some(tried);
            }
        } else {
            self.low = self.low.max(hold);
            if self.above.is_none_or(|(_, held, _)| held > seen.held) {
                self.above = Some(tried);
            }
        }
    }

    /// As many as may be, or as few too many as could be found.
    fn best(&self) -> Tried {
        self.within.or(self.above).unwrap_or_default()
    }
}

impl Wanted {
    /// How many payments of all these days; days without a whole one count as one.
    fn budget(&self) -> u64 {
        let span = u128::from(self.until.ms_since(self.from).max(DAY_MS));
        u64::try_from(u128::from(self.alerts_a_day) * span / u128::from(DAY_MS)).unwrap_or(u64::MAX)
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    fn a_day(&self, count: u64) -> f64 {
        count as f64 * DAY_MS as f64 / self.until.ms_since(self.from).max(DAY_MS) as f64
    }
}

/// What became of the payments of those days under some bands.
struct Replayed {
    /// Of those that a score would hold, the highest first.
    scores: Vec<i32>,
    /// Held below the hold band: by a limit, a list or a rule's least outcome.
    held_anyhow: u64,
    /// Held or worse, all of them.
    held: u64,
}

impl Replayed {
    fn of(history: &History, policy: &CheckedPolicy, wanted: &Wanted) -> Result<Self, FitError> {
        let hold_from = policy.policy().bands.hold_from;
        let (mut scores, mut held_anyhow, mut held) = (Vec::new(), 0, 0);
        history.replay(policy, wanted.label_delay_ms, wanted.until, |event, assessment| {
            if event.now < wanted.from {
                return;
            }
            let is_held = assessment.outcome >= Outcome::Hold;
            held += u64::from(is_held);
            if is_held && assessment.score < hold_from {
                held_anyhow += 1;
            } else {
                scores.push(assessment.score.0);
            }
        })?;
        scores.sort_unstable_by_key(|score| std::cmp::Reverse(*score));
        Ok(Self { scores, held_anyhow, held })
    }

    /// The hold band that these scores ask for: just above the first score too many.
    fn hold_for(&self, budget: u64) -> i32 {
        self.above(budget.saturating_sub(self.held_anyhow))
    }

    fn above(&self, rank: u64) -> i32 {
        let score = usize::try_from(rank).ok().and_then(|rank| self.scores.get(rank));
        score.map_or(1, |score| score.saturating_add(1))
    }

    /// Bands wide enough to mean something. What is worth a freeze is no matter of a rate: that band only gives way upwards.
    fn bands(&self, hold: i32, budget: u64, before: Bands) -> Bands {
        let step_up = self.above(budget.saturating_mul(STEP_UPS_AN_ALERT)).clamp(LEAST, hold - GAP);
        let freeze = before.freeze_from.0.max(hold + GAP);
        Bands { step_up_from: Millibans(step_up), hold_from: Millibans(hold), freeze_from: Millibans(freeze) }
    }
}
