//! What auditors and operators ask for.

use crate::account::Verdict;
use crate::account::checkpoint::CellHead;
use crate::account::export::ExportLine;
#[cfg(feature = "async")]
use crate::service::nonblocking::AsyncService;
use crate::service::world::run;
use crate::service::{HeadsPage, OutboxKeysPage, RotationPage, Service, ServiceError};
#[cfg(feature = "async")]
use crate::store::AsyncStore;
use crate::store::{OutboxId, Store, StoreError};
use crate::types::{StoreKey, Timestamp};

operations! {
    /// Checks one chain that a check-point saw: whole in itself, and only grown since. A cell that was to be purged by
    /// `now` may be gone. What [`checkpoint`](crate::account::checkpoint) says of the heads file must be checked at its end.
    ///
    /// # Errors
    /// [`StoreError`] only; what is wrong with the chain is the verdict.
    fn verify_since(&self, seen: &CellHead, now: Timestamp) -> Result<Verdict, StoreError>;

    /// The heads of up to `limit` chains behind `after`, at most [`AUDIT_PAGE_MAX`](crate::service::AUDIT_PAGE_MAX): for a
    /// [`CheckpointBuilder`](crate::account::checkpoint::CheckpointBuilder).
    ///
    /// # Errors
    /// [`StoreError`].
    fn heads(&self, after: Option<StoreKey>, limit: usize) -> Result<HeadsPage, StoreError>;

    /// Up to `limit` events of a chain from `from_seq` on as JSON Lines, at most
    /// [`AUDIT_PAGE_MAX`](crate::service::AUDIT_PAGE_MAX). See [`export`](crate::account::export).
    ///
    /// # Errors
    /// [`StoreError`]. The events are as stored; only [`Service::verify_cell`] says whether they are proof.
    fn export(&self, chain: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<ExportLine>, StoreError>;

    /// Seals up to `limit` cells behind `after` anew that are not under the current key, at most
    /// [`ROTATION_PAGE_MAX`](crate::service::ROTATION_PAGE_MAX). Go on behind the page's last key, today or tomorrow; cells
    /// may change meanwhile. When a whole walk found nothing that needs an old key, the key may go.
    ///
    /// # Errors
    /// [`ServiceError`] of the store, which ends the walk; what is wrong with one cell is in the page.
    fn rotate_keys(&self, after: Option<StoreKey>, limit: usize) -> Result<RotationPage, ServiceError>;

    /// Which keys up to `limit` waiting messages behind `after` need, at most [`DRAIN_MAX`](crate::service::DRAIN_MAX). Go on
    /// behind the page's last message; an old key may go when a whole walk found none that needs it.
    ///
    /// Where the last message was delivered meanwhile, the walk begins anew: messages may be counted twice, none is left out.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    fn keys_of_outbox(&self, after: Option<OutboxId>, limit: usize) -> Result<OutboxKeysPage, ServiceError>;
}
