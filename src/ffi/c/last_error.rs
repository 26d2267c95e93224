//! The last fault of a thread, copied out.

use std::cell::RefCell;
use std::ffi::c_char;

use super::gate;
use super::input::sized;
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
    /// The name of the argument that was refused; empty if it was none.
    pub field: [c_char; 32],
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
        // SAFETY: `error` is the caller's and NULL or valid; `sized` checks NULL, alignment and size before anything is written.
        unsafe {
            let mut copy = sized(error.cast_const(), "error")?;
            LAST.with_borrow(|last| fill(&mut copy, last.as_ref()));
            error.write(copy);
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

fn fill(copy: &mut account_security_error, last: Option<&Fault>) {
    copy.code = last.map_or(0, |fault| fault.code);
    copy.is_transient = last.map_or(0, |fault| i32::from(fault.is_transient));
    put(&mut copy.field, last.map_or("", |fault| &fault.field));
    put(&mut copy.what, last.map_or("", |fault| &fault.what));
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
