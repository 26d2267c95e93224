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
    let steps = (current - i64::from(RESYNC_STEPS_MAX)..=newest).map(counter);
    let codes = steps.map(|(counter, exists)| keyed.code(counter).map(|code| (counter, exists, code)));
    let highest_match = highest_pair(codes, first.value(), second.value())?;
    Ok(Seen { highest_match, newest: u64::try_from(newest).ok() })
}

/// The later step of the last pair of neighbours that has these two codes. Looks at all of them.
fn highest_pair(
    codes: impl Iterator<Item = Result<(u64, Choice, u32), TotpError>>,
    first: u32,
    second: u32,
) -> Result<Option<u64>, TotpError> {
    let (mut found, mut highest, mut first_matched) = (Choice::from(0), 0_u64, Choice::from(0));
    for code in codes {
        let (counter, exists, code) = code?;
        let pair = first_matched & second.ct_eq(&code) & exists;
        highest.conditional_assign(&counter, pair);
        found |= pair;
        first_matched = first.ct_eq(&code) & exists;
    }
    Ok(bool::from(found).then_some(highest))
}

/// A step before T0 costs the same work as any other and never matches.
fn counter(step: i64) -> (u64, Choice) {
    (u64::try_from(step).unwrap_or(0), Choice::from(u8::from(step >= 0)))
}

fn check_digits(parameters: &TotpParameters, typed: &TypedCode) -> Result<(), TotpError> {
    let expected = parameters.digits();
    if typed.digits() == expected { Ok(()) } else { Err(TotpError::DigitsMismatch { expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of steps 10, 11, 12, …; no key makes such neighbours within a lifetime.
    fn pair(codes: &[u32], first: u32, second: u32) -> Option<u64> {
        let codes = (10..).zip(codes).map(|(step, code)| Ok((step, Choice::from(1), *code)));
        highest_pair(codes, first, second).unwrap()
    }

    #[test]
    fn of_several_pairs_the_highest_counts() {
        assert_eq!(pair(&[1, 2, 3, 1, 2, 3], 1, 2), Some(14));
        assert_eq!(pair(&[7, 7, 7, 7], 7, 7), Some(13));
        assert_eq!(pair(&[1, 1, 2], 1, 2), Some(12));
        assert_eq!(pair(&[2, 1, 3, 2], 1, 2), None);
        assert_eq!(pair(&[2], 1, 2), None);
    }

    #[test]
    fn steps_that_do_not_exist_make_no_pair() {
        let codes = |exists: [u8; 2]| (0..).zip(exists).map(|(step, exists)| Ok((step, Choice::from(exists), 5)));
        assert_eq!(highest_pair(codes([0, 1]), 5, 5), Ok(None));
        assert_eq!(highest_pair(codes([1, 0]), 5, 5), Ok(None));
        assert_eq!(highest_pair(codes([1, 1]), 5, 5), Ok(Some(1)));
    }
}
