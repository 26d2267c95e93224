//! Everyday calls on an account, each one command or one look.

use super::driver::{Loaded, Service};
use super::error::ServiceError;
use crate::account::{AccountRecord, ChainVerifier, Event, PayeeRecord, Verdict};
use crate::command::Effect;
use crate::freeze::{self, Scopes};
use crate::store::{Store, StoreError, Versioned};
use crate::types::{AccountId, RandomId, StoreKey, Timestamp};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 512;
/// Most effects handed out at a time.
pub const DRAIN_MAX: usize = 1_024;

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
        let record = self.record(account)?;
        Ok(freeze::closed(&record.freezes, now.max(record.time_high)))
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

    /// Checks the audit chain of one cell of the store, an account's or a payee's.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    pub fn verify_cell(&self, key: StoreKey) -> Result<Verdict, StoreError> {
        let mut verifier = ChainVerifier::new(self.keyring(), key);
        let mut next = 1;
        loop {
            let events = self.store().events(key, next, EVENTS_PER_READ)?;
            for event in &events {
                verifier.push(event.seq, &event.body, &event.mac);
            }
            match events.last() {
                Some(last) if events.len() == EVENTS_PER_READ => next = last.seq + 1,
                _ => break,
            }
        }
        let cell = self.store().load(key)?;
        Ok(match self.head_of(key, cell) {
            Ok(head) => verifier.finish(head),
            Err(why) => verifier.finish_without_head(why),
        })
    }

    /// Effects that wait for delivery, oldest first, each with the id by which a receiver drops repeats.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn drain(&self, limit: usize) -> Result<Vec<(RandomId, Effect)>, ServiceError> {
        let waiting = self.store().outbox(limit.min(DRAIN_MAX))?;
        waiting.iter().map(|item| Ok((item.id, self.open_effect(item)?))).collect()
    }

    /// Forgets delivered effects.
    ///
    /// # Errors
    /// [`ServiceError`].
    pub fn delivered(&self, ids: &[RandomId]) -> Result<(), ServiceError> {
        Ok(self.store().outbox_done(ids)?)
    }

    fn head_of(&self, key: StoreKey, cell: Option<Versioned>) -> Result<crate::account::ChainHead, String> {
        if cell.is_none() {
            return Err("the record is gone".to_owned());
        }
        let account = self.open_stored::<AccountRecord>(key, cell.clone()).map(|loaded| loaded.record.head);
        let payee = || self.open_stored::<PayeeRecord>(key, cell).map(|loaded| loaded.record.head);
        account.or_else(|error| payee().map_err(|_| error.to_string()))
    }
}
