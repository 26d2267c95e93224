//! What C passes in: texts, bytes, lists, structures with a size.

use std::ffi::c_char;

use super::result::{ACCOUNT_SECURITY_BUFFER_TOO_SMALL, ACCOUNT_SECURITY_WRONG_STRUCT, Fault};

/// Longest text or secret that is looked at, in bytes. What is read after it has tighter bounds of its own.
pub const ACCOUNT_SECURITY_INPUT_SIZE_MAX: usize = 65536;
/// Longest rule file that is looked at, in bytes.
pub const ACCOUNT_SECURITY_RULES_SIZE_MAX: usize = 1048576;
/// Longest list of payments or messages that is looked at.
pub const ACCOUNT_SECURITY_INPUT_COUNT_MAX: usize = 1024;
/// Longest list of names or words that is looked at.
pub const ACCOUNT_SECURITY_LIST_COUNT_MAX: usize = 64;
/// Longest text in a list that is looked at, in bytes.
pub const ACCOUNT_SECURITY_LIST_TEXT_SIZE_MAX: usize = 4096;

/// What was found, for a question that nobody may have asked: yes. 0 = nobody looked, which is not "no".
pub const ACCOUNT_SECURITY_YES: i32 = 1;
/// What was found, for a question that nobody may have asked: no.
pub const ACCOUNT_SECURITY_NO: i32 = 2;

/// A UTF-8 text: pointer and length in bytes, no NUL inside, none needed behind. `data` NULL: no text, where that is
/// allowed. Borrowed for the call alone. `account_security_text_of` makes one of a C string.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_text {
    /// First byte, or NULL.
    pub data: *const c_char,
    /// Length in bytes, without a NUL.
    pub size: usize,
}

/// Texts, one after the other, at most 64 of at most 4096 bytes unless a function says more. `items` NULL: no list, where that is allowed, else an empty
/// one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_texts {
    /// First text, or NULL.
    pub items: *const account_security_text,
    /// How many.
    pub count: usize,
}

/// Bytes that may be a secret: a password, a code, a key. Borrowed for the call alone; no copy outlives the call. The caller
/// wipes its own.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_bytes {
    /// First byte, or NULL.
    pub data: *const u8,
    /// How many.
    pub size: usize,
}

/// Room of the caller's for a text or bytes that may be a secret, so that the caller can wipe it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct account_security_buffer {
    /// Where to write, or NULL to ask how much is needed.
    pub data: *mut u8,
    /// How much room there is.
    pub size: usize,
}

impl account_security_text {
    /// # Safety
    /// `data` is NULL or valid for `size` bytes while the text is used.
    pub(super) unsafe fn required<'a>(self, field: &str) -> Result<&'a str, Fault> {
        // SAFETY: passed on.
        unsafe { self.optional(field) }?.ok_or_else(|| Fault::null(field))
    }

    /// # Safety
    /// As for `required`.
    pub(super) unsafe fn optional<'a>(self, field: &str) -> Result<Option<&'a str>, Fault> {
        // SAFETY: passed on.
        unsafe { self.within(ACCOUNT_SECURITY_INPUT_SIZE_MAX, field) }
    }

    /// # Safety
    /// As for `required`.
    pub(super) unsafe fn within<'a>(self, size_max: usize, field: &str) -> Result<Option<&'a str>, Fault> {
        // SAFETY: passed on.
        let found = unsafe { slice(self.data.cast::<u8>(), self.size, size_max, field) }?;
        let Some(bytes) = found else { return Ok(None) };
        if bytes.contains(&0) {
            return Err(Fault::invalid(field, "holds a NUL"));
        }
        std::str::from_utf8(bytes).map(Some).map_err(|_| Fault::invalid(field, "not valid UTF-8"))
    }

    /// # Safety
    /// As for `required`.
    pub(super) unsafe fn owned(self, field: &str) -> Result<String, Fault> {
        // SAFETY: passed on.
        unsafe { self.required(field) }.map(str::to_owned)
    }

    /// # Safety
    /// As for `required`.
    pub(super) unsafe fn optional_owned(self, field: &str) -> Result<Option<String>, Fault> {
        // SAFETY: passed on.
        Ok(unsafe { self.optional(field) }?.map(str::to_owned))
    }
}

impl account_security_texts {
    /// # Safety
    /// `items` is NULL or valid for `count` texts, each valid in its turn.
    pub(super) unsafe fn optional(self, field: &str) -> Result<Option<Vec<String>>, Fault> {
        // SAFETY: passed on.
        unsafe { self.within(ACCOUNT_SECURITY_LIST_COUNT_MAX, field) }
    }

    /// # Safety
    /// As for `optional`.
    pub(super) unsafe fn within(self, count_max: usize, field: &str) -> Result<Option<Vec<String>>, Fault> {
        // Before anything is copied: what it costs is bounded, whatever the caller says.
        if self.count > count_max {
            return Err(Fault::invalid(field, &format!("more than {count_max} texts")));
        }
        // SAFETY: passed on.
        let Some(texts) = (unsafe { list(self.items, self.count, field) })? else { return Ok(None) };
        if texts.iter().any(|text| text.size > ACCOUNT_SECURITY_LIST_TEXT_SIZE_MAX) {
            return Err(Fault::invalid(field, "a text of more than 4096 bytes"));
        }
        // SAFETY: each text is valid by the caller's contract.
        texts.iter().map(|text| unsafe { text.owned(field) }).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// # Safety
    /// As for `optional`.
    pub(super) unsafe fn list(self, field: &str) -> Result<Vec<String>, Fault> {
        // SAFETY: passed on.
        Ok(unsafe { self.optional(field) }?.unwrap_or_default())
    }
}

impl account_security_bytes {
    /// Bytes of an object of ours, for a call-back.
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr(), size: bytes.len() }
    }

    /// # Safety
    /// `data` is NULL or valid for `size` bytes while they are used.
    pub(super) unsafe fn required<'a>(self, field: &str) -> Result<&'a [u8], Fault> {
        // SAFETY: passed on.
        unsafe { slice(self.data, self.size, ACCOUNT_SECURITY_INPUT_SIZE_MAX, field) }?
            .ok_or_else(|| Fault::null(field))
    }

    /// # Safety
    /// `data` is NULL or valid for `size` bytes while they are used.
    pub(super) unsafe fn within<'a>(self, size_max: usize) -> Option<&'a [u8]> {
        let fits = !self.data.is_null() && self.size <= size_max;
        // SAFETY: not NULL, no longer than its bound, and valid by the caller's contract.
        fits.then(|| unsafe { std::slice::from_raw_parts(self.data, self.size) })
    }
}

