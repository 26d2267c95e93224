//! One record per account, its typed events and the audit chain that proves them.

pub mod chain;
pub mod keyring;
pub mod seal;
pub mod throttle;

pub use chain::{ChainHead, ChainVerifier, Link, Verdict};
pub use keyring::{Keyring, KeyringError};
pub use seal::SealError;
pub use throttle::{Admission, FailureBudget, ThrottlePolicy};
