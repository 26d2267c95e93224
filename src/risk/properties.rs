//! Promises tested against thousands of random lives: exact sums, windows that never under-count, bytes that round-trip.

use proptest::prelude::*;

use super::state::PROFILE_BYTES_TYPICAL_MAX;
use super::window::spend;
use super::wire;
use super::*;
use crate::types::time::{DAY_MS, HOUR_MS};
use crate::types::{Country, Currency, Direction, Money, Payment, Position, SetBack, Timestamp};

#[derive(Clone, Debug)]
struct Step {
    wait_ms: u64,
    late_ms: u64,
    minor: i64,
    names: (u8, u8, u8),
    out: bool,
    offset_min: i32,
    place: Option<(i32, i32)>,
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![0..60_000_u64, 0..HOUR_MS, 0..(5 * DAY_MS)];
    let late = prop_oneof![8 => Just(0_u64), 1 => 0..HOUR_MS, 1 => 0..(29 * DAY_MS)];
    let minor = prop_oneof![6 => 1..20_000_i64, 1 => 0..300_i64, 1 => 900_000..1_000_000_i64, 1 => Just(1_000_000_000_000_000_i64)];
    let place = prop::option::of((-90_000_000..=90_000_000_i32, -180_000_000..=180_000_000_i32));
    let offset = prop_oneof![4 => Just(60_i32), 1 => -720..840_i32];
    (wait, late, minor, (0..20_u8, 0..30_u8, 0..9_u8), prop::bool::weighted(0.85), offset, place).prop_map(
        |(wait_ms, late_ms, minor, names, out, offset_min, place)| Step {
            wait_ms,
            late_ms,
            minor,
            names,
            out,
            offset_min,
            place,
        },
    )
}

fn payment(number: usize, step: &Step, clock: Timestamp) -> Payment {
    let money = Money::from_minor(step.minor, Currency::EUR).unwrap();
    let direction = if step.out { Direction::Out } else { Direction::In };
    let at = clock.minus_ms(step.late_ms);
    let mut payment = Payment::new(&number.to_string(), money, at, direction).unwrap();
    let (device, payee, country) = step.names;
    if device > 2 {
        payment = payment.from_device(&device.to_string());
    }
    if payee > 2 {
        payment = payment.to(&payee.to_string());
    }
    if country > 2 {
        payment = payment.in_country(
            Country::parse(["DE", "FR", "CN", "US", "GB", "IT", "ES", "JP", "IN"][usize::from(country)]).unwrap(),
        );
    }
    match step.place {
        Some((lat, lon)) => payment.at_position(Position::new(lat, lon, 10).unwrap()),
        None => payment,
    }
}

