//! Result codes: stable numbers, never used for another thing.

use std::ffi::{CStr, c_char};

use super::super::shell::ShellError;

/// What came of a call: `ACCOUNT_SECURITY_OK` or the number of a fault. Anything but `ACCOUNT_SECURITY_OK` means "denied".
/// Numbers from 9001 on are faults of store, keys or clock; numbers not named here may be added.
pub type account_security_result = i32;

/// The call did what it says; out-parameters are set.
pub const ACCOUNT_SECURITY_OK: i32 = 0;
/// An argument cannot be what it is meant to be; nothing was looked at or changed. `account_security_last_error` names it.
pub const ACCOUNT_SECURITY_INVALID_ARGUMENT: i32 = 1;
/// A pointer that must not be NULL is NULL.
pub const ACCOUNT_SECURITY_NULL_POINTER: i32 = 2;
/// The `struct_size` of a structure is smaller than this version's, or the structure is not aligned.
pub const ACCOUNT_SECURITY_WRONG_STRUCT: i32 = 3;
/// The caller's buffer is too small; how much is needed was written.
pub const ACCOUNT_SECURITY_BUFFER_TOO_SMALL: i32 = 4;
/// The header belongs to another version of the library.
pub const ACCOUNT_SECURITY_WRONG_VERSION: i32 = 5;
/// The handle is being used by another thread, or was asked by a call-back of its own store.
pub const ACCOUNT_SECURITY_IN_USE: i32 = 6;
/// This library was built without what was asked for.
pub const ACCOUNT_SECURITY_NOT_BUILT: i32 = 7;
/// A defect of this library. The handle is broken: free it.
pub const ACCOUNT_SECURITY_INTERNAL: i32 = 255;
/// The store is busy; ask again.
pub const ACCOUNT_SECURITY_STORE_BUSY: i32 = 9001;
/// The store cannot be reached.
pub const ACCOUNT_SECURITY_STORE_UNAVAILABLE: i32 = 9002;
/// The store is full.
pub const ACCOUNT_SECURITY_STORE_FULL: i32 = 9003;
/// The store may only be read.
pub const ACCOUNT_SECURITY_STORE_READ_ONLY: i32 = 9004;
/// The store holds what this library did not write.
pub const ACCOUNT_SECURITY_STORE_CORRUPT: i32 = 9005;
/// The store is of a kind or version that this library does not read.
pub const ACCOUNT_SECURITY_STORE_UNSUPPORTED: i32 = 9006;
/// A key is missing or is another one than the store was made with.
pub const ACCOUNT_SECURITY_KEY_LOST: i32 = 9007;
/// The store did not confirm: what was asked for may have been done or not.
pub const ACCOUNT_SECURITY_STORE_UNKNOWN: i32 = 9008;
/// What was to be stored is larger than the store takes.
pub const ACCOUNT_SECURITY_TOO_LARGE: i32 = 9009;
/// A stored record cannot be opened with these keys.
pub const ACCOUNT_SECURITY_SEALED: i32 = 9010;
/// A stored record opens and cannot be read: another version wrote it.
pub const ACCOUNT_SECURITY_UNREADABLE: i32 = 9011;
/// The command cannot be decided. The `reason` of the last error says what to do: `step_up_needed` (have the owner prove once more,
/// pass the ticket), `last_factor`, `frozen`, `not_authorised`, `clock`.
pub const ACCOUNT_SECURITY_REFUSED: i32 = 9012;
/// The operating system gave no randomness.
pub const ACCOUNT_SECURITY_NO_ENTROPY: i32 = 9013;
/// The id was used for something else before.
pub const ACCOUNT_SECURITY_ID_REUSED: i32 = 9014;
/// Numbers in the settings contradict each other.
pub const ACCOUNT_SECURITY_SETTINGS: i32 = 9015;
/// A password could not be compared; never "wrong password". The last error tells whether it passes (`is_transient`).
pub const ACCOUNT_SECURITY_NOT_COMPARED: i32 = 9016;
/// A password could not be hashed. The last error tells whether it passes (`is_transient`).
pub const ACCOUNT_SECURITY_NOT_HASHED: i32 = 9017;
/// The store has lost what this library knows it held.
pub const ACCOUNT_SECURITY_STATE_LOST: i32 = 9018;
/// The store is set up so that it may lose what it confirms.
pub const ACCOUNT_SECURITY_STORE_UNSAFE: i32 = 9019;
/// The clock gave no time; ask again.
pub const ACCOUNT_SECURITY_NO_TIME: i32 = 9020;
/// The list of breached passwords gave no answer.
pub const ACCOUNT_SECURITY_BREACH_LIST: i32 = 9030;
/// The password policy asks for a list of breached passwords, and there is none.
pub const ACCOUNT_SECURITY_NO_BREACH_LIST: i32 = 9031;

