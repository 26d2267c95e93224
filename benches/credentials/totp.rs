//! What a typed TOTP code costs, against totp-rs in the same run.
//!
//! totp-rs stops at the first match, so its figure depends on which step was typed; a miss is what it costs to look at
//! the whole window, and the whole window is what this library looks at every time. Its rows take an already built
//! `Totp`, ours key the HMAC anew for each code, as a server that opens a sealed secret does.

use std::hint::black_box;
use std::time::Instant;

use account_security::totp::{
    RecoveryCode, RecoveryKey, RecoverySet, SealedSecret, TotpParameters, TotpPolicy, TotpSecret, TotpState, code_at,
    confirm, dangerous_verify_stateless, enrol, generate_recovery_codes, resync, spend_recovery_code, verify,
};
use account_security::types::{AccountId, KeyId, RandomId, SecretBytes, Timestamp, TypedCode};
use rand::SeedableRng;
use rand::rngs::StdRng;

const ROUNDS: usize = 15;
const CALLS_PER_ROUND: u32 = 20_000;
const SECRET: &[u8] = b"12345678901234567890";
const NOW_S: u32 = 1_772_366_400;

type Fault = Box<dyn std::error::Error>;
type Call<'a> = Box<dyn Fn() + 'a>;

/// A call whose answer the compiler may not look at.
fn call<'a, T>(work: impl Fn() -> T + 'a) -> Call<'a> {
    Box::new(move || {
        black_box(work());
    })
}

/// What drawing the QR code of a key URI of 103 bytes costs: encoding alone, then with SVG and with terminal text.
#[cfg(feature = "qr")]
pub fn qr_rows() -> Result<Vec<(&'static str, u64)>, Fault> {
    use account_security::totp::{KeyUri, QrModules};
    let secret = TotpSecret::from_bytes(SECRET)?;
    let key = KeyUri::new("Example Pay", "alice.liddell@example.com", secret, TotpParameters::STANDARD)?;
    let modules = QrModules::of(&key)?;
    let calls: Vec<(&'static str, Call<'_>)> = vec![
        ("QR code of a key URI, encoded with `fast_qr`", call(|| QrModules::of(black_box(&key)))),
        ("the same drawn as SVG", call(|| modules.to_svg())),
        ("the same drawn as terminal text", call(|| modules.to_terminal())),
    ];
    Ok(fastest(&calls, CALLS_PER_ROUND / 200))
}

/// A row of the table: what it is, and the nanoseconds of one call. The first is the yardstick.
pub fn rows() -> Result<Vec<(&'static str, u64)>, Fault> {
    let secret = TotpSecret::from_bytes(SECRET)?;
    let (standard, usable, strict) = (TotpParameters::STANDARD, TotpPolicy::usable(), TotpPolicy::asvs_strict());
    let now = Timestamp::from_unix_s(NOW_S.into())?;
    let theirs = totp_rs::Builder::new().with_secret(SECRET).build().map_err(|_| "totp-rs refuses the secret")?;
    let right = code_at(&secret, &standard, now)?;
    let wrong = TypedCode::parse("000001", 6)?;
    let right_typed = TypedCode::parse(right.code(), 6)?;
    let state = enrolled(&secret, now.minus_ms(600_000))?;

    let (alice, key) = (AccountId::parse("alice")?, RecoveryKey::new(KeyId(1), &SecretBytes::new(vec![7; 32]))?);
    let drawn = generate_recovery_codes(&RecoverySet::default(), &alice, &key, &mut StdRng::seed_from_u64(7), now)?;
    let (guess, sign_in) = (RecoveryCode::parse("0123-4567-89AB-CDEF-GHJK-MNPQ")?, RandomId([1; 16]));

    let calls: Vec<(&'static str, Call<'_>)> = vec![
        (
            "TOTP, totp-rs `check`, wrong code (three steps)",
            call(|| theirs.check(black_box("000001"), black_box(NOW_S.into()))),
        ),
        (
            "TOTP, totp-rs `check`, code of the current step",
            call(|| theirs.check(black_box(right.code()), black_box(NOW_S.into()))),
        ),
        (
            "TOTP, window of three without state, wrong code",
            call(|| dangerous_verify_stateless(&secret, &standard, &wrong, &usable, black_box(now))),
        ),
        (
            "TOTP, `verify` with replay memory, window of three, wrong code",
            call(|| verify(&state, &secret, &wrong, &usable, black_box(now))),
        ),
        (
            "TOTP, `verify` with replay memory, window of three, right code",
            call(|| verify(&state, &secret, &right_typed, &usable, black_box(now))),
        ),
        (
            "TOTP, `verify` with replay memory, current step only, wrong code",
            call(|| verify(&state, &secret, &wrong, &strict, black_box(now))),
        ),
        (
            "TOTP, two-code resync over 21 steps, wrong codes",
            call(|| resync(&state, &secret, &wrong, &wrong, black_box(now))),
        ),
        ("TOTP, the code a soft token shows (signed by totp-rs)", call(|| code_at(&secret, &standard, black_box(now)))),
        (
            "recovery code, wrong, compared with all ten",
            call(|| spend_recovery_code(&drawn.set, &alice, &key, &guess, black_box(sign_in), now)),
        ),
    ];
    Ok(fastest(&calls, CALLS_PER_ROUND))
}

fn enrolled(secret: &TotpSecret, now: Timestamp) -> Result<TotpState, Fault> {
    let (policy, standard) = (TotpPolicy::usable(), TotpParameters::STANDARD);
    let sealed = SealedSecret::new(vec![7; 57])?;
    let waiting = enrol(&TotpState::default(), RandomId([1; 16]), standard, sealed, &policy, now)?.state;
    let first = TypedCode::parse(code_at(secret, &standard, now)?.code(), 6)?;
    Ok(confirm(&waiting, secret, &first, &policy, now)?.state)
}

/// The rows take turns within each round, and of each the fastest round counts: a busy neighbour can only add.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn fastest(calls: &[(&'static str, Call<'_>)], calls_per_round: u32) -> Vec<(&'static str, u64)> {
    let mut fastest = vec![u64::MAX; calls.len()];
    for _ in 0..ROUNDS {
        for ((_, call), fastest) in calls.iter().zip(&mut fastest) {
            let started = Instant::now();
            (0..calls_per_round).for_each(|_| call());
            let round_ns = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
            *fastest = (*fastest).min(round_ns / u64::from(calls_per_round));
        }
    }
    calls.iter().zip(fastest).map(|((what, _), ns)| (*what, ns)).collect()
}
