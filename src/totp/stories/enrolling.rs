//! Bringing an authenticator in, replacing it, taking it out.

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
    let outcome = |code_step, now_step| verify_new(&confirmed.state, &new_code(at_step(code_step)), at_step(now_step));
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

#[test]
fn steps_that_the_old_authenticator_spent_stay_spent() {
    let (old, now) = (spent(1_001), at_step(1_000));
    let replaced = confirmed(&waiting(&old, now), &new_code(now), now);
    assert!(matches!(replaced.outcome, ConfirmOutcome::Active { step: 1_000, .. }));
    assert_eq!(replaced.state.active().map(|active| active.last_step()), Some(1_001));
    let later = at_step(1_002);
    assert_eq!(verify_new(&replaced.state, &new_code(later), later), VerifyOutcome::Accepted { step: 1_002 });

    let slow = TotpParameters::new(Algorithm::Sha1, 6, 60, 0).unwrap();
    let policy = TotpPolicy::usable();
    let state = enrol(&old, NEW_ID, slow, sealed(), &policy, now).unwrap().state;
    let replaced = confirmed(&state, &shown(&new_secret(), &slow, now), now);
    assert_eq!(replaced.state.active().map(|active| active.last_step()), Some(500), "another count of steps");
}

/// What is stored of a state, read back.
fn stored(state: &TotpState) -> TotpState {
    postcard::from_bytes(&postcard::to_allocvec(state).unwrap()).unwrap()
}

#[test]
fn steps_that_a_revoked_authenticator_spent_stay_spent_when_its_secret_comes_back() {
    let (old, now, policy) = (spent(1_001), at_step(1_000), TotpPolicy::usable());
    let slow = TotpParameters::new(Algorithm::Sha1, 6, 60, 0).unwrap();
    let revoked = stored(&revoke(&old, OLD_ID).state);
    assert_eq!(revoked.active(), None);
    // With an authenticator of another count in between, and without.
    let between = enrol(&revoked, NEW_ID, slow, sealed(), &policy, now).unwrap().state;
    let between = confirmed(&between, &shown(&new_secret(), &slow, now), now).state;
    let replaced = enrol(&old, NEW_ID, slow, sealed(), &policy, now).unwrap().state;
    let replaced = confirmed(&replaced, &shown(&new_secret(), &slow, now), now).state;
    for state in [revoked, stored(&revoke(&between, NEW_ID).state), between, replaced] {
        let id = RandomId([3; 16]);
        let waiting = stored(&enrol(&state, id, TotpParameters::STANDARD, sealed(), &policy, now).unwrap().state);
        let again = confirm(&waiting, &rfc_secret(), &standard_code(now), &policy, now).unwrap();
        assert!(matches!(again.outcome, ConfirmOutcome::Active { step: 1_000, .. }));
        let spent_before = standard_code(at_step(1_001));
        assert_eq!(verified(&again.state, &spent_before, at_step(1_001)).outcome, VerifyOutcome::Replayed);
        let next = verified(&again.state, &standard_code(at_step(1_002)), at_step(1_002));
        assert_eq!(next.outcome, VerifyOutcome::Accepted { step: 1_002 }, "and no more than those");
    }
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
fn how_long_an_enrolment_waits_and_how_many_wrong_codes_it_bears_are_the_policys() {
    let mut policy = TotpPolicy::usable();
    (policy.pending_ttl_ms, policy.confirm_tries_max) = (180_000, 2);
    let began = at_step(1_000);
    let enrol = || enrol(&TotpState::default(), NEW_ID, TotpParameters::STANDARD, sealed(), &policy, began).unwrap();
    let confirm =
        |state: &TotpState, typed: &TypedCode, now| confirm(state, &new_secret(), typed, &policy, now).unwrap();
    let enrolled = enrol();
    assert_eq!(enrolled.expires_at, began.plus_ms(180_000));
    let last = enrolled.expires_at.minus_ms(1);
    assert!(matches!(confirm(&enrolled.state, &new_code(last), last).outcome, ConfirmOutcome::Active { .. }));
    let late = enrolled.expires_at;
    assert_eq!(confirm(&enrolled.state, &new_code(late), late).outcome, ConfirmOutcome::Expired);
    let first = confirm(&enrolled.state, &six(0), began);
    assert_eq!(first.outcome, ConfirmOutcome::WrongCode { tries_left: 1 });
    let second = confirm(&first.state, &six(0), began);
    assert_eq!((second.outcome, second.state), (ConfirmOutcome::WrongCode { tries_left: 0 }, TotpState::default()));
}

/// Eight digits, slow and fast periods, and T0: each number of the parameters decides alone which code confirms.
#[test]
fn a_code_made_by_other_parameters_confirms_nothing() {
    let (policy, now) = (TotpPolicy::usable(), at_s(1_000_000_000));
    let of = |algorithm, digits, period_s, t0_s| TotpParameters::new(algorithm, digits, period_s, t0_s).unwrap();
    let own = of(Algorithm::Sha256, 8, 60, 7_000);
    let others = [
        of(Algorithm::Sha1, 8, 60, 7_000),
        of(Algorithm::Sha512, 8, 60, 7_000),
        of(Algorithm::Sha256, 8, 30, 7_000),
        of(Algorithm::Sha256, 8, 60, 0),
    ];
    let state = enrol(&TotpState::default(), NEW_ID, own, sealed(), &policy, now).unwrap().state;
    let tried = |typed: &TypedCode| confirm(&state, &new_secret(), typed, &policy, now);
    for other in others {
        let outcome = tried(&shown(&new_secret(), &other, now)).unwrap().outcome;
        assert!(matches!(outcome, ConfirmOutcome::WrongCode { .. }), "{other:?}: {outcome:?}");
    }
    let six = shown(&new_secret(), &of(Algorithm::Sha256, 6, 60, 7_000), now);
    assert_eq!(tried(&six), Err(TotpError::DigitsMismatch { expected: 8 }), "six digits are no eight");
    let step = (1_000_000_000 - 7_000) / 60;
    let right = tried(&shown(&new_secret(), &own, now)).unwrap().outcome;
    assert_eq!(right, ConfirmOutcome::Active { id: NEW_ID, step, replaced: None });
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
