//! Spending a code: compared with every code of the set, accepted once.

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::code::RecoveryCode;
use super::error::RecoveryError;
use super::key::RecoveryKey;
use super::state::RecoverySet;
use crate::types::{AccountId, RandomId, Timestamp};

/// What became of a typed recovery code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "store the set before you answer, or the code can be used again"]
pub struct SpentRecoveryCode {
    /// What to store, whatever the outcome.
    pub set: RecoverySet,
    /// What was found. Tell the person who typed `Accepted` or not.
    pub outcome: RecoveryOutcome,
}

/// The outcome of [`spend_recovery_code`]. All but `Accepted` mean "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryOutcome {
    /// A code of this set, spent now.
    Accepted {
        /// Codes left.
        left: usize,
    },
    /// No code of this set. It may be one of an older generation.
    WrongCode,
    /// A code of this set that was spent before.
    AlreadySpent,
    /// This sign-in has spent a code already; nothing was compared.
    SecondOfSignIn,
    /// The account has no recovery codes.
    NoCodes,
}

/// Compares a code with every code of the set, in constant work, and spends it.
///
/// `sign_in` names the sign-in (or whatever else the code is to open) and is drawn by the caller once for each.
///
/// # Errors
/// [`RecoveryError::OtherKey`] when `key` is not the one that made the set: deny, and keep the old set.
pub fn spend_recovery_code(
    set: &RecoverySet,
    account: &AccountId,
    key: &RecoveryKey,
    code: &RecoveryCode,
    sign_in: RandomId,
    now: Timestamp,
) -> Result<SpentRecoveryCode, RecoveryError> {
    let unchanged = |outcome| Ok(SpentRecoveryCode { set: set.clone(), outcome });
    let Some(key_id) = set.key_id() else { return unchanged(RecoveryOutcome::NoCodes) };
    if key.id() != key_id {
        return Err(RecoveryError::OtherKey(key_id));
    }
    if set.last_sign_in == Some(sign_in) {
        return unchanged(RecoveryOutcome::SecondOfSignIn);
    }
    let mut set = set.clone();
    let matching = find(&set, &key.tag(account, set.generation, code));
    let outcome = match matching.and_then(|index| set.codes.get_mut(index)) {
        None => RecoveryOutcome::WrongCode,
        Some(found) if found.spent_at.is_some() => RecoveryOutcome::AlreadySpent,
        Some(found) => {
            // Time never runs back behind the set's own beginning.
            found.spent_at = Some(now.max(set.created_at));
            set.last_sign_in = Some(sign_in);
            RecoveryOutcome::Accepted { left: set.left() }
        }
    };
    Ok(SpentRecoveryCode { set, outcome })
}

/// The place of the code with this tag. Looks at all of them, whatever it finds on the way.
fn find(set: &RecoverySet, tag: &[u8]) -> Option<usize> {
    let (mut found, mut place) = (Choice::from(0), 0_u64);
    for (index, code) in (0_u64..).zip(&set.codes) {
        let matches = code.tag.ct_eq(tag);
        place.conditional_assign(&index, matches);
        found |= matches;
    }
    if bool::from(found) { usize::try_from(place).ok() } else { None }
}
