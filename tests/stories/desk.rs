//! The support desk: ranks, two people, releases, checked identities, payments on their way, notices, reports, lists.

#[path = "desk/bounds.rs"]
mod bounds;
#[path = "desk/identity.rs"]
mod identity;
#[path = "desk/lifting.rs"]
mod lifting;
#[path = "desk/lists.rs"]
mod lists;
#[path = "desk/notices.rs"]
mod notices;
#[path = "desk/pending.rs"]
mod pending;
#[path = "desk/reports.rs"]
mod reports;

use account_security::account::{CheckedIdentity, Verdict};
use account_security::command::{Effect, LiftFreeze, Notice, PaymentDecision, PlaceFreeze, RequestLift};
use account_security::freeze::{Actor, Authority, FreezeError, FreezeReason, FreezeRequest, PendingAnswer, Scopes};
use account_security::service::Service;
use account_security::types::{AccountId, ActorId, CaseRef, RandomId, Timestamp, TxId};

use crate::support::acts::{payment, seen};
use crate::support::stores::Shared;
use crate::support::{account, service};

fn person(name: &str) -> ActorId {
    ActorId::parse(name).unwrap()
}

fn staff(name: &str, authority: Authority) -> Actor {
    Actor::staff(person(name), authority)
}

fn agent(name: &str) -> Actor {
    staff(name, Authority::Agent)
}

fn case(text: &str) -> Option<CaseRef> {
    Some(CaseRef::parse(text).unwrap())
}

fn by(scopes: Scopes, authority: Authority) -> FreezeRequest {
    let reason = match authority {
        Authority::Owner => FreezeReason::OwnerRequest,
        Authority::Rule | Authority::Agent => FreezeReason::SuspectedFraud,
        Authority::Compliance => FreezeReason::AmlReview,
        Authority::Court => FreezeReason::CourtOrder,
    };
    let request = FreezeRequest::new(scopes, reason, authority, person(authority.name()));
    if authority == Authority::Court { request.for_case(CaseRef::parse("2026-17").unwrap()) } else { request }
}

/// One account at one desk.
struct Desk {
    service: Service<Shared>,
    alice: AccountId,
}

impl Desk {
    fn on(store: &Shared) -> Self {
        Self { service: service(store), alice: account("alice") }
    }

    fn try_place(&self, request: FreezeRequest, now: Timestamp) -> Result<RandomId, FreezeError> {
        let place = PlaceFreeze { request, caused_by: None };
        self.service.execute(&self.alice, &place, now).unwrap().map(|placed| placed.id)
    }

    fn place(&self, request: FreezeRequest, now: Timestamp) -> RandomId {
        self.try_place(request, now).unwrap()
    }

    fn request(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        now: Timestamp,
    ) -> Result<Timestamp, FreezeError> {
        self.request_checked(freeze, by, release, Some(seen()), now)
    }

    fn request_checked(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        identity: Option<CheckedIdentity>,
        now: Timestamp,
    ) -> Result<Timestamp, FreezeError> {
        self.service.execute(&self.alice, &RequestLift { freeze, by, release, identity }, now).unwrap()
    }

    fn lift(
        &self,
        freeze: RandomId,
        by: Actor,
        release: Option<CaseRef>,
        now: Timestamp,
    ) -> Result<Scopes, FreezeError> {
        self.service.execute(&self.alice, &LiftFreeze { freeze, by, release, identity: None }, now).unwrap()
    }

    fn closed(&self, now: Timestamp) -> Scopes {
        self.service.restriction(&self.alice, now).unwrap()
    }

    fn pay(&self, tx: &str, now: Timestamp) -> PaymentDecision {
        self.service.assess(&self.alice, &payment(tx, now), 480, now).unwrap()
    }

    fn settle(&self, tx: &str, now: Timestamp) -> Option<PendingAnswer> {
        self.service.settle_pending(&self.alice, TxId::of(tx), now).unwrap()
    }

    /// The notices that wait; all messages are taken.
    fn notices(&self) -> Vec<Notice> {
        self.effects()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::NotifyOwner { notice } => Some(notice),
                _ => None,
            })
            .collect()
    }

    fn effects(&self) -> Vec<Effect> {
        let waiting = self.service.drain(1_000).unwrap();
        self.service.delivered(&waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>()).unwrap();
        waiting.into_iter().map(|waiting| waiting.effect.unwrap()).collect()
    }

    fn is_intact(&self) -> bool {
        matches!(self.service.verify_account(&self.alice).unwrap(), Verdict::Intact { .. })
    }
}

fn is_held(answer: Option<PendingAnswer>) -> bool {
    matches!(answer, Some(PendingAnswer::Hold { .. }))
}
