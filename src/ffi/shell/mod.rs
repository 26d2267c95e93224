//! One face of the library for every other language: one object, plain values.
//!
//! ```
//! use std::sync::Arc;
//! use account_security::ffi::shell::{FixedClock, KeyMaterial, Security, evaluate_password};
//! let report = evaluate_password("card_default", b"Vx9#qLm2-tide", None, "en")?;
//! assert!(report.accept);
//! let keys = KeyMaterial::new(&[9; 32], 1, &[7; 32])?;
//! let clock = Arc::new(FixedClock::at(1_767_225_600_000));
//! let security = Security::in_memory(&keys, clock)?;
//! assert!(security.restriction("alice")?.is_empty());
//! # Ok::<(), account_security::ffi::shell::ShellError>(())
//! ```

mod access;
mod audit;
mod clock;
mod codes;
mod contacts;
mod desk;
mod error;
mod factors;
mod freezes;
mod identity;
mod keys;
mod lists;
mod options;
mod parse;
mod password;
mod passwords;
mod payments;
mod proving;
mod refusals;
mod security;
mod soft_token;

pub use access::{SignInAnswer, SignUpAnswer};
pub use audit::{HistoryLine, Message, VerdictAnswer};
pub use clock::{Clock, ClockFault, FixedClock, SystemClock};
pub use codes::{CodeAnswer, CodeSent, CodeSentAnswer, PaymentBinding};
pub use contacts::{ContactAnswer, RegisteredContacts};
pub use desk::{
    ClearAnswer, FreezesEndedAnswer, ReportAnswer, ReportInput, RotationAnswer, RotationFault, SettleAnswer,
};
pub use error::ShellError;
pub use factors::{RecoveryCodes, TotpAnswer, TotpEnrolment, TotpResyncAnswer};
pub use freezes::{FreezeInput, FreezePlaced, LiftAnswer};
pub use identity::IdentityInput;
pub use keys::KeyMaterial;
pub use lists::{ContactChangeLine, DeviceLine, FreezeLine};
pub use options::Options;
pub use password::{PasswordReport, RuleLine, RuleState, evaluate_password};
pub use passwords::{PasswordAnswer, ResetStarted};
pub use payments::{
    BatchAnswer, BatchStop, CauseLine, PaymentAnswer, PaymentInput, PaymentOutcome, PaymentQuestion, ReasonLine,
    ReleaseAnswer,
};
pub use proving::{Proof, ProofAnswer, SecondFactorOffers, StepUpAnswer};
pub use security::Security;
pub use soft_token::{SoftCode, SoftToken};
