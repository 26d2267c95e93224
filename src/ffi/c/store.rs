//! A store of the caller's, by call-backs over bytes.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::clock::Lease;
use super::gate;
use super::input::{account_security_bytes, sized};
use super::result::account_security_result;
use super::result::{ACCOUNT_SECURITY_INVALID_ARGUMENT, ACCOUNT_SECURITY_NULL_POINTER, ACCOUNT_SECURITY_OK, Fault};
use crate::store::foreign::{Change, Condition, ENTRIES_MAX, ENTRY_BYTES_MAX, Foreign, ForeignFault, NAME_BYTES_MAX};

/// A call-back's answer: done.
pub const ACCOUNT_SECURITY_STORE_SAYS_OK: i32 = 0;
/// A call-back's answer: locked by others; ask again.
pub const ACCOUNT_SECURITY_STORE_SAYS_BUSY: i32 = 1;
/// A call-back's answer: no room left; nothing was changed.
pub const ACCOUNT_SECURITY_STORE_SAYS_FULL: i32 = 2;
/// A call-back's answer: it may only be read.
pub const ACCOUNT_SECURITY_STORE_SAYS_READ_ONLY: i32 = 3;
/// A call-back's answer: cannot be reached; nothing was changed.
pub const ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE: i32 = 4;
/// A call-back's answer: the changes may have been made or not. So is any number not named here when it comes from `apply`.
pub const ACCOUNT_SECURITY_STORE_SAYS_UNKNOWN: i32 = 5;

/// A name and bytes. In a condition: exactly these bytes, or no such entry where `bytes.data` is NULL. In a change: the new
/// bytes, or the entry's removal where `bytes.data` is NULL.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_entry {
    /// The name, at most 64 bytes.
    pub name: account_security_bytes,
    /// The bytes, or none.
    pub bytes: account_security_bytes,
}

/// Takes what a call-back of a store found. Good during that call-back only, on its thread.
#[derive(Debug)]
pub struct account_security_sink {
    entries: Vec<(Vec<u8>, Vec<u8>)>,
    entries_max: usize,
}

/// A place for named bytes of the caller's own: a table, a key-value store, a file. Names are compared byte by byte, as
/// `memcmp` does. Any thread may ask, several at once. The call-backs must not throw, jump out or free the object that
/// asks. They must not ask it anything either, nor an object made from it: it waits for them. While one runs, every call on an
/// `account_security` object from its thread is refused with `ACCOUNT_SECURITY_IN_USE`; from another thread that the call-back
/// waits for, nothing can refuse it. Copied by the call that takes it; the place belongs to one object.
///
/// Whatever comes back is checked before it is used; what does not fit is `ACCOUNT_SECURITY_STORE_CORRUPT`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_store {
    /// `sizeof(account_security_store)`; `ACCOUNT_SECURITY_STORE_INIT` sets it.
    pub struct_size: usize,
    /// Passed to the call-backs as it is.
    pub ctx: *mut c_void,
    /// Puts the bytes under `name` into `found`, if there are any, and returns `ACCOUNT_SECURITY_STORE_SAYS_OK`.
    pub get: Option<
        unsafe extern "C" fn(ctx: *mut c_void, name: account_security_bytes, found: *mut account_security_sink) -> i32,
    >,
    /// Puts up to `limit` entries with `from <= name < to` into `found`, in order of their names.
    pub list: Option<
        unsafe extern "C" fn(
            ctx: *mut c_void,
            from: account_security_bytes,
            to: account_security_bytes,
            limit: usize,
            found: *mut account_security_sink,
        ) -> i32,
    >,
    /// Makes all changes in one transaction and writes 1 to `applied`, if every condition holds in it; otherwise makes none
    /// and writes 0. Must be durable when it returns.
    pub apply: Option<
        unsafe extern "C" fn(
            ctx: *mut c_void,
            conditions: *const account_security_entry,
            conditions_count: usize,
            changes: *const account_security_entry,
            changes_count: usize,
            applied: *mut i32,
        ) -> i32,
    >,
    /// Called once with `ctx` when the object that took the store is gone; never where that object was not made. May be NULL.
    pub destroy: Option<unsafe extern "C" fn(ctx: *mut c_void)>,
}

/// Puts one entry into a sink; the bytes are copied. `name` is what `get` was asked for or the next name of a `list`.
///
/// Errors: `ACCOUNT_SECURITY_NULL_POINTER`; `ACCOUNT_SECURITY_INVALID_ARGUMENT` for more entries than were asked for, or longer
/// ones than this library writes: then return any fault from the call-back.
///
/// # Safety
/// `sink` is NULL or the sink of the call-back that is running; the header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_sink_put(
    sink: *mut account_security_sink,
    name: account_security_bytes,
    bytes: account_security_bytes,
) -> account_security_result {
    // Without the gate: nothing in it can panic, and the last error is that of the call around the call-back.
    // SAFETY: NULL is sorted out by `as_mut`; the library lends each sink to one call-back.
    let Some(sink) = (unsafe { sink.as_mut() }) else { return ACCOUNT_SECURITY_NULL_POINTER };
    if name.data.is_null() || bytes.data.is_null() {
        return ACCOUNT_SECURITY_NULL_POINTER;
    }
    // SAFETY: not NULL, and valid by the caller's contract.
    let (name, bytes) = unsafe { (name.within(NAME_BYTES_MAX), bytes.within(ENTRY_BYTES_MAX)) };
    match (name, bytes) {
        (Some(name), Some(bytes)) if sink.entries.len() < sink.entries_max => {
            sink.entries.push((name.to_vec(), bytes.to_vec()));
            ACCOUNT_SECURITY_OK
        }
        _ => ACCOUNT_SECURITY_INVALID_ARGUMENT,
    }
}

