//! Two codes in a row: how a device whose clock is off says by how much (RFC 6238 §6, RFC 4226 §7.4).

use super::drift::{self, DRIFT_STEPS_MAX};
use super::error::TotpError;
use super::secret::TotpSecret;
use super::state::TotpState;
use super::window::{self, Seen};
use crate::types::{Timestamp, TypedCode};

/// As many wrong tries a failed resynchronisation counts for: it looks at twenty pairs of steps at once, and nobody
/// needs it often.
pub const RESYNC_FAILURES: u32 = 5;

/// What became of two codes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the state before you answer, or the codes can be used again"]
pub struct Resynced {
    /// What to store, whatever the outcome.
    pub state: TotpState,
    /// What was found.
    pub outcome: ResyncOutcome,
}

/// The outcome of [`resync`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResyncOutcome {
    /// Two unspent codes in a row. Both are spent, and the window now lies around the device's clock. It is no sign-in:
    /// ask for the next code.
    Resynced {
        /// The step of the later code.
        step: u64,
        /// How far the device is ahead, in steps; negative = behind.
        drift_steps: i8,
    },
    /// Two unspent codes in a row, but of a clock further off than [`DRIFT_STEPS_MAX`] steps. Nothing is allowed for:
    /// the owner must set the device's clock. Both codes are spent all the same, for typed codes must never open; where
    /// the device was ahead, its codes count again once that time has come.
    DeviceClockOff {
        /// The step of the later code.
        step: u64,
        /// How far the device is ahead, in steps; negative = behind.
        offset_steps: i8,
    },
    /// No two steps in a row have these codes. Count [`RESYNC_FAILURES`] wrong tries.
    WrongCodes,
    /// Two codes in a row, of which at least one is spent. Count as for `WrongCodes`.
    Replayed,
    /// The last spent step lies beyond every step looked at, or all of them before T0: the clock ran back.
    ClockAnomaly,
    /// No credential is in force.
    NotEnrolled,
}

/// Resynchronises the credential in force with two codes in a row, the earlier one first, within
/// [`RESYNC_STEPS_MAX`](super::RESYNC_STEPS_MAX) steps of `now`.
///
/// `secret` is the opened secret of [`TotpState::active`]. Every outcome but `NotEnrolled` costs the same work.
///
/// ```
/// # use account_security::totp::*;
/// # use account_security::types::{RandomId, Timestamp, TypedCode};
/// # let (policy, standard) = (TotpPolicy::usable(), TotpParameters::STANDARD);
/// # let now = Timestamp::from_unix_s(1_772_366_400)?;
/// # let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// # let sealed = SealedSecret::new(vec![9; 60])?;
/// # let code = |at| -> Result<_, Box<dyn std::error::Error>> {
/// #     Ok(TypedCode::parse(code_at(&secret, &standard, at)?.code(), 6)?)
/// # };
/// # let state = enrol(&TotpState::default(), RandomId([1; 16]), standard, sealed, &policy, now)?.state;
/// # let state = confirm(&state, &secret, &code(now)?, &policy, now)?.state;
/// // A year later the device is a minute ahead: two steps, so its codes lie outside the window.
/// let now = now.plus_ms(365 * 86_400_000);
/// let (first, second) = (code(now.plus_ms(30_000))?, code(now.plus_ms(60_000))?);
/// let resynced = resync(&state, &secret, &first, &second, now)?;
/// assert!(matches!(resynced.outcome, ResyncOutcome::Resynced { drift_steps: 2, .. }));
///
/// let next = verify(&resynced.state, &secret, &code(now.plus_ms(90_000))?, &policy, now.plus_ms(30_000))?;
/// assert!(matches!(next.outcome, VerifyOutcome::Accepted { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`TotpError::DigitsMismatch`], [`TotpError::Signing`]: deny, and keep the old state.
pub fn resync(
    state: &TotpState,
    secret: &TotpSecret,
    first: &TypedCode,
    second: &TypedCode,
    now: Timestamp,
) -> Result<Resynced, TotpError> {
    let Some(active) = &state.active else {
        return Ok(Resynced { state: state.clone(), outcome: ResyncOutcome::NotEnrolled });
    };
    let parameters = &active.credential.parameters;
    let seen = window::scan_pairs(secret, parameters, first, second, now)?;
    let outcome = judge(seen, active.last_step, parameters.step_at(now));
    let mut state = state.clone();
    if let Some(active) = &mut state.active {
        match outcome {
            ResyncOutcome::Resynced { step, drift_steps } => {
                (active.last_step, active.drift_steps) = (step, drift_steps);
                active.last_success_at = active.last_success_at.max(now);
            }
            ResyncOutcome::DeviceClockOff { step, .. } => active.last_step = step,
            _ => {}
        }
    }
    Ok(Resynced { state, outcome })
}

fn judge(seen: Seen, last_step: u64, current: i64) -> ResyncOutcome {
    if seen.newest.is_none_or(|newest| last_step > newest) {
        return ResyncOutcome::ClockAnomaly;
    }
    let Some(step) = seen.highest_match else { return ResyncOutcome::WrongCodes };
    // The earlier of the two must be unspent as well.
    if step <= last_step.saturating_add(1) {
        return ResyncOutcome::Replayed;
    }
    let offset_steps = i8::try_from(drift::offset(step, current)).unwrap_or(i8::MAX);
    if (-DRIFT_STEPS_MAX..=DRIFT_STEPS_MAX).contains(&offset_steps) {
        ResyncOutcome::Resynced { step, drift_steps: offset_steps }
    } else {
        ResyncOutcome::DeviceClockOff { step, offset_steps }
    }
}
