//! Advice for a better password, derived from our own findings so that it is the same on every device.

use serde::{Deserialize, Serialize};

use super::catalogue;
use crate::types::Locale;

/// One piece of advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FeedbackCode {
    /// Everybody tries this password first.
    CommonPassword,
    /// It holds the customer's own words.
    PersonalWord,
    /// A character or group again and again.
    Repeats,
    /// Neighbours in the alphabet or among the digits.
    Sequence,
    /// A line of keys.
    KeyboardWalk,
    /// A year.
    Year,
    /// Add words.
    AddWords,
    /// It became known in a data breach.
    Breached,
}

impl FeedbackCode {
    /// Every piece of advice.
    pub const ALL: [Self; 8] = [
        Self::CommonPassword,
        Self::PersonalWord,
        Self::Repeats,
        Self::Sequence,
        Self::KeyboardWalk,
        Self::Year,
        Self::AddWords,
        Self::Breached,
    ];

    /// The stable name, e.g. `COMMON_PASSWORD`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommonPassword => "COMMON_PASSWORD",
            Self::PersonalWord => "PERSONAL_WORD",
            Self::Repeats => "REPEATS",
            Self::Sequence => "SEQUENCE",
            Self::KeyboardWalk => "KEYBOARD_WALK",
            Self::Year => "YEAR",
            Self::AddWords => "ADD_WORDS",
            Self::Breached => "BREACHED",
        }
    }

    /// The advice as a sentence.
    #[must_use]
    pub fn text(self, locale: Locale) -> &'static str {
        catalogue::text(locale, "feedback", self.name())
    }
}
