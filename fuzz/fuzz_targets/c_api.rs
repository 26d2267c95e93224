//! Arbitrary sequences of C calls on one object over a store of call-backs: arbitrary texts, lengths, structure sizes,
//! answers of call-backs, frees in any order. Run it with the address sanitizer, which cargo-fuzz turns on.
//!
//! What must hold: a failed call leaves NULL; what was freed is NULL; nothing is read out of bounds; no panic.

#![no_main]

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::Mutex;

use ::account_security::ffi::c::*;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| play(&mut Bytes(bytes)));

/// Calls taken from one input.
const CALLS_MAX: usize = 32;
static KEY: [u8; 32] = [7; 32];
/// One in so many answers of a call-back is a fault.
const FAULT_EVERY: u64 = 16;

/// An input, read from the front; empty, it gives zeros.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn some(&mut self) -> &'a [u8] {
        let wanted = usize::from(self.byte() % 48).min(self.0.len());
        let (taken, rest) = self.0.split_at(wanted);
        self.0 = rest;
        taken
    }

    /// A known name, arbitrary bytes, or none.
    fn text(&mut self, known: &'static str) -> account_security_text {
        let (data, size) = match self.byte() % 4 {
            0 => (null(), usize::from(self.byte() % 2)),
            1 => {
                let taken = self.some();
                (taken.as_ptr(), taken.len())
            }
            _ => (known.as_ptr(), known.len()),
        };
        account_security_text { data: data.cast(), size }
    }

    fn secret(&mut self, known: &'static str) -> account_security_bytes {
        let text = self.text(known);
        account_security_bytes { data: text.data.cast(), size: text.size }
    }
}

#[derive(Default)]
struct Place {
    entries: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    faults: Mutex<(u64, i32)>,
}

impl Place {
    /// Now and then the fault that the input chose.
    fn says(&self) -> i32 {
        let mut faults = self.faults.lock().unwrap();
        faults.0 += 1;
        if faults.0.is_multiple_of(FAULT_EVERY) { faults.1 } else { 0 }
    }
}

fn play(bytes: &mut Bytes<'_>) {
    let place = Place { faults: Mutex::new((0, i32::from(bytes.byte() % 8))), ..Place::default() };
    let ctx = (&raw const place).cast_mut().cast::<c_void>();
    let store = account_security_store {
        struct_size: size_of::<account_security_store>(),
        ctx,
        get: Some(get),
        list: Some(list),
        apply: Some(apply),
        destroy: None,
    };
    let clock = account_security_clock {
        struct_size: size_of::<account_security_clock>(),
        ctx,
        now_ms: Some(now_ms),
        destroy: None,
    };
    let (mut keys, mut security) = (null_mut(), null_mut());
    let key = of(&KEY);
    // SAFETY: live handles, variables of our own, texts within the input.
    unsafe {
        assert_eq!(account_security_keys_new(key, 1, key, &raw mut keys), 0);
        let made = account_security_dangerous_new_seeded_in_store(
            &raw const store,
            keys,
            &raw const clock,
            u64::from(bytes.byte()),
            &raw mut security,
        );
        assert_eq!(made == 0, !security.is_null());
        for _ in 0..CALLS_MAX {
            if bytes.0.is_empty() {
                break;
            }
            call(bytes, &raw mut security);
        }
        account_security_free(&raw mut security);
        account_security_keys_free(&raw mut keys);
        assert!(security.is_null() && keys.is_null());
    }
}

/// Calls, looks at the answer, frees it twice.
macro_rules! asked {
    ($call:expr, $free:ident, $answer:ident) => {{
        let result: i32 = $call;
        assert_eq!(result == 0, !$answer.is_null(), "an answer on success, and on success alone");
        $free(&raw mut $answer);
        assert!($answer.is_null());
        $free(&raw mut $answer);
    }};
}

