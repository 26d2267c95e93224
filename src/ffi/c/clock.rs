//! Clocks of the caller's, and the lease on what a call-back structure carries.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::gate;
use super::input::{room_for, sized};
use super::result::{Fault, account_security_result};
use crate::ffi::shell::{Clock, ClockFault, SystemClock};

/// Where the time comes from. Any thread may ask, several at once. The call-back must not throw, jump out or free the object
/// that asks; it may call other functions of this library, on the same object too: no store is asked meanwhile. Copied by the call that takes it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_clock {
    /// `sizeof(account_security_clock)`; `ACCOUNT_SECURITY_CLOCK_INIT` sets it.
    pub struct_size: usize,
    /// Passed to the call-backs as it is.
    pub ctx: *mut c_void,
    /// Writes the milliseconds since 1970-01-01 UTC and returns 0; anything else: no time, and nothing is decided.
    pub now_ms: Option<unsafe extern "C" fn(ctx: *mut c_void, now_ms: *mut i64) -> i32>,
    /// Called once with `ctx` when the object that took the clock is gone; never where that object was not made. May be NULL.
    pub destroy: Option<unsafe extern "C" fn(ctx: *mut c_void)>,
}

/// Fills in the system's clock.
///
/// Errors: `ACCOUNT_SECURITY_NULL_POINTER`, `ACCOUNT_SECURITY_WRONG_STRUCT`. Any thread.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_clock_system(clock: *mut account_security_clock) -> account_security_result {
    // SAFETY: the rules of this folder; `room_for` checks NULL, alignment and size, and reads nothing else.
    unsafe {
        gate::call((), || {
            let struct_size = room_for(clock.cast_const(), "clock")?;
            let now_ms: unsafe extern "C" fn(*mut c_void, *mut i64) -> i32 = system_now_ms;
            clock.write(account_security_clock {
                struct_size,
                ctx: std::ptr::null_mut(),
                now_ms: Some(now_ms),
                destroy: None,
            });
            Ok(())
        })
    }
}

/// The caller's right to hear of the end of its `ctx`, from when the object that took it is there.
#[derive(Debug)]
pub(super) struct Lease {
    ctx: *mut c_void,
    destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    taken: Arc<AtomicBool>,
}

impl Lease {
    pub(super) fn new(ctx: *mut c_void, destroy: Option<unsafe extern "C" fn(*mut c_void)>) -> Self {
        Self { ctx, destroy, taken: Arc::new(AtomicBool::new(false)) }
    }

    pub(super) const fn ctx(&self) -> *mut c_void {
        self.ctx
    }

    /// Set once the object is there; before, what fails leaves `ctx` to the caller.
    pub(super) fn taken(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.taken)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy.filter(|_| self.taken.load(Ordering::Acquire)) {
            // SAFETY: the caller's own function with its own `ctx`, called once because this is dropped once.
            unsafe { destroy(self.ctx) };
        }
    }
}

/// A clock of the caller's.
#[derive(Debug)]
pub(super) struct CallerClock {
    lease: Lease,
    now_ms: unsafe extern "C" fn(*mut c_void, *mut i64) -> i32,
}

// SAFETY: the header says that the call-backs are called from any thread, several at once.
unsafe impl Send for CallerClock {}
// SAFETY: as above.
unsafe impl Sync for CallerClock {}

impl CallerClock {
    /// # Safety
    /// `clock` is NULL or valid for as many bytes as it says.
    pub(super) unsafe fn read(clock: *const account_security_clock) -> Result<(Self, Arc<AtomicBool>), Fault> {
        // SAFETY: passed on.
        let given = unsafe { sized(clock, "clock") }?;
        let now_ms = given.now_ms.ok_or_else(|| Fault::null("clock.now_ms"))?;
        let lease = Lease::new(given.ctx, given.destroy);
        let taken = lease.taken();
        Ok((Self { lease, now_ms }, taken))
    }
}

impl Clock for CallerClock {
    fn now_ms(&self) -> Result<i64, ClockFault> {
        // A call-back that says 0 and writes nothing leaves a time that is refused.
        let mut now_ms = i64::MIN;
        // SAFETY: the caller's own function with its own `ctx`, and a variable of ours.
        let result = unsafe { (self.now_ms)(self.lease.ctx(), &raw mut now_ms) };
        if result == 0 { Ok(now_ms) } else { Err(ClockFault::NoTime) }
    }
}

unsafe extern "C" fn system_now_ms(_: *mut c_void, now_ms: *mut i64) -> i32 {
    match SystemClock.now_ms() {
        // SAFETY: the library asks with a variable of its own; a caller that asks itself keeps the member's contract.
        Ok(now) => unsafe {
            now_ms.write(now);
            0
        },
        Err(_) => 1,
    }
}
