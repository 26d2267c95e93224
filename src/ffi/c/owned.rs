//! Answers that the library owns: one allocation with all it points to, read-only for C, wiped and freed at once.

use std::any::Any;
use std::ffi::c_char;

use zeroize::Zeroizing;

use super::gate;

/// Texts and lists that an answer points to. Texts are wiped when it goes, because any of them may be a ticket or a token.
#[derive(Debug, Default)]
pub(super) struct Keep {
    texts: Vec<Zeroizing<Vec<u8>>>,
    lists: Vec<Box<dyn Any>>,
}

impl Keep {
    /// A C string, good as long as this.
    pub(super) fn text(&mut self, text: String) -> *const c_char {
        let text = Zeroizing::new(text);
        // Room for the NUL from the start: growing would leave a copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() + 1));
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(0);
        let pointer = bytes.as_ptr().cast::<c_char>();
        self.texts.push(bytes);
        pointer
    }

    /// NULL for none.
    pub(super) fn optional(&mut self, text: Option<String>) -> *const c_char {
        text.map_or(std::ptr::null(), |text| self.text(text))
    }

    pub(super) fn texts(&mut self, texts: Vec<String>) -> *const *const c_char {
        let pointers: Vec<_> = texts.into_iter().map(|text| self.text(text)).collect();
        self.pointers(pointers)
    }

    /// Pointers to items instead of items, so that an item may grow in a later version.
    pub(super) fn list<T: 'static>(&mut self, items: Vec<T>) -> *const *const T {
        let first = items.as_ptr();
        let pointers: Vec<*const T> = (0..items.len()).map(|index| first.wrapping_add(index)).collect();
        self.lists.push(Box::new(items));
        self.pointers(pointers)
    }

    /// Numbers one after the other; a number grows in no later version.
    pub(super) fn numbers(&mut self, numbers: Vec<u32>) -> *const u32 {
        let first = numbers.as_ptr();
        self.lists.push(Box::new(numbers));
        first
    }

    /// Another part of the answer.
    pub(super) fn one<T: 'static>(&mut self, item: T) -> *const T {
        // In a list of one: a box that is moved would end the pointer's right to what is in it.
        let item = vec![item];
        let first = item.as_ptr();
        self.lists.push(Box::new(item));
        first
    }

    fn pointers<T: 'static>(&mut self, pointers: Vec<*const T>) -> *const *const T {
        let first = pointers.as_ptr();
        self.lists.push(Box::new(pointers));
        first
    }
}

#[repr(C)]
struct Owned<V> {
    view: V,
    keep: Keep,
}

/// An answer for C, to be freed by [`free`].
pub(super) fn give<V>(view: V, keep: Keep) -> *const V {
    gate::give(Owned { view, keep }).cast_const().cast()
}

/// Builds an answer and gives it to C.
pub(super) fn answer<V>(build: impl FnOnce(&mut Keep) -> V) -> *const V {
    let mut keep = Keep::default();
    let view = build(&mut keep);
    give(view, keep)
}

/// # Safety
/// `address` is NULL or points to a variable that holds NULL or a live answer of [`give`].
pub(super) unsafe fn free<V>(address: *mut *const V) {
    // SAFETY: passed on; the view is the first member of what `give` allocated, so both have one address.
    unsafe { gate::free(address.cast::<*mut Owned<V>>()) }
}
