//! Clearing a lock after recovery: by staff who checked identity first, and never by the one who is locked out.

use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind, FailureBudget, Proof};
use crate::freeze::{Actor, Authority};

/// Forgets the wrong tries of one kind of proof, the hard lock included. The caller has checked the owner's identity as
/// at enrolment (NIST SP 800-63B-4 §4.2); the act stands in the audit chain with its actor.
#[derive(Clone, Debug)]
pub struct ClearLockout {
    /// Which budget.
    pub proof: Proof,
    /// Who clears it; at least an agent.
    pub by: Actor,
}

impl Command for ClearLockout {
    type Record = AccountRecord;
    /// Whether there was anything to forget.
    type Reply = bool;

    fn decide(&self, record: AccountRecord, _env: &mut Env<'_>) -> Result<Transition<AccountRecord, bool>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        let mut record = record;
        let budget = match self.proof {
            Proof::Password => &mut record.password_budget,
            Proof::SecondFactor => &mut record.second_factor_budget,
        };
        if *budget == FailureBudget::default() {
            return Ok(Transition::unchanged(record, false));
        }
        *budget = FailureBudget::default();
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let events = vec![EventKind::LockoutCleared { proof: self.proof, actor, authority }];
        Ok(Transition { record, events, effects: Vec::new(), reply: true })
    }
}
