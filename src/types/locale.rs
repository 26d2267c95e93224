//! Languages of customer texts.

use serde::{Deserialize, Serialize};

/// A language this library has texts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Chinese, simplified script, mainland China.
    ZhCn,
}

impl Locale {
    /// The best match for a BCP 47 tag: anything that starts with `zh` is [`Locale::ZhCn`], all else [`Locale::En`].
    #[must_use]
    pub fn from_bcp47(tag: &str) -> Self {
        match tag.as_bytes() {
            [b'z' | b'Z', b'h' | b'H', ..] => Self::ZhCn,
            _ => Self::En,
        }
    }
}
