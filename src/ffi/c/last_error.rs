//! The last fault of a thread, copied out.

use std::cell::RefCell;
use std::ffi::c_char;

use super::gate;
use super::input::room_for;
use super::result::{Fault, account_security_result};

/// What the last call of this thread that failed said. Set `struct_size` (or use `ACCOUNT_SECURITY_ERROR_INIT`).
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_error {
    /// `sizeof(account_security_error)`, set by the caller.
    pub struct_size: usize,
    /// The result code; `ACCOUNT_SECURITY_OK` where no call has failed on this thread.
    pub code: i32,
    /// 1: asking again later may help. 0: it will not.
    pub is_transient: i32,
    /// The name of the argument that was refused; empty if it was none. `new_password` and `new_contact` are told as `new`,
    /// `current_password` as `current`; an out-parameter that is NULL as `out`, and a member of a structure by its own name.
    pub field: [c_char; 32],
    /// The stable name of the reason where a call was denied, to act on; empty elsewhere. Of a settled refusal: `step_up_needed`,
    /// `last_factor`, `frozen`, `cooling_off` (closed for a while after the lift of a freeze; `what` says until when),
    /// `not_authorised`, `refused`, `clock` (the clock runs far ahead of what the account has seen). Of what stands behind:
    /// `no_time` (the clock gives none), `busy`, `out_of_memory`, `hashing`, `no_entropy`, `id_reused`, `settings`,
    /// `breach_list`, `no_breach_list`, `key_lost`, `sealed`, `unreadable`, `damaged`, `too_large`, `state_lost`,
    /// `store_unavailable`, `store_full`, `store_read_only`, `store_corrupt`, `store_unsupported`, `store_unknown`,
    /// `store_not_durable`. Names may be added.
    /// `account_security_denial_text` says it in the customer's words.
    pub reason: [c_char; 32],
    /// For logs and developers, not for customers; cut where it is longer. Holds no secret and no customer data.
    pub what: [c_char; 512],
}

/// Copies out what the last call that failed on this thread said. Calls that succeed leave it. Each thread has its own.
///
/// Errors: `ACCOUNT_SECURITY_NULL_POINTER`, `ACCOUNT_SECURITY_WRONG_STRUCT`.
///
/// # Safety
/// `error` is NULL or points to an `account_security_error`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_last_error(error: *mut account_security_error) -> account_security_result {
    // What the caller asks about stays, whatever becomes of the asking.
    gate::quietly(|| {
        // SAFETY: `error` is the caller's and NULL or valid; NULL, alignment and size are checked before anything is written.
        // Nothing but the size is read: the caller may have set nothing else.
        unsafe {
            let struct_size = room_for(error.cast_const(), "error")?;
            error.write(LAST.with_borrow(|last| told(struct_size, last.as_ref())));
        }
        Ok(())
    })
}

thread_local! {
    static LAST: RefCell<Option<Fault>> = const { RefCell::new(None) };
}

/// Keeps a fault for the thread that met it.
pub(super) fn keep(fault: Fault) {
    // A thread that ends has no one to tell.
    let _ = LAST.try_with(|last| last.replace(Some(fault)));
}

fn told(struct_size: usize, last: Option<&Fault>) -> account_security_error {
    let mut told = account_security_error {
        struct_size,
        code: 0,
        is_transient: 0,
        field: [0; 32],
        reason: [0; 32],
        what: [0; 512],
    };
    if let Some(fault) = last {
        told.code = fault.code;
        told.is_transient = i32::from(fault.is_transient);
        put(&mut told.field, &fault.field);
        put(&mut told.reason, &fault.reason);
        put(&mut told.what, &fault.what);
    }
    told
}

/// As much of the text as fits before the NUL, cut between characters.
fn put(to: &mut [c_char], text: &str) {
    let room = to.len() - 1;
    let fits =
        text.char_indices().map(|(at, character)| at + character.len_utf8()).take_while(|end| *end <= room).last();
    to.fill(0);
    for (place, byte) in to.iter_mut().zip(&text.as_bytes()[..fits.unwrap_or(0)]) {
        *place = c_char::from_ne_bytes([*byte]);
    }
}
