//! Everyday calls on an account, each one command or one look.

use super::driver::{Loaded, Service, decision_time};
use super::error::ServiceError;
use crate::account::{AccountRecord, ChainHead, ChainVerifier, Event, PayeeRecord, SendBudgetRecord, Verdict};
use crate::command::Effect;
use crate::freeze::{self, Scopes};
use crate::store::{Store, StoreError, Versioned};
use crate::types::{AccountId, RandomId, StoreKey, Timestamp};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 512;
/// Tries to read a chain and its head while nobody writes to them.
const VERIFY_TRIES_MAX: usize = 8;
/// Most effects handed out at a time.
pub const DRAIN_MAX: usize = 1_024;

/// An effect that waits for delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// By which a receiver drops repeats.
    pub id: RandomId,
    /// What to do, or why it does not open.
    pub effect: Result<Effect, ServiceError>,
}

impl<S: Store> Service<S> {
    /// The account's record; a fresh one for an account never seen.
    ///
    /// # Errors
    /// [`ServiceError`]; a damaged record is never a fresh one.
    pub fn record(&self, account: &AccountId) -> Result<AccountRecord, ServiceError> {
        Ok(self.load(self.keyring().account_key(account))?.record)
    }

    /// Whether anything was ever stored for the account.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn is_known(&self, account: &AccountId) -> Result<bool, ServiceError> {
        let loaded: Loaded<AccountRecord> = self.load(self.keyring().account_key(account))?;
        Ok(loaded.version.is_some())
    }

    /// What the account may not do at `now`: freezes in force and cooling-off after a lift.
    ///
    /// # Errors
    /// [`ServiceError`]; treat every one of them as "all closed".
    pub fn restriction(&self, account: &AccountId, now: Timestamp) -> Result<Scopes, ServiceError> {
        let loaded: Loaded<AccountRecord> = self.load(self.keyring().account_key(account))?;
        let now = decision_time(&loaded, now, self.settings().clock_leap_ms_max)?;
        Ok(freeze::closed(&loaded.record.freezes, now))
    }

    /// Up to `limit` events of the account from `from_seq` on (1 = the first), oldest first.
    ///
    /// # Errors
    /// [`ServiceError`]. The events are as stored; only [`Service::verify_account`] says whether they are proof.
    pub fn history(&self, account: &AccountId, from_seq: u64, limit: usize) -> Result<Vec<(u64, Event)>, ServiceError> {
        let stored = self.store().events(self.keyring().account_key(account), from_seq, limit)?;
        stored.iter().map(|event| Ok((event.seq, Event::decode(&event.body)?))).collect()
    }

    /// Checks the account's audit chain from its first event to its head.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    pub fn verify_account(&self, account: &AccountId) -> Result<Verdict, StoreError> {
        self.verify_cell(self.keyring().account_key(account))
    }

    /// Checks the audit chain of one cell of the store, an account's, a payee's or a send scope's.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    pub fn verify_cell(&self, key: StoreKey) -> Result<Verdict, StoreError> {
        for _ in 0..VERIFY_TRIES_MAX {
            let cell = self.store().load(key)?;
            let version = cell.as_ref().map(|cell| cell.version);
            let verdict = self.verify_chain(key, self.head_of(key, cell))?;
            // Events and head are two reads: only where nobody got on in between do they belong together.
            if self.store().load(key)?.map(|cell| cell.version) == version {
                return Ok(verdict);
            }
        }
        Err(StoreError::Busy)
    }

    fn verify_chain(
        &self,
        key: StoreKey,
        head: Result<ChainHead, Option<ServiceError>>,
    ) -> Result<Verdict, StoreError> {
        if let Err(Some(lost @ ServiceError::KeyLost(_))) = &head {
            return Ok(Verdict::CannotTell { why: lost.to_string() });
        }
        let mut verifier = ChainVerifier::new(self.keyring(), key);
        let mut next = 1;
        loop {
            let events = match self.store().events(key, next, EVENTS_PER_READ) {
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

    /// Effects that wait for delivery, oldest first. One that does not open stands in its place with its fault, and
    /// holds none of the others up; tell an operator, then forget it with [`Service::delivered`].
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn drain(&self, limit: usize) -> Result<Vec<Waiting>, ServiceError> {
        let waiting = self.store().outbox(limit.min(DRAIN_MAX))?;
        Ok(waiting.iter().map(|item| Waiting { id: item.id, effect: self.open_effect(item) }).collect())
    }

    /// Forgets delivered effects.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn delivered(&self, ids: &[RandomId]) -> Result<(), ServiceError> {
        Ok(self.store().outbox_done(ids)?)
    }

    /// The end of the cell's chain; `None` as the error where the record is gone.
    fn head_of(&self, key: StoreKey, cell: Option<Versioned>) -> Result<ChainHead, Option<ServiceError>> {
        let cell = cell.ok_or(None)?;
        let account = self.open_stored::<AccountRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        let payee = || self.open_stored::<PayeeRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        let scope = || self.open_stored::<SendBudgetRecord>(key, Some(cell.clone())).map(|loaded| loaded.record.head);
        account.or_else(|error| payee().or_else(|_| scope()).map_err(|_| Some(error)))
    }
}
