//! Names without an account: the same work as for one that has an account, on a cell shared with other such names.
//!
//! Every request that anybody can make runs the account's command and the twin on the name's cell. One of the two only
//! looks, the other commits, so a stopwatch sees one look and one commit, whatever the name.

use crate::account::{DecoyRecord, FailureBudget};
use crate::command::{AbandonDecoy, Command, Continued, LookAtDecoy, ReserveAttempt, ReserveDecoy, Reserved};
use crate::service::engine::{Engine, Loaded, day};
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::types::{AccountId, Timestamp};

impl<W: World> Engine<W> {
    /// Counts a try of a password, on the account or, where there is none, on the name's cell.
    pub(in crate::service::engine) async fn reserve(
        &self,
        account: &AccountId,
        attempt: &ReserveAttempt,
        now: Timestamp,
    ) -> Result<Reserved, ServiceError> {
        let tag = self.keys.decoy(account).tag;
        match self.execute(account, attempt, now).await? {
            Reserved::Compare(reserved) if reserved.stored.is_none() => {
                self.execute_on_decoy(account, &ReserveDecoy { tag }, now).await
            }
            reserved => {
                self.look_at_decoy(account, now).await;
                Ok(reserved)
            }
        }
    }

    /// The look of a request that was decided on the account. It decides nothing, so a cell of strangers that does not
    /// open must not keep an owner out, let alone swallow the answer to a code that is spent.
    pub(super) async fn look_at_decoy(&self, account: &AccountId, now: Timestamp) {
        let look = LookAtDecoy { tag: self.keys.decoy(account).tag };
        let _ = self.execute_on_decoy(account, &look, now).await;
    }

    pub(in crate::service::engine) async fn abandon_decoy(
        &self,
        account: &AccountId,
        before: FailureBudget,
        counted: FailureBudget,
        now: Timestamp,
    ) -> Result<bool, ServiceError> {
        let tag = self.keys.decoy(account).tag;
        self.execute_on_decoy(account, &AbandonDecoy { tag, before, counted }, now).await
    }

    /// Runs a command on the cell of a name. A cell lives for two days and goes on from the one of the day before, so
    /// that what strangers type never fills the store and no count ends at midnight.
    pub(in crate::service::engine) async fn execute_on_decoy<C>(
        &self,
        account: &AccountId,
        command: &C,
        now: Timestamp,
    ) -> Result<C::Reply, ServiceError>
    where
        C: Command<Record = DecoyRecord>,
    {
        let cell = self.keys.decoy(account).cell;
        let today: Loaded<DecoyRecord> = self.load(self.keys.decoy_key(cell, day(now))).await?;
        let before = match day(now).checked_sub(1).filter(|_| today.version.is_none()) {
            Some(yesterday) => Some(self.load::<DecoyRecord>(self.keys.decoy_key(cell, yesterday)).await?.record),
            None => None,
        };
        let continued = Continued { command, before: before.as_ref() };
        self.run_on_decoy(cell, day(now), &continued, now).await
    }
}
