//! Signing in.

use super::*;

#[test]
fn a_code_opens_once() {
    let now = at_step(1_000);
    let first = verified(&spent(10), &standard_code(now), now);
    assert_eq!(first.outcome, VerifyOutcome::Accepted { step: 1_000 });
    let second = verified(&first.state, &standard_code(now), now);
    assert_eq!((second.outcome, &second.state), (VerifyOutcome::Replayed, &first.state));
}

#[test]
fn a_code_skipped_over_is_spent_too() {
    let state = verified(&spent(10), &standard_code(at_step(1_000)), at_step(1_000)).state;
    assert_eq!(verified(&state, &standard_code(at_step(999)), at_step(1_000)).outcome, VerifyOutcome::Replayed);
}

#[test]
fn a_wrong_code_changes_nothing() {
    let state = spent(10);
    let answer = verified(&state, &six(0), at_step(1_000));
    assert_eq!((answer.outcome, answer.state), (VerifyOutcome::WrongCode, state));
}

#[test]
fn twin_steps_are_accepted_once_at_the_higher_one() {
    let (low, high) = TWIN_STEPS;
    // Wherever in the window both twins lie.
    for now in [at_step(low), at_step(high)] {
        let first = verified(&spent(10), &six(911_617), now);
        assert_eq!(first.outcome, VerifyOutcome::Accepted { step: high });
        for later in [at_step(low), at_step(high), at_step(high + 1)] {
            assert_eq!(verified(&first.state, &six(911_617), later).outcome, VerifyOutcome::Replayed);
        }
    }
}

#[test]
fn the_honest_user_of_the_second_twin_is_let_in() {
    let (low, high) = TWIN_STEPS;
    let strict = TotpPolicy::asvs_strict();
    let first = verify(&spent(10), &rfc_secret(), &six(911_617), &strict, at_step(low)).unwrap();
    assert_eq!(first.outcome, VerifyOutcome::Accepted { step: low });
    let second = verified(&first.state, &six(911_617), at_step(high));
    assert_eq!(second.outcome, VerifyOutcome::Accepted { step: high });
    assert_eq!(verified(&second.state, &six(911_617), at_step(high)).outcome, VerifyOutcome::Replayed);
}

#[test]
fn the_window_is_half_open_to_the_millisecond() {
    let typed = standard_code(at_step(1_000));
    let from_ms = at_step(1_000).unix_ms();
    let outcome = |policy: &TotpPolicy, unix_ms: i64| {
        let now = Timestamp::from_unix_ms(unix_ms).unwrap();
        verify(&spent(10), &rfc_secret(), &typed, policy, now).unwrap().outcome
    };
    let accepted = VerifyOutcome::Accepted { step: 1_000 };
    for (policy, first_ms, end_ms) in [
        (TotpPolicy::asvs_strict(), from_ms, from_ms + 30_000),
        (TotpPolicy::usable(), from_ms - 30_000, from_ms + 60_000),
    ] {
        assert_eq!(outcome(&policy, first_ms - 1), VerifyOutcome::WrongCode);
        assert_eq!(outcome(&policy, first_ms), accepted);
        assert_eq!(outcome(&policy, end_ms - 1), accepted);
        assert_eq!(outcome(&policy, end_ms), VerifyOutcome::WrongCode);
    }
}

#[test]
fn past_and_future_of_the_window_are_separate() {
    let policy = TotpPolicy { window: WindowPolicy::SlowTyping, ..TotpPolicy::usable() };
    let outcome = |step| {
        verify(&spent(10), &rfc_secret(), &standard_code(at_step(step)), &policy, at_step(1_000)).unwrap().outcome
    };
    assert_eq!(outcome(999), VerifyOutcome::Accepted { step: 999 });
    assert_eq!(outcome(1_001), VerifyOutcome::WrongCode);
}

#[test]
fn a_clock_that_ran_back_is_named_and_not_called_a_wrong_code() {
    let state = spent(1_000);
    for now in [at_step(998), at_s(0)] {
        for typed in [standard_code(at_step(1_000)), standard_code(now), six(0)] {
            let answer = verified(&state, &typed, now);
            assert_eq!((answer.outcome, &answer.state), (VerifyOutcome::ClockAnomaly, &state));
        }
    }
    // One step back is inside the window: an ordinary replay.
    let answer = verified(&state, &standard_code(at_step(1_000)), at_step(999));
    assert_eq!(answer.outcome, VerifyOutcome::Replayed);
}

#[test]
fn without_a_credential_no_code_is_right() {
    let now = at_step(1_000);
    let policy = TotpPolicy::usable();
    assert_eq!(verified(&TotpState::default(), &standard_code(now), now).outcome, VerifyOutcome::NotEnrolled);
    let standard = TotpParameters::STANDARD;
    let waiting = enrol(&TotpState::default(), RandomId([1; 16]), standard, sealed(), &policy, now).unwrap().state;
    assert_eq!(verified(&waiting, &standard_code(now), now).outcome, VerifyOutcome::NotEnrolled);
}

