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

/// Steps to either side that a resynchronisation looks at: five minutes at the usual period, as RFC 6238 §6 asks for a
/// limit and RFC 4226 §7.4 for a look-ahead small enough not to help a guesser.
pub const RESYNC_STEPS_MAX: u8 = 10;

/// Compares the typed code with every step of the window around `now`, moved by `drift_steps`.
///
/// The highest match, not the first: two steps of one window share a code once in a million. Recording the lower one
/// would leave the higher open to a replay, and would refuse the honest user whose lower one is spent.
///
/// # Errors
/// [`TotpError::InvalidPolicy`], [`TotpError::DigitsMismatch`], [`TotpError::Signing`].
pub(super) fn scan(
    secret: &TotpSecret,
    parameters: &TotpParameters,
    drift_steps: i8,
    typed: &TypedCode,
    policy: &TotpPolicy,
    now: Timestamp,
) -> Result<Seen, TotpError> {
    policy.validate()?;
    check_digits(parameters, typed)?;
    let keyed = KeyedSteps::new(secret, parameters);
    let centre = parameters.step_at(now) + i64::from(drift_steps);
    let newest = centre + i64::from(policy.window.future_max());
    let (mut found, mut highest) = (Choice::from(0), 0_u64);
    for step in centre - i64::from(policy.window.past_max())..=newest {
        let (counter, exists) = counter(step);
        let matches = typed.value().ct_eq(&keyed.code(counter)?) & exists;
        highest.conditional_assign(&counter, matches);
        found |= matches;
    }
    Ok(Seen { highest_match: bool::from(found).then_some(highest), newest: u64::try_from(newest).ok() })
}

/// Compares two typed codes with every pair of neighbouring steps within [`RESYNC_STEPS_MAX`] of `now`; the highest
/// pair wins, and its later step is told.
///
/// # Errors
/// [`TotpError::DigitsMismatch`], [`TotpError::Signing`].
pub(super) fn scan_pairs(
    secret: &TotpSecret,
    parameters: &TotpParameters,
    first: &TypedCode,
    second: &TypedCode,
    now: Timestamp,
) -> Result<Seen, TotpError> {
    check_digits(parameters, first)?;
    check_digits(parameters, second)?;
    let keyed = KeyedSteps::new(secret, parameters);
    let current = parameters.step_at(now);
    let newest = current + i64::from(RESYNC_STEPS_MAX);
    let (mut found, mut highest, mut first_matched) = (Choice::from(0), 0_u64, Choice::from(0));
    for step in current - i64::from(RESYNC_STEPS_MAX)..=newest {
        let (counter, exists) = counter(step);
        let code = keyed.code(counter)?;
        let pair = first_matched & second.value().ct_eq(&code) & exists;
        highest.conditional_assign(&counter, pair);
        found |= pair;
        first_matched = first.value().ct_eq(&code) & exists;
    }
    Ok(Seen { highest_match: bool::from(found).then_some(highest), newest: u64::try_from(newest).ok() })
}

/// A step before T0 costs the same work as any other and never matches.
fn counter(step: i64) -> (u64, Choice) {
    (u64::try_from(step).unwrap_or(0), Choice::from(u8::from(step >= 0)))
}

fn check_digits(parameters: &TotpParameters, typed: &TypedCode) -> Result<(), TotpError> {
    let expected = parameters.digits();
    if typed.digits() == expected { Ok(()) } else { Err(TotpError::DigitsMismatch { expected }) }
}
