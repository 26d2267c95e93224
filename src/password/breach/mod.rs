//! Is a password known from a data breach? Answered offline from a filter file, or by a range service through a
//! call-back; this module reads bytes it is given and opens nothing itself.
//!
//! - [`BreachFilter`] looks a password up in a filter file over any [`BreachSource`]. The file is built from the public
//!   list of SHA-1 hashes by [`crate::breach::build()`] or `account-security breach build`. It has **no false
//!   negatives**; its rate of false positives stands in its header.
//! - [`RangeQuery`] speaks the k-anonymity protocol: five hexadecimal digits leave the house, the integrator fetches, the
//!   answer is read here.
//! - Whatever is damaged, cut or unreadable is a [`BreachFault`] or [`RangeError`]. Neither ever means "not breached".
//!
//! A password is looked up as typed and, where that differs, in the form that is hashed
//! ([`Password::normalised`](super::Password::normalised)): lists hold whatever keyboard the leaked password came from.
//!
//! ```
//! use account_security::password::{BreachAnswer, Password, RangeQuery};
//! let typed = Password::parse(b"password")?;
//! let [query] = &RangeQuery::all(&typed)[..] else { panic!("one spelling, one query") };
//! assert_eq!(query.prefix(), "5BAA6"); // all that is sent
//! let fetched = b"003D68EB55068C33ACE09247EE4C639306B:3\r\n1E4C9B93F3F0682250B6CF8331B7EE68FD8:3730471\r\n";
//! assert_eq!(query.read(fetched)?, BreachAnswer::Found { times: 3_730_471 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod digest;
mod error;
pub mod filter;
pub mod header;
pub mod line;
pub mod range;

pub use digest::BreachDigest;
pub use error::{BreachFault, HashLineError, RangeError};
pub use filter::{BreachFilter, BreachSource};
pub use header::FilterHeader;
pub use line::HashLine;
pub use range::RangeQuery;

use super::Password;

/// What a list of breached passwords says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreachAnswer {
    /// It is not on the list.
    NotFound,
    /// It is on the list.
    Found {
        /// How often it was seen, at least 1; 1 where the list does not tell.
        times: u32,
    },
}

impl BreachAnswer {
    /// Seen so often; not found for 0.
    #[must_use]
    pub fn seen(times: u64) -> Self {
        match u32::try_from(times).unwrap_or(u32::MAX) {
            0 => Self::NotFound,
            times => Self::Found { times },
        }
    }

    /// Whether it is on the list.
    #[must_use]
    pub const fn is_found(self) -> bool {
        matches!(self, Self::Found { .. })
    }

    /// How often it was seen; 0 when it is not on the list.
    #[must_use]
    pub const fn times(self) -> u32 {
        match self {
            Self::NotFound => 0,
            Self::Found { times } => times,
        }
    }

    /// The worse of two answers, for the spellings of one password.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if other.times() > self.times() { other } else { self }
    }
}

/// Whatever can tell whether a password is known from a breach: a [`BreachFilter`], or an integrator's own client of a
/// range service.
pub trait BreachCheck: Send + Sync {
    /// Looks the password up.
    ///
    /// # Errors
    /// [`BreachFault`]: no answer. The password must not be set then.
    fn check(&self, password: &Password) -> Result<BreachAnswer, BreachFault>;
}
