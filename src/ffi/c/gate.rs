//! What every call passes: out-parameters emptied, NULL and broken handles refused, panics caught, the fault kept.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use super::last_error;
use super::result::{
    ACCOUNT_SECURITY_IN_USE, ACCOUNT_SECURITY_NULL_POINTER, ACCOUNT_SECURITY_OK, Fault, account_security_result,
};

/// An object behind a handle, broken once a call on it has panicked.
#[derive(Debug)]
pub(super) struct Guarded<T> {
    value: T,
    is_broken: AtomicBool,
}

impl<T> Guarded<T> {
    pub(super) const fn new(value: T) -> Self {
        Self { value, is_broken: AtomicBool::new(false) }
    }

    /// The object, unless a call on it has panicked.
    pub(super) fn value(&self) -> Result<&T, Fault> {
        if self.is_broken.load(Ordering::Acquire) { Err(Fault::internal()) } else { Ok(&self.value) }
    }
}

/// A handle's type as C knows it.
pub(super) trait Handle {
    type Value;
    const NAME: &'static str;
    /// Whether a call on it may wait for a store, which would wait for itself inside a call-back of that store.
    const ASKS_A_STORE: bool;
    fn guarded(&self) -> &Guarded<Self::Value>;
}

/// Makes a public opaque type a handle around a value.
macro_rules! handle {
    ($name:ident, $value:ty, $field:literal) => {
        $crate::ffi::c::gate::handle!($name, $value, $field, asks_a_store: false);
    };
    ($name:ident, $value:ty, $field:literal, asks_a_store: $asks:literal) => {
        impl $crate::ffi::c::gate::Handle for $name {
            type Value = $value;
            const NAME: &'static str = $field;
            const ASKS_A_STORE: bool = $asks;
            fn guarded(&self) -> &$crate::ffi::c::gate::Guarded<$value> {
                &self.0
            }
        }
    };
}
pub(super) use handle;

/// A value that can be put where an out-parameter points, and what stands there before.
pub(super) trait Value: Copy {
    const EMPTY: Self;
}

macro_rules! values {
    ($($type:ty = $empty:expr),*) => { $(impl Value for $type { const EMPTY: Self = $empty; })* };
}
values!(i32 = 0, i64 = 0, u8 = 0, u32 = 0, u64 = 0, usize = 0);

impl<T> Value for *const T {
    const EMPTY: Self = std::ptr::null();
}

impl<T> Value for *mut T {
    const EMPTY: Self = std::ptr::null_mut();
}

/// The out-parameters of a call.
pub(super) trait Out {
    type Answer;
    /// Empties each, NULL or not.
    ///
    /// # Safety
    /// Each is NULL or valid for writes.
    unsafe fn clear(&self) -> Result<(), Fault>;
    /// # Safety
    /// After a `clear` that said `Ok`.
    unsafe fn put(&self, answer: Self::Answer);
}

impl Out for () {
    type Answer = ();
    unsafe fn clear(&self) -> Result<(), Fault> {
        Ok(())
    }
    unsafe fn put(&self, (): ()) {}
}

impl<T: Value> Out for *mut T {
    type Answer = T;
    unsafe fn clear(&self) -> Result<(), Fault> {
        if self.is_null() {
            return Err(Fault::new(ACCOUNT_SECURITY_NULL_POINTER, "out", "an out-parameter must not be NULL"));
        }
        // SAFETY: not NULL, so valid for writes by the caller's contract.
        unsafe { self.write(T::EMPTY) };
        Ok(())
    }
    unsafe fn put(&self, answer: T) {
        // SAFETY: `clear` found it not NULL, so it is valid for writes by the caller's contract.
        unsafe { self.write(answer) };
    }
}

/// An out-parameter that the body writes itself, because one failure sets it too: how much room is needed.
pub(super) struct Needed(pub(super) *mut usize);

impl Out for Needed {
    type Answer = ();
    unsafe fn clear(&self) -> Result<(), Fault> {
        // SAFETY: the same contract.
        unsafe { self.0.clear() }
    }
    unsafe fn put(&self, (): ()) {}
}

impl<A: Value, B: Value> Out for (*mut A, *mut B) {
    type Answer = (A, B);
    unsafe fn clear(&self) -> Result<(), Fault> {
        // SAFETY: the same contract, for each.
        let (first, second) = unsafe { (self.0.clear(), self.1.clear()) };
        first.and(second)
    }
    unsafe fn put(&self, (first, second): (A, B)) {
        // SAFETY: the same contract, for each.
        unsafe {
            self.0.put(first);
            self.1.put(second);
        }
    }
}

thread_local! {
    /// Whether a call-back of a store runs on this thread.
    static IN_A_STORE: Cell<bool> = const { Cell::new(false) };
}

