//! Devices whose clock is off.

use proptest::prelude::*;

use super::*;

fn learning() -> TotpPolicy {
    TotpPolicy { learn_drift: true, ..TotpPolicy::usable() }
}

/// Types the code of `code_step` when this side's clock shows `clock_step`.
fn typed(state: &TotpState, policy: &TotpPolicy, code_step: u64, clock_step: u64) -> Verified {
    let answer = verify(state, &rfc_secret(), &standard_code(at_step(code_step)), policy, at_step(clock_step)).unwrap();
    assert_eq!(answer.state.validate(), Ok(()));
    answer
}

fn drift(state: &TotpState) -> i8 {
    state.active().unwrap().drift_steps()
}

fn pair(state: &TotpState, first_step: u64, clock_step: u64) -> Resynced {
    let (first, second) = (standard_code(at_step(first_step)), standard_code(at_step(first_step + 1)));
    let answer = resync(state, &rfc_secret(), &first, &second, at_step(clock_step)).unwrap();
    assert_eq!(answer.state.validate(), Ok(()));
    answer
}

#[test]
fn nothing_is_learned_unless_the_policy_says_so() {
    let answer = typed(&spent(10), &TotpPolicy::usable(), 1_001, 1_000);
    assert_eq!((answer.outcome, drift(&answer.state)), (VerifyOutcome::Accepted { step: 1_001 }, 0));
}

#[test]
fn a_device_that_slowly_runs_ahead_is_followed_for_two_steps() {
    let mut state = spent(10);
    for (clock, ahead, learned) in [(1_000, 0, 0), (2_000, 1, 1), (3_000, 2, 2), (4_000, 3, 2), (5_000, 3, 2)] {
        let answer = typed(&state, &learning(), clock + ahead, clock);
        assert_eq!((answer.outcome, drift(&answer.state)), (VerifyOutcome::Accepted { step: clock + ahead }, learned));
        state = answer.state;
    }
    // Further than the drift and the window together nothing counts.
    assert_eq!(typed(&state, &learning(), 6_004, 6_000).outcome, VerifyOutcome::WrongCode);
    // A clock that was set right is followed back, the same way.
    for (clock, behind, learned) in [(7_000, 1, 1), (8_000, 0, 0)] {
        let answer = typed(&state, &learning(), clock + behind, clock);
        assert_eq!(drift(&answer.state), learned);
        state = answer.state;
    }
}

#[test]
fn within_a_period_of_the_last_success_nothing_is_learned() {
    let first = typed(&spent(10), &learning(), 1_001, 1_000);
    assert_eq!(drift(&first.state), 1);
    let second_code = standard_code(at_step(1_002));
    let last_ms = at_step(1_001).minus_ms(1);
    let soon = verify(&first.state, &rfc_secret(), &second_code, &learning(), last_ms).unwrap();
    assert_eq!((soon.outcome, drift(&soon.state)), (VerifyOutcome::Accepted { step: 1_002 }, 1));
    // The same code a millisecond later, in the next step, is no further ahead than what was learned.
    let later = typed(&first.state, &learning(), 1_003, 1_001);
    assert_eq!((later.outcome, drift(&later.state)), (VerifyOutcome::Accepted { step: 1_003 }, 2));
}

#[test]
fn one_success_teaches_one_step_however_wide_the_window() {
    let window = WindowPolicy::Steps { past_max: 10, future_max: 10 };
    let wide = TotpPolicy { window, learn_drift: true, ..TotpPolicy::usable() };
    let (ahead, behind) = (typed(&spent(10), &wide, 1_010, 1_000), typed(&spent(10), &wide, 990, 1_000));
    assert_eq!((drift(&ahead.state), drift(&behind.state)), (1, -1));
}

#[test]
fn wrong_and_spent_codes_teach_nothing() {
    let state = typed(&spent(10), &learning(), 1_000, 1_000).state;
    for code in [standard_code(at_step(1_000)), standard_code(at_step(999)), six(0)] {
        let answer = verify(&state, &rfc_secret(), &code, &learning(), at_step(1_001)).unwrap();
        assert_eq!(answer.state, state);
    }
}

