//! A store of call-backs over a map, as a C program would write one.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use account_security::ffi::c::{
    account_security_bytes, account_security_entry, account_security_sink, account_security_sink_put,
    account_security_store,
};

struct Place {
    entries: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    destroyed: Arc<AtomicUsize>,
}

/// What the test keeps of a place.
pub struct Seen {
    destroyed: Arc<AtomicUsize>,
    ctx: *mut c_void,
}

impl Seen {
    pub fn destroyed(&self) -> usize {
        self.destroyed.load(Ordering::SeqCst)
    }

    /// Frees a place that no object took.
    pub fn forget(self) {
        // SAFETY: nobody took it, so it is still the test's.
        unsafe { destroy(self.ctx) };
    }
}

pub fn new() -> (account_security_store, Seen) {
    let destroyed = Arc::new(AtomicUsize::new(0));
    let place = Box::new(Place { entries: Mutex::default(), destroyed: Arc::clone(&destroyed) });
    let ctx = Box::into_raw(place).cast::<c_void>();
    let store = account_security_store {
        struct_size: size_of::<account_security_store>(),
        ctx,
        get: Some(get),
        list: Some(list),
        apply: Some(apply),
        destroy: Some(destroy),
    };
    (store, Seen { destroyed, ctx })
}

unsafe fn place<'a>(ctx: *mut c_void) -> &'a Place {
    // SAFETY: the library passes what it was given.
    unsafe { &*ctx.cast::<Place>() }
}

unsafe fn owned(bytes: account_security_bytes) -> Vec<u8> {
    // SAFETY: the library's bytes are valid during the call-back.
    unsafe { std::slice::from_raw_parts(bytes.data, bytes.size) }.to_vec()
}

unsafe fn put(found: *mut account_security_sink, name: &[u8], bytes: &[u8]) {
    let of = |bytes: &[u8]| account_security_bytes { data: bytes.as_ptr(), size: bytes.len() };
    // SAFETY: the sink of the call-back that is running.
    assert_eq!(unsafe { account_security_sink_put(found, of(name), of(bytes)) }, 0);
}

unsafe extern "C" fn get(ctx: *mut c_void, name: account_security_bytes, found: *mut account_security_sink) -> i32 {
    // SAFETY: what the library passes to this call-back.
    unsafe {
        let name = owned(name);
        if let Some(bytes) = place(ctx).entries.lock().unwrap().get(&name) {
            put(found, &name, bytes);
        }
    }
    0
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
            put(found, name, bytes);
        }
    }
    0
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
        let holds = std::slice::from_raw_parts(conditions, conditions_count).iter().map(read);
        let holds = holds.into_iter().all(|(name, bytes)| entries.get(&name) == bytes.as_ref());
        applied.write(i32::from(holds));
        if holds {
            for (name, bytes) in std::slice::from_raw_parts(changes, changes_count).iter().map(read) {
                match bytes {
                    Some(bytes) => drop(entries.insert(name, bytes)),
                    None => drop(entries.remove(&name)),
                }
            }
        }
    }
    0
}

unsafe extern "C" fn destroy(ctx: *mut c_void) {
    // SAFETY: the box that `new` made, destroyed once.
    let place = unsafe { Box::from_raw(ctx.cast::<Place>()) };
    place.destroyed.fetch_add(1, Ordering::SeqCst);
}