/// Asks a call-back of a store. What it asks of an object of ours meanwhile is refused instead of waiting for ever.
pub(super) fn asking_a_store<T>(ask: impl FnOnce() -> T) -> T {
    let was = IN_A_STORE.replace(true);
    let answer = ask();
    IN_A_STORE.set(was);
    answer
}

/// A call on a handle.
///
/// # Safety
/// `handle` is NULL or a live handle of this library; out-parameters are NULL or valid for writes.
pub(super) unsafe fn on<H: Handle, O: Out>(
    handle: *const H,
    out: O,
    body: impl FnOnce(&H::Value) -> Result<O::Answer, Fault>,
) -> account_security_result {
    // SAFETY: passed on from the caller.
    unsafe {
        call(out, || {
            // NULL is sorted out by `as_ref`; that the handle lives is the caller's contract.
            let guarded = handle.as_ref().ok_or_else(|| Fault::null(H::NAME))?.guarded();
            if H::ASKS_A_STORE && IN_A_STORE.get() {
                let what = "a call-back of a store must not ask the object that asks it, nor another one";
                return Err(Fault::new(ACCOUNT_SECURITY_IN_USE, H::NAME, what));
            }
            let value = guarded.value()?;
            caught(|| body(value)).unwrap_or_else(|| {
                guarded.is_broken.store(true, Ordering::Release);
                Err(Fault::internal())
            })
        })
    }
}

/// A call that needs no handle.
///
/// # Safety
/// Out-parameters are NULL or valid for writes.
pub(super) unsafe fn call<O: Out>(out: O, body: impl FnOnce() -> Result<O::Answer, Fault>) -> account_security_result {
    // SAFETY: passed on from the caller.
    let answer = unsafe { out.clear() }.and_then(|()| caught(body).unwrap_or_else(|| Err(Fault::internal())));
    match answer {
        Ok(answer) => {
            // SAFETY: `clear` said `Ok`, or there would be no answer.
            unsafe { out.put(answer) };
            ACCOUNT_SECURITY_OK
        }
        Err(fault) => {
            let code = fault.code;
            last_error::keep(fault);
            code
        }
    }
}

/// A call that leaves the last error as it was.
pub(super) fn quietly(body: impl FnOnce() -> Result<(), Fault>) -> account_security_result {
    match caught(body).unwrap_or_else(|| Err(Fault::internal())) {
        Ok(()) => ACCOUNT_SECURITY_OK,
        Err(fault) => fault.code,
    }
}

/// A new handle for C, to be freed by [`free`].
pub(super) fn give<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Frees what [`give`] gave and empties the caller's variable, so that a second call does nothing.
///
/// # Safety
/// `address` is NULL or points to a variable that holds NULL or a live handle, which no other thread uses now.
pub(super) unsafe fn free<T>(address: *mut *mut T) {
    if address.is_null() {
        return;
    }
    // SAFETY: not NULL, so valid for reads and writes by the caller's contract.
    let handle = unsafe { address.replace(std::ptr::null_mut()) };
    if !handle.is_null() {
        // SAFETY: a live handle came from `give`, and its variable was emptied before.
        let owned = unsafe { Box::from_raw(handle) };
        // A panic while dropping cannot be told to anyone; what it held is gone or leaked.
        caught(|| drop(owned));
    }
}

/// `None` where the body panicked. The payload is not dropped: dropping it may panic again.
fn caught<T>(body: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).map_err(std::mem::ManuallyDrop::new).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::c::result::ACCOUNT_SECURITY_INTERNAL;

    struct Number(Guarded<i32>);
    handle!(Number, i32, "number");

    #[test]
    fn a_panic_is_a_code_and_breaks_its_handle() {
        let mut number = give(Number(Guarded::new(7)));
        let mut out = 5_i32;
        // SAFETY: a live handle and a variable of our own.
        unsafe {
            assert_eq!(on(number, &raw mut out, |value| Ok(*value)), ACCOUNT_SECURITY_OK);
            assert_eq!(out, 7);
            assert_eq!(on(number, &raw mut out, |_| panic!("tells a secret")), ACCOUNT_SECURITY_INTERNAL);
            assert_eq!(out, 0, "a failed call empties what it would have set");
            assert_eq!(on(number, &raw mut out, |value| Ok(*value)), ACCOUNT_SECURITY_INTERNAL);
            free(&raw mut number);
            assert!(number.is_null());
            free(&raw mut number);
        }
    }

    #[test]
    fn a_panic_while_freeing_stays_inside() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("while dropping");
            }
        }
        let mut bomb = give(Bomb);
        // SAFETY: a live object of `give`.
        unsafe { free(&raw mut bomb) };
        assert!(bomb.is_null());
    }
}
