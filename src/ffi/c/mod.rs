//! The C API: `include/account_security.h`, which cbindgen writes from this folder.
//!
//! Each function checks its pointers, reads its arguments, calls one function of [`shell`](super::shell) and lays the answer
//! out for C. It passes one gate (`gate`) that empties out-parameters, refuses NULL and broken handles, catches panics and
//! keeps the last error.
//!
//! What `unsafe` rests on, everywhere here: a pointer the caller passes is NULL or valid for what the header says of it. What
//! can be checked (NULL, alignment, sizes, UTF-8, bounds) is checked; the rest is the caller's part of the contract.

#![expect(unsafe_code, reason = "the one place where pointers of another language are read; see the rules above")]
#![allow(non_camel_case_types, reason = "the names are those that C sees")]

mod access;
mod audit;
mod clock;
mod codes;
mod contacts;
mod desk;
mod factors;
mod freezes;
mod gate;
mod identity;
mod input;
mod keys;
mod last_error;
mod lists;
mod lost_contacts;
mod options;
mod owned;
mod password;
mod passwords;
mod payments;
mod proving;
mod recovery_codes;
mod result;
mod review;
mod security;
mod soft_token;
mod store;
mod version;

pub use access::*;
pub use audit::*;
pub use clock::*;
pub use codes::*;
pub use contacts::*;
pub use desk::*;
pub use factors::*;
pub use freezes::*;
pub use identity::*;
pub use input::*;
pub use keys::*;
pub use last_error::*;
pub use lists::*;
pub use lost_contacts::*;
pub use options::*;
pub use password::*;
pub use passwords::*;
pub use payments::*;
pub use proving::*;
pub use recovery_codes::*;
pub use result::*;
pub use review::*;
pub use security::*;
pub use soft_token::*;
pub use store::*;
pub use version::*;
