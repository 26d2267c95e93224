//! Placing and lifting freezes on a record.

use super::contacts::call_off;
use super::effect::{Effect, Notice};
use super::ended::ended;
use super::notify::notify;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, CancelledBy, CheckedIdentity, DeskErrand, Event, EventKind};
use crate::freeze::{self, Actor, Authority, Disclosure, FreezeError, FreezeRequest, Freezes, Lift, Scopes};
use crate::types::{CaseRef, RandomId, Timestamp, TxId};

/// Places a freeze. Asking again with the same key answers with the freeze placed first, however long ago: while it is on
/// record from there, afterwards from the audit chain.
#[derive(Clone, Debug)]
pub struct PlaceFreeze {
    /// What to close, why, on whose authority.
    pub request: FreezeRequest,
    /// The payment that caused it, for the audit trail.
    pub caused_by: Option<TxId>,
}

/// What came of [`PlaceFreeze`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreezePlaced {
    /// The freeze; a lift names it.
    pub id: RandomId,
    /// Whether an earlier request had placed it.
    pub already: bool,
}

/// Asks for a lift that another agent has to approve.
#[derive(Clone, Debug)]
pub struct RequestLift {
    /// Which freeze.
    pub freeze: RandomId,
    /// Who asks.
    pub by: Actor,
    /// The order that ends it, for a court's freeze.
    pub release: Option<CaseRef>,
    /// How staff made sure that it is the owner who wants the owner's own freeze lifted; nobody else needs it.
    pub identity: Option<CheckedIdentity>,
}

/// Lifts exactly one freeze, or approves another agent's request to.
#[derive(Clone, Debug)]
pub struct LiftFreeze {
    /// Which freeze.
    pub freeze: RandomId,
    /// Who lifts.
    pub by: Actor,
    /// The order that ends it, for a court's freeze.
    pub release: Option<CaseRef>,
    /// How staff made sure that it is the owner who wants the owner's own freeze lifted, where one person lifts it: under
    /// dual control the one who asked has said so.
    pub identity: Option<CheckedIdentity>,
}

impl Command for PlaceFreeze {
    type Record = AccountRecord;
    type Reply = Result<FreezePlaced, FreezeError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let id = RandomId::generate(env.rng);
        let placed = match freeze::place(&record.freezes, &self.request, id, &env.settings.freeze, env.now) {
            Ok(placed) => placed,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let reply = Ok(FreezePlaced { id: placed.id, already: placed.already });
        if placed.already {
            // Asking again withdraws a lift that somebody asked for meanwhile; otherwise nothing changed.
            let is_requested = |freezes: &Freezes| {
                freezes.get(placed.id).is_some_and(|freeze| matches!(freeze.lift, Lift::Requested { .. }))
            };
            if !is_requested(&record.freezes) || is_requested(&placed.freezes) {
                return Ok(Transition::unchanged(record, reply));
            }
            let (over, effects) = ended(&record, env);
            let withdrawn = EventKind::LiftWithdrawn { freeze: placed.id, actor: self.request.actor.clone() };
            let events = [withdrawn].into_iter().chain(over).collect();
            let record = AccountRecord { freezes: placed.freezes, ..record };
            return Ok(Transition { record, events, effects, reply });
        }
        let (over, mut effects) = ended(&record, env);
        effects.extend(self.effects(&record, placed.id, env));
        let mut record = AccountRecord { freezes: placed.freezes, ..record };
        let mut events = vec![self.event(placed.id)];
        events.extend(over);
        // Who freezes the profile doubts what is under way in it: it must not come into force with the lift.
        if self.request.scopes.contains(Scopes::CHANGE_PROFILE) {
            events.extend(call_off(&mut record, CancelledBy::Freeze, None, env.now));
        }
        Ok(Transition { record, events, effects, reply })
    }

    /// A request with a key uses the key up, so that no repeat places it anew when the record has long forgotten it.
    fn commit_id(&self, _decided: &AccountRecord, reply: &Self::Reply) -> Option<[u8; 16]> {
        let is_placed = matches!(reply, Ok(placed) if !placed.already);
        self.request.key.filter(|_| is_placed).map(key_commit_id)
    }

    fn first_reply(&self, first: &Event) -> Option<Self::Reply> {
        match &first.kind {
            EventKind::FreezePlaced { freeze, .. } if self.event_as(first) => {
                Some(Ok(FreezePlaced { id: *freeze, already: true }))
            }
            EventKind::FreezePlaced { .. } => Some(Err(FreezeError::KeyConflict)),
            _ => None,
        }
    }
}

