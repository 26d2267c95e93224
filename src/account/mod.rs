//! One record per account, its typed events and the audit chain that proves them.

pub mod keyring;
pub mod seal;

pub use keyring::{Keyring, KeyringError};
pub use seal::SealError;