unsafe fn call(bytes: &mut Bytes<'_>, variable: *mut *mut account_security) {
    // SAFETY: as in `play`.
    unsafe {
        let security = *variable;
        let account = bytes.text("alice");
        match bytes.byte() % 20 {
            0 => {
                let (mut answer, password) = (null(), bytes.secret("Vx9#qLm2-tide"));
                let words = account_security_texts { items: null(), count: usize::from(bytes.byte() % 2) };
                let (contact, locale) = (bytes.text("+8613812345678"), bytes.text("en"));
                asked!(
                    account_security_sign_up(security, account, password, words, contact, locale, &raw mut answer),
                    account_security_sign_up_answer_free,
                    answer
                );
            }
            1 => {
                let (mut answer, password) = (null(), bytes.secret("Vx9#qLm2-tide"));
                let device = bytes.text("device");
                asked!(
                    account_security_sign_in(security, account, password, device, &raw mut answer),
                    account_security_sign_in_answer_free,
                    answer
                );
            }
            2 => {
                let mut enrolment = null_mut();
                let (issuer, name, ticket) = (bytes.text("Shop"), bytes.text("alice@shop"), bytes.text("ticket"));
                let result = account_security_enrol_totp(security, account, issuer, name, ticket, &raw mut enrolment);
                assert_eq!(result == 0, !enrolment.is_null());
                let mut room = [0_u8; 256];
                let buffer = account_security_buffer { data: room.as_mut_ptr(), size: usize::from(bytes.byte()) };
                let mut needed = 0;
                let _ = account_security_totp_enrolment_uri(enrolment, buffer, &raw mut needed);
                let _ = account_security_totp_enrolment_qr(enrolment, buffer, &raw mut needed);
                account_security_totp_enrolment_free(&raw mut enrolment);
            }
            3 => {
                let (mut answer, mut until_ms) = (9, 9);
                let code = bytes.secret("123456");
                let result = account_security_verify_totp(security, account, code, &raw mut answer, &raw mut until_ms);
                assert_eq!(result == 0, answer != 0);
            }
            4 | 5 => {
                let (mut answer, payment) = (null(), payment(bytes));
                asked!(
                    account_security_assess(security, account, &raw const payment, &raw mut answer),
                    account_security_payment_answer_free,
                    answer
                );
            }
            6 => {
                let mut answer = null();
                let (question, locale) = (question(bytes), bytes.text("zh-CN"));
                asked!(
                    account_security_diagnose(security, account, &raw const question, locale, &raw mut answer),
                    account_security_causes_free,
                    answer
                );
            }
            7 => {
                let mut answer = null();
                asked!(
                    account_security_freeze_now(security, account, &raw mut answer),
                    account_security_freeze_placed_free,
                    answer
                );
            }
            8 => {
                let mut answer = null();
                let limit = u32::from(bytes.byte());
                asked!(
                    account_security_history(security, account, 1, limit, &raw mut answer),
                    account_security_history_answer_free,
                    answer
                );
            }
            9 => {
                let (mut answer, locale) = (null(), bytes.text("zh-CN"));
                asked!(
                    account_security_drain(security, 9, locale, &raw mut answer),
                    account_security_messages_free,
                    answer
                );
            }
            10 => {
                let mut token = null_mut();
                let uri = bytes.secret("otpauth://totp/Shop:alice?secret=GEZDGNBVGY3TQOJQ&issuer=Shop");
                let result = account_security_soft_token_new(uri, &raw mut token);
                assert_eq!(result == 0, !token.is_null());
                account_security_soft_token_free(&raw mut token);
            }
            11 => {
                let (mut opened, mut answer) = (null(), null());
                asked!(
                    account_security_begin_step_up(security, account, &raw mut opened),
                    account_security_step_up_answer_free,
                    opened
                );
                let (ticket, proof) = (bytes.text("0123456789abcdef0123456789abcdef"), bytes.text("totp"));
                let (challenge, code) = (bytes.text("challenge"), bytes.secret("123456"));
                asked!(
                    account_security_prove_step_up(security, account, ticket, proof, challenge, code, &raw mut answer),
                    account_security_proof_answer_free,
                    answer
                );
            }
            12 => {
                let (mut answer, old, new) = (null(), bytes.secret("Vx9#qLm2-tide"), bytes.secret("Kp4$wZt7-reef"));
                let word = bytes.text("reef");
                let words = account_security_texts { items: &raw const word, count: usize::from(bytes.byte() % 2) };
                let (device, locale) = (bytes.text("device"), bytes.text("en"));
                asked!(
                    account_security_change_password(
                        security, account, old, new, words, device, locale, &raw mut answer
                    ),
                    account_security_password_answer_free,
                    answer
                );
            }
            13 => {
                let (mut answer, via, locale) = (null(), bytes.text("phone"), bytes.text("en"));
                asked!(
                    account_security_begin_reset(security, account, via, locale, &raw mut answer),
                    account_security_reset_started_free,
                    answer
                );
            }
            14 => {
                let (mut answer, new) = (null(), bytes.text("alice@example.com"));
                let (ticket, locale) = (bytes.text("0123456789abcdef0123456789abcdef"), bytes.text("en"));
                asked!(
                    account_security_begin_contact_change(security, account, new, ticket, locale, &raw mut answer),
                    account_security_contact_answer_free,
                    answer
                );
            }
            15 => {
                let (mut codes, ticket) = (null_mut(), bytes.text("0123456789abcdef0123456789abcdef"));
                let result = account_security_generate_recovery_codes(security, account, ticket, &raw mut codes);
                assert_eq!(result == 0, !codes.is_null());
                let mut room = [0_u8; 512];
                let buffer = account_security_buffer { data: room.as_mut_ptr(), size: usize::from(bytes.byte()) * 2 };
                let mut needed = 0;
                let _ = account_security_recovery_codes_text(codes, buffer, &raw mut needed);
                account_security_recovery_codes_free(&raw mut codes);
            }
            16 => {
                let (mut answer, identity) = (null(), identity(bytes));
                let (freeze, actor) = (bytes.text("0123456789abcdef0123456789abcdef"), bytes.text("ann"));
                let (authority, release) = (bytes.text("agent"), bytes.text("order 7"));
                let locale = bytes.text("zh-CN");
                let identity = if bytes.byte() == 0 { null() } else { &raw const identity };
                asked!(
                    account_security_request_lift(
                        security, account, freeze, actor, authority, release, identity, locale,
                        &raw mut answer
                    ),
                    account_security_lift_answer_free,
                    answer
                );
            }
            17 => {
                let options = options(bytes);
                let _ = account_security_configure(security, &raw const options);
            }
            18 => {
                let (mut asked, address) = (null_mut(), bytes.text("203.0.113.7"));
                let result = account_security_asked_from(security, address, &raw mut asked);
                assert_eq!(result == 0, !asked.is_null());
                account_security_free(&raw mut asked);
            }
            // What follows asks NULL.
            _ if bytes.byte() == 255 => account_security_free(variable),
            _ => {
                let mut answer = null();
                asked!(
                    account_security_verify_account(security, account, &raw mut answer),
                    account_security_verdict_free,
                    answer
                );
            }
        }
    }
}

