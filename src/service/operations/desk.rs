//! What the support desk and its batches call.

use crate::command::{ClockSetBack, ClockSetBackAsked, FreezesEnded};
use crate::freeze::{Actor, PendingAnswer};
#[cfg(feature = "async")]
use crate::service::nonblocking::AsyncService;
use crate::service::world::run;
use crate::service::{FreezeList, FrozenMany, Service, ServiceError};
#[cfg(feature = "async")]
use crate::store::AsyncStore;
use crate::store::Store;
use crate::types::{AccountId, RandomId, Timestamp, TxId};

operations! {
    /// Freezes the accounts of a list alike, from `cursor` on, at most
    /// [`FREEZE_MANY_MAX`](crate::service::FREEZE_MANY_MAX) of them; the answer says where the next call goes on.
    ///
    /// One account's fault does not stop the rest; where the store itself is away, full or read-only the call ends early. No account is frozen
    /// twice by one list: run it again from anywhere after a fault or a crash, from the beginning if need be.
    fn freeze_many(
        &self,
        accounts: &[AccountId],
        list: &FreezeList,
        cursor: usize,
        now: Timestamp,
    ) -> FrozenMany;

    /// Asks whether a payment that was judged here and is not settled yet may settle now
    /// ([`SettlePending`](crate::command::SettlePending)); `None` when no such payment was judged. When it was accepted is
    /// read from the audit chain: one that was held or asked for a step-up counts as accepted by nobody knows when, so that
    /// no freeze lets it by.
    ///
    /// # Errors
    /// [`ServiceError`]: hold it.
    fn settle_pending(
        &self,
        account: &AccountId,
        tx_id: TxId,
        now: Timestamp,
    ) -> Result<Option<PendingAnswer>, ServiceError>;

    /// Tells the owner of freezes that ended by themselves, each once, and says when to look again.
    ///
    /// # Errors
    /// [`ServiceError`]; nobody was told, ask again.
    fn tell_freezes_ended(&self, account: &AccountId, now: Timestamp) -> Result<FreezesEnded, ServiceError>;

    /// Asks that an account whose time a wrong clock left far ahead be set back to `now`
    /// ([`RequestClockSetBack`](crate::command::RequestClockSetBack)). Nothing changes yet.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing was asked.
    fn request_clock_set_back(
        &self,
        account: &AccountId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ClockSetBackAsked, ServiceError>;

    /// Sets the account's time back to `now`, as another one asked for under the name of `request`
    /// ([`SetClockBack`](crate::command::SetClockBack)). What was spent in the last month is read from the account's history,
    /// so this takes a read for every 256 events of it.
    ///
    /// # Errors
    /// [`ServiceError`]; nothing was set back.
    fn set_clock_back(
        &self,
        account: &AccountId,
        request: RandomId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ClockSetBack, ServiceError>;
}
