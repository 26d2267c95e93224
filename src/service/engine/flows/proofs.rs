//! Second factors on a ticket: sending a code for one, typing one, stepping up.

use core::net::IpAddr;

use crate::account::{AccountRecord, ContactChange, TicketId};
use crate::command::{
    BeginStepUp, CodeRefused, CodeSent, ProofStep, ProveStepUp, SendProofCode, StepUpOpened, TypedProof,
};
use crate::service::engine::Engine;
use crate::service::engine::sending::{Asker, is_owners};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};
use crate::verification::{Challenge, Destination};

impl<W: World> Engine<W> {
    pub(in crate::service) async fn send_proof_code(
        &self,
        account: &AccountId,
        from: Option<IpAddr>,
        send: &SendProofCode,
        now: Timestamp,
    ) -> Result<Result<CodeSent, CodeRefused>, ServiceError> {
        // Who has no ticket learns nothing, at the same price for every name.
        let record = self.record_or_stand_in(account).await?;
        if record.tickets.find(send.ticket, send.errand, now.max(record.time_high)).is_none() {
            return Ok(Err(CodeRefused::NoSuchTicket));
        }
        let sent = self.execute_sending(account, from, Asker::Visitor, send, now).await?;
        Ok(sent.unwrap_or_else(|refused| Err(CodeRefused::Message(refused))))
    }

    pub(in crate::service) async fn begin_step_up(
        &self,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Option<StepUpOpened>, ServiceError> {
        self.execute(account, &BeginStepUp, now).await
    }

    pub(in crate::service) async fn prove_step_up(
        &self,
        account: &AccountId,
        proof: &ProveStepUp,
        now: Timestamp,
    ) -> Result<ProofStep, ServiceError> {
        let step = self.execute(account, proof, now).await?;
        self.count_returned(account, &proof.proof, is_taken(&step, proof.ticket), now).await;
        Ok(step)
    }

    /// Counts for the brakes that a code was typed back, if it is one that they judge. The code is spent by then, so a fault here must not turn the
    /// answer: it costs the ratio one code, towards the brake.
    pub(super) async fn count_returned(&self, account: &AccountId, proof: &TypedProof, is_taken: bool, now: Timestamp) {
        if let (TypedProof::Code { challenge, .. }, true) = (proof, is_taken) {
            self.count_returned_of(account, |it| it.id == *challenge, now).await;
        }
    }

    /// The same for the newest challenge that `is_it`.
    pub(super) async fn count_returned_of(
        &self,
        account: &AccountId,
        is_it: impl Fn(&Challenge) -> bool,
        now: Timestamp,
    ) {
        let Ok(record) = self.record(account).await else { return };
        let Some(challenge) = record.challenges.iter().find(|it| is_it(it)) else { return };
        let Some(to) = destination(&record, challenge) else { return };
        if !is_owners(challenge.purpose, record.contacts.is_confirmed(&to)) {
            let _ = self.settle_send(&to, now).await;
        }
    }
}

/// Whether a proof was looked at and right, which renames the ticket. A complete ticket answers whatever is typed with its
/// own name: a code that came back once must not count again and again, or one owner's code holds the brakes off a pump.
pub(super) fn is_taken(step: &ProofStep, asked: TicketId) -> bool {
    match step {
        ProofStep::Complete { ticket } | ProofStep::MoreNeeded { ticket, .. } => *ticket != asked,
        ProofStep::Refused(_) | ProofStep::Frozen => false,
    }
}

/// Where the codes of a challenge went: the challenge itself keeps a tag only.
fn destination(record: &AccountRecord, challenge: &Challenge) -> Option<Destination> {
    let coming = record.contact_change.as_ref().map(ContactChange::new_contact);
    let mut known = record.contacts.iter().chain(coming).map(|contact| contact.destination());
    known.find(|to| to.masked() == challenge.destination_masked).cloned()
}
