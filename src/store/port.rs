//! What every store promises.

use crate::types::{RandomId, StoreKey, Timestamp};

/// Most events one commit carries.
pub const EVENTS_PER_COMMIT_MAX: usize = 16;
/// Most outbox items one commit carries.
pub const OUTBOX_PER_COMMIT_MAX: usize = 16;
/// Largest cell, event body or outbox item, in bytes.
pub const CELL_BYTES_MAX: usize = 64 * 1024;

/// Names one commit of one cell. The same id commits once; asking again answers with what the first one wrote.
pub type CommitId = [u8; 16];

/// A cell as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// 1 for the first commit, one more for each that follows.
    pub version: u64,
    /// Sealed bytes.
    pub body: Vec<u8>,
}

/// An event as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// 1 for the first event of a cell, without gaps.
    pub seq: u64,
    /// Encoded event.
    pub body: Vec<u8>,
    /// Its link in the audit chain.
    pub mac: [u8; 32],
}

/// Names a waiting item of the outbox: its cell too, because a store that is split by cell finds it nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutboxId {
    /// The cell it came from.
    pub key: StoreKey,
    /// Its own id, random; the receiver drops what it saw before.
    pub id: RandomId,
}

/// Something to deliver, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxItem {
    /// Names the item; the receiver drops what it saw before.
    pub id: RandomId,
    /// The cell it came from.
    pub key: StoreKey,
    /// Sealed bytes.
    pub body: Vec<u8>,
}

/// One atomic change of one cell.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Which cell.
    pub key: StoreKey,
    /// The version it must have now; `None` = it must not exist.
    pub expected: Option<u64>,
    /// The new sealed body.
    pub body: Vec<u8>,
    /// Events to append; their `seq` go on from the last stored one.
    pub events: Vec<StoredEvent>,
    /// Items for the outbox.
    pub outbox: Vec<OutboxItem>,
    /// From when the cell may be purged. Only a hint: no decision relies on it.
    pub expires_at: Option<Timestamp>,
    /// Makes a lost answer safe to ask again. Kept with the first event of the commit.
    pub commit_id: CommitId,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// Durable as far as the store promises.
    Committed {
        /// The cell's version now.
        version: u64,
    },
    /// Another commit was faster; nothing was written.
    Conflict {
        /// The cell as it is now, which saves a read.
        current: Option<Versioned>,
    },
    /// This `commit_id` is in already; nothing was written.
    Duplicate {
        /// The first event the first commit wrote.
        first: StoredEvent,
    },
}

/// Why a store gave no answer. Every one of these means "denied, try later" to a security question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Locked by others for too long.
    #[error("the store is busy; try again")]
    Busy,
    /// Not reachable.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// No room left.
    #[error("the store is full; free space, nothing was lost")]
    Full,
    /// Opened without the right to write.
    #[error(
        "the store is read-only; check the permissions of the file and its folder, or that the server is no replica"
    )]
    ReadOnly,
    /// The store's own structure is damaged.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// Written by a newer version of this library.
    #[error("the store has schema {0}, which this version does not know; update the library")]
    Unsupported(i64),
    /// What was stored is gone: an empty replica took over, or the server was flushed or never set up.
    #[error(
        "the store has lost its state: its marker is gone (an empty replica, a flushed server, or a store nobody created); restore it; nothing is decided on an empty store"
    )]
    StateLost,
    /// Set up so that it would lose what was acknowledged.
    #[error("the store would lose what it acknowledged: {0}")]
    Unsafe(String),
    /// The look-up key differs from the one the store was made with.
    #[error("the key ring is not the one this store was made with (KeyLost); nothing is decided without it")]
    KeyLost,
    /// The answer was lost: the commit may or may not be in. Ask again with the same `commit_id`.
    #[error("the store did not confirm; the operation may have happened")]
    Unknown,
    /// More events or bytes than a commit may carry.
    #[error("the commit is larger than a store takes")]
    TooLarge,
}

/// A place for cells, events and the outbox.
///
/// All methods block. Implementations are shared between threads, and between processes where the adapter says so.
pub trait Store: Send + Sync {
    /// Ties the store to a key ring at its first use, and refuses another one ever after.
    ///
    /// # Errors
    /// [`StoreError::KeyLost`] when `check` is not the remembered one.
    fn bind(&self, check: [u8; 16]) -> Result<(), StoreError>;

    /// The cell under `key`, if any.
    ///
    /// # Errors
    /// [`StoreError`]; never a fresh cell instead of a fault.
    fn load(&self, key: StoreKey) -> Result<Option<Versioned>, StoreError>;

    /// Swaps a cell, appends its events and queues its outbox items, all or nothing.
    ///
    /// Asked in this order: is `commit_id` in ([`CommitOutcome::Duplicate`], whatever the version), is the version the
    /// expected one (else [`CommitOutcome::Conflict`]), do the events go on from the last stored one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the events leave a gap or repeat a number, or an outbox id of this cell is waiting already;
    /// [`StoreError::Unknown`] only when the commit may have happened; any other [`StoreError`]: nothing was written.
    fn commit(&self, commit: &Commit) -> Result<CommitOutcome, StoreError>;