#[test]
fn two_codes_in_a_row_tell_the_drift_and_are_both_spent() {
    for (first_step, drift_steps) in [(997_u64, -2_i8), (998, -1), (999, 0), (1_000, 1), (1_001, 2)] {
        let answer = pair(&spent(10), first_step, 1_000);
        assert_eq!(answer.outcome, ResyncOutcome::Resynced { step: first_step + 1, drift_steps });
        for spent in [first_step, first_step + 1] {
            let again = typed(&answer.state, &TotpPolicy::usable(), spent, 1_000).outcome;
            assert!(matches!(again, VerifyOutcome::Replayed | VerifyOutcome::WrongCode), "{again:?}");
        }
        assert_eq!(pair(&answer.state, first_step, 1_000).outcome, ResyncOutcome::Replayed);
        // The next one signs in, even with the narrowest window.
        let next = typed(&answer.state, &TotpPolicy::asvs_strict(), first_step + 2, 1_001);
        assert_eq!(next.outcome, VerifyOutcome::Accepted { step: first_step + 2 });
    }
}

#[test]
fn a_clock_further_off_is_told_and_not_allowed_for() {
    for (first_step, offset_steps) in [(990_u64, -9_i8), (996, -3), (1_002, 3), (1_009, 10)] {
        let answer = pair(&spent(10), first_step, 1_000);
        assert_eq!(answer.outcome, ResyncOutcome::DeviceClockOff { step: first_step + 1, offset_steps });
        assert_eq!(drift(&answer.state), 0);
        // What was typed is spent: for a device ahead, also when its time has come.
        for clock in [1_000, first_step, first_step + 1] {
            let again = typed(&answer.state, &TotpPolicy::usable(), first_step + 1, clock).outcome;
            assert!(!matches!(again, VerifyOutcome::Accepted { .. }), "{again:?}");
        }
        let right_again = first_step.max(1_000) + 2;
        let signed_in = typed(&answer.state, &TotpPolicy::usable(), right_again, right_again);
        assert_eq!(signed_in.outcome, VerifyOutcome::Accepted { step: right_again });
    }
    for first_step in [988, 989, 1_010, 1_011] {
        assert_eq!(pair(&spent(10), first_step, 1_000).outcome, ResyncOutcome::WrongCodes, "{first_step}");
    }
}

#[test]
fn two_codes_that_do_not_follow_each_other_are_wrong() {
    let state = spent(10);
    let code = |step| standard_code(at_step(step));
    for (first, second) in [
        (code(1_000), code(1_000)),
        (code(1_001), code(1_000)),
        (code(1_000), code(1_002)),
        (code(1_000), six(0)),
        (six(0), code(1_001)),
        (six(0), six(0)),
    ] {
        let answer = resync(&state, &rfc_secret(), &first, &second, at_step(1_000)).unwrap();
        assert_eq!((answer.outcome, &answer.state), (ResyncOutcome::WrongCodes, &state));
    }
}

#[test]
fn a_pair_with_a_spent_code_does_not_resync() {
    let state = spent(1_000);
    for first_step in [998, 999, 1_000] {
        let answer = pair(&state, first_step, 1_000);
        assert_eq!((answer.outcome, &answer.state), (ResyncOutcome::Replayed, &state), "{first_step}");
    }
    assert!(matches!(pair(&state, 1_001, 1_000).outcome, ResyncOutcome::Resynced { step: 1_002, .. }));
}

#[test]
fn twin_codes_resync_at_the_highest_pair() {
    let (low, high) = TWIN_STEPS;
    let answer = resync(&spent(10), &rfc_secret(), &six(911_617), &six(911_617), at_step(low)).unwrap();
    assert_eq!(answer.outcome, ResyncOutcome::Resynced { step: high, drift_steps: 1 });
    let after = pair(&spent(10), high, high);
    assert_eq!(after.outcome, ResyncOutcome::Resynced { step: high + 1, drift_steps: 1 });
}

