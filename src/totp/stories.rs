//! The life of an authenticator, told as tests.

use proptest::prelude::*;

use super::sign::counted::signings;
use super::*;
use crate::types::{RandomId, Timestamp, TypedCode};

const RFC_SECRET: &[u8] = b"12345678901234567890";
/// Two neighbouring steps of [`RFC_SECRET`] that share the code 911617 (checked with oathtool).
const TWIN_STEPS: (u64, u64) = (910_737, 910_738);

fn rfc_secret() -> TotpSecret {
    TotpSecret::from_bytes(RFC_SECRET).unwrap()
}

fn at_s(unix_s: i64) -> Timestamp {
    Timestamp::from_unix_s(unix_s).unwrap()
}

fn at_step(step: u64) -> Timestamp {
    at_s(i64::try_from(step * 30).unwrap())
}

fn sealed() -> SealedSecret {
    SealedSecret::new(vec![9; 60]).unwrap()
}

fn six(code: u32) -> TypedCode {
    TypedCode::parse(&format!("{code:06}"), 6).unwrap()
}

fn shown(secret: &TotpSecret, parameters: &TotpParameters, now: Timestamp) -> TypedCode {
    TypedCode::parse(code_at(secret, parameters, now).unwrap().code(), parameters.digits()).unwrap()
}

fn standard_code(now: Timestamp) -> TypedCode {
    shown(&rfc_secret(), &TotpParameters::STANDARD, now)
}

/// A credential with the RFC's secret in force, confirmed at `now`.
fn enrolled_at(parameters: TotpParameters, now: Timestamp) -> TotpState {
    let policy = TotpPolicy::usable();
    let state = enrol(&TotpState::default(), RandomId([1; 16]), parameters, sealed(), &policy, now).unwrap().state;
    let typed = shown(&rfc_secret(), &parameters, now);
    let confirmed = confirm(&state, &rfc_secret(), &typed, &policy, now).unwrap();
    assert!(matches!(confirmed.outcome, ConfirmOutcome::Active { .. }));
    confirmed.state
}

/// The same, with `last_step` spent.
fn spent(last_step: u64) -> TotpState {
    let mut state = enrolled_at(TotpParameters::STANDARD, at_s(0));
    state.active.as_mut().unwrap().last_step = last_step;
    state
}

fn verified(state: &TotpState, typed: &TypedCode, now: Timestamp) -> Verified {
    verify(state, &rfc_secret(), typed, &TotpPolicy::usable(), now).unwrap()
}

mod verifying {
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
        let mut policy = TotpPolicy::usable();
        policy.steps_future_max = 0;
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
        let mut policy = TotpPolicy::usable();
        policy.steps_past_max = 11;
        let (state, secret, now) = (spent(10), rfc_secret(), at_step(1_000));
        let refused = Err(TotpError::InvalidPolicy("steps_past_max must be 0 to 10"));
        assert_eq!(verify(&state, &secret, &six(0), &policy, now).map(|answer| answer.outcome), refused);
        assert_eq!(
            confirm(&state, &secret, &six(0), &policy, now).map(|answer| answer.outcome),
            Err(TotpError::InvalidPolicy("steps_past_max must be 0 to 10"))
        );
        assert!(enrol(&state, RandomId([2; 16]), TotpParameters::STANDARD, sealed(), &policy, now).is_err());
        assert!(dangerous_verify_stateless(&secret, &TotpParameters::STANDARD, &six(0), &policy, now).is_err());
    }

    #[test]
    fn right_wrong_and_spent_codes_cost_the_same_number_of_signatures() {
        let now = at_step(1_000);
        let mut wide = TotpPolicy::usable();
        (wide.steps_past_max, wide.steps_future_max) = (10, 7);
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
}

mod enrolling {
    use super::*;

    const NEW_SECRET: &[u8] = b"abcdefghijklmnopqrst";
    const OLD_ID: RandomId = RandomId([1; 16]);
    const NEW_ID: RandomId = RandomId([2; 16]);

    fn new_secret() -> TotpSecret {
        TotpSecret::from_bytes(NEW_SECRET).unwrap()
    }

    fn new_code(now: Timestamp) -> TypedCode {
        shown(&new_secret(), &TotpParameters::STANDARD, now)
    }

