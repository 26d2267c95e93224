//! Bands for a wanted rate of alerts.

use super::fit::FitError;
use super::history::History;
use crate::risk::{Bands, CheckedPolicy, Millibans};
use crate::types::Timestamp;
use crate::types::time::DAY_MS;

/// Step-up asks the owner, who answers at once: three times as often as a person looks at a payment.
const STEP_UPS_AN_ALERT: usize = 3;
/// One alert in four is worth a freeze, if two groups agree.
const ALERTS_A_FREEZE: usize = 4;
const SCORE_MAX: i32 = 30_000;

/// The bands under which so many payments a day are held or worse, judged by the scores from `from` to `until`.
pub(super) fn bands(
    history: &History,
    policy: &CheckedPolicy,
    label_delay_ms: u64,
    (from, until): (Timestamp, Timestamp),
    alerts_a_day: u32,
) -> Result<Bands, FitError> {
    let mut scores = Vec::new();
    history.replay(policy, label_delay_ms, until, |event, assessment| {
        if event.now >= from {
            scores.push(assessment.score.0);
        }
    })?;
    scores.sort_unstable_by_key(|score| std::cmp::Reverse(*score));
    let days = usize::try_from(until.ms_since(from) / DAY_MS).unwrap_or(1).max(1);
    let alerts = usize::try_from(alerts_a_day).unwrap_or(usize::MAX).saturating_mul(days);
    // The band begins just above the first score too many.
    let above = |rank: usize| scores.get(rank).map_or(1, |score| score.saturating_add(1)).clamp(1, SCORE_MAX);
    let hold = above(alerts).clamp(2, SCORE_MAX - 1);
    let step_up = above(alerts.saturating_mul(STEP_UPS_AN_ALERT)).min(hold - 1);
    let freeze = above(alerts / ALERTS_A_FREEZE).max(hold + 1);
    Ok(Bands { step_up_from: Millibans(step_up), hold_from: Millibans(hold), freeze_from: Millibans(freeze) })
}
