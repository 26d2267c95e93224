//! Whether anyone could have been at two places: integer geometry, errors always in the traveller's favour.

use super::policy::TravelPolicy;
use super::state::Place;
use crate::types::{Position, Timestamp};

/// Mean radius of the earth in metres.
const EARTH_RADIUS_M: i64 = 6_371_000;
const ONE_Q30: i64 = 1 << 30;

/// A journey faster than anyone travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Journey {
    pub(super) distance_km: i64,
    /// The speed it would have taken in km/h, saturating when no time passed.
    pub(super) speed_kmh: i64,
    pub(super) elapsed_ms: u64,
}

/// The journey from the last place, if it is impossible. Order of arrival does not matter, nor does equal time.
pub(super) fn impossible(from: &Place, to: Position, at: Timestamp, policy: &TravelPolicy) -> Option<Journey> {
    let uncertain_m = i64::from(from.position.accuracy_m()) + i64::from(to.accuracy_m());
    let least_m = distance_m(from.position, to) - uncertain_m;
    let elapsed_ms = at.ms_since(from.at).max(from.at.ms_since(at));
    if least_m < i64::from(policy.floor_km) * 1_000 {
        return None;
    }
    let elapsed = i64::try_from(elapsed_ms).unwrap_or(i64::MAX);
    // metres per millisecond are kilometres per second: times 3600 they are km/h.
    let speed_kmh = (least_m * 3_600).checked_div(elapsed).unwrap_or(i64::MAX);
    (speed_kmh > i64::from(policy.speed_kmh)).then_some(Journey { distance_km: least_m / 1_000, speed_kmh, elapsed_ms })
}

/// Distance over the ground in metres, never too far: the chord through the earth and three terms of its arc.
pub(super) fn distance_m(from: Position, to: Position) -> i64 {
    let ((ax, ay, az), (bx, by, bz)) = (on_sphere_q30(from), on_sphere_q30(to));
    let square = |difference: i64| (i128::from(difference) * i128::from(difference)).unsigned_abs();
    let chord_q30 = (square(ax - bx) + square(ay - by) + square(az - bz)).isqrt();
    let half_q30 = (i64::try_from(chord_q30).unwrap_or(2 * ONE_Q30) / 2).min(ONE_Q30);
    // asin(h) >= h + h^3/6 + 3h^5/40: short by a third at the antipode, by 2 m at 1,000 km.
    let square_q30 = (half_q30 * half_q30) >> 30;
    let cube_q30 = (half_q30 * square_q30) >> 30;
    let fifth_q30 = (cube_q30 * square_q30) >> 30;
    let arc_q30 = half_q30 + cube_q30 / 6 + fifth_q30 * 3 / 40;
    i64::try_from((i128::from(arc_q30) * 2 * i128::from(EARTH_RADIUS_M)) >> 30).unwrap_or(0)
}

fn on_sphere_q30(position: Position) -> (i64, i64, i64) {
    let (lat, lon) = (i64::from(position.lat_e6()), i64::from(position.lon_e6()));
    let across_q30 = sine_q30(90_000_000 - lat.abs());
    let east_q30 = sine_q30(if lon.abs() > 90_000_000 { (180_000_000 - lon.abs()) * lon.signum() } else { lon });
    let ahead_q30 = sine_q30(90_000_000 - lon.abs());
    ((across_q30 * ahead_q30) >> 30, (across_q30 * east_q30) >> 30, sine_q30(lat))
}

/// Sine of millionths of a degree, -90 to 90 degrees, in Q30: the Taylor series to the eleventh power.
fn sine_q30(degrees_e6: i64) -> i64 {
    // pi / 180 in Q30 is 18,740,330 per degree.
    let x_q30 = degrees_e6 * 18_740_330 / 1_000_000;
    let square_q30 = (x_q30 * x_q30) >> 30;
    let (mut term_q30, mut sum_q30) = (x_q30, x_q30);
    for divisor in [6, 20, 42, 72, 110] {
        term_q30 = -((term_q30 * square_q30) >> 30) / divisor;
        sum_q30 += term_q30;
    }
    sum_q30.clamp(-ONE_Q30, ONE_Q30)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(lat_e6: i32, lon_e6: i32) -> Position {
        Position::new(lat_e6, lon_e6, 0).unwrap()
    }

    #[test]
    fn known_distances_are_met_within_a_hundredth_and_never_exceeded_by_a_kilometre() {
        let paris = place(48_856_600, 2_352_200);
        for (to, kilometres) in [
            (place(51_507_400, -127_800), 343),
            (place(52_520_000, 13_405_000), 877),
            (place(40_712_800, -74_006_000), 5_837),
        ] {
            let metres = distance_m(paris, to);
            assert!(metres <= (kilometres + 1) * 1_000, "{metres} for {kilometres} km");
            assert!(metres >= kilometres * 985, "{metres} for {kilometres} km");
        }
        assert_eq!(distance_m(paris, paris), 0);
    }

    #[test]
    fn the_antimeridian_and_the_poles_are_no_edges() {
        let across = distance_m(place(0, 179_900_000), place(0, -179_900_000));
        assert!((22_000..22_400).contains(&across), "{across}");
        assert!(distance_m(place(90_000_000, 0), place(90_000_000, 180_000_000)) < 10);
        assert!(distance_m(place(0, 0), place(0, 180_000_000)) > 13_000_000);
    }

    #[test]
    fn no_time_between_far_places_is_impossible_and_between_near_ones_is_not() {
        let policy = TravelPolicy::default();
        let at = Timestamp::from_unix_s(1_000_000).unwrap();
        let from = Place { position: place(48_856_600, 2_352_200), at };
        assert!(impossible(&from, place(52_520_000, 13_405_000), at, &policy).is_some());
        assert!(impossible(&from, place(52_520_000, 13_405_000), at.minus_ms(60_000), &policy).is_some());
        assert!(impossible(&from, place(49_000_000, 2_352_200), at, &policy).is_none(), "16 km lie below the floor");
        assert!(impossible(&from, place(52_520_000, 13_405_000), at.plus_ms(2 * 3_600_000), &policy).is_none());
        let vague = Position::new(52_520_000, 13_405_000, 800_000).unwrap();
        assert!(impossible(&from, vague, at, &policy).is_none(), "the true place may be near");
    }
}
