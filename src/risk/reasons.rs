//! The findings of one assessment: eight lie inside it, which is more than a payment has on most days; only beyond that
//! is memory asked for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tinyvec::TinyVec;

use super::score::{REASONS_MAX, Reason};

/// Findings that need no memory of their own.
const INLINE: usize = 8;

/// At most [`REASONS_MAX`] findings, in the order in which the rules were asked. A slice for all who read it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reasons(TinyVec<[Reason; INLINE]>);

impl Reasons {
    /// Enters a finding; beyond [`REASONS_MAX`] it is dropped, which the closed vocabulary rules out.
    pub(super) fn push(&mut self, reason: Reason) {
        if self.0.len() < REASONS_MAX {
            self.0.push(reason);
        }
    }

    /// The findings as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Reason] {
        self.0.as_slice()
    }
}

impl std::ops::Deref for Reasons {
    type Target = [Reason];
    fn deref(&self) -> &[Reason] {
        self.as_slice()
    }
}

impl<'a> IntoIterator for &'a Reasons {
    type Item = &'a Reason;
    type IntoIter = std::slice::Iter<'a, Reason>;
    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

impl FromIterator<Reason> for Reasons {
    /// The first [`REASONS_MAX`] of them.
    fn from_iter<I: IntoIterator<Item = Reason>>(found: I) -> Self {
        let mut reasons = Self::default();
        found.into_iter().for_each(|reason| reasons.push(reason));
        reasons
    }
}

impl std::fmt::Debug for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

impl Serialize for Reasons {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.as_slice())
    }
}

impl<'de> Deserialize<'de> for Reasons {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Bounded by the event it is read from, which is bounded.
        let reasons = Vec::<Reason>::deserialize(deserializer)?;
        if reasons.len() > REASONS_MAX {
            return Err(serde::de::Error::invalid_length(reasons.len(), &"at most as many reasons as there are rules"));
        }
        Ok(reasons.into_iter().collect())
    }
}
