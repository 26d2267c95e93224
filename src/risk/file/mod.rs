//! Rule files: TOML or JSON, checked down to the last literal, refused with line, column, path and what to do.
//!
//! A file may leave out anything; what is left out has the value of the preset [`RiskPolicy::wallet`]. Money is written
//! with its currency (`day = "10000.00 EUR"`) or as minor units beside a `currency` of the whole file
//! (`day_minor = 1000000`); a literal in another currency is refused at its place. Times are written `"30m"`, `"12h"`,
//! `"7d"` or as milliseconds (`window_ms = 3600000`).
//!
//! Reading is bounded: at most [`FILE_BYTES_MAX`] bytes (looked at before anything else), [`NESTING_MAX`] levels and
//! [`VALUES_MAX`] values. Nothing is in force before everything was found good, so a bad file changes nothing.
//!
//! ```
//! use account_security::risk::file::{Format, read};
//! let policy = read(r#"
//!     [limits]
//!     day = "10000.00 EUR"
//!
//!     [[rule]]
//!     id = "night-cash-out"
//!     group = "pattern"
//!     when = [
//!         { feature = "kind", op = "==", value = "cash_out" },
//!         { feature = "hour", op = "<", value = 5 },
//!         { feature = "count_out", window = "1h", op = ">=", value = 4 },
//!     ]
//!     points_db = 12
//!     min_outcome = "hold"
//! "#, Format::Toml)?;
//! assert_eq!(policy.policy().limits.day_minor, Some(1_000_000));
//!
//! let wrong = read("[limits]\nday = \"10000.00 EUR\"\nweek = \"90.00 EUR\"\n", Format::Toml).unwrap_err();
//! assert_eq!((wrong.line, wrong.column, wrong.path.as_str()), (3, 8, "limits.week"));
//! # Ok::<(), account_security::risk::file::RuleFileError>(())
//! ```

mod decode;
mod error;
mod json;
mod place;
#[cfg(test)]
mod schema_tests;
mod show;
#[cfg(test)]
mod tests;
mod toml;
mod tree;
mod units;

pub use error::RuleFileError;
pub use show::{SCHEMA, show};

use serde::Deserialize;

use super::check::CheckedPolicy;
use super::policy::RiskPolicy;

/// Longest rule file, in bytes.
pub const FILE_BYTES_MAX: usize = 1 << 20;
/// Deepest nesting of tables and lists.
pub const NESTING_MAX: usize = 16;
/// Most values in a file, entries of lists included.
pub const VALUES_MAX: usize = 50_000;

/// How a rule file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// TOML 1.0.
    Toml,
    /// JSON (RFC 8259).
    Json,
}

impl Format {
    /// JSON for a name that ends in `.json`, TOML for any other.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ending.eq_ignore_ascii_case("json") { Self::Json } else { Self::Toml }
    }
}

/// What a good rule file says and hardly means ([`RiskPolicy::doubts`]), each with its place in the file.
///
/// # Errors
/// [`RuleFileError`] for a file that [`read`] refuses.
pub fn doubts(text: &str, format: Format) -> Result<Vec<RuleFileError>, RuleFileError> {
    let policy = read(text, format)?;
    let tree = match format {
        Format::Toml => toml::tree(text),
        Format::Json => json::tree(text),
    };
    let mut tree = tree.map_err(|fault| fault.located(text))?;
    units::read(&mut tree).map_err(|fault| fault.located(text))?;
    let placed = |doubt: crate::risk::Doubt| tree.find(&doubt.path).fault(doubt.what).located(text);
    Ok(policy.policy().doubts().into_iter().map(placed).collect())
}

/// Reads and checks a rule file.
///
/// # Errors
/// [`RuleFileError`] with the place of the first fault and what to do about it.
pub fn read(text: &str, format: Format) -> Result<CheckedPolicy, RuleFileError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(RuleFileError::whole(
            "a rule file is at most 1 MiB; keep long lists elsewhere and pass them as Lists",
        ));
    }
    let tree = match format {
        Format::Toml => toml::tree(text),
        Format::Json => json::tree(text),
    };
    let mut tree = tree.map_err(|fault| fault.located(text))?;
    units::read(&mut tree).map_err(|fault| fault.located(text))?;
    let policy = RiskPolicy::deserialize(decode::At(&tree)).map_err(|fault| fault.located(text))?;
    if let Err(misfit) = policy.find_misfit() {
        return Err(tree.find(&misfit.path).fault(misfit.error.to_string()).located(text));
    }
    CheckedPolicy::new(policy).map_err(|error| RuleFileError::whole(&error.to_string()))
}

/// Reads and checks the bytes of a rule file.
///
/// # Errors
/// [`RuleFileError`]; bytes that are no UTF-8 are told with the place of the first of them.
pub fn read_bytes(bytes: &[u8], format: Format) -> Result<CheckedPolicy, RuleFileError> {
    match std::str::from_utf8(bytes.get(..=FILE_BYTES_MAX).unwrap_or(bytes)) {
        Ok(text) => read(text, format),
        Err(_) if bytes.len() > FILE_BYTES_MAX => read(&" ".repeat(FILE_BYTES_MAX + 1), format),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            let fault = place::Fault::at(good.len(), "this byte is no UTF-8 text; save the file as UTF-8");
            Err(fault.located(&String::from_utf8_lossy(good)))
        }
    }
}
