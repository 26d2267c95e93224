//! The tables. `STRICT`, so that a wrong type is refused by SQLite itself.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::connection::{begin_immediate, fault};
use crate::store::port::StoreError;

/// Schema of this version; a higher number in the file is refused.
const SCHEMA: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cell (
  key BLOB PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL, expires_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS cell_expiry ON cell (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS event (
  key BLOB NOT NULL, seq INTEGER NOT NULL, commit_id BLOB, body BLOB NOT NULL, mac BLOB NOT NULL,
  PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS event_commit ON event (key, commit_id) WHERE commit_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS outbox (
  turn INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
";

/// Creates the tables, or checks that the file's are ours.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    let found: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|error| fault(&error))?;
    match found {
        SCHEMA => Ok(()),
        0 => {
            let transaction = begin_immediate(connection)?;
            transaction.execute_batch(TABLES).map_err(|error| fault(&error))?;
            transaction.pragma_update(None, "user_version", SCHEMA).map_err(|error| fault(&error))?;
            transaction.commit().map_err(|error| fault(&error))
        }
        other => Err(StoreError::Unsupported(other)),
    }
}

/// Remembers the key ring's check value at first use; `false` when another one is remembered.
pub(super) fn bind(transaction: &Transaction<'_>, check: [u8; 16]) -> Result<bool, StoreError> {
    let known: Option<Vec<u8>> = transaction
        .query_row("SELECT value FROM meta WHERE name = 'keyring_check'", [], |row| row.get(0))
        .optional()
        .map_err(|error| fault(&error))?;
    if let Some(known) = known {
        return Ok(known == check);
    }
    transaction
        .execute("INSERT INTO meta (name, value) VALUES ('keyring_check', ?1)", params![check])
        .map_err(|error| fault(&error))?;
    Ok(true)
}
