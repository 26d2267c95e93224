//! How far a device's clock is off, as far as that is allowed for.
//!
//! A peer that learned without bounds could be walked six steps away in six sign-ins. Here the drift moves by one step
//! at a time, not more often than once a period, and never further than two.

use super::state::ActiveTotp;
use crate::types::Timestamp;
use crate::types::time::SECOND_MS;

/// The furthest drift allowed for, in steps to either side.
pub const DRIFT_STEPS_MAX: i8 = 2;

/// The drift after a code of `step` was accepted at `now`: one step towards it, or as it was.
pub(super) fn learned(active: &ActiveTotp, step: u64, now: Timestamp) -> i8 {
    let parameters = &active.credential.parameters;
    if now.ms_since(active.last_success_at) < u64::from(parameters.period_s()) * SECOND_MS {
        return active.drift_steps;
    }
    let seen = offset(step, parameters.step_at(now));
    bounded(i64::from(active.drift_steps) + (seen - i64::from(active.drift_steps)).signum())
}

/// How far `step` lies ahead of `current`; negative = behind.
pub(super) fn offset(step: u64, current: i64) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX).saturating_sub(current)
}

fn bounded(drift_steps: i64) -> i8 {
    i8::try_from(drift_steps.clamp(i64::from(-DRIFT_STEPS_MAX), i64::from(DRIFT_STEPS_MAX))).unwrap_or(0)
}
