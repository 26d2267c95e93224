//! The C API driven from Rust, so that Miri can watch it: every read, write and free of the boundary.
//!
//!     cargo test --no-default-features --features capi --test ffi_c
//!     MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --no-default-features --features capi --test ffi_c
//!
//! What only a C program can show (compilers' warnings, threads of C, copies of secrets) is in `bindings/c/tests`.

#![cfg(feature = "capi")]
#![allow(unsafe_code, reason = "plays the C program")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "ffi_c/place.rs"]
mod place;

use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use ::account_security::ffi::c::*;

const NOW_MS: i64 = 1_772_366_400_000;

#[test]
fn an_answer_is_read_and_freed_once() {
    let mut security = security();
    let payment = payment("tx-1");
    let mut answer = null();
    // SAFETY: live handles and variables of our own, here and in every test below.
    unsafe {
        assert_eq!(account_security_assess(security, text("alice"), &raw const payment, &raw mut answer), 0);
        assert_eq!((*answer).outcome, ACCOUNT_SECURITY_PAYMENT_ALLOW);
        for index in 0..(*answer).reasons_count {
            let reason = *(*answer).reasons.add(index);
            assert!(!CStr::from_ptr((*reason).name).to_bytes().is_empty());
        }
        account_security_payment_answer_free(&raw mut answer);
        assert!(answer.is_null());
        account_security_payment_answer_free(&raw mut answer);
        account_security_payment_answer_free(null_mut());
        account_security_free(&raw mut security);
        account_security_free(&raw mut security);
        let after = account_security_assess(security, text("alice"), &raw const payment, &raw mut answer);
        assert_eq!(after, ACCOUNT_SECURITY_NULL_POINTER);
    }
}

#[test]
fn lists_and_nested_answers_are_read_through_their_pointers() {
    let mut security = security();
    let (mut messages, mut history, mut verdict) = (null(), null(), null());
    // SAFETY: as above.
    unsafe {
        let mut placed = null();
        assert_eq!(account_security_freeze_now(security, text("alice"), &raw mut placed), 0);
        assert_eq!(CStr::from_ptr((*placed).id).to_bytes().len(), 32);
        account_security_freeze_placed_free(&raw mut placed);
        let mut closed = null();
        assert_eq!(account_security_restriction(security, text("alice"), &raw mut closed), 0);
        let names = std::slice::from_raw_parts((*closed).items, (*closed).count);
        assert_eq!(names.len(), 3);
        assert!(names.iter().all(|name| !CStr::from_ptr(*name).to_bytes().is_empty()));
        account_security_names_free(&raw mut closed);

        assert_eq!(account_security_history(security, text("alice"), 1, 10, &raw mut history), 0);
        assert!((*history).count > 0 && (**(*history).items).seq == 1);
        account_security_history_answer_free(&raw mut history);
        assert_eq!(account_security_verify_account(security, text("alice"), &raw mut verdict), 0);
        assert_eq!((*verdict).kind, ACCOUNT_SECURITY_VERDICT_INTACT);
        account_security_verdict_free(&raw mut verdict);

        assert_eq!(account_security_drain(security, 10, text("en"), &raw mut messages), 0);
        let waiting = std::slice::from_raw_parts((*messages).items, (*messages).count);
        let ids: Vec<_> = waiting.iter().map(|message| of_c((**message).id)).collect();
        let ids = account_security_texts { items: ids.as_ptr(), count: ids.len() };
        assert_eq!(account_security_delivered(security, ids), 0);
        account_security_messages_free(&raw mut messages);
        account_security_free(&raw mut security);
    }
}

#[test]
#[cfg_attr(miri, ignore = "the dictionaries of passwords take hours under Miri")]
fn a_report_inside_an_answer_is_read_and_freed_with_it() {
    let mut security = security();
    let mut signed_up = null();
    let no_words = account_security_texts { items: null(), count: 0 };
    // SAFETY: as above.
    unsafe {
        let unfit = account_security_sign_up(
            security,
            text("alice"),
            bytes(b"a1"),
            no_words,
            text("a@example.com"),
            text("en"),
            &raw mut signed_up,
        );
        assert_eq!(unfit, 0);
        assert_eq!((*signed_up).kind, ACCOUNT_SECURITY_SIGN_UP_UNFIT);
        let report = (*signed_up).report;
        let rules = std::slice::from_raw_parts((*report).rules, (*report).rules_count);
        assert!(rules.iter().any(|rule| (**rule).state == ACCOUNT_SECURITY_RULE_UNSATISFIED));
        account_security_sign_up_answer_free(&raw mut signed_up);
        account_security_free(&raw mut security);
    }
}

