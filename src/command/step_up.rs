//! Step-up: a signed-in customer proves again before something delicate.
//!
//! The session that asks proves nothing, it may be stolen. Only a second factor completes the ticket, and the delicate
//! command takes the ticket itself, so proof and act are one decision.

use super::offers::{Offers, offered};
use super::proving::{self, ProofStep, TypedProof};
use super::{Command, Env, Rejection, Transition, check_password_stands};
use crate::account::{AccountRecord, Errand, EventKind, Proofs, TicketId};

/// Opens a ticket for a signed-in customer. The caller has checked the session. Not while the password must be changed
/// ([`Rejection::PasswordChangeNeeded`]).
#[derive(Clone, Copy, Debug)]
pub struct BeginStepUp;

/// A ticket that lacks everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepUpOpened {
    /// The ticket.
    pub ticket: TicketId,
    /// How it can be proven. Empty = the account has no second factor.
    pub offers: Offers,
}

/// Tries a proof for a step-up.
#[derive(Clone, Debug)]
pub struct ProveStepUp {
    /// The ticket.
    pub ticket: TicketId,
    /// The proof as typed.
    pub proof: TypedProof,
}

impl Command for BeginStepUp {
    type Record = AccountRecord;
    /// `None` = no such account, or it has nothing to prove anything with.
    type Reply = Option<StepUpOpened>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        check_password_stands(&record)?;
        let (errand, proven) = (Errand::StepUp, Proofs::NONE);
        let ticket = TicketId::generate(env.rng);
        let mut record = record;
        let offers = offered(&record, errand, env.settings);
        if offers.proofs.is_empty() {
            return Ok(Transition::unchanged(record, None));
        }
        record.tickets.open(ticket, errand, proven, env.now);
        let events = vec![EventKind::TicketOpened { errand, proven }];
        Ok(Transition { record, events, effects: Vec::new(), reply: Some(StepUpOpened { ticket, offers }) })
    }
}

impl Command for ProveStepUp {
    type Record = AccountRecord;
    type Reply = ProofStep;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ProofStep>, Rejection> {
        proving::prove(record, self.ticket, Errand::StepUp, &self.proof, env)
    }
}
