//! Numbers in as few bytes as they need, one behind the other: what a profile is written with.
//!
//! Seven bits a byte, the low ones first, the top bit set while more follow; signed numbers zigzag (0, -1, 1, -2 are 0 to 3).
//! It is the layout that postcard gives the same fields. By hand because every payment reads and writes a profile once:
//! through serde that was a third of what a whole sealed command takes.

use super::state::PROFILE_BYTES_MAX;

/// Writes into room of its own. What does not fit is counted and dropped.
pub(super) struct Writer {
    bytes: [u8; PROFILE_BYTES_MAX],
    len: usize,
}

impl Writer {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; PROFILE_BYTES_MAX], len: 0 }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
        }
        self.len += 1;
    }

    pub(super) fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(place) = self.bytes.get_mut(self.len..self.len + N) {
            place.copy_from_slice(&bytes);
        }
        self.len += N;
    }

    pub(super) fn number(&mut self, number: impl Into<u64>) {
        let mut left = number.into();
        while left > 0x7F {
            self.byte(low_byte(left) | 0x80);
            left >>= 7;
        }
        self.byte(low_byte(left));
    }

    pub(super) fn signed(&mut self, number: impl Into<i64>) {
        let number = number.into();
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    /// A list begins with how many items it has.
    pub(super) fn len(&mut self, items: usize) {
        self.number(u64::try_from(items).unwrap_or(u64::MAX));
    }

    /// One byte says whether there is any.
    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// What was written; `None` if it did not fit.
    pub(super) fn written(&self) -> Option<&[u8]> {
        self.bytes.get(..self.len)
    }
}

/// Reads what [`Writer`] wrote. Behind the end it reads zeros and remembers that it did: only [`Reader::is_sound`] says
/// whether anything read was there.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    is_sound: bool,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_sound: true }
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((byte, rest)) => {
                self.rest = rest;
                *byte
            }
            None => self.refuse(0),
        }
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        match self.rest.split_first_chunk() {
            Some((bytes, rest)) => {
                self.rest = rest;
                *bytes
            }
            None => self.refuse([0; N]),
        }
    }

    /// A number within its type, written in no more bytes than it needs.
    pub(super) fn number<T: TryFrom<u64> + Default>(&mut self) -> T {
        let first = self.byte();
        let number = if first < 0x80 { u64::from(first) } else { self.longer(first) };
        T::try_from(number).unwrap_or_else(|_| self.refuse(T::default()))
    }

    fn longer(&mut self, first: u8) -> u64 {
        let mut number = u64::from(first & 0x7F);
        for shift in (7..64).step_by(7) {
            let byte = self.byte();
            let bits = u64::from(byte & 0x7F);
            number |= bits << shift;
            if bits << shift >> shift != bits || byte == 0 {
                return self.refuse(0);
            }
            if byte < 0x80 {
                return number;
            }
        }
        self.refuse(0)
    }

    pub(super) fn signed<T: TryFrom<i64> + Default>(&mut self) -> T {
        let written: u64 = self.number();
        let number = (written >> 1).cast_signed() ^ -(written & 1).cast_signed();
        T::try_from(number).unwrap_or_else(|_| self.refuse(T::default()))
    }

    /// How many items a list of at most `max` has.
    pub(super) fn len(&mut self, max: usize) -> usize {
        let items: usize = self.number();
        if items <= max { items } else { self.refuse(0) }
    }

    pub(super) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        match self.byte() {
            0 => None,
            1 => Some(read(self)),
            _ => self.refuse(None),
        }
    }

    /// From here on nothing read is sound; whoever meets a value that cannot be says so. Answers with `instead`.
    pub(super) fn refuse<T>(&mut self, instead: T) -> T {
        (self.rest, self.is_sound) = (&[], false);
        instead
    }

    /// Whether nothing is left.
    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Whether all was there and nothing is left over.
    pub(super) const fn is_sound(&self) -> bool {
        self.is_sound && self.rest.is_empty()
    }
}

const fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Fields = (u8, u16, u32, u64, i16, i32, i64, Option<u32>, [u8; 3], Vec<u16>);

    fn write(fields: &Fields) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.byte(fields.0);
        writer.number(fields.1);
        writer.number(fields.2);
        writer.number(fields.3);
        writer.signed(fields.4);
        writer.signed(fields.5);
        writer.signed(fields.6);
        writer.option(fields.7, Writer::number);
        writer.bytes(fields.8);
        writer.len(fields.9.len());
        fields.9.iter().for_each(|number| writer.number(*number));
        writer.written().unwrap().to_vec()
    }

    fn read(bytes: &[u8]) -> Option<Fields> {
        let mut reader = Reader::new(bytes);
        let front = (reader.byte(), reader.number(), reader.number(), reader.number());
        let signed = (reader.signed(), reader.signed(), reader.signed());
        let (option, three) = (reader.option(Reader::number), reader.bytes());
        let list = (0..reader.len(20)).map(|_| reader.number()).collect();
        let (a, b, c, d) = front;
        let (e, f, g) = signed;
        reader.is_sound().then_some((a, b, c, d, e, f, g, option, three, list))
    }

    proptest! {
        #[test]
        fn the_bytes_are_those_of_postcard_and_read_back(
            unsigned in any::<(u8, u16, u32, u64)>(), signed in any::<(i16, i32, i64)>(), option in any::<Option<u32>>(),
            three in any::<[u8; 3]>(), list in prop::collection::vec(any::<u16>(), 0..20), cut in any::<prop::sample::Index>(),
        ) {
            let (a, b, c, d) = unsigned;
            let (e, f, g) = signed;
            let fields = (a, b, c, d, e, f, g, option, three, list);
            let bytes = write(&fields);
            prop_assert_eq!(&bytes, &postcard::to_allocvec(&fields).unwrap());
            prop_assert_eq!(read(&bytes), Some(fields));
            prop_assert_eq!(read(&bytes[..cut.index(bytes.len())]), None, "cut");
            let longer: Vec<u8> = bytes.into_iter().chain([0]).collect();
            prop_assert_eq!(read(&longer), None, "with one byte more");
        }

        #[test]
        fn what_is_read_from_any_bytes_is_what_they_are_written_as(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(fields) = read(&bytes) {
                prop_assert_eq!(write(&fields), bytes, "one way to write a thing");
            }
        }
    }

    #[test]
    fn numbers_too_large_or_too_long_are_refused() {
        let read = |bytes: &[u8]| {
            let mut reader = Reader::new(bytes);
            let number: u16 = reader.number();
            reader.is_sound().then_some(number)
        };
        assert_eq!(read(&[0xFF, 0xFF, 0x03]), Some(u16::MAX));
        for refused in [&[0x80, 0x80, 0x04][..], &[0x80, 0], &[0xFF; 10], &[0xFF; 11], &[]] {
            assert_eq!(read(refused), None, "{refused:?}");
        }
        let mut reader = Reader::new(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]);
        assert_eq!((reader.number::<u64>(), reader.is_sound()), (u64::MAX, true));
        let mut reader = Reader::new(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]);
        assert_eq!((reader.number::<u64>(), reader.is_sound()), (0, false));
        assert_eq!((Reader::new(&[21]).len(20), Reader::new(&[20]).len(20)), (0, 20));
    }

    #[test]
    fn what_does_not_fit_is_not_written() {
        let mut writer = Writer::new();
        (0..PROFILE_BYTES_MAX).for_each(|_| writer.byte(7));
        assert_eq!(writer.written().map(<[u8]>::len), Some(PROFILE_BYTES_MAX));
        writer.bytes([7; 2]);
        assert_eq!(writer.written(), None);
    }
}