#[test]
fn a_store_and_a_clock_of_call_backs_are_read_written_and_destroyed_once() {
    let (store, place) = place::new();
    let clock = clock();
    let mut keys = keys();
    let mut security = null_mut();
    let mut answer = null();
    // SAFETY: as above.
    unsafe {
        let made = account_security_dangerous_new_seeded_in_store(
            &raw const store,
            keys,
            &raw const clock,
            5,
            &raw mut security,
        );
        assert_eq!(made, 0);
        account_security_keys_free(&raw mut keys);
        for tx_id in ["tx-1", "tx-2", "tx-1"] {
            let payment = payment(tx_id);
            assert_eq!(account_security_assess(security, text("alice"), &raw const payment, &raw mut answer), 0);
            account_security_payment_answer_free(&raw mut answer);
        }
        assert_eq!(place.destroyed(), 0);
        account_security_free(&raw mut security);
    }
    assert_eq!(place.destroyed(), 1);
}

#[test]
fn what_is_not_made_destroys_nothing() {
    let (mut store, place) = place::new();
    let clock = clock();
    let mut keys = keys();
    let mut security = null_mut();
    store.get = None;
    // SAFETY: as above.
    unsafe {
        let refused = account_security_new_in_store(&raw const store, keys, &raw const clock, &raw mut security);
        assert_eq!(refused, ACCOUNT_SECURITY_NULL_POINTER);
        assert!(security.is_null());
        account_security_keys_free(&raw mut keys);
    }
    assert_eq!(place.destroyed(), 0);
    place.forget();
}

#[test]
fn bad_texts_structures_and_lists_are_refused() {
    let mut security = security();
    let mut closed = null();
    let mut answer = null();
    let mut answers = null();
    // SAFETY: as above.
    unsafe {
        for wrong in [&b"al\xFFice"[..], b"al\0ice", b"", &[b'a'; ACCOUNT_SECURITY_INPUT_SIZE_MAX + 1]] {
            let account = account_security_text { data: wrong.as_ptr().cast(), size: wrong.len() };
            assert_eq!(
                account_security_restriction(security, account, &raw mut closed),
                ACCOUNT_SECURITY_INVALID_ARGUMENT
            );
            assert_eq!(last_field(), "account");
            assert!(closed.is_null());
        }
        let no_text = account_security_text { data: null(), size: 4 };
        assert_eq!(account_security_restriction(security, no_text, &raw mut closed), ACCOUNT_SECURITY_NULL_POINTER);
        let mut payment = payment("tx-1");
        payment.struct_size -= 1;
        let small = account_security_assess(security, text("alice"), &raw const payment, &raw mut answer);
        assert_eq!(small, ACCOUNT_SECURITY_WRONG_STRUCT);
        let crooked = (&raw const payment).wrapping_byte_add(1);
        let crooked = account_security_assess(security, text("alice"), crooked, &raw mut answer);
        assert_eq!(crooked, ACCOUNT_SECURITY_WRONG_STRUCT);
        let holes = [null()];
        let holes = account_security_assess_many(security, text("alice"), holes.as_ptr(), 1, &raw mut answers);
        assert_eq!(holes, ACCOUNT_SECURITY_NULL_POINTER);
        let empty = account_security_assess_many(security, text("alice"), null(), 0, &raw mut answers);
        assert_eq!((empty, (*answers).count), (0, 0));
        account_security_payment_answers_free(&raw mut answers);
        account_security_free(&raw mut security);
    }
}

