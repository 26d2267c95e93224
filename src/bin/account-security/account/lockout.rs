//! `account clear-lockout`: an owner who is locked out, after an identity check.

use account_security::account::Proof;
use account_security::command::{ClearLockout, LockoutCleared};
use serde_json::json;

use super::{Desk, dashed, identity, staff_of, unknown};
use crate::args::ClearLockoutArgs;
use crate::exit::{Exit, Failure, Outcome};

pub(super) fn clear(args: &ClearLockoutArgs, json: bool) -> Outcome {
    let desk = Desk::open(&args.one)?;
    let names = || Proof::ALL.iter().map(|proof| proof.name()).collect();
    let proof = Proof::parse(&dashed(&args.proof)).ok_or_else(|| Failure::usage(unknown("--proof", names())))?;
    let command = ClearLockout { proof, by: staff_of(&args.staff)?, identity: identity::needed(&args.identity)? };
    let (exit, word, text) = match desk.execute(&command)? {
        LockoutCleared::Cleared => (Exit::Ok, "cleared", "cleared: the wrong tries are forgotten"),
        LockoutCleared::NothingToClear => {
            (Exit::Ok, "nothing-to-clear", "nothing to clear: no wrong tries are counted")
        }
        LockoutCleared::IdentityNotProven => {
            (Exit::Denied, "identity-not-proven", "NOT cleared: the check did not show the owner; that is on record")
        }
    };
    crate::print(&if json { format!("{}\n", json!({ "lockout": word })) } else { format!("{text}\n") })?;
    Ok(exit)
}
