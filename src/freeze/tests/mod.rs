//! The people and requests of the stories about freezes.

mod alone;
mod lifting;
mod pending;
mod placing;
mod properties;
mod storing;

use super::*;
use crate::types::time::{DAY_MS, HOUR_MS};
use crate::types::{ActorId, CaseRef, RandomId, Timestamp};

const PLACED_AT_MS: i64 = 1_767_225_600_000;

fn at(ms_later: u64) -> Timestamp {
    Timestamp::from_unix_ms(PLACED_AT_MS).unwrap().plus_ms(ms_later)
}

fn name(text: &str) -> ActorId {
    ActorId::parse(text).unwrap()
}

fn case(text: &str) -> CaseRef {
    CaseRef::parse(text).unwrap()
}

fn id(number: u8) -> RandomId {
    RandomId([number; 16])
}

fn staff(text: &str, authority: Authority) -> Actor {
    Actor::staff(name(text), authority)
}

fn owner() -> Actor {
    Actor::owner(name("alice"), StepUp::TwoFactors { oldest_enrolled_at: Timestamp::MIN })
}

fn by_owner(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::by_owner(name("alice"), scopes)
}

fn by_agent(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::new(scopes, FreezeReason::SuspectedFraud, Authority::Agent, name("agent-a"))
}

fn by_rule(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::new(scopes, FreezeReason::SuspectedFraud, Authority::Rule, name("rule-9"))
}

fn by_compliance(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::new(scopes, FreezeReason::AmlReview, Authority::Compliance, name("officer-a"))
}

fn by_court(scopes: Scopes) -> FreezeRequest {
    FreezeRequest::new(scopes, FreezeReason::CourtOrder, Authority::Court, name("clerk-a")).for_case(case("2026-17"))
}

fn standard() -> FreezePolicy {
    FreezePolicy::standard()
}

/// The freezes after these requests, placed at `at(0)` under the ids 1, 2, 3...
fn frozen(requests: &[FreezeRequest]) -> Freezes {
    requests.iter().zip(1..).fold(Freezes::default(), |freezes, (request, number)| {
        place(&freezes, request, id(number), &standard(), at(0)).unwrap().freezes
    })
}

fn lift_one(freezes: &Freezes, number: u8, by: &Actor, now: Timestamp) -> Result<Lifted, FreezeError> {
    lift(freezes, id(number), by, None, &standard(), now)
}
