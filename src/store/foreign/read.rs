//! What of a foreign store's answer is believed.

use super::names::Names;
use super::{ENTRY_BYTES_MAX, Entry, NAME_BYTES_MAX};
use crate::store::port::{CELL_BYTES_MAX, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::{RandomId, StoreKey};

/// Entries in order, within the range, no more than were asked for, none too long.
pub(super) fn entries(found: Vec<Entry>, range: &Names, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let in_range = |(name, _): &Entry| name.len() <= NAME_BYTES_MAX && *name >= range.from && *name < range.to;
    let fits = |(_, bytes): &Entry| bytes.len() <= ENTRY_BYTES_MAX;
    let in_order = found.windows(2).all(|pair| pair[0].0 < pair[1].0);
    if found.len() <= limit && in_order && found.iter().all(in_range) && found.iter().all(fits) {
        Ok(found)
    } else {
        Err(StoreError::Corrupt("the foreign store answered with entries that were not asked for".to_owned()))
    }
}

pub(super) fn bounded(bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, StoreError> {
    if bytes.len() <= most { Ok(bytes) } else { Err(damaged()) }
}

/// A version, and when the cell expires, in milliseconds.
pub(super) fn version_entry(bytes: &[u8]) -> Result<(u64, Option<i64>), StoreError> {
    let (version, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
    let version = positive(u64::from_be_bytes(*version))?;
    match rest {
        [] => Ok((version, None)),
        rest => Ok((version, Some(i64::from_be_bytes(rest.try_into().map_err(|_| damaged())?) ^ i64::MIN))),
    }
}

pub(super) fn cell(bytes: &[u8]) -> Result<Versioned, StoreError> {
    let (version, body) = bytes.split_first_chunk().ok_or_else(damaged)?;
    Ok(Versioned { version: positive(u64::from_be_bytes(*version))?, body: body_of(body)? })
}

pub(super) fn event(seq: u64, bytes: &[u8]) -> Result<StoredEvent, StoreError> {
    let (mac, body) = bytes.split_first_chunk().ok_or_else(damaged)?;
    Ok(StoredEvent { seq: positive(seq)?, body: body_of(body)?, mac: *mac })
}

pub(super) fn item(bytes: &[u8]) -> Result<OutboxItem, StoreError> {
    let (key, rest) = bytes.split_first_chunk().ok_or_else(damaged)?;
    let (id, body) = rest.split_first_chunk().ok_or_else(damaged)?;
    Ok(OutboxItem { id: RandomId(*id), key: StoreKey(*key), body: body_of(body)? })
}

pub(super) fn number(bytes: &[u8]) -> Result<u64, StoreError> {
    positive(u64::from_be_bytes(bytes.try_into().map_err(|_| damaged())?))
}

/// The number at the end of a name.
pub(super) fn number_in(name: &[u8]) -> Result<u64, StoreError> {
    name.last_chunk().map(|number| u64::from_be_bytes(*number)).ok_or_else(damaged)
}

/// The key behind the kind.
pub(super) fn key_in(name: &[u8]) -> Result<StoreKey, StoreError> {
    name.get(1..).and_then(|rest| rest.first_chunk()).copied().map(StoreKey).ok_or_else(damaged)
}

/// The key behind the kind and a time.
pub(super) fn expired_key(name: &[u8]) -> Result<StoreKey, StoreError> {
    name.get(9..).and_then(|rest| rest.try_into().ok()).map(StoreKey).ok_or_else(damaged)
}

fn positive(number: u64) -> Result<u64, StoreError> {
    if number > 0 { Ok(number) } else { Err(damaged()) }
}

fn body_of(body: &[u8]) -> Result<Vec<u8>, StoreError> {
    if body.len() <= CELL_BYTES_MAX { Ok(body.to_vec()) } else { Err(damaged()) }
}

pub(super) fn damaged() -> StoreError {
    StoreError::Corrupt("the foreign store holds something else than this library wrote".to_owned())
}