fn payment(bytes: &mut Bytes<'_>) -> account_security_payment {
    let wrong_size = usize::from(bytes.byte() == 1);
    account_security_payment {
        struct_size: size_of::<account_security_payment>() - wrong_size,
        tx_id: bytes.text("tx-1"),
        amount_minor: i64::from(bytes.byte()) - 3,
        currency: bytes.text("CNY"),
        direction: bytes.text("out"),
        kind: bytes.text("card"),
        payee: bytes.text("shop"),
        device: bytes.text("phone"),
        country: bytes.text("CN"),
        at_ms: 1_772_366_400_000 + i64::from(bytes.byte()),
        local_offset_min: i32::from(bytes.byte()) * 8 - 1_000,
        malware: i32::from(bytes.byte() % 4),
        rooted: 0,
        compromised_credential: 0,
        high_risk_payee_location: 0,
        deny_listed: i32::from(bytes.byte() % 3),
        allow_listed: 0,
        has_position: i32::from(bytes.byte() % 3),
        lat_e6: i32::from(bytes.byte()) * 500_000,
        lon_e6: i32::from(bytes.byte()) * 800_000,
        accuracy_m: u32::from(bytes.byte()),
        reserved: 0,
    }
}

fn question(bytes: &mut Bytes<'_>) -> account_security_question {
    account_security_question {
        struct_size: size_of::<account_security_question>() - usize::from(bytes.byte() == 1),
        direction: bytes.text("out"),
        tx_id: bytes.text("tx-1"),
        balance_too_low: i32::from(bytes.byte() % 3),
        recipient_unavailable: 0,
        network_fault: i32::from(bytes.byte() % 2),
        reserved: 0,
    }
}