fn start() -> Timestamp {
    Timestamp::from_unix_s(1_700_000_000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_score_is_the_sum_of_its_reasons_and_storing_between_steps_changes_no_decision(
        steps in prop::collection::vec(step(), 1..120), accusations in 0..4_usize,
    ) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let accused = (0..accusations).fold(PayeeBelief::new(&policy, start()), |payee, _| {
            payee.learn(Label::Fraud, start(), Belief::from_ppm(100), &policy)
        });
        let (mut kept, mut stored, mut clock) = (Profile::new(), postcard::to_allocvec(&Profile::new()).unwrap(), start());
        for (number, step) in steps.iter().enumerate() {
            clock = clock.plus_ms(step.wait_ms);
            let payment = payment(number, step, clock);
            let context = AssessContext::at(clock, step.offset_min);
            let payee = (number % 3 > 0).then_some(&accused);
            let assessed = assess(&kept, &payment, payee, &policy, &context).unwrap();
            let sum: Millibans = assessed.assessment.reasons.iter().filter(|r| !r.shadow).map(|r| r.points).sum();
            prop_assert_eq!(assessed.assessment.score, sum);
            prop_assert!(assessed.assessment.reasons.len() <= REASONS_MAX);
            let read: Profile = postcard::from_bytes(&stored).unwrap();
            let again = assess(&read, &payment, payee, &policy, &context).unwrap();
            prop_assert_eq!(&again, &assessed);
            let mut read = read;
            again.commit(&mut read);
            stored = postcard::to_allocvec(&read).unwrap();
            prop_assert!(stored.len() <= PROFILE_BYTES_MAX);
            assessed.commit(&mut kept);
        }
    }

    /// In one zone, as everybody is who meets a wrong clock at home.
    #[test]
    fn windows_never_under_count_after_a_clock_was_set_back(
        steps in prop::collection::vec(step(), 1..120), back_ms in 1..60 * DAY_MS, leap_ms in 0..400 * DAY_MS,
    ) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let (mut profile, mut clock, mut history) = (Profile::new(), start(), Vec::new());
        for (number, step) in steps.iter().enumerate() {
            clock = clock.plus_ms(step.wait_ms + if number == steps.len() / 2 { leap_ms } else { 0 });
            let payment = payment(number, step, clock);
            let assessed = assess(&profile, &payment, None, &policy, &AssessContext::at(clock, 60)).unwrap();
            let entered = !assessed.changes_nothing();
            assessed.commit(&mut profile);
            if entered && payment.direction == Direction::Out && assessed.assessment.outcome <= Outcome::StepUp {
                history.push(Spent { at: payment.at, amount_minor: payment.money.minor().unsigned_abs() });
            }
        }
        let back = SetBack::new(clock, clock.minus_ms(back_ms + leap_ms)).unwrap();
        let after = set_back(&profile, back, &history);
        let bytes = postcard::to_allocvec(&after).unwrap();
        let read: Profile = postcard::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &after);
        prop_assert!(after.newest() <= Some(back.to()));
        let until = back.to();
        for window_ms in [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS] {
            let inside = history.iter().filter(|spent| back.moved(spent.at) > until.minus_ms(window_ms));
            let (count, sum) = inside.fold((0, 0), |(count, sum), spent| (count + 1, sum + spent.amount_minor));
            let seen = spend(&after, until, window_ms);
            prop_assert!(seen.count >= count && seen.sum >= sum, "{window_ms}: {seen:?} for {count} {sum}");
            prop_assert!(!seen.exact || (seen.count, seen.sum) == (count, sum), "{window_ms}: {seen:?} for {count} {sum}");
        }
    }

    #[test]
    fn windows_never_under_count_and_say_when_they_are_exact(steps in prop::collection::vec(step(), 1..200)) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let (mut profile, mut clock, mut passed) = (Profile::new(), start(), Vec::new());
        for (number, step) in steps.iter().enumerate() {
            clock = clock.plus_ms(step.wait_ms);
            let payment = payment(number, step, clock);
            let assessed = assess(&profile, &payment, None, &policy, &AssessContext::at(clock, step.offset_min)).unwrap();
            let entered = !assessed.changes_nothing();
            assessed.commit(&mut profile);
            if entered && payment.direction == Direction::Out && assessed.assessment.outcome <= Outcome::StepUp {
                passed.push((payment.at, payment.money.minor().unsigned_abs()));
            }
            let until = profile.newest().unwrap();
            for window_ms in [HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS] {
                let inside = passed.iter().filter(|(at, _)| *at > until.minus_ms(window_ms) && *at <= until);
                let (count, sum) = inside.fold((0, 0), |(count, sum), (_, minor)| (count + 1, sum + minor));
                let seen = spend(&profile, until, window_ms);
                prop_assert!(seen.count >= count && seen.sum >= sum, "{window_ms}: {seen:?} for {count} {sum}");
                prop_assert!(!seen.exact || (seen.count, seen.sum) == (count, sum), "{window_ms}: {seen:?} for {count} {sum}");
            }
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), at_s in 0..4_000_000_000_i64) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let _ = postcard::from_bytes::<PayeeBelief>(&bytes);
        if let Ok(profile) = wire::read(&bytes) {
            let at = Timestamp::from_unix_s(at_s).unwrap();
            let step = Step { wait_ms: 0, late_ms: 0, minor: 500, names: (3, 3, 3), out: true, offset_min: 0, place: Some((0, 0)) };
            let _ = assess(&profile, &payment(1, &step, at), None, &policy, &AssessContext::at(at, 0));
        }
    }

    #[test]
    fn flipped_bits_in_a_stored_profile_never_panic(
        steps in prop::collection::vec(step(), 20..40), flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..4),
    ) {
        let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
        let (mut profile, mut clock) = (Profile::new(), start());
        for (number, step) in steps.iter().enumerate() {
            clock = clock.plus_ms(step.wait_ms);
            let payment = payment(number, step, clock);
            assess(&profile, &payment, None, &policy, &AssessContext::at(clock, step.offset_min)).unwrap().commit(&mut profile);
        }
        let mut bytes = wire::write(&profile).written().unwrap().to_vec();
        for (index, bit) in flips {
            let index = index.index(bytes.len());
            bytes[index] ^= 1 << bit;
        }
        if let Ok(read) = wire::read(&bytes) {
            let payment = payment(999, &steps[0], clock);
            let _ = assess(&read, &payment, None, &policy, &AssessContext::at(clock, 0));
            let _ = label_account(&read, Label::Fraud, clock, Belief::MIN, &policy);
        }
    }
}

#[test]
fn ten_thousand_payments_leave_a_profile_of_a_kilobyte() {
    let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
    let (mut profile, mut clock, mut seed, mut largest) = (Profile::new(), start(), 1_u64, 0);
    for number in 0..10_000_usize {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let draw = |shift: u32, below: u64| (seed >> shift) % below;
        clock = clock.plus_ms(draw(20, 90) * 60_000);
        let names = (
            u8::try_from(draw(30, 20)).unwrap(),
            u8::try_from(draw(35, 30)).unwrap(),
            u8::try_from(draw(40, 9)).unwrap(),
        );
        let minor = i64::try_from(draw(12, 60_000)).unwrap();
        let step = Step { wait_ms: 0, late_ms: 0, minor, names, out: draw(45, 10) > 0, offset_min: 60, place: None };
        let payment = payment(number, &step, clock);
        assess(&profile, &payment, None, &policy, &AssessContext::at(clock, 60)).unwrap().commit(&mut profile);
        largest = largest.max(postcard::to_allocvec(&profile).unwrap().len());
    }
    assert!(largest > 700, "the test must fill the profile: {largest}");
    assert!(largest <= PROFILE_BYTES_TYPICAL_MAX, "{largest}");
}

#[test]
fn the_largest_amounts_neither_wrap_nor_panic() {
    let policy = CheckedPolicy::new(RiskPolicy::wallet()).unwrap();
    let (mut profile, mut clock) = (Profile::new(), start());
    for number in 0..3_000_usize {
        clock = clock.plus_ms(1_000);
        let minor = if number % 2 == 0 { 1_000_000_000_000_000 } else { 0 };
        let step = Step { wait_ms: 0, late_ms: 0, minor, names: (0, 0, 0), out: true, offset_min: 840, place: None };
        let payment = payment(number, &step, clock);
        assess(&profile, &payment, None, &policy, &AssessContext::at(clock, 840)).unwrap().commit(&mut profile);
        profile.validate().unwrap();
    }
    let day = spend(&profile, clock, DAY_MS);
    assert!(!day.exact && day.sum > 0);
}
