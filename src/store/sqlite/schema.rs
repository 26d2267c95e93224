//! The tables. `STRICT`, so that a wrong type is refused by SQLite itself.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::connection::{begin_immediate, commit_fault, fault};
use crate::store::port::StoreError;

/// Schema of this version; a higher number in the file is refused.
const SCHEMA: i64 = 1;

const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cell (
  key BLOB PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL, expires_at INTEGER
) STRICT;
CREATE INDEX cell_expiry ON cell (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE event (
  key BLOB NOT NULL, seq INTEGER NOT NULL, commit_id BLOB, body BLOB NOT NULL, mac BLOB NOT NULL,
  PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_commit ON event (key, commit_id) WHERE commit_id IS NOT NULL;
CREATE TABLE outbox (
  turn INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, key BLOB NOT NULL, body BLOB NOT NULL
) STRICT;
";

/// Fails when a table or a column is missing, without reading a row.
const PROBE: &str = "
SELECT name, value FROM meta LIMIT 0;
SELECT key, version, body, expires_at FROM cell LIMIT 0;
SELECT key, seq, commit_id, body, mac FROM event LIMIT 0;
SELECT turn, id, key, body FROM outbox LIMIT 0;
";

/// Creates the tables, or checks that the file's are ours.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    if is_new(connection)? {
        let transaction = begin_immediate(connection)?;
        // Another process, perhaps of a newer version, may have been here while this one waited for the lock.
        if is_new(&transaction)? {
            create_tables(&transaction).map_err(|error| fault(&error))?;
        }
        transaction.commit().map_err(|error| commit_fault(&error))?;
    }
    connection.execute_batch(PROBE).map_err(|error| fault(&error))
}

/// Whether the file is empty. Writes nothing: a file that is not ours stays as it is.
pub(super) fn is_new(connection: &Connection) -> Result<bool, StoreError> {
    // One statement, so that both answers come from the same moment.
    let sql = "SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version";
    let found: (i64, i64) =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(|error| fault(&error))?;
    match found {
        (SCHEMA, _) => Ok(false),
        (0, 0) => Ok(true),
        (0, _) => Err(StoreError::Corrupt("the file holds the tables of another application".to_owned())),
        (other, _) => Err(StoreError::Unsupported(other)),
    }
}

fn create_tables(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "user_version", SCHEMA)
}

/// Remembers the key ring's check value at first use; `false` when another one is remembered.
pub(super) fn bind(transaction: &Transaction<'_>, check: [u8; 16]) -> Result<bool, StoreError> {
    if let Some(known) = owner(transaction)? {
        return Ok(known == check);
    }
    transaction
        .execute("INSERT INTO meta (name, value) VALUES ('keyring_check', ?1)", params![check])
        .map_err(|error| fault(&error))?;
    Ok(true)
}

/// The check value that the file remembers.
pub(super) fn owner(connection: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT value FROM meta WHERE name = 'keyring_check'";
    connection.query_row(sql, [], |row| row.get(0)).optional().map_err(|error| fault(&error))
}
