//! What of a server's answer is believed.

use redis::Value;

use crate::store::port::{CELL_BYTES_MAX, Commit, CommitOutcome, OutboxItem, StoreError, StoredEvent, Versioned};
use crate::types::{RandomId, StoreKey};

/// What `look.lua` found about the server of one bucket.
pub(super) struct Looked {
    /// The policy by which it drops keys, if it does.
    pub(super) evicts: Option<String>,
    /// Whether it writes an append-only log.
    pub(super) logs: bool,
    /// Whether the bucket was created to its end once.
    pub(super) is_whole: bool,
}

pub(super) fn looked(answer: Value) -> Result<Looked, StoreError> {
    let (policy, log, whole): (String, String, String) = redis::from_redis_value(answer).map_err(|_| damaged())?;
    Ok(Looked { evicts: (policy != "noeviction").then_some(policy), logs: log == "1", is_whole: whole == "1" })
}

pub(super) fn commit_outcome(answer: Value, commit: &Commit) -> Result<CommitOutcome, StoreError> {
    let Value::Array(parts) = answer else { return Err(damaged()) };
    let mut parts = parts.into_iter();
    let what: String = part(parts.next())?;
    match what.as_str() {
        "committed" => Ok(CommitOutcome::Committed { version: commit.expected.unwrap_or(0) + 1 }),
        "conflict" => Ok(CommitOutcome::Conflict { current: cell(part(parts.next())?, part(parts.next())?)? }),
        "duplicate" => {
            let seq = number(&part::<String>(parts.next())?)?;
            let found: Vec<u8> = part(parts.next())?;
            Ok(CommitOutcome::Duplicate { first: event(seq, &found)? })
        }
        "broken" => Err(StoreError::broken_chain()),
        "waiting" => Err(StoreError::item_waits()),
        "lost" => Err(StoreError::StateLost),
        _ => Err(damaged()),
    }
}

pub(super) fn cell(version: Option<String>, body: Option<Vec<u8>>) -> Result<Option<Versioned>, StoreError> {
    match (version, body) {
        (None, None) => Ok(None),
        (Some(version), Some(body)) if body.len() <= CELL_BYTES_MAX => {
            Ok(Some(Versioned { version: number(&version)?, body }))
        }
        _ => Err(damaged()),
    }
}

pub(super) fn found_events(from_seq: u64, found: &[Vec<u8>]) -> Result<Vec<StoredEvent>, StoreError> {
    let seqs = (0..).map(|place| from_seq.checked_add(place).ok_or_else(damaged));
    found.iter().zip(seqs).map(|(found, seq)| event(seq?, found)).collect()
}

/// The event that a commit id names must be there.
pub(super) fn found_event(seq: u64, found: Vec<StoredEvent>) -> Result<Option<StoredEvent>, StoreError> {
    match found.into_iter().next() {
        Some(event) if event.seq == seq => Ok(Some(event)),
        _ => Err(damaged()),
    }
}

pub(super) fn item(id: &[u8], found: &[u8]) -> Result<OutboxItem, StoreError> {
    let (key, body) = found.split_first_chunk().ok_or_else(damaged)?;
    let id = RandomId(id.try_into().map_err(|_| damaged())?);
    Ok(OutboxItem { id, key: StoreKey(*key), body: bounded(body)? })
}

pub(super) fn key(found: &[u8]) -> Result<StoreKey, StoreError> {
    found.try_into().map(StoreKey).map_err(|_| damaged())
}

/// A version, a number of an event or a time: 1 or more, in plain digits.
pub(super) fn number(text: &str) -> Result<u64, StoreError> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(damaged)
}

fn event(seq: u64, found: &[u8]) -> Result<StoredEvent, StoreError> {
    let (mac, body) = found.split_first_chunk().ok_or_else(damaged)?;
    Ok(StoredEvent { seq, body: bounded(body)?, mac: *mac })
}

fn bounded(body: &[u8]) -> Result<Vec<u8>, StoreError> {
    if body.len() <= CELL_BYTES_MAX { Ok(body.to_vec()) } else { Err(damaged()) }
}

fn part<T: redis::FromRedisValue>(part: Option<Value>) -> Result<T, StoreError> {
    redis::from_redis_value(part.unwrap_or(Value::Nil)).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::Corrupt("the server holds something else than this library wrote".to_owned())
}
