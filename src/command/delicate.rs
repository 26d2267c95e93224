//! What delicate commands ask for: a complete step-up, and that some way to prove remains.

use super::offers::provable;
use super::proving::is_ticket_complete;
use super::{Env, Rejection, check_password_stands};
use crate::account::{AccountRecord, Errand, EventKind, Proofs, TicketId};
use crate::types::Timestamp;

/// Uses up the step-up that a change of factors needs, if it needs one. None is changed while the password has to be: what
/// whoever is in with the old one leaves behind would outlive it. A ticket that is given has to be good, and is spent
/// whatever else is there: it opens one thing once.
pub(super) fn require_step_up(
    record: &mut AccountRecord,
    ticket: Option<TicketId>,
    env: &mut Env<'_>,
) -> Result<Vec<EventKind>, Rejection> {
    check_password_stands(record)?;
    let given = ticket.and_then(|ticket| Some((ticket, proven_by(record, ticket, env)?)));
    let Some((ticket, proven)) = given else {
        let is_free = !env.settings.contacts.step_up || (ticket.is_none() && has_nothing_to_prove(record, env));
        return if is_free { Ok(Vec::new()) } else { Err(Rejection::StepUpNeeded) };
    };
    Ok(spend(record, ticket, proven, Proofs::NONE, env))
}

/// Whether there is nothing to ask for: the account can prove nothing, as right after sign-up, and could not when any
/// step-up under way began. A session must not ride on the last recovery code that its owner typed for one.
fn has_nothing_to_prove(record: &AccountRecord, env: &Env<'_>) -> bool {
    provable(record, Errand::StepUp, env.settings).is_empty() && !record.tickets.has_open(Errand::StepUp, env.now)
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

/// Whether a step-up is under way that proves something besides these. A session must not ride on the last recovery code
/// that its owner typed, though the account can prove nothing else by now.
pub(super) fn is_stepping_up_by_another(record: &AccountRecord, besides: Proofs, now: Timestamp) -> bool {
    record.tickets.open_for(Errand::StepUp, now).any(|ticket| proves_another(ticket.proven, besides))
}

/// Whether these prove something besides those and the password.
pub(super) const fn proves_another(proven: Proofs, besides: Proofs) -> bool {
    !proven.without(Proofs::PASSWORD).without(besides).is_empty()
}

/// Takes the ticket out: it opens one thing once. Where nothing but `besides` is left to prove with, the last recovery code
/// went into it: a ticket that nobody can name stands for that until it would have ended.
pub(super) fn spend(
    record: &mut AccountRecord,
    ticket: TicketId,
    proven: Proofs,
    besides: Proofs,
    env: &mut Env<'_>,
) -> Vec<EventKind> {
    let spent = record.tickets.spend(ticket, Errand::StepUp, env.now);
    let left = || provable(record, Errand::StepUp, env.settings).without(besides);
    if spent.is_some() && proves_another(proven, besides) && left().is_empty() {
        record.tickets.open(TicketId::generate(env.rng), Errand::StepUp, proven, env.now);
    }
    spent.map(|_| EventKind::StepUpSpent { proven }).into_iter().collect()
}
