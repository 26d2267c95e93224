//! Rows: what goes into them, and what of them is believed.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::store::port::{CELL_BYTES_MAX, Commit, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::{RandomId, StoreKey};

/// What is there where a commit wrote nothing.
pub(super) struct Found {
    /// The event that its commit id wrote.
    pub(super) first: Option<StoredEvent>,
    /// The cell as it is now.
    pub(super) current: Option<Versioned>,
    /// Whether its events would go on from the last stored one.
    pub(super) continues: bool,
}

/// The events of a commit, column by column.
pub(super) struct Events<'a> {
    pub(super) seqs: Vec<i64>,
    pub(super) ids: Vec<Option<&'a [u8]>>,
    pub(super) bodies: Vec<&'a [u8]>,
    pub(super) macs: Vec<&'a [u8]>,
}

/// The outbox items of a commit, column by column.
pub(super) struct Items<'a> {
    pub(super) ids: Vec<&'a [u8]>,
    pub(super) bodies: Vec<&'a [u8]>,
}

impl<'a> Events<'a> {
    pub(super) fn of(commit: &'a Commit) -> Self {
        let events = &commit.events;
        let id = |place| (place == 0).then_some(&commit.commit_id[..]);
        Self {
            seqs: events.iter().map(|event| signed(event.seq)).collect(),
            ids: (0..events.len()).map(id).collect(),
            bodies: events.iter().map(|event| &event.body[..]).collect(),
            macs: events.iter().map(|event| &event.mac[..]).collect(),
        }
    }
}

impl<'a> Items<'a> {
    pub(super) fn of(commit: &'a Commit) -> Self {
        Self {
            ids: commit.outbox.iter().map(|item| &item.id.0[..]).collect(),
            bodies: commit.outbox.iter().map(|item| &item.body[..]).collect(),
        }
    }
}

/// The number of the event that must be the last stored one; 0 for none.
pub(super) fn seq_before(commit: &Commit) -> i64 {
    commit.events.first().map_or(0, |event| signed(event.seq.saturating_sub(1)))
}

pub(super) fn read_found(row: Option<&Row>) -> Result<Found, StoreError> {
    let row = row.ok_or_else(damaged)?;
    let first = get::<Option<i64>>(row, 0)?.map(|_| read_event(row, 0)).transpose()?;
    let current = get::<Option<i64>>(row, 3)?.map(|_| read_cell(row, 3)).transpose()?;
    Ok(Found { first, current, continues: get(row, 5)? })
}

/// Version and body, from `column` on.
pub(super) fn read_cell(row: &Row, column: usize) -> Result<Versioned, StoreError> {
    Ok(Versioned { version: positive(row, column)?, body: read_body(row, column + 1)? })
}

/// Number, body and MAC, from `column` on.
pub(super) fn read_event(row: &Row, column: usize) -> Result<StoredEvent, StoreError> {
    let mac: &[u8] = get(row, column + 2)?;
    let mac = mac.try_into().map_err(|_| damaged())?;
    Ok(StoredEvent { seq: positive(row, column)?, body: read_body(row, column + 1)?, mac })
}

pub(super) fn read_key(row: &Row, column: usize) -> Result<StoreKey, StoreError> {
    get::<&[u8]>(row, column)?.try_into().map(StoreKey).map_err(|_| damaged())
}

/// A body within the limits of the port; the tables refuse longer ones.
pub(super) fn read_body(row: &Row, column: usize) -> Result<Vec<u8>, StoreError> {
    let body: &[u8] = get(row, column)?;
    if body.len() <= CELL_BYTES_MAX { Ok(body.to_vec()) } else { Err(damaged()) }
}

pub(super) fn read_item(row: &Row) -> Result<OutboxItem, StoreError> {
    let StoreKey(id) = read_key(row, 0)?;
    Ok(OutboxItem { id: RandomId(id), key: read_key(row, 1)?, body: read_body(row, 2)? })
}

pub(super) fn expect_number(row: &Row, column: usize) -> Result<i64, StoreError> {
    get(row, column)
}

/// The engine's integers are signed. No stored number comes near the limit, so a greater one is simply not found.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A version or sequence number: 1 or more.
fn positive(row: &Row, column: usize) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, column)?).ok().filter(|number| *number > 0).ok_or_else(damaged)
}

fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::Corrupt("a table holds something else than this library wrote".to_owned())
}
