//! Drawing a new set of codes. All older ones are void from then on.

use rand::CryptoRng;

use super::code::RecoveryCode;
use super::error::RecoveryError;
use super::key::RecoveryKey;
use super::state::{RECOVERY_CODES, RecoverySet, StoredCode};
use crate::types::{AccountId, Timestamp};

/// New codes, to be shown once.
#[derive(Debug)]
#[must_use = "store the set, or the codes shown open nothing"]
pub struct GeneratedRecoveryCodes {
    /// What to store: it holds tags only.
    pub set: RecoverySet,
    /// What to show, and then to forget. Each is wiped on drop.
    pub codes: Vec<RecoveryCode>,
}

/// Draws [`RECOVERY_CODES`] codes for this account. Every code of an older generation stops working with the commit.
///
/// See the [module](super) for an example.
///
/// # Errors
/// [`RecoveryError::RandomnessFailed`] when the generator repeats itself.
pub fn generate_recovery_codes(
    previous: &RecoverySet,
    account: &AccountId,
    key: &RecoveryKey,
    rng: &mut dyn CryptoRng,
    now: Timestamp,
) -> Result<GeneratedRecoveryCodes, RecoveryError> {
    // Four thousand million generations are out of reach; should they be reached, the tags still differ by the codes.
    let generation = previous.generation.saturating_add(1);
    let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES).map(|_| RecoveryCode::generate(rng)).collect();
    let stored = |code| StoredCode { tag: key.tag(account, generation, code), spent_at: None };
    let tags = codes.iter().map(stored).collect();
    let set = RecoverySet { generation, key_id: key.id(), created_at: now, last_sign_in: None, codes: tags };
    // Ten fresh codes are alike by chance once in 10^34 sets.
    set.validate().map_err(|_| RecoveryError::RandomnessFailed)?;
    Ok(GeneratedRecoveryCodes { set, codes })
}
