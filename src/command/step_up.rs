//! Proving again before something delicate: which proofs an account has, and whether a ticket carries one of them.

use super::{Env, Rejection};
use crate::account::{AccountRecord, ContactKind, Errand, EventKind, Missing, Proofs};
use crate::types::{RandomId, Timestamp};
use crate::verification::{Channel, Purpose, VerificationPolicy};

/// What the account could prove besides its password. A contact counts once it gave back a code; an e-mail address only
/// where the policy lets it carry codes.
#[must_use]
pub fn provable(record: &AccountRecord, policy: &VerificationPolicy) -> Proofs {
    let totp = if record.totp.active().is_some() { Proofs::TOTP } else { Proofs::NONE };
    let contacts = ContactKind::ALL.into_iter().filter(|kind| record.contacts.confirmed(*kind).is_some());
    let contacts =
        contacts.filter(|kind| *kind == ContactKind::Phone || policy.allows(Channel::Email, Purpose::SignIn));
    contacts.fold(totp, |proofs, kind| proofs | kind.proof())
}

/// Uses up the step-up that a change of factors needs, if it needs one: where the account can prove nothing yet, as
/// right after sign-up, there is nothing to ask for.
pub(super) fn require_step_up(
    record: &mut AccountRecord,
    ticket: Option<RandomId>,
    env: &Env<'_>,
) -> Result<Vec<EventKind>, Rejection> {
    let proofs = provable(record, &env.settings.verification);
    if proofs.is_empty() || !env.settings.contacts.step_up {
        return Ok(Vec::new());
    }
    let ticket = ticket.ok_or(Rejection::StepUpNeeded)?;
    let proven = proven_by(record, ticket, env.now).ok_or(Rejection::StepUpNeeded)?;
    Ok(spend(record, ticket, proven, env.now))
}

/// Refuses to remove the last way to prove more than the password, unless the policy lets it go.
pub(super) fn check_not_last(record: &AccountRecord, removed: Proofs, env: &Env<'_>) -> Result<(), Rejection> {
    let left = provable(record, &env.settings.verification).without(removed);
    let may_go = env.settings.contacts.last_factor_removable;
    if left.is_empty() && !may_go { Err(Rejection::LastFactor) } else { Ok(()) }
}

/// What a complete step-up ticket proves; `None` when it is not open, not complete, or for something else.
pub(super) fn proven_by(record: &AccountRecord, ticket: RandomId, now: Timestamp) -> Option<Proofs> {
    let ticket = record.tickets.find(ticket, Errand::StepUp, now)?;
    (ticket.missing(Proofs::NONE) == Missing::Nothing).then_some(ticket.proven)
}

/// Takes the ticket out: it opens one thing once.
pub(super) fn spend(record: &mut AccountRecord, ticket: RandomId, proven: Proofs, now: Timestamp) -> Vec<EventKind> {
    let spent =
        [Errand::StepUp, Errand::SignIn].into_iter().find_map(|errand| record.tickets.spend(ticket, errand, now));
    spent.map(|_| EventKind::StepUpSpent { proven }).into_iter().collect()
}