/// A commit id of its own kind: a key may be a transaction's id, and must not be taken for that transaction.
fn key_commit_id(key: [u8; 16]) -> [u8; 16] {
    use sha2::Digest;
    let digest: [u8; 32] = sha2::Sha256::new().chain_update(b"freeze key").chain_update(key).finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

impl PlaceFreeze {
    /// The owner is told of what may be told; whatever settles payments, of all that stops money.
    fn effects(&self, record: &AccountRecord, freeze: RandomId, env: &Env<'_>) -> Vec<Effect> {
        let FreezeRequest { scopes, reason, authority, disclosure, pending: rule, from, .. } = self.request;
        let mut effects = match disclosure {
            Disclosure::Tell => notify(record, Notice::Frozen { freeze, scopes, reason, authority }, env),
            Disclosure::Neutral => Vec::new(),
        };
        if scopes.intersects(Scopes::PAY_OUT | Scopes::RECEIVE) {
            effects.push(Effect::PendingPayments { freeze, scopes, from: from.unwrap_or(env.now), rule });
        }
        effects
    }

    /// Whether this event tells of the same request. Who asked and for which case is sealed in it, and so not compared.
    fn event_as(&self, first: &Event) -> bool {
        match &first.kind {
            EventKind::FreezePlaced { freeze, caused_by, .. } => {
                let asked = Self { caused_by: *caused_by, ..self.clone() };
                asked.event(*freeze).with_texts_sealed() == first.kind
            }
            _ => false,
        }
    }

    fn event(&self, freeze: RandomId) -> EventKind {
        EventKind::FreezePlaced {
            freeze,
            scopes: self.request.scopes,
            reason: self.request.reason,
            authority: self.request.authority,
            actor: self.request.actor.clone(),
            case_ref: self.request.case_ref.clone(),
            until: self.request.until,
            caused_by: self.caused_by,
            pending: self.request.pending,
        }
    }
}

impl Command for RequestLift {
    type Record = AccountRecord;
    /// Until when the request can be approved.
    type Reply = Result<Timestamp, FreezeError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let (policy, release) = (&env.settings.freeze, self.release.as_ref());
        let acts_for_owner = for_owner(&record, self.freeze, &self.by);
        let requested = match freeze::request_lift(&record.freezes, self.freeze, &self.by, release, policy, env.now) {
            Ok(requested) => requested,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let reply = Ok(requested.dies_at);
        if requested.freezes.get(self.freeze) == record.freezes.get(self.freeze) {
            return Ok(Transition::unchanged(record, reply));
        }
        let checked = match Check::of(acts_for_owner, self.identity, &self.by) {
            Check::GoesOn(checked) => checked,
            Check::Stops(refused, event) => return Ok(stopped(record, refused, event)),
        };
        let event = EventKind::LiftRequested {
            freeze: self.freeze,
            actor: self.by.id.clone(),
            authority: self.by.authority,
            dies_at: requested.dies_at,
        };
        let (over, effects) = ended(&record, env);
        let record = AccountRecord { freezes: requested.freezes, ..record };
        let events = checked.into_iter().chain([event]).chain(over).collect();
        Ok(Transition { record, events, effects, reply })
    }
}

impl Command for LiftFreeze {
    type Record = AccountRecord;
    /// What is still closed after the lift, cooling-off included.
    type Reply = Result<Scopes, FreezeError>;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, Self::Reply>, Rejection> {
        let (policy, release) = (&env.settings.freeze, self.release.as_ref());
        let lifted = match freeze::lift(&record.freezes, self.freeze, &self.by, release, policy, env.now) {
            Ok(lifted) => lifted,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let alone = record.freezes.get(self.freeze).is_some_and(|it| !policy.needs_second(it, self.by.authority));
        let is_needed = alone && for_owner(&record, self.freeze, &self.by);
        let checked = match Check::of(is_needed, self.identity, &self.by) {
            Check::GoesOn(checked) => checked,
            Check::Stops(refused, event) => return Ok(stopped(record, refused, event)),
        };
        let told = record.freezes.get(self.freeze).is_some_and(|freeze| freeze.disclosure == Disclosure::Tell);
        let (over, mut effects) = ended(&record, env);
        if told {
            effects.extend(notify(&record, Notice::Unfrozen { freeze: self.freeze }, env));
        }
        let event = EventKind::FreezeLifted {
            freeze: self.freeze,
            actor: self.by.id.clone(),
            authority: self.by.authority,
            release: release_of(&lifted.freezes, self.freeze),
        };
        let reply = Ok(freeze::closed(&lifted.freezes, env.now));
        let record = AccountRecord { freezes: lifted.freezes, ..record };
        let events = checked.into_iter().chain([event]).chain(over).collect();
        Ok(Transition { record, events, effects, reply })
    }
}

/// The release it was lifted on: whoever approves need not name it again.
fn release_of(freezes: &Freezes, freeze: RandomId) -> Option<CaseRef> {
    match &freezes.get(freeze)?.lift {
        Lift::Lifted { release, .. } => release.clone(),
        Lift::Standing | Lift::Requested { .. } => None,
    }
}

/// Whether this act undoes what the owner wanted, in the owner's name.
fn for_owner(record: &AccountRecord, freeze: RandomId, by: &Actor) -> bool {
    let owns = record.freezes.get(freeze).is_some_and(|freeze| freeze.authority == Authority::Owner);
    owns && by.authority != Authority::Owner
}

/// A refusal that leaves at most the event of a failed check.
fn stopped<T>(
    record: AccountRecord,
    refused: FreezeError,
    event: Option<EventKind>,
) -> Transition<AccountRecord, Result<T, FreezeError>> {
    Transition { record, events: event.into_iter().collect(), effects: Vec::new(), reply: Err(refused) }
}

/// What an identity check allows.
enum Check {
    /// The act goes on; what is written of the check, where one was needed.
    GoesOn(Option<EventKind>),
    /// Nothing is done in the owner's name; what is written of the check all the same.
    Stops(FreezeError, Option<EventKind>),
}

impl Check {
    fn of(is_needed: bool, check: Option<CheckedIdentity>, by: &Actor) -> Self {
        let event = |check| {
            let (errand, actor, authority) = (DeskErrand::LiftFreeze, by.id.clone(), by.authority);
            EventKind::IdentityChecked { errand, check, actor, authority }
        };
        match check {
            _ if !is_needed => Self::GoesOn(None),
            None => Self::Stops(FreezeError::IdentityCheckNeeded, None),
            Some(check) if check.is_matched() => Self::GoesOn(Some(event(check))),
            Some(check) => Self::Stops(FreezeError::IdentityNotProven, Some(event(check))),
        }
    }
}
