//! Names of entries: a letter for the kind, then fixed-length parts, so that they sort as they should.

use super::{Change, Commit};
use crate::store::port::{CommitId, OutboxId};
use crate::types::{StoreKey, Timestamp};

pub(super) type Name = Vec<u8>;

/// A range of names, the end not included.
pub(super) struct Names {
    pub(super) from: Name,
    pub(super) to: Name,
}

pub(super) const CELL: u8 = b'c';
pub(super) const EVENT: u8 = b'e';
pub(super) const COMMIT: u8 = b'i';
/// Version and expiry of a cell: the small entry that every commit makes its condition.
pub(super) const VERSION: u8 = b'v';
const EXPIRY: u8 = b'x';
/// Where in the queue an outbox item waits.
const ITEM: u8 = b'q';
/// The queue itself.
const TURN: u8 = b'o';
const META: u8 = b'm';

pub(super) fn cell(key: StoreKey) -> Name {
    name(CELL, &[&key.0])
}

pub(super) fn version(key: StoreKey) -> Name {
    name(VERSION, &[&key.0])
}

pub(super) fn event(key: StoreKey, seq: u64) -> Name {
    name(EVENT, &[&key.0, &seq.to_be_bytes()])
}

pub(super) fn events(key: StoreKey, from_seq: u64) -> Names {
    Names { from: event(key, from_seq), to: after_all(&name(EVENT, &[&key.0])) }
}

pub(super) fn commit(key: StoreKey, id: CommitId) -> Name {
    name(COMMIT, &[&key.0, &id])
}

pub(super) fn commits(key: StoreKey) -> Names {
    within(name(COMMIT, &[&key.0]))
}

pub(super) fn expiry(at_ms: i64, key: StoreKey) -> Name {
    name(EXPIRY, &[&sorted(at_ms), &key.0])
}

/// Expiries up to and with `now`.
pub(super) fn expired(now: Timestamp) -> Names {
    Names { from: vec![EXPIRY], to: after_all(&name(EXPIRY, &[&sorted(now.unix_ms())])) }
}

pub(super) fn item(id: OutboxId) -> Name {
    name(ITEM, &[&id.key.0, &id.id.0])
}

pub(super) fn turn(turn: u64) -> Name {
    name(TURN, &[&turn.to_be_bytes()])
}

pub(super) fn turns() -> Names {
    within(vec![TURN])
}

pub(super) fn last_turn() -> Name {
    name(META, &[b"turn"])
}

pub(super) fn check() -> Name {
    name(META, &[b"keyring_check"])
}

/// Every name of a kind whose key comes after this one.
pub(super) fn of_kind_after(kind: u8, after: Option<StoreKey>) -> Names {
    let from = after.map_or_else(|| vec![kind], |after| after_all(&name(kind, &[&after.0])));
    Names { from, to: vec![kind + 1] }
}

/// What a commit changes beside the outbox.
pub(super) fn changes(commit: &Commit, old_expiry: Option<i64>) -> Vec<Change> {
    let (key, version_now) = (commit.key, commit.expected.unwrap_or(0) + 1);
    let put = |name, bytes: Vec<u8>| Change { name, bytes: Some(bytes) };
    let new_expiry = commit.expires_at.map(Timestamp::unix_ms);
    let mut changes = vec![
        put(
            version(key),
            [&version_now.to_be_bytes()[..], &new_expiry.map_or(Vec::new(), |at| sorted(at).to_vec())].concat(),
        ),
        put(cell(key), [&version_now.to_be_bytes()[..], &commit.body].concat()),
    ];
    let first = commit.events.first().map_or(0, |event| event.seq);
    changes.push(put(self::commit(key, commit.commit_id), first.to_be_bytes().to_vec()));
    for stored in &commit.events {
        changes.push(put(event(key, stored.seq), [&stored.mac[..], &stored.body].concat()));
    }
    if let Some(old) = old_expiry.filter(|old| Some(*old) != new_expiry) {
        changes.push(Change { name: expiry(old, key), bytes: None });
    }
    if let Some(new) = new_expiry {
        changes.push(put(expiry(new, key), Vec::new()));
    }
    changes
}

/// A signed number whose bytes sort like the number.
pub(super) fn sorted(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}

impl Names {
    /// Moves the beginning behind this name.
    pub(super) fn begin_after(&mut self, name: &[u8]) {
        self.from = [name, &[0]].concat();
    }
}

fn name(kind: u8, parts: &[&[u8]]) -> Name {
    [&[kind], parts.concat().as_slice()].concat()
}

fn within(start: Name) -> Names {
    let to = after_all(&start);
    Names { from: start, to }
}

/// The first name after all that begin with this one. Kinds are letters, so there always is one.
fn after_all(start: &[u8]) -> Name {
    let kept = start.iter().rposition(|byte| *byte < u8::MAX).map_or(0, |last| last + 1);
    let mut after = start[..kept].to_vec();
    if let Some(last) = after.last_mut() {
        *last += 1;
    }
    after
}
