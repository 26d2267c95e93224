//! Placing and lifting freezes on a record.

use super::contacts::call_off;
use super::effect::Notice;
use super::notify::notify;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, CancelledBy, EventKind};
use crate::freeze::{self, Actor, Disclosure, FreezeError, FreezeRequest, Freezes, Lift, Scopes};
use crate::types::{CaseRef, RandomId, Timestamp, TxId};

/// Places a freeze. Asking again with the same key answers with the freeze placed first.
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
            let events = vec![EventKind::LiftWithdrawn { freeze: placed.id, actor: self.request.actor.clone() }];
            let record = AccountRecord { freezes: placed.freezes, ..record };
            return Ok(Transition { record, events, effects: Vec::new(), reply });
        }
        let effects = match self.request.disclosure {
            Disclosure::Tell => notify(&record, Notice::Frozen { freeze: placed.id }, env),
            Disclosure::Neutral => Vec::new(),
        };
        let mut record = AccountRecord { freezes: placed.freezes, ..record };
        let mut events = vec![self.event(placed.id)];
        // Who freezes the profile doubts what is under way in it: it must not come into force with the lift.
        if self.request.scopes.contains(Scopes::CHANGE_PROFILE) {
            events.extend(call_off(&mut record, CancelledBy::Freeze, None, env.now));
        }
        Ok(Transition { record, events, effects, reply })
    }
}

impl PlaceFreeze {
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
        let requested = match freeze::request_lift(&record.freezes, self.freeze, &self.by, release, policy, env.now) {
            Ok(requested) => requested,
            Err(refused) => return Ok(Transition::unchanged(record, Err(refused))),
        };
        let reply = Ok(requested.dies_at);
        if requested.freezes == record.freezes {
            return Ok(Transition::unchanged(record, reply));
        }
        let event = EventKind::LiftRequested {
            freeze: self.freeze,
            actor: self.by.id.clone(),
            authority: self.by.authority,
            dies_at: requested.dies_at,
        };
        let record = AccountRecord { freezes: requested.freezes, ..record };
        Ok(Transition { record, events: vec![event], effects: Vec::new(), reply })
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
        let told = record.freezes.get(self.freeze).is_some_and(|freeze| freeze.disclosure == Disclosure::Tell);
        let effects = match told {
            true => notify(&record, Notice::Unfrozen { freeze: self.freeze }, env),
            false => Vec::new(),
        };
        let event = EventKind::FreezeLifted {
            freeze: self.freeze,
            actor: self.by.id.clone(),
            authority: self.by.authority,
            release: self.release.clone(),
        };
        let reply = Ok(freeze::closed(&lifted.freezes, env.now));
        let record = AccountRecord { freezes: lifted.freezes, ..record };
        Ok(Transition { record, events: vec![event], effects, reply })
    }
}
