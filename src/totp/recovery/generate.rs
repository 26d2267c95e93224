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
/// ```
/// use account_security::totp::{RecoveryCode, RecoveryKey, RecoverySet, RecoveryOutcome};
/// use account_security::totp::{generate_recovery_codes, spend_recovery_code};
/// use account_security::types::{AccountId, KeyId, RandomId, SecretBytes, Timestamp};
/// use rand::{SeedableRng, rngs::StdRng};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (mut rng, root) = (StdRng::seed_from_u64(7), SecretBytes::new(vec![7; 32]));
/// let (alice, now) = (AccountId::parse("alice")?, Timestamp::from_unix_s(1_772_366_400)?);
/// let key = RecoveryKey::new(KeyId(1), &root)?;
/// let generated = generate_recovery_codes(&RecoverySet::default(), &alice, &key, &mut rng, now)?;
/// let shown = generated.codes[0].to_text(); // e.g. 7K2M-QX4D-…, on paper or in a password manager
///
/// let typed = RecoveryCode::parse(&shown.to_lowercase())?;
/// let sign_in = RandomId::generate(&mut rng);
/// let spent = spend_recovery_code(&generated.set, &alice, &key, &typed, sign_in, now)?;
/// assert_eq!(spent.outcome, RecoveryOutcome::Accepted { left: 9 });
///
/// let sign_in = RandomId::generate(&mut rng);
/// let again = spend_recovery_code(&spent.set, &alice, &key, &typed, sign_in, now)?;
/// assert_eq!(again.outcome, RecoveryOutcome::AlreadySpent);
/// # Ok(()) }
/// ```
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