    fn waiting(state: &TotpState, now: Timestamp) -> TotpState {
        let enrolled = enrol(state, NEW_ID, TotpParameters::STANDARD, sealed(), &TotpPolicy::usable(), now).unwrap();
        assert_eq!(enrolled.state.validate(), Ok(()));
        enrolled.state
    }

    fn confirmed(state: &TotpState, typed: &TypedCode, now: Timestamp) -> Confirmed {
        let confirmed = confirm(state, &new_secret(), typed, &TotpPolicy::usable(), now).unwrap();
        assert_eq!(confirmed.state.validate(), Ok(()));
        confirmed
    }

    #[test]
    fn the_confirming_code_is_not_the_first_sign_in_code() {
        let now = at_step(1_000);
        let confirmed = confirmed(&waiting(&TotpState::default(), now), &new_code(now), now);
        assert_eq!(confirmed.outcome, ConfirmOutcome::Active { id: NEW_ID, step: 1_000, replaced: None });
        let outcome =
            |code_step, now_step| verify_new(&confirmed.state, &new_code(at_step(code_step)), at_step(now_step));
        assert_eq!(outcome(1_000, 1_000), VerifyOutcome::Replayed);
        assert_eq!(outcome(1_000, 1_001), VerifyOutcome::Replayed);
        assert_eq!(outcome(1_001, 1_001), VerifyOutcome::Accepted { step: 1_001 });
    }

    #[test]
    fn a_twin_code_confirms_at_the_higher_step() {
        let (low, high) = TWIN_STEPS;
        let state = waiting(&TotpState::default(), at_step(low));
        let confirmed = confirm(&state, &rfc_secret(), &six(911_617), &TotpPolicy::usable(), at_step(low)).unwrap();
        assert_eq!(confirmed.outcome, ConfirmOutcome::Active { id: NEW_ID, step: high, replaced: None });
        assert_eq!(verified(&confirmed.state, &six(911_617), at_step(high)).outcome, VerifyOutcome::Replayed);
    }

    #[test]
    fn the_old_authenticator_works_until_the_new_one_is_confirmed() {
        let old = spent(10);
        let now = at_step(1_000);
        let replacing = waiting(&old, now);
        assert_eq!(replacing.active(), old.active());
        let signed_in = verified(&replacing, &standard_code(now), now);
        assert_eq!(signed_in.outcome, VerifyOutcome::Accepted { step: 1_000 });
        assert_eq!(signed_in.state.pending(), replacing.pending());

        let swapped = confirmed(&signed_in.state, &new_code(now), now);
        assert_eq!(swapped.outcome, ConfirmOutcome::Active { id: NEW_ID, step: 1_000, replaced: Some(OLD_ID) });
        assert!(swapped.state.pending().is_none());
        let later = at_step(1_001);
        assert_eq!(verify_new(&swapped.state, &standard_code(later), later), VerifyOutcome::WrongCode);
        assert_eq!(verify_new(&swapped.state, &new_code(later), later), VerifyOutcome::Accepted { step: 1_001 });
    }

