//! Setting an account's clock back: the request is read from the audit chain, and so is what was spent.

use std::collections::BTreeSet;

use super::Engine;
use crate::account::free_text::ERASED_TEXT;
use crate::account::{AccountRecord, Event, EventKind};
use crate::command::{ClockRequest, ClockSetBack, ClockSetBackAsked, RequestClockSetBack, SetClockBack};
use crate::freeze::Actor;
use crate::risk::{Outcome, Spent};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::time::DAY_MS;
use crate::types::{AccountId, Direction, RandomId, StoreKey, Timestamp};

/// Events that are read at once, from the newest back.
const PAGE: u64 = 256;
/// Most pages: more than two payments a minute for the whole month.
const PAGES_MAX: u64 = 512;
/// How far back limits look, with a day to spare for zones.
const MONTH_MS: u64 = 32 * DAY_MS;

impl<W: World> Engine<W> {
    pub(in crate::service) async fn request_clock_set_back(
        &self,
        account: &AccountId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ClockSetBackAsked, ServiceError> {
        self.execute(account, &RequestClockSetBack { by: by.clone(), clock: now }, now).await
    }

    pub(in crate::service) async fn set_clock_back(
        &self,
        account: &AccountId,
        request: RandomId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ClockSetBack, ServiceError> {
        let key = self.keys.account_key(account);
        let record: AccountRecord = self.check_stands(key).await?;
        let Some(request) = self.clock_request(key, &record, request).await? else {
            return Ok(ClockSetBack::NoRequest);
        };
        let History { spent, leapt_to, .. } = self.last_month(key, record.head.seq, now).await?;
        self.execute(account, &SetClockBack { request, by: by.clone(), clock: now, leapt_to, spent }, now).await
    }

    /// The request, if it was made here and it is still known who made it.
    async fn clock_request(
        &self,
        key: StoreKey,
        record: &AccountRecord,
        request: RandomId,
    ) -> Result<Option<ClockRequest>, ServiceError> {
        let Some(stored) = self.world.event_by_commit(key, request.0).await? else {
            return Ok(None);
        };
        let event = self.proven(key, &stored).await?.with_texts(&record.texts, key, stored.seq);
        Ok(match event.kind {
            EventKind::ClockSetBackRequested { request: id, clock, actor, .. }
                if id == request && event.sealed_texts.is_empty() && actor.as_str() != ERASED_TEXT =>
            {
                Some(ClockRequest { id, actor, clock })
            }
            _ => None,
        })
    }

    /// The last month by the right clock, and what was decided ahead of it, from the newest event back.
    async fn last_month(&self, key: StoreKey, head: u64, now: Timestamp) -> Result<History, ServiceError> {
        let (since, mut released, mut last) = (now.minus_ms(MONTH_MS), BTreeSet::new(), head);
        let mut history = History { spent: Vec::new(), leapt_to: now, set_right: None };
        for _ in 0..PAGES_MAX {
            let first = last.saturating_sub(PAGE - 1).max(1);
            let wanted = usize::try_from(last + 1 - first).unwrap_or(0);
            let page = self.world.events(key, first, wanted).await?;
            let mut is_within = false;
            for stored in page.iter().rev() {
                let event = Event::decode(&stored.body)?;
                is_within |= event.at >= since;
                history.goes_back_to(&event, now);
                let spent = spent_by(&event.kind, &mut released).map(|spent| history.as_set_right(spent));
                history.spent.extend(spent.filter(|spent| spent.at >= since));
            }
            if !is_within || first == 1 {
                return Ok(history);
            }
            last = first - 1;
        }
        // So many events since are no moment of a wrong clock.
        Ok(History { leapt_to: now, ..history })
    }
}

/// What an account's history tells whoever sets its clock back.
struct History {
    spent: Vec<Spent>,
    /// When the first event was decided that lies ahead of the right clock and was not set right since.
    leapt_to: Timestamp,
    /// Where the clock was set back to after what is read now.
    set_right: Option<Timestamp>,
}

impl History {
    /// One event further back. A leap that was set right speaks for no other one.
    fn goes_back_to(&mut self, event: &Event, now: Timestamp) {
        if let EventKind::ClockSetBack { to, .. } = event.kind {
            self.set_right = Some(self.set_right.map_or(to, |earlier| earlier.min(to)));
        } else if event.at > now && self.set_right.is_none() {
            self.leapt_to = event.at;
        }
    }

    /// What a wrong clock dated counts as of the time to which it was set back.
    fn as_set_right(&self, spent: Spent) -> Spent {
        Spent { at: self.set_right.map_or(spent.at, |to| spent.at.min(to)), ..spent }
    }
}

/// What this event says was spent. Events come from the newest back, so a release is heard of before its payment.
fn spent_by(kind: &EventKind, released: &mut BTreeSet<[u8; 16]>) -> Option<Spent> {
    match kind {
        EventKind::PaymentReleased { tx_id, .. } | EventKind::PaymentLetPass { tx_id, .. } => {
            released.insert(tx_id.0);
            None
        }
        EventKind::PaymentAssessed { tx_id, ordered_at, money, direction: Direction::Out, assessment, .. }
            if assessment.outcome <= Outcome::StepUp || released.contains(&tx_id.0) =>
        {
            Some(Spent { at: *ordered_at, amount_minor: money.minor().unsigned_abs() })
        }
        _ => None,
    }
}
