//! What a call through the C API costs over the same call in Rust: the same object, the same questions, turn by turn.
//!
//!     cargo bench --no-default-features --features capi --bench c_calls
//!
//! The functions are called through pointers that the optimiser cannot see through, as a C program calls them. Bar: 1.2.

#![allow(unsafe_code, reason = "plays the C program")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::{c_char, c_void};
use std::hint::black_box;
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use account_security::ffi::c;
use account_security::ffi::shell::{FixedClock, KeyMaterial, PaymentInput, Security, SoftToken, evaluate_password};
use rustix::time::{ClockId, clock_gettime};

const START_MS: i64 = 1_772_366_400_000;
const ROUNDS: usize = 4_000;

fn main() {
    println!("{:<20} {:>12} {:>12} {:>7}", "call", "Rust, ns", "C, ns", "ratio");
    let worst = [evaluate(), verify(), assess()].into_iter().fold(0.0, f64::max);
    println!("worst {worst:.3}, bar 1.2");
    assert!(worst <= 1.2, "a call through C costs more than 1.2 times the call in Rust");
}

fn evaluate() -> f64 {
    let call = black_box(c::account_security_evaluate_password as unsafe extern "C" fn(_, _, _, _, _) -> _);
    let free = black_box(c::account_security_password_report_free as unsafe extern "C" fn(_));
    compare("evaluate_password", |number, timer| {
        let typed = format!("Vx9#qLm2-tide{number}");
        timer.rust(|| evaluate_password("card_default", typed.as_bytes(), None, "en").unwrap());
        timer.c(|| {
            let mut report = null();
            let none = c::account_security_texts { items: null(), count: 0 };
            // SAFETY: texts, bytes and variable live through the calls.
            unsafe {
                let result: i32 =
                    call(text("card_default"), bytes(typed.as_bytes()), none, text("en"), &raw mut report);
                assert_eq!(result, 0);
                free(&raw mut report);
            }
        });
    })
}

fn verify() -> f64 {
    let call = black_box(c::account_security_verify_totp as unsafe extern "C" fn(_, _, _, _, _) -> _);
    let (rust, clock, in_c) = objects();
    let in_c = in_c.cast_const();
    let enrolled = rust.enrol_totp("alice", "Shop", "alice", None).unwrap();
    let token = SoftToken::from_uri(enrolled.uri().as_bytes()).unwrap();
    rust.confirm_totp("alice", token.code_at(START_MS).unwrap().digits.as_bytes()).unwrap();
    let other = enrolled_in_c(in_c);
    compare("verify_totp", |number, timer| {
        let now_ms = START_MS + 60_000 * i64::try_from(number + 1).unwrap();
        clock.set(now_ms);
        C_NOW_MS.store(now_ms, Ordering::SeqCst);
        let (code, code_in_c) = (token.code_at(now_ms).unwrap().digits, other.code_at(now_ms).unwrap().digits);
        timer.rust(|| rust.verify_totp("alice", code.as_bytes()).unwrap());
        let (mut answer, mut until_ms) = (0_i32, 0_i64);
        timer.c(|| {
            let code = bytes(code_in_c.as_bytes());
            // SAFETY: a live handle; texts, bytes and variables live through the call.
            let result: i32 = unsafe { call(in_c, text("alice"), code, &raw mut answer, &raw mut until_ms) };
            assert_eq!(result, 0);
        });
        assert_eq!(answer, c::ACCOUNT_SECURITY_TOTP_ACCEPTED);
    })
}

fn assess() -> f64 {
    let call = black_box(c::account_security_assess as unsafe extern "C" fn(_, _, _, _) -> _);
    let free = black_box(c::account_security_payment_answer_free as unsafe extern "C" fn(_));
    let (rust, clock, in_c) = objects();
    let in_c = in_c.cast_const();
    compare("assess", |number, timer| {
        let now_ms = START_MS + 600_000 * i64::try_from(number).unwrap();
        clock.set(now_ms);
        C_NOW_MS.store(now_ms, Ordering::SeqCst);
        let tx_id = format!("tx-{number}");
        timer.rust(|| rust.assess("alice", &payment(&tx_id, now_ms)).unwrap());
        timer.c(|| {
            let payment = payment_in_c(&tx_id, now_ms);
            let mut answer = null();
            // SAFETY: a live handle; texts, structure and variable live through the calls.
            unsafe {
                let result: i32 = call(in_c, text("alice"), &raw const payment, &raw mut answer);
                assert_eq!(result, 0);
                free(&raw mut answer);
            }
        });
    })
}

#[derive(Default)]
struct Timer {
    rust: Vec<i64>,
    c: Vec<i64>,
}

impl Timer {
    fn rust<T>(&mut self, body: impl FnOnce() -> T) {
        let before = cpu_ns();
        drop(black_box(body()));
        self.rust.push(cpu_ns() - before);
    }

    fn c(&mut self, body: impl FnOnce()) {
        let before = cpu_ns();
        body();
        self.c.push(cpu_ns() - before);
    }
}

