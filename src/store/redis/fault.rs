//! Redis's faults in the port's words.

use redis::{ErrorKind, RedisError, RetryMethod, ServerErrorKind};

use crate::store::port::StoreError;

/// The fault of a question that changes nothing, or that a server refused.
pub(super) fn fault(error: &RedisError) -> StoreError {
    // Of a pipeline, the first command that a server refused.
    if let Some(refused) = error.clone().into_server_errors().and_then(|refused| refused.first().cloned()) {
        return fault_of_one(&RedisError::from(refused.1));
    }
    fault_of_one(error)
}

fn fault_of_one(error: &RedisError) -> StoreError {
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::BusyLoading | ServerErrorKind::TryAgain) => StoreError::Busy,
        // A replica: the connection has not followed a failover yet.
        ErrorKind::Server(ServerErrorKind::ReadOnly) => StoreError::ReadOnly,
        ErrorKind::UnexpectedReturnType => {
            StoreError::Corrupt("the server holds something else than this library wrote".to_owned())
        }
        _ => match error.code() {
            Some("BUSY") => StoreError::Busy,
            // Under `noeviction` a full server refuses before a script begins.
            Some("OOM") => StoreError::Full,
            Some("WRONGTYPE") => StoreError::Corrupt("a key holds another type than this library wrote".to_owned()),
            _ => StoreError::Unavailable(error.to_string()),
        },
    }
}

/// The fault of a commit: only a refusal of the script itself, by a server that was asked once, says that nothing was written.
///
/// - A refusal of what came behind it in the pipeline (`WAIT`) says nothing of the script, which ran.
/// - Where a client asks again by itself (a cluster after a failover), the last refusal hides what the first try did. Those are
///   the kinds that it asks again for.
pub(super) fn commit_fault(error: &RedisError) -> StoreError {
    let refused = error.clone().into_server_errors().and_then(|refused| refused.first().cloned());
    match refused {
        Some((0, refusal)) => {
            let refusal = RedisError::from(refusal);
            if is_sure(&refusal) { fault_of_one(&refusal) } else { StoreError::Unknown }
        }
        _ => StoreError::Unknown,
    }
}

/// Whether no client asks again after this refusal, so that it is of the first try.
fn is_sure(refusal: &RedisError) -> bool {
    matches!(refusal.retry_method(), RetryMethod::NoRetry)
}
