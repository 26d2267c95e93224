//! Freezes of an account whose clock had run ahead.

use super::state::{Freeze, Freezes, Lift};
use super::{Authority, FREEZES_MAX, OWNER_FREEZES_MAX};
use crate::types::SetBack;

impl Freezes {
    /// The freezes once the clock is right again. Where it is not known what was meant, an account is closed rather than
    /// open: who may lift, lifts.
    ///
    /// - What the right clock placed keeps its term. If the wrong clock was past its end, it stands again.
    /// - What the wrong clock placed begins now and lasts as long as it was to last.
    /// - A lift that waits for a second person is asked for anew: nobody knows for how long it has been waiting.
    /// - A cooling-off that the wrong clock ended goes on, for as long as one lasts at most.
    #[must_use]
    pub(crate) fn set_back(&self, back: SetBack, cooling_off_ms: u64) -> Self {
        let cooling_off = self.cooling_off.map(|cooling_off| super::CoolingOff {
            until: back.kept(cooling_off.until, cooling_off_ms),
            ..cooling_off
        });
        let standing = self.standing.iter().map(|freeze| still_standing(freeze, back)).collect();
        let mut freezes = Self { standing, ended: Vec::new(), cooling_off };
        for freeze in &self.ended {
            let was_cut_short =
                !freeze.is_lifted() && freeze.from <= back.to() && freeze.until.is_some_and(|until| until > back.to());
            if was_cut_short && freezes.has_room(freeze.authority) {
                freezes.standing.push(still_standing(freeze, back));
            } else {
                freezes.ended.push(still_ended(freeze, back));
            }
        }
        freezes
    }

    fn has_room(&self, authority: Authority) -> bool {
        let is_owners = authority == Authority::Owner;
        let of_its_kind =
            self.standing.iter().filter(|other| (other.authority == Authority::Owner) == is_owners).count();
        of_its_kind < if is_owners { OWNER_FREEZES_MAX } else { FREEZES_MAX }
    }
}

fn still_standing(freeze: &Freeze, back: SetBack) -> Freeze {
    let from = back.moved(freeze.from);
    let moved_ms = freeze.from.ms_since(from);
    // What is yet to begin may have been set by either clock: it begins at the earlier and ends at the later of the two.
    let is_yet_to_begin = freeze.from > back.from();
    let until = freeze.until.map(|until| if is_yet_to_begin { until } else { until.minus_ms(moved_ms) });
    Freeze { from, until, lift: Lift::Standing, ..freeze.clone() }
}

/// Over is over; a term is never empty.
fn still_ended(freeze: &Freeze, back: SetBack) -> Freeze {
    let (from, until) = match freeze.from > back.to() {
        true => (back.to().minus_ms(1), freeze.until.map(|until| back.moved(until))),
        false => (freeze.from, freeze.until),
    };
    let lift = match freeze.lift.clone() {
        Lift::Lifted { by, at, release } => Lift::Lifted { by, at: back.moved(at), release },
        Lift::Standing | Lift::Requested { .. } => Lift::Standing,
    };
    Freeze { from, until, lift, ..freeze.clone() }
}