/// A store of the caller's.
#[derive(Debug)]
pub(super) struct CallerStore {
    lease: Lease,
    get: unsafe extern "C" fn(*mut c_void, account_security_bytes, *mut account_security_sink) -> i32,
    list: unsafe extern "C" fn(
        *mut c_void,
        account_security_bytes,
        account_security_bytes,
        usize,
        *mut account_security_sink,
    ) -> i32,
    apply: unsafe extern "C" fn(
        *mut c_void,
        *const account_security_entry,
        usize,
        *const account_security_entry,
        usize,
        *mut i32,
    ) -> i32,
}

// SAFETY: the header says that the call-backs are called from any thread, several at once.
unsafe impl Send for CallerStore {}
// SAFETY: as above.
unsafe impl Sync for CallerStore {}

impl CallerStore {
    /// # Safety
    /// `store` is NULL or valid for as many bytes as it says.
    pub(super) unsafe fn read(store: *const account_security_store) -> Result<(Self, Arc<AtomicBool>), Fault> {
        // SAFETY: passed on.
        let given = unsafe { sized(store, "store") }?;
        let get = given.get.ok_or_else(|| Fault::null("store.get"))?;
        let list = given.list.ok_or_else(|| Fault::null("store.list"))?;
        let apply = given.apply.ok_or_else(|| Fault::null("store.apply"))?;
        let lease = Lease::new(given.ctx, given.destroy);
        let taken = lease.taken();
        Ok((Self { lease, get, list, apply }, taken))
    }
}

impl Foreign for CallerStore {
    fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, ForeignFault> {
        let mut sink = account_security_sink { entries: Vec::new(), entries_max: 1 };
        // SAFETY: the caller's own function with its own `ctx`; name and sink live through the call.
        let says = gate::asking_a_store(|| unsafe {
            (self.get)(self.lease.ctx(), account_security_bytes::of(name), &raw mut sink)
        });
        read_fault(says)?;
        match sink.entries.pop() {
            Some((found, _)) if found != name => Err(ForeignFault::Unavailable("another name".to_owned())),
            found => Ok(found.map(|(_, bytes)| bytes)),
        }
    }

    fn list(&self, from: &[u8], to: &[u8], limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>, ForeignFault> {
        let mut sink = account_security_sink { entries: Vec::new(), entries_max: limit.min(ENTRIES_MAX) };
        let (from, to) = (account_security_bytes::of(from), account_security_bytes::of(to));
        // SAFETY: the caller's own function with its own `ctx`; names and sink live through the call.
        let says = gate::asking_a_store(|| unsafe { (self.list)(self.lease.ctx(), from, to, limit, &raw mut sink) });
        read_fault(says)?;
        Ok(sink.entries)
    }

    fn apply(&self, conditions: &[Condition], changes: &[Change]) -> Result<bool, ForeignFault> {
        let conditions: Vec<_> = conditions.iter().map(|given| entry(&given.name, given.bytes.as_deref())).collect();
        let changes: Vec<_> = changes.iter().map(|given| entry(&given.name, given.bytes.as_deref())).collect();
        let mut applied = -1_i32;
        // SAFETY: the caller's own function with its own `ctx`; lists and variable live through the call.
        let says = gate::asking_a_store(|| unsafe {
            (self.apply)(
                self.lease.ctx(),
                conditions.as_ptr(),
                conditions.len(),
                changes.as_ptr(),
                changes.len(),
                &raw mut applied,
            )
        });
        match (says, applied) {
            (ACCOUNT_SECURITY_STORE_SAYS_OK, 0 | 1) => Ok(applied == 1),
            // Whoever says neither yes nor no after it was told to write may have written.
            (ACCOUNT_SECURITY_STORE_SAYS_OK, _) => Err(ForeignFault::Unknown),
            (says, _) => Err(fault(says).unwrap_or(ForeignFault::Unknown)),
        }
    }
}

fn entry(name: &[u8], bytes: Option<&[u8]>) -> account_security_entry {
    let none = account_security_bytes { data: std::ptr::null(), size: 0 };
    account_security_entry {
        name: account_security_bytes::of(name),
        bytes: bytes.map_or(none, account_security_bytes::of),
    }
}

fn read_fault(says: i32) -> Result<(), ForeignFault> {
    let unnamed = || ForeignFault::Unavailable("an unknown answer".to_owned());
    if says == ACCOUNT_SECURITY_STORE_SAYS_OK { Ok(()) } else { Err(fault(says).unwrap_or_else(unnamed)) }
}

fn fault(says: i32) -> Option<ForeignFault> {
    match says {
        ACCOUNT_SECURITY_STORE_SAYS_BUSY => Some(ForeignFault::Busy),
        ACCOUNT_SECURITY_STORE_SAYS_FULL => Some(ForeignFault::Full),
        ACCOUNT_SECURITY_STORE_SAYS_READ_ONLY => Some(ForeignFault::ReadOnly),
        ACCOUNT_SECURITY_STORE_SAYS_UNAVAILABLE => {
            Some(ForeignFault::Unavailable("as the caller's store says".to_owned()))
        }
        ACCOUNT_SECURITY_STORE_SAYS_UNKNOWN => Some(ForeignFault::Unknown),
        _ => None,
    }
}
