//! The audit trail: chains verified, their heads for a check-point, events for an export.

use super::Engine;
use crate::account::checkpoint::CellHead;
use crate::account::export::ExportLine;
use crate::account::seal::{Kind, Seat};
use crate::account::{
    AccountRecord, Aggregate, ChainHead, ChainVerifier, DecoyRecord, FormatError, Link, PayeeRecord, SendBudgetRecord,
    Verdict,
};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::{StoreError, Versioned};
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
        if seen.may_be_purged(now) && self.world.load(seen.key).await?.is_none() {
            return Ok(Verdict::Intact { events: 0 });
        }
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
        if let Err(Some(lost @ ServiceError::KeyLost(_))) = &end {
            return Ok(Verdict::CannotTell { why: lost.to_string() });
        }
        let verifier = ChainVerifier::new(&self.keys, key);
        let mut verifier = seen.into_iter().fold(verifier, ChainVerifier::since);
        let mut next = 1;
        loop {
            let events = match self.world.events(key, next, EVENTS_PER_READ).await {
                Err(StoreError::Corrupt(why)) => return Ok(Verdict::CannotTell { why }),
                events => events?,
            };
            for event in &events {
                verifier.push(event.seq, &event.body, &event.mac);
            }
            match events.last() {
                // A store that lies about numbers ends the loop, and the verifier has seen it.
                Some(last) if events.len() == EVENTS_PER_READ && last.seq >= next && last.seq < u64::MAX => {
                    next = last.seq + 1;
                }
                _ => break,
            }
        }
        Ok(match end {
            Ok(end) => verifier.finish(end.head),
            Err(why) => verifier
                .finish_without_head(why.map_or_else(|| "the record is gone".to_owned(), |error| error.to_string())),
        })
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

fn end<R: Aggregate>(plain: &[u8]) -> Result<End, FormatError> {
    R::decode(plain).map(|record| End { head: record.head(), expires_at: record.expires_at() })
}
