//! Checking a typed code against the credential in force.

use super::drift;
use super::error::TotpError;
use super::parameters::TotpParameters;
use super::policy::TotpPolicy;
use super::secret::TotpSecret;
use super::state::TotpState;
use super::window::{self, Seen};
use crate::types::{Timestamp, TypedCode};

/// What became of a typed code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the state before you answer, or the code can be used again"]
pub struct Verified {
    /// What to store, whatever the outcome.
    pub state: TotpState,
    /// What was found. Tell the person who typed `Accepted` or not, never which of the others.
    pub outcome: VerifyOutcome,
}

/// The outcome of [`verify`]. All but `Accepted` mean "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// The code of a step that was not spent yet. It is spent now, with every step before it.
    Accepted {
        /// The step.
        step: u64,
    },
    /// No step of the window has this code.
    WrongCode,
    /// The code of a step at or before the last accepted one: somebody types a spent code again.
    Replayed,
    /// The last spent step lies beyond the window, or the window before T0: the clock ran back, or a
    /// [`resync`](super::resync) spent the codes of a device that is far ahead. Until time has caught up no code can be
    /// accepted, nor of a credential that takes the place of this one.
    ClockAnomaly,
    /// No credential is in force.
    NotEnrolled,
}

/// Verifies a code and spends its step.
///
/// `secret` is the opened secret of [`TotpState::active`]. Parse `typed` with the digits of that credential. Every
/// outcome but `NotEnrolled` costs the same work. See the [module](super) for an example.
///
/// # Errors
/// [`TotpError::InvalidPolicy`], [`TotpError::DigitsMismatch`], [`TotpError::Signing`]: deny, and keep the old state.
pub fn verify(
    state: &TotpState,
    secret: &TotpSecret,
    typed: &TypedCode,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Verified, TotpError> {
    policy.validate()?;
    let Some(active) = &state.active else {
        return Ok(Verified { state: state.clone(), outcome: VerifyOutcome::NotEnrolled });
    };
    let seen = window::scan(secret, &active.credential.parameters, active.drift_steps, typed, policy, now)?;
    let outcome = judge(seen, active.last_step);
    let mut state = state.clone();
    if let (VerifyOutcome::Accepted { step }, Some(active)) = (outcome, &mut state.active) {
        if policy.learn_drift {
            active.drift_steps = drift::learned(active, step, now);
        }
        active.last_step = step;
        // A clock inside the window may still stand before the last success.
        active.last_success_at = active.last_success_at.max(now);
    }
    Ok(Verified { state, outcome })
}

/// Compares a code with a window around `now`, remembering nothing: the highest matching step, or `None`.
///
/// Dangerous because the same code passes again and again. For tools, tests and imports; a sign-in uses [`verify`].
///
/// ```
/// use account_security::totp::{TotpParameters, TotpPolicy, TotpSecret, dangerous_verify_stateless};
/// use account_security::types::{Timestamp, TypedCode};
/// let secret = TotpSecret::from_bytes(b"12345678901234567890")?;
/// let (typed, now) = (TypedCode::parse("287 082", 6)?, Timestamp::from_unix_s(75)?);
/// let standard = TotpParameters::STANDARD;
/// assert_eq!(dangerous_verify_stateless(&secret, &standard, &typed, &TotpPolicy::usable(), now)?, Some(1));
/// assert_eq!(dangerous_verify_stateless(&secret, &standard, &typed, &TotpPolicy::asvs_strict(), now)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`TotpError::InvalidPolicy`], [`TotpError::DigitsMismatch`], [`TotpError::Signing`].
pub fn dangerous_verify_stateless(
    secret: &TotpSecret,
    parameters: &TotpParameters,
    typed: &TypedCode,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Option<u64>, TotpError> {
    Ok(window::scan(secret, parameters, 0, typed, policy, now)?.highest_match)
}

fn judge(seen: Seen, last_step: u64) -> VerifyOutcome {
    if seen.newest.is_none_or(|newest| last_step > newest) {
        return VerifyOutcome::ClockAnomaly;
    }
    match seen.highest_match {
        None => VerifyOutcome::WrongCode,
        Some(step) if step <= last_step => VerifyOutcome::Replayed,
        Some(step) => VerifyOutcome::Accepted { step },
    }
}
