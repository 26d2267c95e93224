//! The version of the interface, from the package's.
//!
//! Within one interface number the structures that a caller fills in are frozen: a program that was built against an older header
//! of it passes the same sizes. What needs another member comes as another function with a structure of its own, or with the
//! next number; `tests/ffi_c.rs` holds the sizes. Answers may grow: C reads them through pointers.

use std::ffi::{CStr, c_char};

use super::gate;
use super::result::{ACCOUNT_SECURITY_WRONG_VERSION, Fault, account_security_result};

/// Major, minor and patch as `major * 1000000 + minor * 1000 + patch`.
const VERSION: u32 = part(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000
    + part(env!("CARGO_PKG_VERSION_MINOR")) * 1_000
    + part(env!("CARGO_PKG_VERSION_PATCH"));

const TEXT: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(text) => text,
    Err(_) => c"",
};

/// The library's version: `major * 1000000 + minor * 1000 + patch`. Any thread, at any time.
#[unsafe(no_mangle)]
#[must_use]
pub const extern "C" fn account_security_version() -> u32 {
    VERSION
}

/// The library's version as a text. Never NULL; lives as long as the library; do not free it. Any thread, at any time.
#[unsafe(no_mangle)]
#[must_use]
pub const extern "C" fn account_security_version_text() -> *const c_char {
    TEXT.as_ptr()
}

/// The number of the binary interface: programs built against a header with another number must not go on. It is the
/// package's major number times 1000, or the minor one while the major is 0. Within one number the structures that you fill in do
/// not change their size.
#[unsafe(no_mangle)]
#[must_use]
pub const extern "C" fn account_security_abi_version() -> u32 {
    abi(VERSION)
}

/// Whether a program built against a header of `header_version` may use this library: the same interface, and the library
/// not older than the header. Call `account_security_check_header()`, which passes its header's own version, before
/// anything else.
///
/// Errors: `ACCOUNT_SECURITY_WRONG_VERSION`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn account_security_check_version(header_version: u32) -> account_security_result {
    let fits = abi(header_version) == abi(VERSION) && header_version / 1_000 <= VERSION / 1_000;
    let refused = || Fault::new(ACCOUNT_SECURITY_WRONG_VERSION, "header_version", "the library has another version");
    // SAFETY: no out-parameters.
    unsafe { gate::call((), || if fits { Ok(()) } else { Err(refused()) }) }
}

const fn abi(version: u32) -> u32 {
    if version >= 1_000_000 { version / 1_000_000 * 1_000 } else { version / 1_000 }
}

const fn part(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}
