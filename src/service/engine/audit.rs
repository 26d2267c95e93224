//! The audit trail: chains verified, their heads for a check-point, events for an export.

use super::Engine;
use crate::account::checkpoint::CellHead;
use crate::account::export::ExportLine;
use crate::account::seal::{Kind, Seat};
use crate::account::{
    AccountRecord, Aggregate, ChainHead, ChainVerifier, DecoyRecord, Event, FormatError, KeyringError, Link,
    PayeeRecord, SendBudgetRecord, Verdict,
};
use crate::command::payments::commit_id_of;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::{StoreError, StoredEvent, Versioned};
use crate::types::{AccountId, StoreKey, Timestamp};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 512;
/// Tries to read a chain and its head while nobody writes to them.
const VERIFY_TRIES_MAX: usize = 8;
/// Most chains of one [`HeadsPage`], and most events of one export.
pub const AUDIT_PAGE_MAX: usize = 4_096;

/// The heads of some chains, in order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadsPage {
    /// Their ends, as the sealed records have them.
    pub heads: Vec<CellHead>,
    /// Chains whose record is gone or does not open: where they end cannot be told.
    pub left_out: Vec<StoreKey>,
    /// The last key looked at, to go on behind; `None` when there was none left.
    pub last: Option<StoreKey>,
}

/// Where a chain ends, and how long its cell is kept.
#[derive(Clone, Copy)]
struct End {
    head: ChainHead,
    expires_at: Option<Timestamp>,
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn verify_account(&self, account: &AccountId) -> Result<Verdict, StoreError> {
        self.verify_cell(self.keys.account_key(account)).await
    }

    pub(in crate::service) async fn verify_cell(&self, key: StoreKey) -> Result<Verdict, StoreError> {
        self.verify_as(key, None).await
    }

    pub(in crate::service) async fn verify_since(
        &self,
        seen: &CellHead,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        // A cell that had to go by now is verified as if nobody had seen it; gone, it is empty.
        self.verify_as(seen.key, Some(*seen).filter(|seen| !seen.may_be_purged(now))).await
    }

    async fn verify_as(&self, key: StoreKey, seen: Option<CellHead>) -> Result<Verdict, StoreError> {
        for _ in 0..VERIFY_TRIES_MAX {
            let cell = self.world.load(key).await?;
            let version = cell.as_ref().map(|cell| cell.version);
            let verdict = self.verify_chain(key, self.end_of(key, cell), seen).await?;
            // Events and head are two reads: only where nobody got on in between do they belong together.
            if self.world.load(key).await?.map(|cell| cell.version) == version {
                return Ok(verdict);
            }
        }
        Err(StoreError::Busy)
    }

    async fn verify_chain(
        &self,
        key: StoreKey,
        end: Result<End, Option<ServiceError>>,
        seen: Option<CellHead>,
    ) -> Result<Verdict, StoreError> {
        if let Some(lost) = self.other_key(&end) {
            return self.verify_without_keys(key, seen, lost).await;
        }
        let verifier = ChainVerifier::new(&self.keys, key);
        let mut verifier = seen.into_iter().fold(verifier, ChainVerifier::since);
        let (mut next, mut astray, mut is_empty) = (1, None, true);
        loop {
            let events = match self.world.events(key, next, EVENTS_PER_READ).await {
                Err(StoreError::Corrupt(why)) => return Ok(with_astray(cut_short(verifier, why), astray)),
                events => events?,
            };
            for event in &events {
                verifier.push(event.seq, &event.body, &event.mac);
            }
            is_empty &= events.is_empty();
            astray = match astray {
                None => self.first_astray(key, &events).await?,
                found => found,
            };
            match read_on(&events, next) {
                Some(from) => next = from,
                None => break,
            }
        }
        let verdict = match end {
            Ok(end) => verifier.finish(end.head),
            // Purged a moment ago, with its events, or never there.
            Err(None) if is_empty && seen.is_none() => Verdict::Intact { events: 0 },
            Err(why) => verifier
                .finish_without_head(why.map_or_else(|| "the record is gone".to_owned(), |error| error.to_string())),
        };
        Ok(with_astray(verdict, astray))
    }

    /// Another key stands in the ring under the id that the record names: no MAC made with it would fit, and none that does
    /// not would prove anything. Where no key has the id, whoever changed it in the record must not hide what else was
    /// changed: the events are looked at.
    fn other_key(&self, end: &Result<End, Option<ServiceError>>) -> Option<KeyringError> {
        match end {
            Err(Some(ServiceError::KeyLost(lost @ KeyringError::KeyLost(id)))) => {
                self.keys.get(*id).is_ok().then_some(*lost)
            }
            _ => None,
        }
    }

