//! The one error of the shells.

use crate::service::ServiceError;

/// Why there is no answer. Whatever it is, the answer to a security question is "denied".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum ShellError {
    /// An argument cannot be what it is meant to be; nothing was looked at or changed.
    #[error("{field}: {what}")]
    Invalid {
        /// Which argument.
        field: String,
        /// What it must be.
        what: String,
    },
    /// A fault of store, keys, clock or a settled refusal; denied. Nothing changed, but for 9008: it may have happened.
    #[error("{what} (code {code})")]
    Denied {
        /// The stable number of [`ServiceError::code`].
        code: u16,
        /// For logs and developers, not for customers. Holds no secret.
        what: String,
        /// Whether asking again later may help.
        is_transient: bool,
    },
    /// A defect of this library; denied. Its text stays inside.
    #[error("internal error; please report it")]
    Internal,
}

impl ShellError {
    pub(super) fn invalid(field: &str, what: impl ToString) -> Self {
        Self::Invalid { field: field.to_owned(), what: what.to_string() }
    }

    /// The stable number: 1 invalid argument, 255 internal, 9020 no time, else that of [`ServiceError::code`].
    #[must_use]
    pub const fn code(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 1,
            Self::Denied { code, .. } => *code,
            Self::Internal => 255,
        }
    }
}

impl From<ServiceError> for ShellError {
    fn from(error: ServiceError) -> Self {
        let code = error.code();
        // Busy, unreachable, full, unknown, no randomness: the world may be another one in a moment.
        let is_transient = matches!(code, 9001 | 9002 | 9003 | 9008 | 9013);
        Self::Denied { code, what: error.to_string(), is_transient }
    }
}

impl From<crate::store::StoreError> for ShellError {
    fn from(error: crate::store::StoreError) -> Self {
        ServiceError::from(error).into()
    }
}
