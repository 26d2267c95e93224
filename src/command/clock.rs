//! An account whose clock had run far ahead: its time is set back, by two of the desk.
//!
//! Time never runs back by itself, or a clock that jumps back would revive codes, freezes and limits. So one moment of a
//! server that believes in another year leaves every account it decided on in that year: codes never run out, blocks never
//! end, payments come too late. Setting back takes the right clock, a person who saw it, and another one who saw it too
//! within a day. It forgives nothing: see [`SetBack`] and [`AccountRecord`] for what becomes of each part. Two reasons
//! why it takes people and no rule: a sleep of years looks the same from inside a record, and whoever can turn a clock
//! forward and back must not win back tries or limits by it.

use super::contacts::call_off_told;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, CancelledBy, Event, EventKind};
use crate::freeze::{Actor, Authority};
use crate::risk::Spent;
use crate::types::time::HOUR_MS;
use crate::types::{ActorId, RandomId, SetBack, Timestamp};

/// Least that an account's time must be ahead of the clock, in milliseconds. Less heals by waiting, and two servers
/// that differ by minutes are no reason to call two people.
pub const CLOCK_AHEAD_MS_MIN: u64 = HOUR_MS;

/// Asks that the account's time be set back to the clock's. Nothing changes yet.
#[derive(Clone, Debug)]
pub struct RequestClockSetBack {
    /// Who saw it; at least an agent.
    pub by: Actor,
    /// What the clock says; [`Env::now`] cannot, since it never runs behind the record.
    pub clock: Timestamp,
}

/// What came of [`RequestClockSetBack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSetBackAsked {
    /// Another one has to approve it.
    Requested {
        /// The request's name; the approval names it.
        request: RandomId,
        /// From here on, by the right clock, it is dead.
        dies_at: Timestamp,
    },
    /// The account's time is not ahead of the clock, or by less than [`CLOCK_AHEAD_MS_MIN`].
    NotAhead,
}

/// A request as the audit chain tells it; [`Service::set_clock_back`](crate::service::Service) reads it from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRequest {
    /// Its name.
    pub id: RandomId,
    /// Who asked.
    pub actor: ActorId,
    /// What the clock said then.
    pub clock: Timestamp,
}

/// Sets the account's time back to the clock's. Another one than who asked does it, within
/// [`lift_request_ttl_ms`](crate::freeze::FreezePolicy::lift_request_ttl_ms) of the request by both of their clocks. Where the
/// history shows no leap it is this clock that is doubted, not the account's: set back to a clock that is far behind, every
/// freeze and lock would end early once that is right again.
#[derive(Clone, Debug)]
pub struct SetClockBack {
    /// The request.
    pub request: ClockRequest,
    /// Who approves; at least an agent.
    pub by: Actor,
    /// What the clock says.
    pub clock: Timestamp,
    /// When the first event was decided that lies ahead of the clock, as the account's history tells it.
    pub leapt_to: Timestamp,
    /// What the account's history tells of its spend in the last month: the wrong time pushed it out of the limits' sums.
    pub spent: Vec<Spent>,
}

/// What came of [`SetClockBack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSetBack {
    /// The account's time is the clock's.
    Done {
        /// The wrong time.
        from: Timestamp,
        /// The right one.
        to: Timestamp,
    },
    /// The account's time is not ahead of the clock, or by less than [`CLOCK_AHEAD_MS_MIN`].
    NotAhead,
    /// Who asked cannot approve.
    SameAgent,
    /// The account's events do not leap: from the clock to the first one that lies ahead of it is less than half the way. Either
    /// this clock is behind, or the wrong one was in use for so long that waiting is the shorter way.
    NoLeap,
    /// There is no such request, its name was erased with the free texts, it is dead, or the two clocks differ.
    NoRequest,
}

impl Command for RequestClockSetBack {
    type Record = AccountRecord;
    type Reply = ClockSetBackAsked;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ClockSetBackAsked>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        if set_back(&record, self.clock).is_none() {
            return Ok(Transition::unchanged(record, ClockSetBackAsked::NotAhead));
        }
        let (request, clock) = (RandomId::generate(env.rng), self.clock);
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let events = vec![EventKind::ClockSetBackRequested { request, clock, actor, authority }];
        let dies_at = clock.plus_ms(env.settings.freeze.lift_request_ttl_ms);
        let reply = ClockSetBackAsked::Requested { request, dies_at };
        Ok(Transition { record, events, effects: Vec::new(), reply })
    }

    /// The request's name, so that the approval finds it.
    fn commit_id(&self, _decided: &AccountRecord, reply: &ClockSetBackAsked) -> Option<[u8; 16]> {
        match reply {
            ClockSetBackAsked::Requested { request, .. } => Some(request.0),
            ClockSetBackAsked::NotAhead => None,
        }
    }
}

impl Command for SetClockBack {
    type Record = AccountRecord;
    type Reply = ClockSetBack;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, ClockSetBack>, Rejection> {
        if self.by.authority < Authority::Agent {
            return Err(Rejection::NotAuthorised);
        }
        let Some(back) = set_back(&record, self.clock) else {
            return Ok(Transition::unchanged(record, ClockSetBack::NotAhead));
        };
        if self.by.id.is_same_person(&self.request.actor) {
            return Ok(Transition::unchanged(record, ClockSetBack::SameAgent));
        }
        let dies_at = self.request.clock.plus_ms(env.settings.freeze.lift_request_ttl_ms);
        if self.clock < self.request.clock || self.clock >= dies_at {
            return Ok(Transition::unchanged(record, ClockSetBack::NoRequest));
        }
        if self.leapt_to.ms_since(back.to()).saturating_mul(2) < back.by_ms() {
            return Ok(Transition::unchanged(record, ClockSetBack::NoLeap));
        }
        let (request, from, to) = (self.request.id, back.from(), back.to());
        let (actor, authority) = (self.by.id.clone(), self.by.authority);
        let mut events = vec![EventKind::ClockSetBack { request, from, to, actor: actor.clone(), authority }];
        let mut record = record;
        let (called_off, effects) = call_off_told(&mut record, CancelledBy::Staff, Some(actor), env);
        events.extend(called_off);
        let record = record.set_back(back, &self.spent, env.settings.freeze.cooling_off_ms)?;
        Ok(Transition { record, events, effects, reply: ClockSetBack::Done { from, to } })
    }

    /// A request is approved once: it must not serve for another leap.
    fn commit_id(&self, _decided: &AccountRecord, _reply: &ClockSetBack) -> Option<[u8; 16]> {
        Some(approval_id(self.request.id))
    }

    fn first_reply(&self, first: &Event) -> Option<ClockSetBack> {
        match first.kind {
            EventKind::ClockSetBack { request, from, to, .. } if request == self.request.id => {
                Some(ClockSetBack::Done { from, to })
            }
            _ => None,
        }
    }
}

/// From where to where, if the account's time is far enough ahead.
fn set_back(record: &AccountRecord, clock: Timestamp) -> Option<SetBack> {
    SetBack::new(record.time_high, clock).filter(|back| back.by_ms() >= CLOCK_AHEAD_MS_MIN)
}

/// The id of the commit that approves a request. Names of requests are random, so no other one has it with this bit flipped.
const fn approval_id(request: RandomId) -> [u8; 16] {
    let mut id = request.0;
    id[15] ^= 1;
    id
}
