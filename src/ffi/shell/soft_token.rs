//! The phone as an authenticator.

use std::fmt;

use super::error::ShellError;
use super::parse;
use crate::totp::{KeyUri, code_at};

/// A secret held by this device; wiped when it goes.
#[derive(Debug)]
pub struct SoftToken {
    key: KeyUri,
    warnings: Vec<String>,
}

/// The code of a moment. Its Debug does not show the digits.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SoftCode {
    /// Its digits.
    pub digits: String,
    /// How long it is shown, in milliseconds.
    pub remaining_ms: u64,
}

impl fmt::Debug for SoftCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftCode").field("remaining_ms", &self.remaining_ms).finish_non_exhaustive()
    }
}

impl SoftToken {
    /// Reads a key URI as scanned from a QR code.
    ///
    /// # Errors
    /// [`ShellError::Invalid`].
    pub fn from_uri(uri: &[u8]) -> Result<Self, ShellError> {
        let parsed = KeyUri::parse(parse::text("uri", uri)?).map_err(|error| ShellError::invalid("uri", error))?;
        Ok(Self { key: parsed.key, warnings: parsed.warnings.iter().map(ToString::to_string).collect() })
    }

    /// Who offers the account, if the URI says so.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.key.issuer()
    }

    /// The account's name.
    #[must_use]
    pub fn account(&self) -> &str {
        self.key.account()
    }

    /// What was unusual about the URI.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The code at a moment.
    ///
    /// # Errors
    /// [`ShellError::Invalid`] for a moment before the token's first step.
    pub fn code_at(&self, now_ms: i64) -> Result<SoftCode, ShellError> {
        let now = parse::time("now_ms", now_ms)?;
        let code = code_at(self.key.secret(), self.key.parameters(), now)
            .map_err(|error| ShellError::invalid("now_ms", error))?;
        Ok(SoftCode { digits: code.code().to_owned(), remaining_ms: code.remaining_ms() })
    }
}
