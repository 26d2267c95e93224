//! Recovery codes: the way back in when the authenticator is gone.
//!
//! They stand beside TOTP because they exist for its loss, and because what they share with it (a typed code, a spent
//! memory, one failure budget) is all they have. Ten codes of 120 bits each, shown once:
//! - **Stored as keyed tags only.** 120 bits need no slow hash (OWASP ASVS 5.0, 6.5.2: 112 bits do), so a wrong guess
//!   costs one HMAC and a thousand of them no server; the key lies outside the database.
//! - **Each opens once**, and a new set voids every older code: the tag names account and generation.
//! - **At most one per sign-in.** A double click or an eager client does not burn two.
//! - **Same work for right, spent and wrong.** Each try is compared with every code of the set.
//!
//! A set names the key its tags were made with. Such tags live for years: keep a retired key in the ring while sets
//! name it ([`RecoverySet::key_id`]), or have their owners draw new codes first. Without the key no code can be judged.
//!
//! ```
//! use account_security::totp::{RecoveryCode, RecoveryKey, RecoverySet, RecoveryOutcome};
//! use account_security::totp::{generate_recovery_codes, spend_recovery_code};
//! use account_security::types::{AccountId, KeyId, RandomId, SecretBytes, Timestamp};
//! use rand::{SeedableRng, rngs::StdRng};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (mut rng, root) = (StdRng::seed_from_u64(7), SecretBytes::new(vec![7; 32]));
//! let (alice, now) = (AccountId::parse("alice")?, Timestamp::from_unix_s(1_772_366_400)?);
//! let key = RecoveryKey::new(KeyId(1), &root)?;
//! let generated = generate_recovery_codes(&RecoverySet::default(), &alice, &key, &mut rng, now)?;
//! let shown = generated.codes[0].to_text(); // e.g. 7K2M-QX4D-…, on paper or in a password manager
//!
//! let typed = RecoveryCode::parse(&shown.to_lowercase())?;
//! let sign_in = RandomId::generate(&mut rng);
//! let spent = spend_recovery_code(&generated.set, &alice, &key, &typed, sign_in, now)?;
//! assert_eq!(spent.outcome, RecoveryOutcome::Accepted { left: 9 });
//!
//! let sign_in = RandomId::generate(&mut rng);
//! let again = spend_recovery_code(&spent.set, &alice, &key, &typed, sign_in, now)?;
//! assert_eq!(again.outcome, RecoveryOutcome::AlreadySpent);
//! # Ok(()) }
//! ```

mod code;
mod error;
mod generate;
mod key;
mod spend;
mod state;
#[cfg(test)]
mod stories;

pub use code::{RECOVERY_CODE_BYTES_MAX, RECOVERY_CODE_CHARACTERS, RecoveryCode};
pub use error::{RecoveryCodeError, RecoveryError, RecoverySetError};
pub use generate::{GeneratedRecoveryCodes, generate_recovery_codes};
pub use key::RecoveryKey;
pub use spend::{RecoveryOutcome, SpentRecoveryCode, spend_recovery_code};
pub use state::{RECOVERY_CODES, RECOVERY_LOW_AT, RecoverySet};
