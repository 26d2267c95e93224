//! Names without an account: the same work as for one that has an account, on a cell shared with other such names.
//!
//! Every request that anybody can make runs the account's command and the twin on the name's cell. One of the two only
//! looks, the other commits, so a stopwatch sees one look and one commit, whatever the name.

use crate::account::{DecoyRecord, FailureBudget};
use crate::command::{AbandonDecoy, Command, Continued, LookAtDecoy, ReserveAttempt, ReserveDecoy, Reserved};
use crate::service::engine::{Engine, day};
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
        let (cell, today) = (self.keys.decoy(account).cell, day(now));
        let (key, key_before) = (self.keys.decoy_key(cell, today), self.keys.decoy_key(cell, today.saturating_sub(1)));
        // Both days are read whatever the first one holds: a name with an account has no cell of its own, and must not be
        // told by the reads in which one is looked for.
        let (stored, stored_before) = (self.world.load(key).await?, self.world.load(key_before).await?);
        let is_first = stored.is_none() && key != key_before;
        let before = match stored_before.filter(|_| is_first) {
            Some(stored) => Some(self.open_stored::<DecoyRecord>(key_before, Some(stored))?.record),
            None => None,
        };
        let continued = Continued { command, before: before.as_ref() };
        self.run_on_decoy(cell, today, &continued, now).await
    }
}