#[test]
fn a_code_read_with_the_wrong_number_of_digits_is_misuse() {
    let eight = TotpParameters::new(Algorithm::Sha1, 8, 30, 0).unwrap();
    let state = enrolled_at(eight, at_s(0));
    // The eight digits would be 07081804; as seven or six they must not pass for it.
    let typed = TypedCode::parse("7081804", 7).unwrap();
    let answer = verify(&state, &rfc_secret(), &typed, &TotpPolicy::usable(), at_s(1_111_111_109));
    assert_eq!(answer, Err(TotpError::DigitsMismatch { expected: 8 }));
}

#[test]
fn a_broken_policy_is_refused_by_every_verb() {
    let window = WindowPolicy::Steps { past_max: 11, future_max: 0 };
    let policy = TotpPolicy { window, ..TotpPolicy::usable() };
    let (secret, standard, now) = (rfc_secret(), TotpParameters::STANDARD, at_step(1_000));
    let refused = TotpError::InvalidPolicy("the window must be 0 to 10 steps to either side");
    for state in [spent(10), TotpState::default()] {
        assert_eq!(verify(&state, &secret, &six(0), &policy, now).unwrap_err(), refused);
        assert_eq!(confirm(&state, &secret, &six(0), &policy, now).unwrap_err(), refused);
        assert_eq!(enrol(&state, RandomId([2; 16]), standard, sealed(), &policy, now).unwrap_err(), refused);
    }
    assert_eq!(dangerous_verify_stateless(&secret, &standard, &six(0), &policy, now).unwrap_err(), refused);
}

#[test]
fn right_wrong_and_spent_codes_cost_the_same_number_of_signatures() {
    let now = at_step(1_000);
    let window = WindowPolicy::Steps { past_max: 10, future_max: 7 };
    let wide = TotpPolicy { window, ..TotpPolicy::usable() };
    for (policy, expected) in [(TotpPolicy::asvs_strict(), 1), (TotpPolicy::usable(), 3), (wide, 18)] {
        for (state, typed) in [
            (spent(10), standard_code(now)),
            (spent(10), standard_code(at_step(999))),
            (spent(10), standard_code(at_step(1_001))),
            (spent(10), six(0)),
            (spent(1_000), standard_code(now)),
            (spent(9_000), six(0)),
        ] {
            let work = || drop(verify(&state, &rfc_secret(), &typed, &policy, now).unwrap());
            assert_eq!(signings(work), expected);
        }
    }
}

#[test]
fn at_the_beginning_and_the_end_of_time_codes_still_work() {
    // Step 0 is spent by the confirming code; the future step 1 is accepted from 1970 on.
    let state = enrolled_at(TotpParameters::STANDARD, Timestamp::MIN);
    assert_eq!(state.active().unwrap().last_step(), 0);
    let answer = verified(&state, &standard_code(at_s(30)), Timestamp::MIN);
    assert_eq!(answer.outcome, VerifyOutcome::Accepted { step: 1 });
    assert_eq!(signings(|| drop(verified(&state, &six(0), Timestamp::MIN))), 3);
    // In 9999 the window reaches past the last moment that can be named.
    let answer = verified(&state, &standard_code(Timestamp::MAX), Timestamp::MAX);
    assert_eq!(answer.outcome, VerifyOutcome::Accepted { step: 8_446_743_359 });
    assert_eq!(answer.state.validate(), Ok(()));
    assert_eq!(verified(&answer.state, &six(0), Timestamp::MIN).outcome, VerifyOutcome::ClockAnomaly);
}

#[test]
fn before_t0_nothing_matches_and_the_clock_is_blamed() {
    let late = TotpParameters::new(Algorithm::Sha1, 6, 30, 100_000).unwrap();
    let mut state = enrolled_at(late, at_s(100_000));
    state.active.as_mut().unwrap().last_step = 0;
    // Steps below 0 cost a signature of step 0 each, whose code must not open anything.
    let step_0 = shown(&rfc_secret(), &late, at_s(100_000));
    assert_eq!(verified(&state, &step_0, at_s(99_969)).outcome, VerifyOutcome::ClockAnomaly);
    assert_eq!(verified(&state, &step_0, at_s(0)).outcome, VerifyOutcome::ClockAnomaly);
    let policy = TotpPolicy::usable();
    let scan = |now| dangerous_verify_stateless(&rfc_secret(), &late, &step_0, &policy, now).unwrap();
    assert_eq!((scan(at_s(0)), scan(at_s(99_969)), scan(at_s(99_970))), (None, None, Some(0)));
}
