//! What holds for every clock, every window and every set of parameters.

use proptest::prelude::*;

use super::super::sign::Signer;
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
    fn any_policy()(past_max in 0_u8..=10, future_max in 0_u8..=10) -> TotpPolicy {
        TotpPolicy { window: WindowPolicy::Steps { past_max, future_max }, ..TotpPolicy::usable() }
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
        let inside = (-i64::from(policy.window.future_max())..=i64::from(policy.window.past_max())).contains(&steps_late);

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
        let signer = Signer::new(&rfc_secret(), &parameters).unwrap();
        let code = |step: i64| signer.code(u64::try_from(step).unwrap()).unwrap();
        let value = code((current + offset).max(0));
        let width = usize::from(parameters.digits());
        let typed = TypedCode::parse(&format!("{value:0width$}"), parameters.digits()).unwrap();
        let naive = (current - i64::from(policy.window.past_max())..=current + i64::from(policy.window.future_max()))
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

    /// totp-rs, asked whether a code is in the window, says the same; it names the oldest match, this side the newest.
    #[test]
    fn totp_rs_finds_a_code_where_this_side_does(
        bytes in proptest::collection::vec(0_u8.., 16..=64), algorithm in 0_usize..3, eight in proptest::bool::ANY,
        period_s in 15_u32..=120, skew in 0_u8..=10, unix_s in 2_000_i64..=253_402_300_799, offset in -12_i64..=12,
        wrong in proptest::bool::weighted(0.1),
    ) {
        use totp_rs::Algorithm as Theirs;
        let (ours, theirs) = [
            (Algorithm::Sha1, Theirs::SHA1), (Algorithm::Sha256, Theirs::SHA256), (Algorithm::Sha512, Theirs::SHA512),
        ][algorithm];
        let parameters = TotpParameters::new(ours, if eight { 8 } else { 6 }, period_s, 0).unwrap();
        let (secret, now) = (TotpSecret::from_bytes(&bytes).unwrap(), at_s(unix_s));
        let oracle = totp_rs::Builder::new().with_algorithm(theirs).with_digits(parameters.digits())
            .with_step_duration(period_s.into()).with_skew(skew.into()).with_secret(bytes.as_slice()).build().unwrap();
        let shown_s = unix_s + offset * i64::from(period_s);
        let shown = match Timestamp::from_unix_s(shown_s) {
            Ok(shown_at) if !wrong => code_at(&secret, &parameters, shown_at).unwrap().code().to_owned(),
            _ => "0".repeat(parameters.digits().into()),
        };
        let typed = TypedCode::parse(&shown, parameters.digits()).unwrap();
        let window = WindowPolicy::Steps { past_max: skew, future_max: skew };
        let policy = TotpPolicy { window, ..TotpPolicy::usable() };
        let found = dangerous_verify_stateless(&secret, &parameters, &typed, &policy, now).unwrap();
        let oldest = oracle.check(&shown, u64::try_from(unix_s).unwrap());
        prop_assert_eq!(found.is_some(), oldest.is_some());
        prop_assert!(oldest <= found, "{:?} {:?}", oldest, found);
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