#[test]
fn resyncing_needs_a_credential_a_clock_and_codes_of_the_right_length() {
    let none = resync(&TotpState::default(), &rfc_secret(), &six(1), &six(2), at_step(1_000)).unwrap();
    assert_eq!((none.outcome, none.state), (ResyncOutcome::NotEnrolled, TotpState::default()));
    let state = spent(1_000);
    assert_eq!(pair(&state, 980, 989).outcome, ResyncOutcome::ClockAnomaly);
    assert_ne!(pair(&state, 980, 990).outcome, ResyncOutcome::ClockAnomaly);
    let eight = TypedCode::parse("12345678", 8).unwrap();
    for (first, second) in [(six(1), eight.clone()), (eight, six(1))] {
        let answer = resync(&state, &rfc_secret(), &first, &second, at_step(1_000));
        assert_eq!(answer, Err(TotpError::DigitsMismatch { expected: 6 }));
    }
    let late = TotpParameters::new(Algorithm::Sha1, 6, 30, 100_000).unwrap();
    let before_t0 = resync(&enrolled_at(late, at_s(100_000)), &rfc_secret(), &six(1), &six(2), at_s(0)).unwrap();
    assert_eq!(before_t0.outcome, ResyncOutcome::ClockAnomaly);
}

#[test]
fn at_the_ends_of_time_a_resync_still_decides() {
    let state = enrolled_at(TotpParameters::STANDARD, Timestamp::MIN);
    let pair = |first: i64, now| {
        let (first, second) = (standard_code(at_s(first)), standard_code(at_s(first + 30)));
        resync(&state, &rfc_secret(), &first, &second, now).unwrap()
    };
    // Step 0 is spent by the confirming code; steps before it do not exist.
    assert_eq!(pair(30, Timestamp::MIN).outcome, ResyncOutcome::Resynced { step: 2, drift_steps: 2 });
    assert_eq!(pair(0, Timestamp::MIN).outcome, ResyncOutcome::Replayed);
    let last = pair(Timestamp::MAX.unix_s() - 30, Timestamp::MAX);
    assert_eq!(last.outcome, ResyncOutcome::Resynced { step: 8_446_743_359, drift_steps: 0 });
    assert_eq!(last.state.validate(), Ok(()));
    // A drift that points before 1970, or beyond 9999, costs the same work and finds nothing there.
    let mut state = enrolled_at(TotpParameters::STANDARD, Timestamp::MIN);
    for (drift_steps, now) in [(-2, Timestamp::MIN), (2, Timestamp::MAX)] {
        state.active.as_mut().unwrap().drift_steps = drift_steps;
        let work = || drop(verify(&state, &rfc_secret(), &six(0), &learning(), now).unwrap());
        assert_eq!(signings(work), 3);
    }
}

#[test]
fn a_resync_costs_the_same_for_right_wrong_and_spent_codes() {
    let code = |step| standard_code(at_step(step));
    for (state, first, second) in [
        (spent(10), code(1_000), code(1_001)),
        (spent(10), code(990), code(991)),
        (spent(10), six(0), six(0)),
        (spent(1_005), code(1_000), code(1_001)),
        (spent(9_000), code(1_000), code(1_001)),
    ] {
        let work = || drop(resync(&state, &rfc_secret(), &first, &second, at_step(1_000)).unwrap());
        assert_eq!(signings(work), 21);
    }
}

proptest! {
    /// However a thief or a broken clock pushes, drift stays in its bounds, moves by a step at a time, and no spent
    /// step opens again.
    #[test]
    fn drift_is_never_walked_away(
        moves in proptest::collection::vec((0_u64..40_000, -4_i64..=4, proptest::bool::ANY), 1..30),
    ) {
        let (mut state, mut clock) = (spent(10), 100_000_000_u64);
        for (pause_ms, ahead, second) in moves {
            clock += pause_ms;
            let now = Timestamp::from_unix_ms(i64::try_from(clock).unwrap()).unwrap();
            let step = (clock / 30_000).checked_add_signed(ahead).unwrap();
            let before = state.active().unwrap().clone();
            let (after, resynced) = if second {
                let (first, second) = (standard_code(at_step(step)), standard_code(at_step(step + 1)));
                let answer = resync(&state, &rfc_secret(), &first, &second, now).unwrap();
                (answer.state, true)
            } else {
                (verify(&state, &rfc_secret(), &standard_code(at_step(step)), &learning(), now).unwrap().state, false)
            };
            prop_assert_eq!(after.validate(), Ok(()));
            let active = after.active().unwrap();
            prop_assert!(active.last_step() >= before.last_step());
            prop_assert!(resynced || (active.drift_steps() - before.drift_steps()).abs() <= 1);
            prop_assert!(active.drift_steps() == before.drift_steps() || active.last_step() > before.last_step());
            state = after;
        }
    }
}