impl account_security_buffer {
    /// Whether there is so much room.
    pub(super) fn check(self, needed: usize) -> Result<(), Fault> {
        let fits = !self.data.is_null() && self.size >= needed;
        let small = || Fault::new(ACCOUNT_SECURITY_BUFFER_TOO_SMALL, "buffer", "too small");
        if fits { Ok(()) } else { Err(small()) }
    }

    /// Copies out what fits entirely, or nothing.
    ///
    /// # Safety
    /// `data` is NULL or valid for `size` bytes.
    pub(super) unsafe fn fill(self, bytes: &[u8]) -> Result<(), Fault> {
        self.check(bytes.len())?;
        // SAFETY: not NULL and long enough; memory of the caller's does not overlap our own.
        unsafe { self.data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// Copies out a text with a NUL behind it, or nothing; `needed` gets the size with the NUL either way.
    ///
    /// # Safety
    /// `data` is NULL or valid for `size` bytes; `needed` is valid for writes.
    pub(super) unsafe fn text(self, text: &str, needed: *mut usize) -> Result<(), Fault> {
        // SAFETY: valid by the caller's contract; what is written to `data` is within the room that was checked.
        unsafe {
            needed.write(text.len() + 1);
            self.check(text.len() + 1)?;
            self.fill(text.as_bytes())?;
            self.data.add(text.len()).write(0);
        }
        Ok(())
    }
}

/// A member that is 0 or 1.
pub(super) fn flag(given: i32, field: &str) -> Result<bool, Fault> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Fault::invalid(field, "0 or 1")),
    }
}

/// A member kept for a later version: what stands in it by chance today would be an answer then.
pub(super) fn zero(reserved: i32) -> Result<(), Fault> {
    if reserved == 0 { Ok(()) } else { Err(Fault::invalid("reserved", "0")) }
}

/// A member that is 0 where nobody looked.
pub(super) fn looked_at(given: i32, field: &str) -> Result<Option<bool>, Fault> {
    match given {
        0 => Ok(None),
        ACCOUNT_SECURITY_YES => Ok(Some(true)),
        ACCOUNT_SECURITY_NO => Ok(Some(false)),
        _ => Err(Fault::invalid(field, "0, ACCOUNT_SECURITY_YES or ACCOUNT_SECURITY_NO")),
    }
}

/// Reads a structure that begins with its size.
///
/// # Safety
/// `pointer` is NULL or valid for as many bytes as its first member says, and at least for that member.
pub(super) unsafe fn sized<T: Copy>(pointer: *const T, field: &str) -> Result<T, Fault> {
    // SAFETY: passed on; the caller says that so many bytes are there; pointers, numbers and call-backs may have any value.
    unsafe { room_for(pointer, field).map(|_| pointer.read()) }
}

/// The size that a structure says it has, of which nothing else is read: for those that are written.
///
/// # Safety
/// `pointer` is NULL or valid for its first member.
pub(super) unsafe fn room_for<T>(pointer: *const T, field: &str) -> Result<usize, Fault> {
    if pointer.is_null() {
        return Err(Fault::null(field));
    }
    let wrong = || Fault::new(ACCOUNT_SECURITY_WRONG_STRUCT, field, "struct_size or alignment is wrong");
    if !pointer.is_aligned() {
        return Err(wrong());
    }
    // SAFETY: not NULL and aligned; every such structure begins with its size.
    let size = unsafe { pointer.cast::<usize>().read() };
    if size < size_of::<T>() { Err(wrong()) } else { Ok(size) }
}

/// # Safety
/// `items` is NULL or valid for `count` items while the list is used.
pub(super) unsafe fn list<'a, T>(items: *const T, count: usize, field: &str) -> Result<Option<&'a [T]>, Fault> {
    if items.is_null() {
        return if count == 0 { Ok(None) } else { Err(Fault::null(field)) };
    }
    if count > ACCOUNT_SECURITY_INPUT_COUNT_MAX || !items.is_aligned() {
        return Err(Fault::invalid(field, "more than 1024 items, or not aligned"));
    }
    // SAFETY: not NULL, aligned, bounded, and valid by the caller's contract.
    Ok(Some(unsafe { std::slice::from_raw_parts(items, count) }))
}

/// # Safety
/// `data` is NULL or valid for `size` bytes while they are used.
unsafe fn slice<'a>(data: *const u8, size: usize, size_max: usize, field: &str) -> Result<Option<&'a [u8]>, Fault> {
    if data.is_null() {
        return if size == 0 { Ok(None) } else { Err(Fault::null(field)) };
    }
    if size > size_max {
        return Err(Fault::invalid(field, &format!("longer than {size_max} bytes")));
    }
    // SAFETY: not NULL, bounded, and valid by the caller's contract.
    Ok(Some(unsafe { std::slice::from_raw_parts(data, size) }))
}