    fn verify_new(state: &TotpState, typed: &TypedCode, now: Timestamp) -> VerifyOutcome {
        verify(state, &new_secret(), typed, &TotpPolicy::usable(), now).unwrap().outcome
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_authenticator_alone() {
        let old = spent(10);
        let now = at_step(1_000);
        let mut state = waiting(&old, now);
        for tries_left in [4, 3, 2, 1, 0] {
            let answer = confirmed(&state, &six(0), now);
            assert_eq!(answer.outcome, ConfirmOutcome::WrongCode { tries_left });
            assert_eq!(answer.state.pending().map(PendingTotp::tries_left), (tries_left > 0).then_some(tries_left));
            state = answer.state;
        }
        assert_eq!(state, old);
        assert_eq!(confirmed(&state, &new_code(now), now).outcome, ConfirmOutcome::NothingPending);
        assert_eq!(verified(&state, &standard_code(now), now).outcome, VerifyOutcome::Accepted { step: 1_000 });
    }

    #[test]
    fn an_enrolment_ends_on_the_millisecond() {
        let began = at_step(1_000);
        let state = waiting(&TotpState::default(), began);
        let expires_at = state.pending().unwrap().expires_at();
        assert_eq!(expires_at.ms_since(began), 600_000);
        let last = expires_at.minus_ms(1);
        assert!(matches!(confirmed(&state, &new_code(last), last).outcome, ConfirmOutcome::Active { .. }));
        let answer = confirmed(&state, &new_code(expires_at), expires_at);
        assert_eq!((answer.outcome, answer.state), (ConfirmOutcome::Expired, TotpState::default()));
    }

    #[test]
    fn a_clock_before_the_enrolment_confirms_nothing_and_costs_no_try() {
        let state = waiting(&TotpState::default(), at_step(1_000));
        let now = at_step(1_000).minus_ms(1);
        let answer = confirmed(&state, &new_code(at_step(1_000)), now);
        assert_eq!((answer.outcome, answer.state), (ConfirmOutcome::ClockAnomaly, state));
        let late = TotpParameters::new(Algorithm::Sha1, 6, 30, 100_000).unwrap();
        let policy = TotpPolicy::usable();
        let state = enrol(&TotpState::default(), NEW_ID, late, sealed(), &policy, at_s(0)).unwrap().state;
        assert_eq!(confirmed(&state, &six(0), at_s(1)).outcome, ConfirmOutcome::ClockAnomaly);
    }

    #[test]
    fn the_newest_enrolment_discards_the_one_before() {
        let now = at_step(1_000);
        let first = waiting(&TotpState::default(), now);
        let third = RandomId([3; 16]);
        let policy = TotpPolicy::usable();
        let second = enrol(&first, third, TotpParameters::STANDARD, sealed(), &policy, now).unwrap();
        assert_eq!(second.discarded, Some(NEW_ID));
        assert_eq!(second.state.pending().unwrap().credential().id(), third);
        assert_eq!(second.expires_at, second.state.pending().unwrap().expires_at());
    }

    #[test]
    fn the_id_in_force_can_not_be_taken_twice() {
        let policy = TotpPolicy::usable();
        let answer = enrol(&spent(10), OLD_ID, TotpParameters::STANDARD, sealed(), &policy, at_step(1_000));
        assert_eq!(answer, Err(TotpError::DuplicateId));
    }

    #[test]
    fn revoking_takes_exactly_the_named_credential() {
        let state = waiting(&spent(10), at_step(1_000));
        let without_new = revoke(&state, NEW_ID);
        assert_eq!((without_new.outcome, &without_new.state), (RevokeOutcome::Pending, &spent(10)));
        let without_old = revoke(&state, OLD_ID);
        assert_eq!(without_old.outcome, RevokeOutcome::Active);
        assert_eq!((without_old.state.active(), without_old.state.pending()), (None, state.pending()));
        let again = revoke(&without_old.state, OLD_ID);
        assert_eq!((again.outcome, again.state), (RevokeOutcome::Unknown, without_old.state));
    }

    #[test]
    fn an_enrolment_at_the_end_of_time_is_over_at_once() {
        let state = waiting(&TotpState::default(), Timestamp::MAX);
        assert_eq!(confirmed(&state, &six(0), Timestamp::MAX).outcome, ConfirmOutcome::Expired);
        let state = waiting(&TotpState::default(), Timestamp::MIN);
        let answer = confirmed(&state, &new_code(Timestamp::MIN), Timestamp::MIN);
        assert_eq!(answer.outcome, ConfirmOutcome::Active { id: NEW_ID, step: 0, replaced: None });
    }

    #[test]
    fn confirming_costs_the_same_for_right_and_wrong_codes() {
        let now = at_step(1_000);
        let state = waiting(&TotpState::default(), now);
        for typed in [new_code(at_step(999)), new_code(now), new_code(at_step(1_001)), six(0)] {
            assert_eq!(signings(|| drop(confirmed(&state, &typed, now))), 3);
        }
    }
}

mod properties {
    use super::*;

