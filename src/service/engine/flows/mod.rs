//! What a customer does from the first request to the last, each flow a chain of commands.
//!
//! A flow keeps nothing between two requests: what it must remember is in the account's record, under a ticket.

mod contacts;
mod decoys;
mod own_lift;
mod passwords;
mod proofs;
mod reset;
mod sign_in;
mod sign_up;

pub(super) use decoys::StandIns;
pub use own_lift::{LiftOwn, OwnLiftOutcome};
pub use passwords::{ChangePassword, NewPassword, PasswordChange};
pub use sign_up::{NewAccount, SignUpResult};
