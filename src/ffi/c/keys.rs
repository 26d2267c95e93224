//! Keys.

use std::sync::RwLock;

use super::gate::{self, Guarded, handle};
use super::input::account_security_bytes;
use super::result::{ACCOUNT_SECURITY_IN_USE, Fault, account_security_result};
use crate::ffi::shell::KeyMaterial;

/// The look-up key and named root keys, 32 bytes each, as they come from a vault. Any thread may use it; freeing must not
/// race with any use. Wiped when it is freed. It may be freed once the objects that were made with it are there.
#[derive(Debug)]
pub struct account_security_keys(Guarded<RwLock<KeyMaterial>>);

handle!(account_security_keys, RwLock<KeyMaterial>, "keys");

/// One look-up key and the root key in force, with its number. Both are 32 bytes and copied; wipe your own.
///
/// `keys` receives a handle to be freed with `account_security_keys_free`; NULL on failure.
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for keys that are not 32 bytes.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_keys_new(
    lookup: account_security_bytes,
    current_id: u32,
    root: account_security_bytes,
    keys: *mut *mut account_security_keys,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::call(keys, || {
            let material = KeyMaterial::new(lookup.required("lookup")?, current_id, root.required("root")?)?;
            Ok(gate::give(account_security_keys(Guarded::new(RwLock::new(material)))))
        })
    }
}

/// Adds a retired root key, which opens what was written under it. Objects made before do not get it.
///
/// Errors: `ACCOUNT_SECURITY_INVALID_ARGUMENT` for a key that is not 32 bytes, a number that is taken, or more than 64 keys;
/// `ACCOUNT_SECURITY_IN_USE` while another thread uses the keys.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn account_security_keys_add_retired(
    keys: *mut account_security_keys,
    id: u32,
    root: account_security_bytes,
) -> account_security_result {
    // SAFETY: the rules of this folder; gate and readers check what can be checked.
    unsafe {
        gate::on(keys.cast_const(), (), |keys| {
            let in_use = |_| Fault::new(ACCOUNT_SECURITY_IN_USE, "keys", "in use by another thread");
            // Never waits, so that a call-back that comes back in cannot be waited for by itself.
            keys.try_write().map_err(in_use)?.add_retired(id, root.required("root")?)?;
            Ok(())
        })
    }
}

/// Wipes and frees the keys and sets the variable to NULL; NULL and a second call do nothing.
///
/// # Safety
/// The header's rules for pointers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn account_security_keys_free(keys: *mut *mut account_security_keys) {
    // SAFETY: the rules of this folder.
    unsafe { gate::free(keys) }
}

/// # Safety
/// `keys` is NULL or a live handle while `body` runs.
pub(super) unsafe fn with<T>(
    keys: *const account_security_keys,
    body: impl FnOnce(&KeyMaterial) -> Result<T, Fault>,
) -> Result<T, Fault> {
    // SAFETY: passed on.
    let keys = unsafe { keys.as_ref() }.ok_or_else(|| Fault::null("keys"))?;
    let material = gate::Handle::guarded(keys).value()?.read().map_err(|_| Fault::internal())?;
    body(&material)
}
