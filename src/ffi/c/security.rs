//! The one object.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock::{CallerClock, account_security_clock};
use super::codes::code_of;
use super::gate::{self, Guarded, handle};
use super::input::{account_security_buffer, account_security_text};
use super::keys::{self, account_security_keys};
use super::result::{Fault, account_security_result};
use super::store::{CallerStore, account_security_store};
use crate::ffi::shell::{Clock, KeyMaterial, Security, ShellError};

/// Everything that is asked about accounts. Any thread may use it, many at once; freeing must not race with any use.
#[derive(Debug)]
pub struct account_security(Guarded<Security>);

handle!(account_security, Security, "security", asks_a_store: true);

/// An object over a store in memory, gone with the object.
///
/// `keys` and `clock` are copied; from then on the clock's `ctx` belongs to the object. `security` receives a handle to be
/// freed with `account_security_free`; NULL on failure. Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` and the faults of the store.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_new_in_memory(
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    security: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::call(security, || made(keys, clock, Security::in_memory)) }
}

/// An object over an SQLite file, which is created where it is not. `path` is UTF-8.
///
/// As `account_security_new_in_memory`; also `ACCOUNT_SECURITY_INVALID_ARGUMENT` of `path` where no file can be (empty, a folder, or
/// in a folder that does not exist), and `ACCOUNT_SECURITY_NOT_BUILT` where the library was built without SQLite.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_new_in_sqlite(
    path: account_security_text,
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    security: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(security, || {
            let path = path.required("path")?;
            #[cfg(feature = "sqlite")]
            let answer = made(keys, clock, |keys, clock| Security::in_sqlite(path, keys, clock));
            #[cfg(not(feature = "sqlite"))]
            let answer = {
                let _ = (path, keys, clock);
                Err(Fault::new(super::result::ACCOUNT_SECURITY_NOT_BUILT, "", "built without SQLite"))
            };
            answer
        })
    }
}

/// An object over a store of the caller's own, which is copied; from then on its `ctx` belongs to the object.
///
/// As `account_security_new_in_memory`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_new_in_store(
    store: *const account_security_store,
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    security: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe { gate::call(security, || made_over(store, keys, clock, Security::in_foreign)) }
}

/// For tests and replays alone: in memory, with a hash that costs nothing and randomness that follows from `seed`, so that
/// every code and id can be foretold.
///
/// As `account_security_new_in_memory`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_dangerous_new_seeded_in_memory(
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    seed: u64,
    security: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(security, || {
            made(keys, clock, |keys, clock| Security::dangerous_seeded_in_memory(keys, clock, seed))
        })
    }
}

/// For tests and replays alone: `account_security_dangerous_new_seeded_in_memory` over a store of the caller's own.
///
/// As `account_security_new_in_store`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_dangerous_new_seeded_in_store(
    store: *const account_security_store,
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    seed: u64,
    security: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(security, || {
            made_over(store, keys, clock, |store, keys, clock| {
                Security::dangerous_seeded_in_foreign(store, keys, clock, seed)
            })
        })
    }
}

/// The same object, asked by a client at this address as the server sees it, IPv4 or IPv6 (`203.0.113.7`). What is sent through
/// it is counted for the client's network, too; without an address that budget is not kept, and whoever offers sign-ups or resets
/// to anybody has to limit them per source.
///
/// `asked` receives a handle to be freed with `account_security_free`; NULL on failure. It is cheap, and outlives `security`.
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a text that is no address.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_asked_from(
    security: *const account_security,
    address: account_security_text,
    asked: *mut *mut account_security,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, asked, |security| {
            let asked = security.asked_from(address.required("address")?)?;
            Ok(gate::give(account_security(Guarded::new(asked))))
        })
    }
}

/// Copies out what the customer reads of a refused lift or change of a contact, with a NUL behind it, where only its number was
/// kept: `code` is the number in its answer, whose `text` says the same and knows more. Where the customer is stuck the text
/// names all of support's channels. `locale` is a BCP 47 tag.
///
/// `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`,
/// `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a number that no such answer has, and for 605 and 609, of which only the answer's own
/// text tells.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_refusal_text(
    security: *const account_security,
    code: u16,
    locale: account_security_text,
    text: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, gate::Needed(needed), |security| {
            text.text(&security.refusal_text(code, locale.required("locale")?)?, needed)
        })
    }
}

