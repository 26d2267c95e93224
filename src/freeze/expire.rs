//! Freezes whose time ran out: they end by the clock alone, and this says which did.

use super::{Freeze, Freezes};
use crate::types::Timestamp;

/// Freezes that ended by themselves since somebody last looked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "they count as told once `freezes` is stored"]
pub struct Expired {
    /// The account's freezes from now on.
    pub freezes: Freezes,
    /// Those that ran out, first ended first. Each is in this list once.
    pub ended: Vec<Freeze>,
}

/// Moves the freezes whose `until` has come among the ended ones. What is closed does not change by it: at `until` a
/// freeze is over, whether anybody looks or not.
pub fn expire(freezes: &Freezes, now: Timestamp) -> Expired {
    let mut ended: Vec<Freeze> = freezes.standing.iter().filter(|freeze| freeze.is_over(now)).cloned().collect();
    ended.sort_by_key(Freeze::ends_at);
    Expired { freezes: freezes.settled(now), ended }
}

/// When the next freeze ends by itself, or did so without anybody having been told; `None` when none has an end.
///
/// ```
/// use account_security::freeze::{Freezes, next_end};
/// assert_eq!(next_end(&Freezes::default()), None);
/// ```
#[must_use]
pub fn next_end(freezes: &Freezes) -> Option<Timestamp> {
    freezes.standing.iter().filter_map(|freeze| freeze.until).min()
}
