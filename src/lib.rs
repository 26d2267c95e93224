//! Account security for payment products, as one embeddable library.

pub mod account;
pub mod freeze;
pub mod password;
pub mod risk;
pub mod store;
pub mod totp;
pub mod types;
pub mod verification;