#[test]
fn recovery_codes_fill_the_callers_buffer_and_go_with_their_handle() {
    let mut security = security();
    let mut codes = null_mut();
    let (mut generation, mut needed) = (0_u32, 0_usize);
    let none = account_security_text { data: null(), size: 0 };
    // SAFETY: as above.
    unsafe {
        assert_eq!(account_security_generate_recovery_codes(security, text("alice"), none, &raw mut codes), 0);
        assert_eq!(account_security_recovery_codes_read(codes, &raw mut generation), 0);
        assert_eq!(generation, 1);
        let mut shown = [7_u8; 512];
        let mut fill = |size| {
            let buffer = account_security_buffer { data: shown.as_mut_ptr(), size };
            let result = account_security_recovery_codes_text(codes, buffer, &raw mut needed);
            (result, needed, shown)
        };
        let (small, size, untouched) = fill(4);
        assert_eq!((small, untouched), (ACCOUNT_SECURITY_BUFFER_TOO_SMALL, [7; 512]));
        let (filled, again, shown) = fill(size);
        assert_eq!((filled, again), (0, size));
        let text = CStr::from_bytes_until_nul(&shown).unwrap().to_str().unwrap();
        assert_eq!((text.len() + 1, text.lines().count(), shown[size]), (size, 10, 7));
        account_security_recovery_codes_free(&raw mut codes);
        assert!(codes.is_null());
        account_security_recovery_codes_free(&raw mut codes);
        account_security_free(&raw mut security);
    }
}

