//! Passwords: which ones are accepted, and how the accepted ones are kept.
//!
//! What this feature promises:
//! - **Rules are data.** A [`PasswordPolicy`] is a handful of numbers; its presets say which standards they break
//!   ([`PasswordPolicy::conflicts`]) instead of hiding it.
//! - **Every rule answers for itself.** [`evaluate()`] gives each rule a state, what it found and what it wants, as numbers
//!   only: a phone draws the live check-list from it, a server decides with the same call. No part of the password and
//!   no word of the customer ever appears in an answer.
//! - **Any input, bounded work.** At most 1024 bytes and 128 code points are looked at, all of them, in a few milliseconds
//!   at worst; text that is too long is refused, never cut. No clock, no seed: one text, one answer, everywhere.
//! - **Breached passwords without a network.** [`BreachFilter`] reads a file built from the public list; [`RangeQuery`] asks
//!   a range service through the integrator. A fault is never "not breached".
//! - **A password to offer** is drawn evenly and fits the policy and the customer ([`generate_password`],
//!   [`generate_phrase`]).
//! - **Storage is argon2id in a PHC string**, read by a strict parser with a cost ceiling checked before any memory is
//!   taken, with an optional pepper named by key id. Memory is reused, wiped and budgeted ([`Hasher`]), with a bounded
//!   queue in front of it ([`pool`]); [`calibrate()`] finds the costs that fit a machine.
//! - **A broken record is never "wrong password".** [`Verified`] says match or mismatch; [`VerifyError`] is a fault.
//!
//! ```
//! use account_security::password::{evaluate, PasswordPolicy, RuleCode, RuleState, UserContext};
//! let words = ["Zhang Wei", "13800138000"];
//! let answer = evaluate(&PasswordPolicy::card_default(), b"Zhang2024!", &UserContext::new(&words)?);
//! assert!(!answer.accept);
//! assert_eq!(answer.state(RuleCode::UserWords), Some(RuleState::Unsatisfied));
//! assert_eq!(answer.pending(), [RuleCode::History]); // only the server knows the history
//! # Ok::<(), account_security::password::ContextError>(())
//! ```

mod base64;
pub mod blocklist;
pub mod breach;
pub mod calibrate;
mod catalogue;
pub mod context;
pub mod engine;
pub mod error;
pub mod evaluate;
pub mod feedback;
pub mod hash;
mod haystack;
mod lead;
pub mod normalisation;
pub mod params;
pub mod pattern;
pub mod pepper;
pub mod phc;
mod pinyin;
pub mod policy;
pub mod pool;
pub mod preset;
pub mod rule;
pub mod secret;
pub mod standard;
pub mod state;
mod strength;
pub mod suggest;
mod text;
pub mod verify;

pub use breach::{
    BreachAnswer, BreachCheck, BreachDigest, BreachFault, BreachFilter, BreachSource, RangeError, RangeQuery,
};
pub use calibrate::{Calibration, CostGoal, calibrate};
pub use context::UserContext;
pub use engine::Engine;
pub use error::{
    CalibrationError, ContextError, HashError, ParamsError, PasswordError, PepperError, PhcError, PolicyError,
    StateError, SuggestError, VerifyError,
};
pub use evaluate::{Evaluation, evaluate};
pub use feedback::FeedbackCode;
pub use hash::Hasher;
pub use normalisation::Normalisation;
pub use params::{HashParams, VerifyCeiling};
pub use pepper::{NoPepper, PepperRing, PepperUse, Peppers};
pub use phc::{Algorithm, Phc, Version};
pub use policy::{ClassNeeds, PasswordPolicy, PolicyNumbers};
pub use preset::Preset;
pub use rule::{RuleCode, RuleOutcome, RuleState};
pub use secret::Password;
pub use standard::{Conflict, ConflictCode, Standard};
pub use state::{PasswordState, RotationDue};
pub use suggest::{Suggestion, generate_password, generate_phrase};
pub use verify::{RehashReason, Verified};
