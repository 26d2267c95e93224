//! Whether a database bears the tables.

use super::session::{Session, Sessions};
use super::{PostgresStore, rows, statement};
use crate::store::port::StoreError;
use crate::store::postgres_schema::{PARTITIONS_MAX, schema};

/// Schema of this version; a higher number in the database is refused.
const SCHEMA: u8 = 1;
pub(super) async fn migrate(session: &Session, partitions: u16) -> Result<(), StoreError> {
    if partitions > PARTITIONS_MAX {
        return Err(StoreError::Unavailable(format!("a table has at most {PARTITIONS_MAX} partitions")));
    }
    match found(session).await {
        Ok(()) => return Ok(()),
        Err(StoreError::StateLost) => {}
        Err(other) => return Err(other),
    }
    // Several statements in one text are one transaction: all tables or none.
    let created = session.client().batch_execute(&schema(partitions)).await;
    // Where two migrate at once the later one fails; what counts is that the tables are there.
    match found(session).await {
        Err(StoreError::StateLost) => {
            Err(created.map_or_else(|error| super::fault(&error), |()| StoreError::StateLost))
        }
        other => other,
    }
}

/// Whether the tables are there and of this version.
async fn found(session: &Session) -> Result<(), StoreError> {
    let rows = session.query(&statement::SCHEMA, &[]).await.map_err(|error| super::fault(&error))?;
    is_ours(rows.first())
}

pub(super) async fn check<P: Sessions>(store: &PostgresStore<P>) -> Result<(), StoreError> {
    is_ours(store.read(&statement::SCHEMA, &[]).await?.first())?;
    let settings = store.read(&statement::SAFETY, &[]).await?;
    let setting = |column| settings.first().and_then(|row| row.try_get::<_, Option<String>>(column).ok()).flatten();
    for (column, name) in [(0, "synchronous_commit"), (1, "fsync")] {
        if setting(column).as_deref() == Some("off") {
            return Err(StoreError::Unsafe(format!(
                "{name} is off, so a spent code could be valid again after a crash; set it to on"
            )));
        }
    }
    if setting(2).as_deref() == Some("on") {
        return Err(StoreError::Unsafe("the server is a standby and may not know of what was confirmed".to_owned()));
    }
    Ok(())
}

fn is_ours(row: Option<&tokio_postgres::Row>) -> Result<(), StoreError> {
    match rows::read_body(row.ok_or(StoreError::StateLost)?, 0)?.as_slice() {
        [SCHEMA] => Ok(()),
        [newer] => Err(StoreError::Unsupported(i64::from(*newer))),
        _ => Err(StoreError::Corrupt("the schema's number is not one".to_owned())),
    }
}