    prop_compose! {
        fn any_parameters()(
            algorithm in prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)],
            digits in prop_oneof![Just(6_u8), Just(8)],
            period_s in 15_u32..=120,
            t0_s in prop_oneof![Just(0_i64), -T0_S_MAX..=0, -1_000_000_i64..=0],
        ) -> TotpParameters {
            TotpParameters::new(algorithm, digits, period_s, t0_s).unwrap()
        }
    }

    prop_compose! {
        fn any_policy()(steps_past_max in 0_u8..=10, steps_future_max in 0_u8..=10) -> TotpPolicy {
            TotpPolicy { steps_past_max, steps_future_max, ..TotpPolicy::usable() }
        }
    }

    fn any_time() -> impl Strategy<Value = Timestamp> {
        let ms = prop_oneof![0_i64..=Timestamp::MAX.unix_ms(), 1_700_000_000_000_i64..=1_900_000_000_000];
        ms.prop_map(|unix_ms| Timestamp::from_unix_ms(unix_ms).unwrap())
    }

    proptest! {
        /// Whatever the parameters, the window and the two clocks: inside the window exactly once, outside never
        /// (but for the odd twin code, which the highest-match rule explains).
        #[test]
        fn an_authenticators_code_passes_inside_the_window_exactly_once(
            parameters in any_parameters(), policy in any_policy(), device_now in any_time(),
            lag_ms in -2_000_000_i64..=2_000_000,
        ) {
            let server_ms = (device_now.unix_ms() + lag_ms).clamp(0, Timestamp::MAX.unix_ms());
            let now = Timestamp::from_unix_ms(server_ms).unwrap();
            let mut state = enrolled_at(parameters, Timestamp::MIN);
            state.active.as_mut().unwrap().last_step = 0;
            let code = code_at(&rfc_secret(), &parameters, device_now).unwrap();
            let typed = TypedCode::parse(code.code(), parameters.digits()).unwrap();
            let steps_late = parameters.step_at(now) - i64::try_from(code.step()).unwrap();
            let inside = (-i64::from(policy.steps_future_max)..=i64::from(policy.steps_past_max)).contains(&steps_late);

            let first = verify(&state, &rfc_secret(), &typed, &policy, now).unwrap();
            match first.outcome {
                VerifyOutcome::Accepted { step } => {
                    prop_assert!(step >= code.step() || !inside);
                    prop_assert_eq!(first.state.active().unwrap().last_step(), step);
                }
                outcome => {
                    prop_assert!(!inside || code.step() == 0, "{:?}", outcome);
                    prop_assert_eq!(&first.state, &state);
                }
            }
            let second = verify(&first.state, &rfc_secret(), &typed, &policy, now).unwrap();
            let opened_again = matches!(second.outcome, VerifyOutcome::Accepted { .. });
            prop_assert!(!opened_again);
            prop_assert_eq!(second.state, first.state);
        }

        /// Against a reading of RFC 6238 written the plain way.
        #[test]
        fn the_scan_agrees_with_a_naive_one(
            parameters in any_parameters(), policy in any_policy(), now in any_time(), last_step in 0_u64..100,
            offset in -12_i64..=12,
        ) {
            let current = parameters.step_at(now);
            let signer = sign::Signer::new(&rfc_secret(), &parameters).unwrap();
            let code = |step: i64| signer.code(u64::try_from(step).unwrap()).unwrap();
            let value = code((current + offset).max(0));
            let width = usize::from(parameters.digits());
            let typed = TypedCode::parse(&format!("{value:0width$}"), parameters.digits()).unwrap();
            let naive = (current - i64::from(policy.steps_past_max)..=current + i64::from(policy.steps_future_max))
                .filter(|step| *step >= 0 && code(*step) == value)
                .max()
                .map(|step| u64::try_from(step).unwrap());
            let found = dangerous_verify_stateless(&rfc_secret(), &parameters, &typed, &policy, now).unwrap();
            prop_assert_eq!(found, naive);

            let mut state = enrolled_at(parameters, Timestamp::MIN);
            state.active.as_mut().unwrap().last_step = last_step;
            let outcome = verify(&state, &rfc_secret(), &typed, &policy, now).unwrap().outcome;
            let accepted = naive.filter(|step| *step > last_step).map(|step| VerifyOutcome::Accepted { step });
            prop_assert_eq!(matches!(outcome, VerifyOutcome::Accepted { .. }).then_some(outcome), accepted);
        }

        /// A watermark never sinks, whatever is typed and however the clock jumps.
        #[test]
        fn the_last_step_never_goes_back(moves in proptest::collection::vec((0_u64..3_000, 0_u64..3_000), 1..12)) {
            let mut state = spent(10);
            for (clock_step, code_step) in moves {
                let before = state.active().unwrap().last_step();
                let answer = verified(&state, &standard_code(at_step(code_step)), at_step(clock_step));
                let after = answer.state.active().unwrap().last_step();
                prop_assert_eq!(after > before, matches!(answer.outcome, VerifyOutcome::Accepted { .. }));
                prop_assert!(after >= before);
                state = answer.state;
            }
        }
    }
}
