//! What a typed TOTP code costs, against totp-rs in the same run.
//!
//! totp-rs stops at the first match, so its figure depends on which step was typed; a miss is what it costs to look at
//! the whole window, and the whole window is what this library looks at every time. Its rows take an already built
//! `Totp`, ours key the HMAC anew for each code, as a server that opens a sealed secret does.

use std::hint::black_box;
use std::time::Instant;

use account_security::totp::{
    SealedSecret, TotpParameters, TotpPolicy, TotpSecret, TotpState, code_at, confirm, dangerous_verify_stateless,
    enrol, verify,
};
use account_security::types::{RandomId, Timestamp, TypedCode};

const ROUNDS: usize = 15;
const CALLS_PER_ROUND: u32 = 20_000;
const SECRET: &[u8] = b"12345678901234567890";
const NOW_S: u32 = 1_772_366_400;

type Fault = Box<dyn std::error::Error>;
type Call<'a> = Box<dyn Fn() + 'a>;

/// A row of the table: what it is, and the median nanoseconds of one call. The first is the yardstick.
pub fn rows() -> Result<Vec<(&'static str, u64)>, Fault> {
    let secret = TotpSecret::from_bytes(SECRET)?;
    let (standard, usable, strict) = (TotpParameters::STANDARD, TotpPolicy::usable(), TotpPolicy::asvs_strict());
    let now = Timestamp::from_unix_s(NOW_S.into())?;
    let theirs = totp_rs::Builder::new().with_secret(SECRET).build().map_err(|_| "totp-rs refuses the secret")?;
    let right = code_at(&secret, &standard, now)?;
    let wrong = TypedCode::parse("000001", 6)?;
    let right_typed = TypedCode::parse(right.code(), 6)?;
    let state = enrolled(&secret, now.minus_ms(600_000))?;

    let calls: Vec<(&'static str, Call<'_>)> = vec![
        (
            "TOTP, totp-rs `check`, wrong code (three steps)",
            Box::new(|| drop(black_box(theirs.check(black_box("000001"), black_box(NOW_S.into()))))),
        ),
        (
            "TOTP, totp-rs `check`, code of the current step",
            Box::new(|| drop(black_box(theirs.check(black_box(right.code()), black_box(NOW_S.into()))))),
        ),
        (
            "TOTP, window of three without state, wrong code",
            Box::new(|| {
                drop(black_box(dangerous_verify_stateless(&secret, &standard, &wrong, &usable, black_box(now))))
            }),
        ),
        (
            "TOTP, `verify` with replay memory, window of three, wrong code",
            Box::new(|| drop(black_box(verify(&state, &secret, &wrong, &usable, black_box(now))))),
        ),
        (
            "TOTP, `verify` with replay memory, window of three, right code",
            Box::new(|| drop(black_box(verify(&state, &secret, &right_typed, &usable, black_box(now))))),
        ),
        (
            "TOTP, `verify` with replay memory, current step only, wrong code",
            Box::new(|| drop(black_box(verify(&state, &secret, &wrong, &strict, black_box(now))))),
        ),
        (
            "TOTP, the code a soft token shows (signed by totp-rs)",
            Box::new(|| drop(black_box(code_at(&secret, &standard, black_box(now))))),
        ),
    ];
    Ok(medians(&calls))
}

fn enrolled(secret: &TotpSecret, now: Timestamp) -> Result<TotpState, Fault> {
    let (policy, standard) = (TotpPolicy::usable(), TotpParameters::STANDARD);
    let sealed = SealedSecret::new(vec![7; 57])?;
    let waiting = enrol(&TotpState::default(), RandomId([1; 16]), standard, sealed, &policy, now)?.state;
    let first = TypedCode::parse(code_at(secret, &standard, now)?.code(), 6)?;
    Ok(confirm(&waiting, secret, &first, &policy, now)?.state)
}

/// The rows take turns within each round, so that a busy neighbour burdens them alike.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn medians(calls: &[(&'static str, Call<'_>)]) -> Vec<(&'static str, u64)> {
    let mut seen = vec![Vec::with_capacity(ROUNDS); calls.len()];
    for _ in 0..ROUNDS {
        for ((_, call), seen) in calls.iter().zip(&mut seen) {
            let started = Instant::now();
            (0..CALLS_PER_ROUND).for_each(|_| call());
            seen.push(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX) / u64::from(CALLS_PER_ROUND));
        }
    }
    let median = |mut seen: Vec<u64>| {
        seen.sort_unstable();
        seen[ROUNDS / 2]
    };
    calls.iter().zip(seen).map(|((what, _), seen)| (*what, median(seen))).collect()
}
