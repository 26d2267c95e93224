//! Calling a change off: by the handle a contact in force was sent, by the signed-in owner, by staff.

use super::{ContactRefused, Draft};
use crate::account::{AccountRecord, CancelHandle, CancelledBy, ContactChange, ContactKind, EventKind};
use crate::command::effect::{Effect, Notice};
use crate::command::notify::notify;
use crate::command::{Command, Env, Rejection, Transition};
use crate::freeze::{Actor, Authority};
use crate::types::{ActorId, RandomId, Timestamp};
use crate::verification::{self, CancelOutcome};

/// Calls the change under way off. No freeze closes this, and no number of wrong tries does: it only ever keeps things
/// as they are. So it does where the change is due already, until somebody comes for something else.
#[derive(Clone, Debug)]
pub struct CancelContactChange {
    /// Who calls it off.
    pub by: ContactCancel,
}

/// By what right a change is called off.
#[derive(Clone, Debug)]
pub enum ContactCancel {
    /// Whoever reads a contact in force; need not be signed in.
    Handle(CancelHandle),
    /// The signed-in owner.
    Owner {
        /// The change.
        change: RandomId,
    },
    /// Staff; one person is enough to leave things as they are.
    Staff {
        /// The change.
        change: RandomId,
        /// Who; at least an agent.
        by: Actor,
    },
}

/// A change is called off; the contact in force stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelledChange {
    /// Which contact it was about.
    pub kind: ContactKind,
    /// Whether it was called off from outside while somebody signed in went on with it: a sign of a takeover.
    pub is_suspicious: bool,
}

impl Command for CancelContactChange {
    type Record = AccountRecord;
    /// A wrong handle and an account without a change read alike: [`ContactRefused::NoSuchChange`].
    type Reply = Result<CancelledChange, ContactRefused>;
    const SETTLES: bool = false;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        match &self.by {
            ContactCancel::Handle(typed) => by_handle(record, typed, env),
            ContactCancel::Owner { change } => Ok(by_name(record, *change, CancelledBy::Owner, None, env)),
            ContactCancel::Staff { by, .. } if by.authority < Authority::Agent => Err(Rejection::NotAuthorised),
            ContactCancel::Staff { change, by } => {
                Ok(by_name(record, *change, CancelledBy::Staff, Some(by.id.clone()), env))
            }
        }
    }
}

type Cancelled = Transition<AccountRecord, Result<CancelledChange, ContactRefused>>;

fn by_handle(record: AccountRecord, typed: &CancelHandle, env: &Env<'_>) -> Result<Cancelled, Rejection> {
    let change = record.contact_change.as_ref().filter(|change| !change.is_expired(env.now));
    // Also computed where there is no change, so that the time it takes does not tell.
    let (key, id) = change.map_or((env.keys.current(), RandomId([0; 16])), |change| (change.key_id(), change.id()));
    let is_right = CancelHandle::of(env.keys, key, env.owner, id)?.ct_eq(typed);
    match change {
        Some(_) if is_right => {
            let mut record = record;
            // Somebody signed in went on with what the owner did not want: what was proven so far is worth nothing.
            record.tickets.void();
            Ok(cancelled(record, CancelledBy::Handle, None, env))
        }
        Some(change) => {
            let noted = change.with_wrong_handle();
            Ok(refused(record, noted))
        }
        None => Ok(refused(record, None)),
    }
}

/// Refuses a wrong handle. The first few are written down for whoever looks into it; none of them locks anything.
fn refused(record: AccountRecord, noted: Option<ContactChange>) -> Cancelled {
    let mut draft = Draft::of(record);
    if let Some(noted) = noted {
        draft.events.push(EventKind::CancelHandleRejected { change: noted.id(), count: noted.wrong_handles() });
        draft.record.contact_change = Some(noted);
    }
    draft.reply(Err(ContactRefused::NoSuchChange))
}

fn by_name(record: AccountRecord, id: RandomId, by: CancelledBy, actor: Option<ActorId>, env: &Env<'_>) -> Cancelled {
    match super::under_way(&record, id, env.now) {
        Ok(_) => cancelled(record, by, actor, env),
        Err(refused) => Transition::unchanged(record, Err(refused)),
    }
}

fn cancelled(record: AccountRecord, by: CancelledBy, actor: Option<ActorId>, env: &Env<'_>) -> Cancelled {
    let mut draft = Draft::of(record);
    let Some(kind) = draft.record.contact_change.as_ref().map(ContactChange::kind) else {
        return draft.reply(Err(ContactRefused::NoSuchChange));
    };
    draft.call_off(by, actor, env);
    draft.reply(Ok(CancelledChange { kind, is_suspicious: by == CancelledBy::Handle }))
}

impl Draft {
    pub(super) fn call_off(&mut self, by: CancelledBy, actor: Option<ActorId>, env: &Env<'_>) {
        let (event, told) = call_off_told(&mut self.record, by, actor, env);
        self.events.extend(event);
        self.effects.extend(told);
    }
}

/// Drops the change under way and tells the owner, who may have been waiting for it: whoever can have it dropped in silence
/// keeps the owner from a new number. One that waited too long is over already.
pub(crate) fn call_off_told(
    record: &mut AccountRecord,
    by: CancelledBy,
    actor: Option<ActorId>,
    env: &Env<'_>,
) -> (Option<EventKind>, Vec<Effect>) {
    let waiting = record.contact_change.as_ref().filter(|change| !change.is_expired(env.now));
    let kind = waiting.map(ContactChange::kind);
    let event = call_off(record, by, actor, env.now);
    let told = kind.map(|kind| notify(record, Notice::ContactChangeCancelled { kind }, env));
    (event, told.unwrap_or_default())
}

/// Drops the change under way, if there is one, together with its open code. A freeze, which tells of itself, calls it as
/// well.
pub(crate) fn call_off(
    record: &mut AccountRecord,
    by: CancelledBy,
    actor: Option<ActorId>,
    now: Timestamp,
) -> Option<EventKind> {
    let change = record.contact_change.take()?;
    if let Some(challenge) = change.challenge()
        && let CancelOutcome::Cancelled(without) = verification::cancel(&record.challenges, challenge, now)
    {
        record.challenges = without;
    }
    let by = if change.is_expired(now) { CancelledBy::Expired } else { by };
    Some(EventKind::ContactChangeCancelled { change: change.id(), by, actor })
}
