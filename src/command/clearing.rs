//! Clearing a lock after recovery: by staff who checked identity first, and never by the one who is locked out.

use super::notify::notify;
use super::{Command, Env, Notice, Rejection, Transition};
use crate::account::{AccountRecord, CheckedIdentity, DeskErrand, EventKind, FailureBudget, Proof, ResetGate};
use crate::freeze::{Actor, Authority};
use crate::types::Timestamp;

/// Forgets the wrong tries of one kind of proof, the hard lock included. The agent has checked the owner's identity as
/// at enrolment (NIST SP 800-63B-4 §4.2); check and act stand in the audit chain with their actor, and
/// the owner is told.
///
/// With [`Proof::Password`] it opens what guards the way to the password from every side: the sign-in, for strangers and for
/// each known device, and the reset with its guesses and the codes asked for, since a stranger can keep it shut by typing
/// codes that he never got.
#[derive(Clone, Debug)]
pub struct ClearLockout {
    /// Which budget.
    pub proof: Proof,
    /// Who clears it; at least an agent.
    pub by: Actor,
    /// How the agent made sure that it is the owner who is locked out.
    pub identity: CheckedIdentity,
}

/// What came of [`ClearLockout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockoutCleared {
    /// The wrong tries are forgotten.
    Cleared,
    /// There was nothing to forget.
    NothingToClear,
    /// The check did not show the owner: the lock stands, and the failed check is on record.
    IdentityNotProven,
}

impl Command for ClearLockout {
    type Record = AccountRecord;
    type Reply = LockoutCleared;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, LockoutCleared>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        if record.head.seq == 0 {
            // An account that does not exist is never written.
            return Ok(Transition::unchanged(record, LockoutCleared::NothingToClear));
        }
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let (errand, check) = (DeskErrand::ClearLockout, self.identity);
        let mut events = vec![EventKind::IdentityChecked { errand, check, actor: actor.clone(), authority }];
        if !self.identity.is_matched() {
            let reply = LockoutCleared::IdentityNotProven;
            return Ok(Transition { record, events, effects: Vec::new(), reply });
        }
        let mut record = record;
        if !forget(&mut record, self.proof, env.now) {
            return Ok(Transition::unchanged(record, LockoutCleared::NothingToClear));
        }
        events.push(EventKind::LockoutCleared { proof: self.proof, actor, authority });
        let effects = notify(&record, Notice::LockoutCleared, env);
        Ok(Transition { record, events, effects, reply: LockoutCleared::Cleared })
    }
}

/// Forgets the wrong tries of one kind of proof, and says whether there were any.
fn forget(record: &mut AccountRecord, proof: Proof, now: Timestamp) -> bool {
    let ended = |budget: &mut FailureBudget| {
        let before = std::mem::replace(budget, budget.ended(now));
        !before.is_fresh()
    };
    match proof {
        Proof::Password => {
            let sign_in = ended(&mut record.password_budget);
            let reset = std::mem::take(&mut record.reset) != ResetGate::default();
            let devices = record.devices.forgive(now);
            sign_in || reset || devices
        }
        Proof::SecondFactor => ended(&mut record.second_factor_budget),
    }
}