/// Copies out what the customer reads of a typed code (`ACCOUNT_SECURITY_CODE_...`), with a NUL behind it; empty for one that was
/// accepted. `locale` is a BCP 47 tag.
///
/// `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`,
/// `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a number that is no such answer.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_code_text(
    security: *const account_security,
    answer: i32,
    locale: account_security_text,
    text: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, gate::Needed(needed), |security| {
            let answer =
                code_of(answer).ok_or_else(|| Fault::invalid("answer", "ACCOUNT_SECURITY_CODE_..., 1 to 5"))?;
            text.text(&security.code_text(answer, locale.required("locale")?), needed)
        })
    }
}

/// Copies out what the customer reads where a call was denied, with a NUL behind it: `reason` is that of
/// `account_security_last_error`. All but a step-up that is needed, a last factor and the cooling-off after a lift read alike: what is frozen or broken
/// inside is support's to tell, and all of its channels are named. `locale` is a BCP 47 tag.
///
/// `needed` receives the size with the NUL, also where the buffer is too small. Errors: `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_denial_text(
    security: *const account_security,
    reason: account_security_text,
    locale: account_security_text,
    text: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, gate::Needed(needed), |security| {
            let (reason, locale) = (reason.required("reason")?, locale.required("locale")?);
            text.text(&security.denial_text(reason, locale), needed)
        })
    }
}

/// Copies out under which name the store keeps this account, 32 digits with a NUL behind them: the first 32 digits of the ids of
/// its messages.
///
/// `needed` receives the size with the NUL, 33, also where the buffer is too small. Errors:
/// `ACCOUNT_SECURITY_BUFFER_TOO_SMALL`.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_account_key(
    security: *const account_security,
    account: account_security_text,
    key: account_security_buffer,
    needed: *mut usize,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(security, gate::Needed(needed), |security| {
            key.text(&security.account_key(account.required("account")?)?, needed)
        })
    }
}

/// Frees the object and sets the variable to NULL; NULL and a second call do nothing. The `destroy` of its clock and store is
/// called with it or, where `account_security_asked_from` made more of it, with the last of them.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_free(security: *mut *mut account_security) {
    // SAFETY: the rules of this folder.
    unsafe { gate::free(security) }
}

/// # Safety
/// Both are NULL or valid for the call.
unsafe fn made(
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    make: impl FnOnce(&KeyMaterial, Arc<dyn Clock>) -> Result<Security, ShellError>,
) -> Result<*mut account_security, Fault> {
    // SAFETY: passed on.
    unsafe {
        let (clock, clock_taken) = CallerClock::read(clock)?;
        let security = keys::with(keys, |keys| Ok(make(keys, Arc::new(clock))?))?;
        Ok(given(security, &[clock_taken]))
    }
}

/// # Safety
/// All are NULL or valid for the call.
unsafe fn made_over(
    store: *const account_security_store,
    keys: *const account_security_keys,
    clock: *const account_security_clock,
    make: impl FnOnce(CallerStore, &KeyMaterial, Arc<dyn Clock>) -> Result<Security, ShellError>,
) -> Result<*mut account_security, Fault> {
    // SAFETY: passed on.
    unsafe {
        let (store, store_taken) = CallerStore::read(store)?;
        let (clock, clock_taken) = CallerClock::read(clock)?;
        let security = keys::with(keys, |keys| Ok(make(store, keys, Arc::new(clock))?))?;
        Ok(given(security, &[store_taken, clock_taken]))
    }
}

fn given(security: Security, taken: &[Arc<AtomicBool>]) -> *mut account_security {
    for lease in taken {
        lease.store(true, Ordering::Release);
    }
    gate::give(account_security(Guarded::new(security)))
}

/// Handles are shared between threads.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<account_security>();
    shared::<account_security_keys>();
    shared::<super::factors::account_security_totp_enrolment>();
    shared::<super::recovery_codes::account_security_recovery_codes>();
    shared::<super::soft_token::account_security_soft_token>();
};
