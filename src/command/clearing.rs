//! Clearing a lock after recovery: by staff who checked identity first, and never by the one who is locked out.

use super::notify::notify;
use super::{Command, Env, Notice, Rejection, Transition};
use crate::account::{AccountRecord, CheckedIdentity, DeskErrand, EventKind, FailureBudget, Proof};
use crate::freeze::{Actor, Authority};

/// Forgets the wrong tries of one kind of proof, the hard lock included. The agent has checked the owner's identity as
/// at enrolment (NIST SP 800-63B-4 §4.2); check and act stand in the audit chain with their actor,
/// and the owner is told.
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
        let budget = match self.proof {
            Proof::Password => &mut record.password_budget,
            Proof::SecondFactor => &mut record.second_factor_budget,
        };
        if *budget == FailureBudget::default() {
            return Ok(Transition::unchanged(record, LockoutCleared::NothingToClear));
        }
        *budget = FailureBudget::default();
        events.push(EventKind::LockoutCleared { proof: self.proof, actor, authority });
        let effects = notify(&record, Notice::LockoutCleared, env);
        Ok(Transition { record, events, effects, reply: LockoutCleared::Cleared })
    }
}