    /// What a check-point saw needs no key to be met again.
    async fn verify_without_keys(
        &self,
        key: StoreKey,
        seen: Option<CellHead>,
        lost: KeyringError,
    ) -> Result<Verdict, StoreError> {
        let why = lost.to_string();
        let Some(seen) = seen else { return Ok(Verdict::CannotTell { why }) };
        let (mut next, mut have, mut is_met) = (1, 0, seen.seq == 0);
        loop {
            let events = match self.world.events(key, next, EVENTS_PER_READ).await {
                Err(StoreError::Corrupt(why)) => return Ok(Verdict::CannotTell { why }),
                events => events?,
            };
            is_met |= events.iter().any(|event| event.seq == seen.seq && event.mac == seen.mac);
            have = events.last().map_or(have, |last| last.seq);
            match read_on(&events, next) {
                Some(from) => next = from,
                None => break,
            }
        }
        Ok(if is_met { Verdict::CannotTell { why } } else { Verdict::RolledBack { have, had: seen.seq } })
    }

    /// The first of these events that its own commit id does not lead to: what it decided would be decided anew. The look-up
    /// stands outside the chain, in the store alone.
    async fn first_astray(&self, key: StoreKey, events: &[StoredEvent]) -> Result<Option<u64>, StoreError> {
        for event in events {
            let Some(id) = Event::decode(&event.body).ok().and_then(|event| commit_id_of(&event.kind)) else {
                continue;
            };
            match self.world.event_by_commit(key, id).await {
                Ok(Some(found)) if found.seq == event.seq => {}
                Ok(_) | Err(StoreError::Corrupt(_)) => return Ok(Some(event.seq)),
                Err(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    pub(in crate::service) async fn heads(
        &self,
        after: Option<StoreKey>,
        limit: usize,
    ) -> Result<HeadsPage, StoreError> {
        let keys = self.world.keys(after, limit.min(AUDIT_PAGE_MAX)).await?;
        let mut page = HeadsPage { last: keys.last().copied(), ..HeadsPage::default() };
        for key in keys {
            let cell = self.world.load(key).await?;
            match self.end_of(key, cell) {
                Ok(end) => page.heads.push(CellHead::of(key, end.head, end.expires_at)),
                Err(why) => {
                    // A cell may have been purged a moment ago, with its events.
                    let is_gone = why.is_none() && self.world.events(key, 1, 1).await?.is_empty();
                    page.left_out.extend((!is_gone).then_some(key));
                }
            }
        }
        Ok(page)
    }

    pub(in crate::service) async fn export(
        &self,
        chain: StoreKey,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<ExportLine>, StoreError> {
        let texts = self.texts_of(chain).await?;
        let events = self.world.events(chain, from_seq, limit.min(AUDIT_PAGE_MAX)).await?;
        let links = events.into_iter().map(|event| Link { seq: event.seq, body: event.body, mac: event.mac });
        Ok(links.map(|link| ExportLine::of(chain, &link, &texts)).collect())
    }

    /// The end of the cell's chain; `None` as the error where the record is gone.
    fn end_of(&self, key: StoreKey, cell: Option<Versioned>) -> Result<End, Option<ServiceError>> {
        let cell = cell.ok_or(None)?;
        let seat = Seat { kind: Kind::Cell, owner: key, version: cell.version };
        let plain = self.keys.open(seat, cell.body).map_err(|error| Some(error.into()))?;
        let end = end::<AccountRecord>(&plain).or_else(|error| {
            let other = end::<PayeeRecord>(&plain).or_else(|_| end::<SendBudgetRecord>(&plain));
            other.or_else(|_| end::<DecoyRecord>(&plain)).map_err(|_| error)
        });
        end.map_err(|error| Some(error.into()))
    }
}

/// Where the next read begins, if there may be one. A store that lies about numbers ends the walk, and the verifier has seen it.
fn read_on(events: &[StoredEvent], from: u64) -> Option<u64> {
    let last = events.last().filter(|last| events.len() == EVENTS_PER_READ && last.seq >= from)?;
    last.seq.checked_add(1)
}

/// What was read until the store could not go on: a change before that is named, and nothing is said of the rest.
fn cut_short(verifier: ChainVerifier<'_>, why: String) -> Verdict {
    match verifier.finish_without_head(why.clone()) {
        altered @ Verdict::Altered { .. } => altered,
        _ => Verdict::CannotTell { why },
    }
}

/// With an event that cannot be found by its id, which is as good as changed.
fn with_astray(verdict: Verdict, astray: Option<u64>) -> Verdict {
    match (verdict, astray) {
        (Verdict::Altered { seq }, Some(astray)) => Verdict::Altered { seq: seq.min(astray) },
        (_, Some(seq)) => Verdict::Altered { seq },
        (verdict, None) => verdict,
    }
}

fn end<R: Aggregate>(plain: &[u8]) -> Result<End, FormatError> {
    R::decode(plain).map(|record| End { head: record.head(), expires_at: record.expires_at() })
}