fn identity(bytes: &mut Bytes<'_>) -> account_security_identity {
    account_security_identity {
        struct_size: size_of::<account_security_identity>() - usize::from(bytes.byte() == 1),
        method: bytes.text("call-back"),
        evidence_sha256: bytes.text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        is_owner: i32::from(bytes.byte() % 3),
        reserved: 0,
    }
}

fn options(bytes: &mut Bytes<'_>) -> account_security_options {
    account_security_options {
        struct_size: size_of::<account_security_options>() - usize::from(bytes.byte() == 1),
        sender: bytes.text("Example Pay"),
        password_policy: bytes.text("card_default"),
        lockout: bytes.text("pci"),
        second_factor: bytes.text("always"),
        risk_preset: bytes.text("wallet"),
        risk_rules: bytes.text("version = 1"),
        support_hotline: bytes.text("95555"),
        support_chat: bytes.text("in the app"),
        support_email: bytes.text("help@example.com"),
    }
}

unsafe fn place<'a>(ctx: *mut c_void) -> &'a Place {
    // SAFETY: the library passes what it was given, and the place outlives the object.
    unsafe { &*ctx.cast::<Place>() }
}

unsafe fn owned(bytes: account_security_bytes) -> Vec<u8> {
    // SAFETY: the library's bytes are valid during the call-back.
    unsafe { std::slice::from_raw_parts(bytes.data, bytes.size) }.to_vec()
}

fn of(bytes: &[u8]) -> account_security_bytes {
    account_security_bytes { data: bytes.as_ptr(), size: bytes.len() }
}

unsafe extern "C" fn now_ms(_: *mut c_void, now_ms: *mut i64) -> i32 {
    // SAFETY: the library asks with a variable of its own.
    unsafe { now_ms.write(1_772_366_400_000) };
    0
}

unsafe extern "C" fn get(ctx: *mut c_void, name: account_security_bytes, found: *mut account_security_sink) -> i32 {
    // SAFETY: what the library passes to this call-back.
    unsafe {
        let name = owned(name);
        if let Some(bytes) = place(ctx).entries.lock().unwrap().get(&name) {
            let _ = account_security_sink_put(found, of(&name), of(bytes));
        }
        place(ctx).says()
    }
}

unsafe extern "C" fn list(
    ctx: *mut c_void,
    from: account_security_bytes,
    to: account_security_bytes,
    limit: usize,
    found: *mut account_security_sink,
) -> i32 {
    // SAFETY: what the library passes to this call-back.
    unsafe {
        for (name, bytes) in place(ctx).entries.lock().unwrap().range(owned(from)..owned(to)).take(limit) {
            let _ = account_security_sink_put(found, of(name), of(bytes));
        }
        place(ctx).says()
    }
}

unsafe extern "C" fn apply(
    ctx: *mut c_void,
    conditions: *const account_security_entry,
    conditions_count: usize,
    changes: *const account_security_entry,
    changes_count: usize,
    applied: *mut i32,
) -> i32 {
    // SAFETY: what the library passes to this call-back.
    unsafe {
        let read = |entry: &account_security_entry| {
            (owned(entry.name), (!entry.bytes.data.is_null()).then(|| owned(entry.bytes)))
        };
        let mut entries = place(ctx).entries.lock().unwrap();
        let mut conditions = std::slice::from_raw_parts(conditions, conditions_count).iter().map(read);
        let holds = conditions.all(|(name, bytes)| entries.get(&name) == bytes.as_ref());
        applied.write(i32::from(holds));
        for (name, bytes) in std::slice::from_raw_parts(changes, changes_count).iter().map(read).filter(|_| holds) {
            match bytes {
                Some(bytes) => drop(entries.insert(name, bytes)),
                None => drop(entries.remove(&name)),
            }
        }
        drop(entries);
        place(ctx).says()
    }
}
