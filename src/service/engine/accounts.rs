//! Everyday calls on an account, each one command or one look.

use super::{Engine, Loaded, decision_time};
use crate::account::{AccountRecord, Event, FreeTexts};
use crate::command::Effect;
use crate::freeze::{self, Scopes};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::{OutboxId, OutboxItem, StoreError, StoredEvent};
use crate::types::{AccountId, StoreKey, Timestamp};

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
        let key = self.keys.account_key(account);
        let texts = self.texts_of(key).await?;
        let stored = self.world.events(key, from_seq, limit).await?;
        let event = |event: &StoredEvent| {
            Event::decode(&event.body)
                .map(|it| it.with_texts(&texts, key, event.seq).unmasked(&self.keys, key, event.seq))
        };
        stored.iter().map(|stored| Ok((stored.seq, event(stored)?))).collect()
    }

    /// What opens the free texts of the cell's events: nothing, where it is no account's or its record does not open.
    pub(super) async fn texts_of(&self, key: StoreKey) -> Result<FreeTexts, StoreError> {
        let cell = self.world.load(key).await?;
        let texts = self.open_stored::<AccountRecord>(key, cell).map(|loaded| loaded.record.texts).unwrap_or_default();
        Ok(texts.with_kept(self.keys.kept_texts(key)))
    }

    pub(in crate::service) async fn drain(&self, limit: usize) -> Result<Vec<Waiting>, ServiceError> {
        Ok(self.opened(&self.world.outbox(limit.min(DRAIN_MAX)).await?))
    }

    pub(in crate::service) async fn drain_after(
        &self,
        after: OutboxId,
        limit: usize,
    ) -> Result<Vec<Waiting>, ServiceError> {
        Ok(self.opened(&self.world.outbox_after(after, limit.min(DRAIN_MAX)).await?))
    }

    fn opened(&self, waiting: &[OutboxItem]) -> Vec<Waiting> {
        waiting.iter().map(|item| Waiting { id: item.name(), effect: self.open_effect(item) }).collect()
    }

    pub(in crate::service) async fn delivered(&self, ids: &[OutboxId]) -> Result<(), ServiceError> {
        Ok(self.world.outbox_done(ids).await?)
    }
}
