//! Everyday calls on an account, each one command or one look.

use super::{Engine, Loaded, decision_time};
use crate::account::{
    AccountRecord, ChainHead, ChainVerifier, DecoyRecord, Event, PayeeRecord, SendBudgetRecord, Verdict,
};
use crate::command::Effect;
use crate::freeze::{self, Scopes};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::{OutboxId, StoreError, Versioned};
use crate::types::{AccountId, StoreKey, Timestamp};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 512;
/// Tries to read a chain and its head while nobody writes to them.
const VERIFY_TRIES_MAX: usize = 8;
/// Most effects handed out at a time.
pub const DRAIN_MAX: usize = 1_024;

/// An effect that waits for delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its cell, and the random id by which a receiver drops repeats.
    pub id: OutboxId,
    /// What to do, or why it does not open.
    pub effect: Result<Effect, ServiceError>,
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn record(&self, account: &AccountId) -> Result<AccountRecord, ServiceError> {
        Ok(self.load(self.keys.account_key(account)).await?.record)
    }

    pub(in crate::service) async fn is_known(&self, account: &AccountId) -> Result<bool, ServiceError> {
        let loaded: Loaded<AccountRecord> = self.load(self.keys.account_key(account)).await?;
        Ok(loaded.version.is_some())
    }

    pub(in crate::service) async fn restriction(
        &self,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Scopes, ServiceError> {
        let loaded: Loaded<AccountRecord> = self.load(self.keys.account_key(account)).await?;
        let now = decision_time(&loaded, now, self.settings().clock_leap_ms_max)?;
        Ok(freeze::closed(&loaded.record.freezes, now))
    }

    pub(in crate::service) async fn history(
        &self,
        account: &AccountId,
        from_seq: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Event)>, ServiceError> {
        let stored = self.world.events(self.keys.account_key(account), from_seq, limit).await?;
        stored.iter().map(|event| Ok((event.seq, Event::decode(&event.body)?))).collect()
    }

    pub(in crate::service) async fn verify_account(&self, account: &AccountId) -> Result<Verdict, StoreError> {
        self.verify_cell(self.keys.account_key(account)).await
    }

    pub(in crate::service) async fn verify_cell(&self, key: StoreKey) -> Result<Verdict, StoreError> {
        for _ in 0..VERIFY_TRIES_MAX {
            let cell = self.world.load(key).await?;
            let version = cell.as_ref().map(|cell| cell.version);
            let verdict = self.verify_chain(key, self.head_of(key, cell)).await?;
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
        head: Result<ChainHead, Option<ServiceError>>,
    ) -> Result<Verdict, StoreError> {
        if let Err(Some(lost @ ServiceError::KeyLost(_))) = &head {
            return Ok(Verdict::CannotTell { why: lost.to_string() });
        }
        let mut verifier = ChainVerifier::new(&self.keys, key);
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
                Some(last) if events.len() == EVENTS_PER_READ => next = last.seq + 1,
                _ => break,
            }
        }
        Ok(match head {
            Ok(head) => verifier.finish(head),
            Err(why) => verifier
                .finish_without_head(why.map_or_else(|| "the record is gone".to_owned(), |error| error.to_string())),
        })
    }

    pub(in crate::service) async fn drain(&self, limit: usize) -> Result<Vec<Waiting>, ServiceError> {
        let waiting = self.world.outbox(limit.min(DRAIN_MAX)).await?;
        Ok(waiting.iter().map(|item| Waiting { id: item.name(), effect: self.open_effect(item) }).collect())
    }

    pub(in crate::service) async fn delivered(&self, ids: &[OutboxId]) -> Result<(), ServiceError> {
        Ok(self.world.outbox_done(ids).await?)
    }

    /// The end of the cell's chain; `None` as the error where the record is gone.
    fn head_of(&self, key: StoreKey, cell: Option<Versioned>) -> Result<ChainHead, Option<ServiceError>> {
        let cell = cell.ok_or(None)?;
        let account = self.open_stored::<AccountRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        let payee = || self.open_stored::<PayeeRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        let scope = || self.open_stored::<SendBudgetRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        let decoy = || self.open_stored::<DecoyRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        account.or_else(|error| payee().or_else(|_| scope()).or_else(|_| decoy()).map_err(|_| Some(error)))
    }
}
