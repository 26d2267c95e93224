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

/// The fault of a statement that writes: only an error that the server itself told says that nothing was written, and not
/// even that where the server was stopped on the way.
pub(super) fn commit_fault(error: &Error) -> StoreError {
    match error.as_db_error().map(|told| told.code().code()) {
        None => StoreError::Unknown,
        // Shut down (57P..), a broken connection (08...), an unknown end (40003).
        Some(code) if code.starts_with("57P") || code.starts_with("08") || code == "40003" => StoreError::Unknown,
        Some(_) => fault(error),
    }
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