/// The ratio of the medians.
fn compare(name: &str, mut round: impl FnMut(usize, &mut Timer)) -> f64 {
    let mut timer = Timer::default();
    (0..ROUNDS).for_each(|number| round(number, &mut timer));
    let [rust, c] = [timer.rust, timer.c].map(|mut times| {
        times.sort_unstable();
        f64::from(i32::try_from(times[times.len() / 2]).unwrap())
    });
    println!("{name:<20} {rust:>12} {c:>12} {:>7.3}", c / rust);
    c / rust
}

fn cpu_ns() -> i64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

static C_NOW_MS: AtomicI64 = AtomicI64::new(START_MS);

unsafe extern "C" fn c_now_ms(_: *mut c_void, now_ms: *mut i64) -> i32 {
    // SAFETY: the library asks with a variable of its own.
    unsafe { now_ms.write(C_NOW_MS.load(Ordering::SeqCst)) };
    0
}

/// One object for Rust and one for C, alike.
fn objects() -> (Security, Arc<FixedClock>, *mut c::account_security) {
    C_NOW_MS.store(START_MS, Ordering::SeqCst);
    let clock = Arc::new(FixedClock::at(START_MS));
    let material = KeyMaterial::new(&[9; 32], 1, &[7; 32]).unwrap();
    let rust = Security::dangerous_seeded_in_memory(&material, clock.clone(), 7).unwrap();
    let (mut keys, mut security) = (std::ptr::null_mut(), std::ptr::null_mut());
    let in_c = c::account_security_clock {
        struct_size: size_of::<c::account_security_clock>(),
        ctx: std::ptr::null_mut(),
        now_ms: Some(c_now_ms),
        destroy: None,
    };
    // SAFETY: variables of our own; the object is never freed, as the process ends with it.
    unsafe {
        assert_eq!(c::account_security_keys_new(bytes(&[9; 32]), 1, bytes(&[7; 32]), &raw mut keys), 0);
        let made = c::account_security_dangerous_new_seeded_in_memory(keys, &raw const in_c, 7, &raw mut security);
        assert_eq!(made, 0);
        c::account_security_keys_free(&raw mut keys);
    }
    (rust, clock, security)
}

fn enrolled_in_c(security: *const c::account_security) -> SoftToken {
    let (mut enrolment, mut needed) = (std::ptr::null_mut(), 0);
    let none = c::account_security_text { data: null(), size: 0 };
    let (mut answer, mut until_ms) = (0, 0);
    let mut uri = [0_u8; 1024];
    // SAFETY: a live handle and variables of our own.
    unsafe {
        let enrolled = c::account_security_enrol_totp(
            security,
            text("alice"),
            text("Shop"),
            text("alice"),
            none,
            &raw mut enrolment,
        );
        assert_eq!(enrolled, 0);
        let buffer = c::account_security_buffer { data: uri.as_mut_ptr(), size: uri.len() };
        assert_eq!(c::account_security_totp_enrolment_uri(enrolment, buffer, &raw mut needed), 0);
        c::account_security_totp_enrolment_free(&raw mut enrolment);
    }
    let token = SoftToken::from_uri(&uri[..needed - 1]).unwrap();
    let code = token.code_at(START_MS).unwrap().digits;
    // SAFETY: as above.
    let confirmed = unsafe {
        c::account_security_confirm_totp(
            security,
            text("alice"),
            bytes(code.as_bytes()),
            &raw mut answer,
            &raw mut until_ms,
        )
    };
    assert_eq!((confirmed, answer), (0, c::ACCOUNT_SECURITY_TOTP_ACCEPTED));
    token
}

fn payment(tx_id: &str, at_ms: i64) -> PaymentInput {
    PaymentInput {
        tx_id: tx_id.to_owned(),
        amount_minor: 1_000,
        currency: "CNY".to_owned(),
        direction: "out".to_owned(),
        kind: "card".to_owned(),
        payee: Some("shop-7".to_owned()),
        device: Some("phone-1".to_owned()),
        country: None,
        at_ms,
        local_offset_min: 480,
        malware: None,
        rooted: None,
        compromised_credential: None,
        high_risk_payee_location: None,
        deny_listed: false,
        allow_listed: false,
        lat_e6: None,
        lon_e6: None,
        accuracy_m: None,
    }
}

fn payment_in_c(tx_id: &str, at_ms: i64) -> c::account_security_payment {
    c::account_security_payment {
        struct_size: size_of::<c::account_security_payment>(),
        tx_id: text(tx_id),
        amount_minor: 1_000,
        currency: text("CNY"),
        direction: text("out"),
        kind: text("card"),
        payee: text("shop-7"),
        device: text("phone-1"),
        country: c::account_security_text { data: null(), size: 0 },
        at_ms,
        local_offset_min: 480,
        malware: 0,
        rooted: 0,
        compromised_credential: 0,
        high_risk_payee_location: 0,
        deny_listed: 0,
        allow_listed: 0,
        has_position: 0,
        lat_e6: 0,
        lon_e6: 0,
        accuracy_m: 0,
        reserved: 0,
    }
}

fn text(of: &str) -> c::account_security_text {
    c::account_security_text { data: of.as_ptr().cast::<c_char>(), size: of.len() }
}

fn bytes(of: &[u8]) -> c::account_security_bytes {
    c::account_security_bytes { data: of.as_ptr(), size: of.len() }
}
