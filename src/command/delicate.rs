//! What delicate commands ask for: a complete step-up, and that some way to prove remains.

use super::offers::provable;
use super::proving::is_ticket_complete;
use super::{Env, Rejection};
use crate::account::{AccountRecord, Errand, EventKind, Proofs, TicketId};
use crate::types::Timestamp;

/// Uses up the step-up that a change of factors needs, if it needs one: where the account can prove nothing yet, as
/// right after sign-up, there is nothing to ask for.
pub(super) fn require_step_up(
    record: &mut AccountRecord,
    ticket: Option<TicketId>,
    env: &Env<'_>,
) -> Result<Vec<EventKind>, Rejection> {
    let proofs = provable(record, Errand::StepUp, env.settings);
    if proofs.is_empty() || !env.settings.contacts.step_up {
        return Ok(Vec::new());
    }
    let ticket = ticket.ok_or(Rejection::StepUpNeeded)?;
    let proven = proven_by(record, ticket, env).ok_or(Rejection::StepUpNeeded)?;
    Ok(spend(record, ticket, proven, env.now))
}

/// Refuses to remove the last way to prove more than the password, unless the policy lets it go.
pub(super) fn check_not_last(record: &AccountRecord, removed: Proofs, env: &Env<'_>) -> Result<(), Rejection> {
    let left = provable(record, Errand::StepUp, env.settings).without(removed);
    let may_go = env.settings.contacts.last_factor_removable;
    if left.is_empty() && !may_go { Err(Rejection::LastFactor) } else { Ok(()) }
}

/// What a complete step-up ticket proves; `None` when it is not open, not complete, or for something else.
pub(super) fn proven_by(record: &AccountRecord, ticket: TicketId, env: &Env<'_>) -> Option<Proofs> {
    let is_complete = is_ticket_complete(record, ticket, Errand::StepUp, env.settings, env.now);
    record.tickets.find(ticket, Errand::StepUp, env.now).filter(|_| is_complete).map(|ticket| ticket.proven)
}

/// Takes the ticket out: it opens one thing once.
pub(super) fn spend(record: &mut AccountRecord, ticket: TicketId, proven: Proofs, now: Timestamp) -> Vec<EventKind> {
    let spent = record.tickets.spend(ticket, Errand::StepUp, now);
    spent.map(|_| EventKind::StepUpSpent { proven }).into_iter().collect()
}
