//! Rows: the statements, and what of a row is believed.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::port::{CELL_BYTES_MAX, Commit, CommitId, OutboxId, OutboxItem, StoredEvent, Versioned};
use crate::types::{RandomId, StoreKey, Timestamp};

pub(super) fn find_cell(connection: &Connection, key: StoreKey) -> rusqlite::Result<Option<Versioned>> {
    let mut statement = connection.prepare_cached("SELECT version, body FROM cell WHERE key = ?1")?;
    statement
        .query_row(params![key.0], |row| Ok(Versioned { version: number(row, 0)?, body: body(row, 1)? }))
        .optional()
}

pub(super) fn find_commit(
    connection: &Connection,
    key: StoreKey,
    id: CommitId,
) -> rusqlite::Result<Option<StoredEvent>> {
    let sql = "SELECT seq, body, mac FROM event WHERE key = ?1 AND commit_id = ?2";
    connection.prepare_cached(sql)?.query_row(params![key.0, id], read_event).optional()
}

pub(super) fn read_event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent { seq: number(row, 0)?, body: body(row, 1)?, mac: row.get(2)? })
}

/// Whether the cell had the expected version and has the new body now.
pub(super) fn swap_cell(connection: &Connection, commit: &Commit) -> rusqlite::Result<bool> {
    let expires_at = commit.expires_at.map(Timestamp::unix_ms);
    let changed = match commit.expected {
        None => connection
            .prepare_cached(
                "INSERT INTO cell (key, version, body, expires_at) VALUES (?1, 1, ?2, ?3) ON CONFLICT (key) DO NOTHING",
            )?
            .execute(params![commit.key.0, commit.body, expires_at])?,
        Some(version) => connection
            .prepare_cached(
                "UPDATE cell SET version = version + 1, body = ?3, expires_at = ?4 WHERE key = ?1 AND version = ?2",
            )?
            .execute(params![commit.key.0, signed(version), commit.body, expires_at])?,
    };
    Ok(changed == 1)
}

/// Appends events and items; `false` when the events do not go on from the last stored one.
pub(super) fn append(connection: &Connection, commit: &Commit) -> rusqlite::Result<bool> {
    // A new cell begins at 1, even if events of a cell that was taken away still lie there.
    if commit.expected.is_none() && commit.events.first().is_some_and(|event| event.seq != 1) {
        return Ok(false);
    }
    // The key of the table refuses a number that is taken, the condition one that leaves a gap: only the next is left.
    let sql = "INSERT INTO event (key, seq, commit_id, body, mac) SELECT ?1, ?2, ?3, ?4, ?5
               WHERE ?2 = 1 OR EXISTS (SELECT 1 FROM event WHERE key = ?1 AND seq = ?2 - 1)";
    let mut statement = connection.prepare_cached(sql)?;
    for (index, event) in commit.events.iter().enumerate() {
        let commit_id = (index == 0).then_some(commit.commit_id);
        let added = statement.execute(params![commit.key.0, signed(event.seq), commit_id, event.body, event.mac])?;
        if added != 1 {
            return Ok(false);
        }
    }
    let mut statement = connection.prepare_cached("INSERT INTO outbox (id, key, body) VALUES (?1, ?2, ?3)")?;
    for item in &commit.outbox {
        statement.execute(params![item.id.0, item.key.0, item.body])?;
    }
    Ok(true)
}

/// What waits, from behind one item on if it still waits.
pub(super) fn waiting(
    connection: &Connection,
    after: Option<OutboxId>,
    limit: usize,
) -> rusqlite::Result<Vec<OutboxItem>> {
    let sql = "SELECT id, key, body FROM outbox
               WHERE turn > coalesce((SELECT turn FROM outbox WHERE id = ?1 AND key = ?2), 0) ORDER BY turn LIMIT ?3";
    let (id, key) = after.map(|after| (after.id.0, after.key.0)).unzip();
    let mut statement = connection.prepare_cached(sql)?;
    let items = statement.query_map(params![id, key, count(limit)], |row| {
        Ok(OutboxItem { id: RandomId(row.get(0)?), key: StoreKey(row.get(1)?), body: body(row, 2)? })
    })?;
    items.collect()
}

pub(super) fn forget_items(connection: &Connection, ids: &[OutboxId]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM outbox WHERE id = ?1 AND key = ?2")?;
    ids.iter().try_for_each(|id| statement.execute(params![id.id.0, id.key.0]).map(|_| ()))
}

/// Forgets the longest expired cells and their events; says how many cells.
pub(super) fn forget_expired(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let expired = "SELECT key FROM cell WHERE expires_at <= ?1 ORDER BY expires_at, key LIMIT ?2";
    let forget = |table: &str| {
        let sql = format!("DELETE FROM {table} WHERE key IN ({expired})");
        connection.prepare_cached(&sql)?.execute(params![now.unix_ms(), count(limit)])
    };
    forget("event")?;
    forget("cell")
}

/// A body within the limits of the port; a longer one is refused before it is copied.
pub(super) fn body(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    row.get::<_, Body>(column).map(|body| body.0)
}

struct Body(Vec<u8>);

impl FromSql for Body {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_blob()? {
            bytes if bytes.len() <= CELL_BYTES_MAX => Ok(Self(bytes.to_vec())),
            bytes => Err(FromSqlError::InvalidBlobSize { expected_size: CELL_BYTES_MAX, blob_size: bytes.len() }),
        }
    }
}

/// A version or sequence number: 1 or more.
fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, Number>(column).map(|number| number.0)
}

struct Number(u64);

impl FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        u64::try_from(number).ok().filter(|number| *number > 0).map(Self).ok_or(FromSqlError::OutOfRange(number))
    }
}

/// SQLite's integers are signed. No stored number comes near the limit, so a greater one is simply not found.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
