//! Freezes that end by themselves: the owner hears of it at the next look.
//!
//! Nothing here has a clock, so nothing happens at `until` but that the freeze is over. The notice (PSD2 art. 68(4): the
//! block ends when its reasons do) and the event are written when somebody looks: every act on the account's freezes does,
//! and [`TellFreezesEnded`] is for a backend that wants it on time. [`next_end`](crate::freeze::next_end) says when.

use super::effect::{Effect, Notice};
use super::notify::notify;
use super::{Command, Env, Rejection, Transition};
use crate::account::{AccountRecord, EventKind};
use crate::freeze::{self, Disclosure};
use crate::types::Timestamp;

/// Tells the owner of freezes that ended by themselves, each once.
#[derive(Clone, Copy, Debug)]
pub struct TellFreezesEnded;

/// What came of [`TellFreezesEnded`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreezesEnded {
    /// How many ended since the last look.
    pub count: usize,
    /// When to look again; `None` = no freeze has an end.
    pub next_end: Option<Timestamp>,
}

impl Command for TellFreezesEnded {
    type Record = AccountRecord;
    type Reply = FreezesEnded;

    fn decide(
        &self,
        record: AccountRecord,
        env: &mut Env<'_>,
    ) -> Result<Transition<AccountRecord, FreezesEnded>, Rejection> {
        let expired = freeze::expire(&record.freezes, env.now);
        let reply = FreezesEnded { count: expired.ended.len(), next_end: freeze::next_end(&expired.freezes) };
        if expired.ended.is_empty() {
            return Ok(Transition::unchanged(record, reply));
        }
        let (event, effects) = ended(&record, env);
        let record = AccountRecord { freezes: expired.freezes, ..record };
        Ok(Transition { record, events: event.into_iter().collect(), effects, reply })
    }
}

/// What is to be written and told of freezes that ran out in this record; whoever asks stores freezes without them.
pub(super) fn ended(record: &AccountRecord, env: &Env<'_>) -> (Option<EventKind>, Vec<Effect>) {
    let ended = freeze::expire(&record.freezes, env.now).ended;
    if ended.is_empty() {
        return (None, Vec::new());
    }
    let is_told = ended.iter().any(|freeze| freeze.disclosure == Disclosure::Tell);
    let effects = if is_told { notify(record, Notice::FreezeEnded, env) } else { Vec::new() };
    (Some(EventKind::FreezesEnded { freezes: ended.iter().map(|freeze| freeze.id).collect() }), effects)
}