    /// The first event written by `commit_id`, if that commit is in.
    ///
    /// # Errors
    /// [`StoreError`].
    fn event_by_commit(&self, key: StoreKey, commit_id: CommitId) -> Result<Option<StoredEvent>, StoreError>;

    /// Up to `limit` events of a cell with `seq >= from_seq`, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    fn events(&self, key: StoreKey, from_seq: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError>;

    /// Up to `limit` keys greater than `after`, in order: every key that has a cell or an event.
    ///
    /// # Errors
    /// [`StoreError`].
    fn keys(&self, after: Option<StoreKey>, limit: usize) -> Result<Vec<StoreKey>, StoreError>;

    /// Up to `limit` waiting outbox items, oldest first as far as the clocks of the store's machines agree; those of one
    /// cell always in their order. They stay until [`Store::outbox_done`].
    ///
    /// # Errors
    /// [`StoreError`].
    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, StoreError>;

    /// The same from behind `after` on, so that what nobody can deliver holds up nothing that waits behind it. Where
    /// `after` waits no more, from the beginning.
    ///
    /// An item of another cell may still come to lie before `after`: a walk begins anew now and then. A store of one's own
    /// need not bring this; it is made of [`Store::outbox`] here, and reads what lies before as well.
    ///
    /// # Errors
    /// [`StoreError`].
    fn outbox_after(&self, after: OutboxId, limit: usize) -> Result<Vec<OutboxItem>, StoreError> {
        let mut asked = limit.max(1);
        loop {
            asked = asked.saturating_mul(2);
            if let Some(found) = behind(self.outbox(asked)?, asked, after, limit) {
                return Ok(found);
            }
        }
    }

    /// Forgets delivered items; unknown ids are ignored.
    ///
    /// # Errors
    /// [`StoreError`].
    fn outbox_done(&self, ids: &[OutboxId]) -> Result<(), StoreError>;

    /// Removes up to `limit` cells whose `expires_at <= now` with their events and commit ids, but not what waits in
    /// the outbox; says how many cells.
    ///
    /// # Errors
    /// [`StoreError`].
    fn purge_expired(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError>;
}

/// Up to `limit` items behind `after` out of the oldest `asked`; `None` where that takes more than these.
pub(super) fn behind(
    mut oldest: Vec<OutboxItem>,
    asked: usize,
    after: OutboxId,
    limit: usize,
) -> Option<Vec<OutboxItem>> {
    let is_all = oldest.len() < asked;
    let begin = match oldest.iter().position(|item| item.name() == after) {
        Some(place) => place + 1,
        None if is_all => 0,
        None => return None,
    };
    if !is_all && oldest.len() - begin < limit {
        return None;
    }
    oldest.drain(..begin);
    oldest.truncate(limit);
    Some(oldest)
}

impl OutboxItem {
    /// By which the item is forgotten.
    #[must_use]
    pub const fn name(&self) -> OutboxId {
        OutboxId { key: self.key, id: self.id }
    }
}

impl Commit {
    /// Refuses what no store takes, before anything is written.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] beyond the limits of this module or without any event (the commit id lives there);
    /// [`StoreError::Corrupt`] for an outbox item of another cell.
    pub fn check(&self) -> Result<(), StoreError> {
        let small = |body: &[u8]| body.len() <= CELL_BYTES_MAX;
        let fits = (1..=EVENTS_PER_COMMIT_MAX).contains(&self.events.len())
            && self.outbox.len() <= OUTBOX_PER_COMMIT_MAX
            && small(&self.body)
            && self.events.iter().all(|event| small(&event.body))
            && self.outbox.iter().all(|item| small(&item.body));
        if !fits {
            return Err(StoreError::TooLarge);
        }
        if self.outbox.iter().any(|item| item.key != self.key) {
            return Err(StoreError::Corrupt("an outbox item belongs to another cell than its commit".to_owned()));
        }
        Ok(())
    }

    /// Whether the events follow each other without a gap.
    #[must_use]
    pub fn is_consecutive(&self) -> bool {
        self.events.windows(2).all(|pair| pair[0].seq.checked_add(1) == Some(pair[1].seq))
    }

    /// Whether two outbox items share an id.
    #[must_use]
    pub fn repeats_an_item(&self) -> bool {
        let items = self.outbox.iter().enumerate();
        items.into_iter().any(|(place, item)| self.outbox[..place].iter().any(|earlier| earlier.id == item.id))
    }

    /// Bytes of all bodies.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.body.len()).sum();
        let outbox: usize = self.outbox.iter().map(|item| item.body.len()).sum();
        self.body.len() + events + outbox
    }
}

impl StoreError {
    /// The refusal of a commit whose events do not go on from the last stored one: its cell was read from one past and
    /// its events lie in another.
    pub(crate) fn broken_chain() -> Self {
        Self::Corrupt("the events do not continue the stored chain".to_owned())
    }

    /// The refusal of a commit that would queue an item a second time.
    pub(crate) fn item_waits() -> Self {
        Self::Corrupt("an outbox id is waiting already".to_owned())
    }
}
