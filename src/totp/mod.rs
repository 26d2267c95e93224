//! Time-based one-time passwords (RFC 6238): enrol an authenticator app, verify its codes, be one.
//!
//! What this room promises:
//! - **A code opens once.** The whole window is scanned and the *highest* matching step counts; it is accepted only
//!   above the last accepted step, which is part of the returned state. Two neighbouring steps that happen to share a
//!   code can therefore neither be replayed nor lock anybody out.
//! - **The code that confirms an enrolment is spent.** It can not be the first sign-in code as well.
//! - **The old authenticator works until the new one has proved itself**, and they swap in one step.
//! - **Same work for right and wrong.** Every candidate is computed and compared in constant time.
//! - **No plain secret is stored.** The state keeps bytes the caller sealed; the opened secret is an argument.
//! - **A clock that ran back says so** instead of answering "wrong code" for ever.
//! - **A device whose clock is off is met half-way, and no further**: two codes in a row tell its drift, which moves the
//!   window by at most two steps; beyond that the owner is told by how much to set the clock.
//! - **A lost device is not a lost account**: ten recovery codes, each good once.
//!
//! How many wrong codes an account may type is not decided here: that budget spans every second factor.
//!
//! ```
//! use account_security::totp::{
//!     ConfirmOutcome, SealedSecret, TotpParameters, TotpPolicy, TotpSecret, TotpState, VerifyOutcome, code_at, confirm,
//!     enrol, verify,
//! };
//! use account_security::types::{RandomId, Timestamp, TypedCode};
//! use rand::{SeedableRng, rngs::StdRng};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut rng = StdRng::seed_from_u64(7);
//! # let seal = |secret: &TotpSecret| SealedSecret::new(secret.expose().iter().map(|byte| byte ^ 0xA5).collect());
//! let (policy, parameters) = (TotpPolicy::usable(), TotpParameters::STANDARD);
//! let now = Timestamp::from_unix_s(1_772_366_400)?;
//!
//! // The user scans the secret; nothing is in force yet.
//! let secret = TotpSecret::generate(&mut rng);
//! let id = RandomId::generate(&mut rng);
//! let enrolled = enrol(&TotpState::default(), id, parameters, seal(&secret)?, &policy, now)?;
//!
//! // The first code proves the app works, and is spent by that.
//! let typed = TypedCode::parse(code_at(&secret, &parameters, now)?.code(), parameters.digits())?;
//! let confirmed = confirm(&enrolled.state, &secret, &typed, &policy, now)?;
//! assert!(matches!(confirmed.outcome, ConfirmOutcome::Active { .. }));
//! let again = verify(&confirmed.state, &secret, &typed, &policy, now)?;
//! assert_eq!(again.outcome, VerifyOutcome::Replayed);
//!
//! // The next one signs in.
//! let later = now.plus_ms(30_000);
//! let typed = TypedCode::parse(code_at(&secret, &parameters, later)?.code(), parameters.digits())?;
//! let verified = verify(&again.state, &secret, &typed, &policy, later)?;
//! assert!(matches!(verified.outcome, VerifyOutcome::Accepted { .. }));
//! # Ok(()) }
//! ```

mod base32;
mod drift;
mod enrol;
mod error;
mod keyed;
mod parameters;
mod policy;
#[cfg(feature = "qr")]
mod qr;
mod recovery;
mod resync;
mod secret;
mod set_back;
mod sign;
mod soft_token;
mod state;
#[cfg(test)]
mod stories;
mod uri;
mod verify;
mod window;

pub use drift::DRIFT_STEPS_MAX;
pub use enrol::{ConfirmOutcome, Confirmed, Enrolled, RevokeOutcome, Revoked, confirm, enrol, revoke};
pub use error::{ParametersError, SecretError, StateError, TotpError, UriError};
pub use parameters::{Algorithm, T0_S_MAX, TotpParameters};
pub use policy::{CONFIRM_TRIES_CEILING, PENDING_TTL_MS_CEILING, TotpPolicy, WINDOW_STEPS_CEILING, WindowPolicy};
#[cfg(feature = "qr")]
pub use qr::{QrError, QrModules};
pub use recovery::{
    GeneratedRecoveryCodes, RECOVERY_CODE_BYTES_MAX, RECOVERY_CODE_CHARACTERS, RECOVERY_CODES, RECOVERY_LOW_AT,
    RecoveryCode, RecoveryCodeError, RecoveryError, RecoveryKey, RecoveryOutcome, RecoverySet, RecoverySetError,
    SpentRecoveryCode, generate_recovery_codes, spend_recovery_code,
};
pub use resync::{RESYNC_FAILURES, ResyncOutcome, Resynced, resync};
pub use secret::{SECRET_BYTES_MAX, SECRET_BYTES_MIN, TotpSecret, WEAK_SECRET_BYTES_MIN};
pub use soft_token::{SoftCode, code_at};
pub use state::{ActiveTotp, PendingTotp, SEALED_SECRET_BYTES_MAX, SealedSecret, TotpCredential, TotpState};
pub use uri::{KeyUri, LABEL_BYTES_MAX, ParsedKeyUri, URI_BYTES_MAX, UriWarning};
pub use verify::{Verified, VerifyOutcome, dangerous_verify_stateless, verify};
pub use window::RESYNC_STEPS_MAX;
