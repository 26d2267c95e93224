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

mod code;
mod error;
mod generate;
mod key;
mod set_back;
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
