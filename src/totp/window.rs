//! The scan behind every comparison: all steps of the window, in constant work, the highest match wins.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::error::TotpError;
use super::keyed::KeyedSteps;
use super::parameters::TotpParameters;
use super::policy::TotpPolicy;
use super::secret::TotpSecret;
use crate::types::{Timestamp, TypedCode};

/// What a scan saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The highest step of the window whose code was typed.
    pub(super) highest_match: Option<u64>,
    /// The last step of the window; `None` when the whole window lies before T0.
    pub(super) newest: Option<u64>,
}

/// Compares the typed code with every step of the window around `now`.
///
/// The highest match, not the first: two steps of one window share a code once in a million. Recording the lower one
/// would leave the higher open to a replay, and would refuse the honest user whose lower one is spent.
///
/// # Errors
/// [`TotpError::InvalidPolicy`], [`TotpError::DigitsMismatch`], [`TotpError::Signing`].
pub(super) fn scan(
    secret: &TotpSecret,
    parameters: &TotpParameters,
    typed: &TypedCode,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Seen, TotpError> {
    policy.validate()?;
    if typed.digits() != parameters.digits() {
        return Err(TotpError::DigitsMismatch { expected: parameters.digits() });
    }
    let keyed = KeyedSteps::new(secret, parameters);
    let current = parameters.step_at(now);
    let newest = current + i64::from(policy.steps_future_max);
    let (mut found, mut highest) = (Choice::from(0), 0_u64);
    for step in current - i64::from(policy.steps_past_max)..=newest {
        // A step before T0 costs the same work and never matches.
        let exists = Choice::from(u8::from(step >= 0));
        let counter = u64::try_from(step).unwrap_or(0);
        let matches = typed.value().ct_eq(&keyed.code(counter)?) & exists;
        highest.conditional_assign(&counter, matches);
        found |= matches;
    }
    Ok(Seen { highest_match: bool::from(found).then_some(highest), newest: u64::try_from(newest).ok() })
}
