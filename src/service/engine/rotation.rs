//! Rotating root keys: every cell that is not under the current one is sealed anew.
//!
//! A commit carries an event, because its id lives there; so a cell that was sealed anew says so in its chain
//! ([`EventKind::Resealed`]). Nothing else changes, not even the time: the event stands at the time that the record stood
//! at, so that a walk over all accounts with a wrong clock moves none of them.

use super::{Engine, Loaded, Place};
use crate::account::seal::{Kind, Seat};
use crate::account::{
    AccountRecord, Aggregate, DecoyRecord, EventKind, Keyring, KeysNeeded, PayeeRecord, SealError, SendBudgetRecord,
};
use crate::command::Transition;
use crate::service::entropy::OnDemand;
use crate::service::error::ServiceError;
use crate::service::world::World;
use crate::store::{Commit, CommitOutcome, OutboxId, OutboxItem, StoreError};
use crate::types::{KeyId, StoreKey};

use super::accounts::DRAIN_MAX;

/// Most cells of one page.
pub const ROTATION_PAGE_MAX: usize = 1_024;
/// Decisions on newer and newer rows before `Busy`.
const TRIES_MAX: usize = 16;

/// What a page of [`rotate_keys`](crate::service::Service::rotate_keys) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationPage {
    /// Cells looked at.
    pub looked_at: u64,
    /// Cells sealed anew.
    pub resealed: u64,
    /// Cells that were left as they are, and why. At most as many as the page has.
    pub faults: Vec<(StoreKey, ServiceError)>,
    /// Which keys the cells of this page need now.
    pub needed: KeysNeeded,
    /// The last key looked at, to go on behind; `None` when there was none left.
    pub last: Option<StoreKey>,
}

/// What a page of [`keys_of_outbox`](crate::service::Service::keys_of_outbox) found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxKeysPage {
    /// Which keys the messages of this page need.
    pub needed: KeysNeeded,
    /// The last message looked at, to go on behind; `None` when there was none left.
    pub last: Option<OutboxId>,
}

/// A cell on its way.
struct Cell<'a> {
    owner: StoreKey,
    version: u64,
    plain: &'a [u8],
    sealed_with: Option<KeyId>,
}

/// What a cell needs, and the commit that makes it so.
struct Resealing {
    needed: KeysNeeded,
    commit: Option<Commit>,
}

impl<W: World> Engine<W> {
    pub(in crate::service) async fn rotate_keys(
        &self,
        after: Option<StoreKey>,
        limit: usize,
    ) -> Result<RotationPage, ServiceError> {
        let keys = self.world.keys(after, limit.min(ROTATION_PAGE_MAX)).await?;
        let mut page = RotationPage { last: keys.last().copied(), ..RotationPage::default() };
        for key in keys {
            page.looked_at += 1;
            match self.rotate_cell(key).await {
                Ok((needed, resealed)) => {
                    page.needed.add(&needed);
                    page.resealed += u64::from(resealed);
                }
                Err(fault) if is_of_the_store(&fault) => return Err(fault),
                Err(fault) => page.faults.push((key, fault)),
            }
        }
        Ok(page)
    }

    pub(in crate::service) async fn keys_of_outbox(
        &self,
        after: Option<OutboxId>,
        limit: usize,
    ) -> Result<OutboxKeysPage, ServiceError> {
        let limit = limit.min(DRAIN_MAX);
        let items = match after {
            None => self.world.outbox(limit).await?,
            Some(after) => self.world.outbox_after(after, limit).await?,
        };
        let mut page = OutboxKeysPage { last: items.last().map(OutboxItem::name), ..OutboxKeysPage::default() };
        for item in &items {
            page.needed.count(Keyring::named_in(&item.body), |uses| &mut uses.outbox_items);
        }
        Ok(page)
    }

    async fn rotate_cell(&self, owner: StoreKey) -> Result<(KeysNeeded, bool), ServiceError> {
        let _turn = self.world.turn(usize::from(owner.0[0])).await;
        let mut current = self.world.load(owner).await?;
        for _ in 0..TRIES_MAX {
            let Some(stored) = current else { return Ok((KeysNeeded::default(), false)) };
            let sealed_with = Keyring::named_in(&stored.body);
            let seat = Seat { kind: Kind::Cell, owner, version: stored.version };
            let plain = self.keys.open(seat, stored.body)?;
            let resealing = self.reseal_any(&Cell { owner, version: stored.version, plain: &plain, sealed_with })?;
            let Some(commit) = resealing.commit else { return Ok((resealing.needed, false)) };
            match self.commit(&commit).await? {
                CommitOutcome::Conflict { current: winner } => current = winner,
                CommitOutcome::Committed { .. } | CommitOutcome::Duplicate { .. } => {
                    return Ok((resealing.needed, true));
                }
            }
        }
        Err(ServiceError::Busy)
    }

    fn reseal_any(&self, cell: &Cell<'_>) -> Result<Resealing, ServiceError> {
        let tried = self.reseal::<AccountRecord>(cell).transpose();
        let tried = tried.or_else(|| self.reseal::<PayeeRecord>(cell).transpose());
        let tried = tried.or_else(|| self.reseal::<SendBudgetRecord>(cell).transpose());
        let tried = tried.or_else(|| self.reseal::<DecoyRecord>(cell).transpose());
        tried.unwrap_or(Err(ServiceError::Seal(SealError::Corrupt)))
    }

    /// `None` where the cell is no such record: only what writes the same bytes again was read as what it is.
    fn reseal<R: Aggregate>(&self, cell: &Cell<'_>) -> Result<Option<Resealing>, ServiceError> {
        let Some(mut record) = R::decode(cell.plain).ok().filter(|record| writes_again(record, cell.plain)) else {
            return Ok(None);
        };
        let mut rng = OnDemand::new(&*self.entropy);
        let to = self.keys.current();
        let from = cell.sealed_with.filter(|from| *from != to);
        let any_inside = record.reseal_inside(&self.keys, cell.owner, &mut rng)?;
        let mut needed = record.keys_needed();
        needed.count(Some(to), |uses| &mut uses.cells);
        if from.is_none() && !any_inside {
            return Ok(Some(Resealing { needed, commit: None }));
        }
        let events = vec![EventKind::Resealed { from: from.unwrap_or(to), to }];
        let loaded = Loaded { record, version: Some(cell.version) };
        let now = loaded.record.time_high();
        let place = Place { owner: cell.owner, expected: loaded.version, head: loaded.record.head(), now };
        let transition = Transition { record: loaded.record, events, effects: Vec::new(), reply: () };
        let (commit, ()) = self.prepare(&place, None, transition, &mut rng)?;
        if rng.has_failed() {
            return Err(ServiceError::NoEntropy);
        }
        Ok(Some(Resealing { needed, commit: Some(commit) }))
    }
}

fn writes_again(record: &impl Aggregate, plain: &[u8]) -> bool {
    record.encode().is_ok_and(|bytes| crate::types::secret::Wiped::new(bytes)[..] == *plain)
}

/// A fault of the store ends the walk; one of a cell does not.
const fn is_of_the_store(fault: &ServiceError) -> bool {
    matches!(fault, ServiceError::Store(fault) if !matches!(fault, StoreError::Corrupt(_) | StoreError::TooLarge))
        || matches!(fault, ServiceError::NoEntropy)
}
