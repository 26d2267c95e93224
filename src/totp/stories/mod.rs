//! The life of an authenticator, told as tests.

mod drifting;
mod enrolling;
mod properties;
mod verifying;

use super::keyed::counted::signings;
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