/// A text for a result code, in English, for logs and developers. Never NULL; lives as long as the library; do not free it.
/// A code that is not known gives "unknown result code". Any thread, at any time.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn account_security_result_text(result: account_security_result) -> *const c_char {
    text(result).as_ptr()
}

const fn text(result: i32) -> &'static CStr {
    match result {
        ACCOUNT_SECURITY_OK => c"ok",
        ACCOUNT_SECURITY_INVALID_ARGUMENT => c"an argument cannot be what it is meant to be",
        ACCOUNT_SECURITY_NULL_POINTER => c"a pointer is NULL that must not be",
        ACCOUNT_SECURITY_WRONG_STRUCT => c"a structure is smaller than this version's or not aligned",
        ACCOUNT_SECURITY_BUFFER_TOO_SMALL => c"the buffer is too small",
        ACCOUNT_SECURITY_WRONG_VERSION => c"the header belongs to another version of the library",
        ACCOUNT_SECURITY_IN_USE => {
            c"the handle is being used by another thread, or was asked by a call-back of a store"
        }
        ACCOUNT_SECURITY_NOT_BUILT => c"this library was built without it",
        ACCOUNT_SECURITY_INTERNAL => c"internal error; please report it",
        ACCOUNT_SECURITY_STORE_BUSY => c"the store is busy",
        ACCOUNT_SECURITY_STORE_UNAVAILABLE => c"the store cannot be reached",
        ACCOUNT_SECURITY_STORE_FULL => c"the store is full",
        ACCOUNT_SECURITY_STORE_READ_ONLY => c"the store may only be read",
        ACCOUNT_SECURITY_STORE_CORRUPT => c"the store holds what this library did not write",
        ACCOUNT_SECURITY_KEY_LOST => c"a key is missing or another one",
        ACCOUNT_SECURITY_STORE_UNKNOWN => c"the store did not confirm",
        ACCOUNT_SECURITY_SEALED => c"a record cannot be opened with these keys",
        ACCOUNT_SECURITY_NO_ENTROPY => c"no randomness",
        ACCOUNT_SECURITY_NO_TIME => c"the clock gave no time; ask again",
        ACCOUNT_SECURITY_STORE_UNSUPPORTED => c"the store is not one this library reads",
        ACCOUNT_SECURITY_TOO_LARGE => c"too large for the store",
        ACCOUNT_SECURITY_UNREADABLE => c"a record cannot be read",
        ACCOUNT_SECURITY_REFUSED => c"refused; the last error's reason says why",
        ACCOUNT_SECURITY_ID_REUSED => c"the id was used for something else before",
        ACCOUNT_SECURITY_SETTINGS => c"the settings cannot be used",
        ACCOUNT_SECURITY_NOT_COMPARED => c"a password could not be compared",
        ACCOUNT_SECURITY_NOT_HASHED => c"a password could not be hashed",
        ACCOUNT_SECURITY_STATE_LOST => c"the store has lost what it held",
        ACCOUNT_SECURITY_STORE_UNSAFE => c"the store may lose what it confirms",
        ACCOUNT_SECURITY_BREACH_LIST => c"the list of breached passwords gave no answer",
        ACCOUNT_SECURITY_NO_BREACH_LIST => c"there is no list of breached passwords",
        other if other > 9000 && other < 9100 => c"a fault of store, keys or settings",
        _ => c"unknown result code",
    }
}

/// Why a call gives no answer.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: account_security_result,
    pub(super) field: String,
    pub(super) reason: String,
    pub(super) what: String,
    pub(super) is_transient: bool,
}

impl Fault {
    pub(super) fn new(code: account_security_result, field: &str, what: &str) -> Self {
        Self { code, field: field.to_owned(), reason: String::new(), what: what.to_owned(), is_transient: false }
    }

    pub(super) fn null(field: &str) -> Self {
        Self::new(ACCOUNT_SECURITY_NULL_POINTER, field, "must not be NULL")
    }

    pub(super) fn invalid(field: &str, what: &str) -> Self {
        Self::new(ACCOUNT_SECURITY_INVALID_ARGUMENT, field, what)
    }

    /// Its cause stays inside: a panic's text may hold anything.
    pub(super) fn internal() -> Self {
        Self::new(ACCOUNT_SECURITY_INTERNAL, "", "internal error; please report it")
    }
}

impl From<ShellError> for Fault {
    fn from(error: ShellError) -> Self {
        let code = i32::from(error.code());
        match error {
            ShellError::Invalid { field, what } => {
                Self { code, field, reason: String::new(), what, is_transient: false }
            }
            ShellError::Denied { reason, what, is_transient, .. } => {
                Self { code, field: String::new(), reason, what, is_transient }
            }
            ShellError::Internal => Self::internal(),
        }
    }
}
