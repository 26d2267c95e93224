//! What the account may not do now: computed from the freezes each time, never stored.

use super::{Authority, CoolingOff, Freeze, Freezes, Scopes};
use crate::types::Timestamp;

/// What freezes close at `now`: the union of the scopes of every freeze in force.
///
/// In force means `from <= now < until` and not lifted. The cooling-off is not in it; [`closed`] has both.
///
/// ```
/// use account_security::freeze::{Freezes, Scopes, restriction};
/// use account_security::types::Timestamp;
/// assert_eq!(restriction(&Freezes::default(), Timestamp::MIN), Scopes::NONE);
/// ```
#[must_use]
pub fn restriction(freezes: &Freezes, now: Timestamp) -> Scopes {
    freezes.in_force(now).fold(Scopes::NONE, |held, freeze| held | freeze.scopes)
}

/// The cooling-off that runs at `now`, if one does: some scopes closed, others open with small limits.
#[must_use]
pub fn cooling_off(freezes: &Freezes, now: Timestamp) -> Option<CoolingOff> {
    freezes.cooling_off.filter(|cooling_off| now < cooling_off.until)
}

/// Since when a cooling-off that runs at `now` keeps some of these scopes under small limits: the owner's last lift.
///
/// What passed before that met neither the freeze nor the small limits, so it must pass again: else whoever had payments
/// judged before the freeze could make them all after the lift.
#[must_use]
pub fn narrowed_since(freezes: &Freezes, scopes: Scopes, now: Timestamp) -> Option<Timestamp> {
    let running = cooling_off(freezes, now).filter(|cooling_off| cooling_off.limited.intersects(scopes))?;
    let lifted = freezes.ended.iter().filter(|freeze| freeze.is_lifted() && freeze.authority == Authority::Owner);
    // Where the record has forgotten that lift, everything was before it.
    Some(lifted.filter_map(Freeze::ends_at).max().unwrap_or(running.until))
}

/// Whether something passed before the owner's last lift. What an event puts later than now was decided by a clock that
/// has been set back since: nobody knows when that was, so it was before.
pub(crate) fn is_before_lift(passed_at: Timestamp, lifted_at: Timestamp, now: Timestamp) -> bool {
    passed_at <= lifted_at || now < passed_at
}

/// Everything closed at `now`, by freezes or by the cooling-off: the one question to ask before an act.
///
/// ```
/// use account_security::freeze::{Freezes, Scopes, closed};
/// use account_security::types::{Direction, Timestamp};
/// let payment_may_go = !closed(&Freezes::default(), Timestamp::MIN).intersects(Scopes::needed_for(Direction::Out));
/// assert!(payment_may_go);
/// ```
#[must_use]
pub fn closed(freezes: &Freezes, now: Timestamp) -> Scopes {
    let cooling = cooling_off(freezes, now).map_or(Scopes::NONE, |cooling_off| cooling_off.closed);
    restriction(freezes, now) | cooling
}