#[test]
fn an_optional_structure_is_read_where_there_is_one() {
    let mut security = security();
    let (mut placed, mut lift) = (null(), null());
    let none = account_security_text { data: null(), size: 0 };
    let mut identity = account_security_identity {
        struct_size: size_of::<account_security_identity>(),
        method: text("document-in-branch"),
        evidence_sha256: text("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
        is_owner: 1,
        reserved: 0,
    };
    // SAFETY: as above.
    unsafe {
        assert_eq!(account_security_freeze_now(security, text("alice"), &raw mut placed), 0);
        let freeze = of_c((*placed).id);
        let mut ask = |identity: *const account_security_identity| {
            let (agent, role) = (text("agent-1"), text("agent"));
            let asked = account_security_request_lift(
                security,
                text("alice"),
                freeze,
                agent,
                role,
                none,
                identity,
                text("en"),
                &raw mut lift,
            );
            let kind = if lift.is_null() { 0 } else { (*lift).kind };
            account_security_lift_answer_free(&raw mut lift);
            (asked, kind)
        };
        assert_eq!(ask(null()), (0, ACCOUNT_SECURITY_LIFT_REFUSED));
        identity.is_owner = 2;
        assert_eq!(ask(&raw const identity), (ACCOUNT_SECURITY_INVALID_ARGUMENT, 0));
        identity.is_owner = 1;
        assert_eq!(ask(&raw const identity), (0, ACCOUNT_SECURITY_LIFT_REQUESTED));
        account_security_freeze_placed_free(&raw mut placed);
        account_security_free(&raw mut security);
    }
}

#[test]
fn nothing_but_the_size_of_what_is_filled_in_is_read() {
    let mut error = std::mem::MaybeUninit::<account_security_error>::uninit();
    let mut clock = std::mem::MaybeUninit::<account_security_clock>::uninit();
    // SAFETY: as above; only the first member is set, which Miri watches.
    unsafe {
        (&raw mut (*error.as_mut_ptr()).struct_size).write(size_of::<account_security_error>());
        assert_eq!(account_security_last_error(error.as_mut_ptr()), 0);
        assert_eq!(error.assume_init().code, 0);
        (&raw mut (*clock.as_mut_ptr()).struct_size).write(size_of::<account_security_clock>());
        assert_eq!(account_security_clock_system(clock.as_mut_ptr()), 0);
        assert!(clock.assume_init().now_ms.is_some());
    }
}

#[test]
fn buffers_are_filled_to_the_byte_or_not_at_all() {
    let mut token = null_mut();
    let mut remaining_ms = 9_u64;
    let uri = b"otpauth://totp/Shop:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop";
    // SAFETY: as above.
    unsafe {
        assert_eq!(account_security_soft_token_new(bytes(uri), &raw mut token), 0);
        let mut digits = [7_u8; 7];
        let mut code = |size| {
            let buffer = account_security_buffer { data: digits.as_mut_ptr(), size };
            (account_security_soft_token_code(token, 59_000, buffer, &raw mut remaining_ms), digits)
        };
        assert_eq!(code(6), (ACCOUNT_SECURITY_BUFFER_TOO_SMALL, [7; 7]));
        // RFC 6238, appendix B: the last six digits at 59 s.
        assert_eq!(code(7), (0, *b"287082\0"));
        assert_eq!(remaining_ms, 1_000);
        account_security_soft_token_free(&raw mut token);
        assert!(token.is_null());
        // As it was written into a buffer, whose size counts the NUL.
        let written = [uri.as_slice(), b"\0"].concat();
        assert_eq!(account_security_soft_token_new(bytes(&written), &raw mut token), 0);
        account_security_soft_token_free(&raw mut token);
    }
}

fn security() -> *mut account_security {
    let mut keys = keys();
    let clock = clock();
    let mut security = null_mut();
    // SAFETY: as above.
    unsafe {
        let made = account_security_dangerous_new_seeded_in_memory(keys, &raw const clock, 7, &raw mut security);
        assert_eq!(made, 0);
        account_security_keys_free(&raw mut keys);
    }
    security
}

fn keys() -> *mut account_security_keys {
    let mut keys = null_mut();
    // SAFETY: as above.
    let made = unsafe { account_security_keys_new(bytes(&[9; 32]), 1, bytes(&[7; 32]), &raw mut keys) };
    assert_eq!(made, 0);
    keys
}

fn clock() -> account_security_clock {
    unsafe extern "C" fn now_ms(_: *mut c_void, now_ms: *mut i64) -> i32 {
        // SAFETY: the library asks with a variable of its own.
        unsafe { now_ms.write(NOW_MS) };
        0
    }
    account_security_clock {
        struct_size: size_of::<account_security_clock>(),
        ctx: null_mut(),
        now_ms: Some(now_ms),
        destroy: None,
    }
}

fn payment(tx_id: &str) -> account_security_payment {
    let none = account_security_text { data: null(), size: 0 };
    account_security_payment {
        struct_size: size_of::<account_security_payment>(),
        tx_id: text(tx_id),
        amount_minor: 1_000,
        currency: text("CNY"),
        direction: text("out"),
        kind: text("card"),
        payee: none,
        device: none,
        country: none,
        at_ms: NOW_MS,
        local_offset_min: 480,
        malware: 0,
        rooted: ACCOUNT_SECURITY_NO,
        compromised_credential: 0,
        high_risk_payee_location: ACCOUNT_SECURITY_NO,
        deny_listed: 0,
        allow_listed: 0,
        has_position: 0,
        lat_e6: 0,
        lon_e6: 0,
        accuracy_m: 0,
        reserved: 0,
    }
}

fn text(of: &str) -> account_security_text {
    account_security_text { data: of.as_ptr().cast::<c_char>(), size: of.len() }
}

unsafe fn of_c(of: *const c_char) -> account_security_text {
    // SAFETY: the library's texts end with a NUL.
    account_security_text { data: of, size: unsafe { CStr::from_ptr(of) }.to_bytes().len() }
}

fn bytes(of: &[u8]) -> account_security_bytes {
    account_security_bytes { data: of.as_ptr(), size: of.len() }
}

/// What a program fills in keeps its size for one interface number: an older header's is the same. With another size goes another
/// number.
#[cfg(target_pointer_width = "64")]
#[test]
fn structures_that_are_filled_in_are_frozen() {
    assert_eq!(account_security_abi_version(), 1);
    let sizes = [
        size_of::<account_security_clock>(),
        size_of::<account_security_store>(),
        size_of::<account_security_error>(),
        size_of::<account_security_payment>(),
        size_of::<account_security_payment_binding>(),
        size_of::<account_security_question>(),
        size_of::<account_security_freeze>(),
        size_of::<account_security_identity>(),
        size_of::<account_security_report>(),
        size_of::<account_security_options>(),
    ];
    assert_eq!(sizes, [32, 48, 592, 184, 64, 56, 104, 48, 80, 152]);
}

fn last_field() -> String {
    let mut error = account_security_error {
        struct_size: size_of::<account_security_error>(),
        code: 0,
        is_transient: 0,
        field: [0; 32],
        reason: [0; 32],
        what: [0; 512],
    };
    // SAFETY: a variable of our own; the library ends its texts with a NUL.
    unsafe {
        assert_eq!(account_security_last_error(&raw mut error), 0);
        CStr::from_ptr(error.field.as_ptr()).to_str().unwrap().to_owned()
    }
}
