//! PostgreSQL's faults in the port's words.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::store::port::StoreError;

/// Whether a race of transactions was lost and nothing happened: what distributed engines answer where one server waits.
pub(super) fn is_to_be_retried(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
}

/// The fault of a question that changes nothing.
pub(super) fn fault(error: &Error) -> StoreError {
    let Some(told) = error.as_db_error() else {
        return match error.is_closed() {
            true => StoreError::Unavailable("the connection is closed".to_owned()),
            false => StoreError::Unavailable(error.to_string()),
        };
    };
    match told.code().code() {
        "53100" | "53200" => StoreError::Full,
        "53300" | "55P03" | "57014" => StoreError::Busy,
        "25006" => StoreError::ReadOnly,
        // No such table or schema: this database never was the store, or lost everything.
        "42P01" | "3F000" | "3D000" => StoreError::StateLost,
        // Damaged data; a column that is not there; a constraint that holds what a row may be.
        "XX001" | "XX002" | "42703" | "23502" | "23505" | "23514" => StoreError::Corrupt(told.message().to_owned()),
        _ => StoreError::Unavailable(told.message().to_owned()),
    }
}

/// The fault of a statement that writes. Only errors that are told before anything is committed, on every engine, say that
/// nothing was written: wrong data, keys and rights (22, 23, 42, 3D, 3F), no resources to begin with (53, 54), a lock not given,
/// a server that only reads, a statement it does not know. Whatever else is told (an internal error, a time-out, a shutdown)
/// distributed engines were seen to tell of commits that are in.
pub(super) fn commit_fault(error: &Error) -> StoreError {
    let Some(code) = error.as_db_error().map(|told| told.code().code()) else { return StoreError::Unknown };
    let is_sure = matches!(code.get(..2), Some("22" | "23" | "42" | "3D" | "3F" | "53" | "54"))
        || matches!(code, "55P03" | "25006" | "0A000" | "26000");
    if is_sure { fault(error) } else { StoreError::Unknown }
}

/// Whether the connection's prepared statement is gone or out of date: nothing ran, and it may be prepared anew.
pub(super) fn is_forgotten(error: &Error) -> bool {
    matches!(error.as_db_error().map(|told| told.code().code()), Some("26000" | "0A000"))
}

/// What it means that a key of a table is taken.
pub(super) fn unique_fault(error: &Error) -> Option<StoreError> {
    let told = error.as_db_error().filter(|told| *told.code() == SqlState::UNIQUE_VIOLATION)?;
    // A partition's table has the name of its table and something behind it.
    let table = told.table().unwrap_or_default();
    if table.starts_with("account_security_event") {
        Some(StoreError::broken_chain())
    } else if table.starts_with("account_security_outbox") {
        Some(StoreError::item_waits())
    } else {
        None
    }
}
