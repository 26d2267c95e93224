//! The header of a filter file, and where everything lies behind it.
//!
//! ```text
//! header   128 bytes, all numbers little-endian
//!     0..8     magic `ASBREACH`
//!     8..10    version, 1
//!    10        bucket bits, 0 to 28
//!    11        remainder bytes, 1 to 8
//!    12..16    least count of the lines that were taken
//!    16..24    entries
//!    24..32    false positives in 2^64 look-ups of passwords that are not listed
//!    32..64    SHA-256 of everything behind the header
//!    64..96    zero
//!    96..128   SHA-256 of bytes 0..96
//! index    for each bucket and once more at the end: first entry (8 bytes), check of the bucket (4 bytes)
//! entries  remainders in ascending order within their bucket
//! ```
//!
//! A digest's first bits name the bucket, the next 8, 16, … bits are the remainder; what follows is not kept. Two digests that
//! agree in what is kept cannot be told apart, and that is the only source of false positives: a password that is not
//! listed is reported with probability `entries / 2^(bucket bits + remainder bits)`.

use sha2::{Digest, Sha256};

use super::error::BreachFault;

/// Bytes of the header.
pub const HEADER_BYTES: usize = 128;
/// Bytes of an index record.
pub const RECORD_BYTES: usize = 12;
/// Most bucket bits.
pub const BUCKET_BITS_MAX: u8 = 28;
/// Most entries of one filter. The public list holds about 2^30.
pub const ENTRIES_MAX: u64 = 1 << 40;
/// Most entries of one bucket. Hashes spread evenly, so that 64 to 128 lie in each.
pub const BUCKET_ENTRIES_MAX: u64 = 1 << 16;
/// The version this release writes and reads.
pub const FILTER_VERSION: u16 = 1;

const MAGIC: &[u8; 8] = b"ASBREACH";
/// Entries a bucket has at least on average.
const BUCKET_ENTRIES: u64 = 64;
const SEALED_BYTES: usize = 96;

/// What a filter says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilterHeader {
    pub(crate) bucket_bits: u8,
    pub(crate) remainder_bytes: u8,
    pub(crate) min_count: u32,
    pub(crate) entries: u64,
    pub(crate) body_sha256: [u8; 32],
}

impl FilterHeader {
    /// The shape for so many entries that keeps at least `kept_bits` bits of each digest; `None` where 64 bits do not do.
    pub(crate) fn shape(entries: u64, kept_bits: u8, min_count: u32) -> Option<Self> {
        let bucket_bits = u8::try_from((entries / BUCKET_ENTRIES).max(1).ilog2()).ok()?.min(BUCKET_BITS_MAX);
        let remainder_bytes = kept_bits.saturating_sub(bucket_bits).div_ceil(8).max(1);
        let shape = Self { bucket_bits, remainder_bytes, min_count, entries, body_sha256: [0; 32] };
        shape.is_sound().then_some(shape)
    }

    /// Reads a header and checks that it agrees with itself.
    ///
    /// # Errors
    /// [`BreachFault::NotAFilter`], [`BreachFault::Version`], [`BreachFault::Header`] with the part that is wrong.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, BreachFault> {
        if !bytes.starts_with(MAGIC) {
            return Err(BreachFault::NotAFilter);
        }
        let version = u16::from_le_bytes(field(bytes, 8));
        if version != FILTER_VERSION {
            return Err(BreachFault::Version(version));
        }
        if Sha256::digest(&bytes[..SEALED_BYTES]).as_slice() != &bytes[SEALED_BYTES..] {
            return Err(BreachFault::Header("checksum"));
        }
        let header = Self {
            bucket_bits: bytes[10],
            remainder_bytes: bytes[11],
            min_count: u32::from_le_bytes(field(bytes, 12)),
            entries: u64::from_le_bytes(field(bytes, 16)),
            body_sha256: field(bytes, 32),
        };
        if !header.is_sound() {
            return Err(BreachFault::Header("numbers"));
        }
        if header.encode() != *bytes {
            return Err(BreachFault::Header("rate of false positives or reserved bytes"));
        }
        Ok(header)
    }

    /// The header as written.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&FILTER_VERSION.to_le_bytes());
        bytes[10] = self.bucket_bits;
        bytes[11] = self.remainder_bytes;
        bytes[12..16].copy_from_slice(&self.min_count.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.entries.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.false_positives_in_2_64().to_le_bytes());
        bytes[32..64].copy_from_slice(&self.body_sha256);
        let check = Sha256::digest(&bytes[..SEALED_BYTES]);
        bytes[SEALED_BYTES..].copy_from_slice(&check);
        bytes
    }

    /// How many digests the filter holds. Fewer than the list had lines, where digests agree in what is kept.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// How often a password had to be seen at least to be taken from the list.
    #[must_use]
    pub const fn min_count(&self) -> u32 {
        self.min_count
    }

    /// How many bits of each digest are kept.
    #[must_use]
    pub const fn kept_bits(&self) -> u8 {
        self.bucket_bits + 8 * self.remainder_bytes
    }

    /// How many of 2^64 passwords that are not listed are reported all the same. Exact for evenly spread digests.
    #[must_use]
    pub const fn false_positives_in_2_64(&self) -> u64 {
        self.entries << (64 - self.kept_bits())
    }

    /// Bytes of the whole file.
    #[must_use]
    pub const fn file_bytes(&self) -> u64 {
        self.entry_at(self.entries)
    }

    pub(crate) const fn buckets(&self) -> u64 {
        1 << self.bucket_bits
    }

    /// Where a bucket's index record begins.
    pub(crate) const fn record_at(&self, bucket: u64) -> u64 {
        HEADER_BYTES as u64 + bucket * RECORD_BYTES as u64
    }

    /// Where an entry begins.
    pub(crate) const fn entry_at(&self, entry: u64) -> u64 {
        self.record_at(self.buckets() + 1) + entry * self.remainder_bytes as u64
    }

    /// Bucket and remainder of a digest's first 64 bits.
    pub(crate) const fn place(&self, first_64_bits: u64) -> (u64, u64) {
        let kept = first_64_bits >> (64 - self.kept_bits());
        let remainder_bits = 8 * self.remainder_bytes as u32;
        match 1_u64.checked_shl(remainder_bits) {
            Some(bound) => (kept / bound, kept % bound),
            None => (0, kept),
        }
    }

    fn is_sound(&self) -> bool {
        // The arithmetic of every other method rests on these bounds.
        self.bucket_bits <= BUCKET_BITS_MAX
            && (1..=8).contains(&self.remainder_bytes)
            && self.kept_bits() <= 64
            && self.entries <= ENTRIES_MAX
            && (self.kept_bits() == 64 || self.entries >> self.kept_bits() == 0)
    }
}

/// The check of a bucket: it vouches for the index record too, and for the bucket standing at its place.
pub(crate) fn bucket_check(hasher: Sha256) -> [u8; 4] {
    field(&hasher.finalize(), 0)
}

/// Begins the check of a bucket; its entries follow.
pub(crate) fn bucket_hasher(bucket: u64, first: u64, end: u64) -> Sha256 {
    let mut hasher = Sha256::new();
    [bucket, first, end].iter().for_each(|number| hasher.update(number.to_le_bytes()));
    hasher
}

/// So many bytes from `start`; zeros beyond the end, which no caller reaches.
pub(crate) fn field<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    bytes.get(start..start + N).and_then(|part| part.try_into().ok()).unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_and_tells_its_rate() {
        let header = FilterHeader { body_sha256: [7; 32], ..FilterHeader::shape(1_000_000_000, 50, 3).unwrap() };
        assert_eq!(FilterHeader::decode(&header.encode()), Ok(header));
        assert_eq!((header.bucket_bits, header.remainder_bytes, header.kept_bits()), (23, 4, 55));
        assert_eq!(header.false_positives_in_2_64(), 1_000_000_000 << 9);
        assert_eq!(header.file_bytes(), 128 + 12 * ((1 << 23) + 1) + 4_000_000_000);
    }

    #[test]
    fn a_changed_header_is_refused_whichever_bit_it_is() {
        let bytes = FilterHeader::shape(1_000, 40, 1).unwrap().encode();
        for bit in 0..8 * HEADER_BYTES {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(FilterHeader::decode(&changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn numbers_that_cannot_be_are_refused_even_under_a_right_checksum() {
        let sound = FilterHeader::shape(1_000, 40, 1).unwrap();
        let unsound = [
            FilterHeader { bucket_bits: 29, ..sound },
            FilterHeader { remainder_bytes: 0, ..sound },
            FilterHeader { remainder_bytes: 8, bucket_bits: 1, ..sound },
            FilterHeader { entries: ENTRIES_MAX + 1, remainder_bytes: 7, ..sound },
            FilterHeader { entries: 1 << 20, remainder_bytes: 1, ..sound },
        ];
        for header in unsound {
            assert!(!header.is_sound());
            let mut bytes = sound.encode();
            (bytes[10], bytes[11]) = (header.bucket_bits, header.remainder_bytes);
            bytes[16..24].copy_from_slice(&header.entries.to_le_bytes());
            let check = Sha256::digest(&bytes[..SEALED_BYTES]);
            bytes[SEALED_BYTES..].copy_from_slice(&check);
            assert_eq!(FilterHeader::decode(&bytes), Err(BreachFault::Header("numbers")), "{header:?}");
        }
    }

    #[test]
    fn shapes_keep_what_is_asked_for_or_are_refused() {
        for (entries, bits) in [(0, 1), (1, 64), (63, 8), (64, 20), (1 << 30, 64), (ENTRIES_MAX, 60)] {
            if let Some(shape) = FilterHeader::shape(entries, bits, 1) {
                assert!(shape.kept_bits() >= bits && shape.is_sound(), "{entries} {bits}");
            }
        }
        assert!(FilterHeader::shape(1 << 30, 64, 1).is_some(), "24 bits and 5 bytes");
        assert!(FilterHeader::shape(1 << 31, 64, 1).is_none(), "25 bits and 5 bytes are too many");
        assert!(FilterHeader::shape(ENTRIES_MAX + 1, 40, 1).is_none());
    }

    #[test]
    fn a_digest_is_cut_into_bucket_and_remainder() {
        let shape = FilterHeader { bucket_bits: 4, remainder_bytes: 1, ..FilterHeader::shape(0, 8, 1).unwrap() };
        assert_eq!(shape.place(0xABC0_0000_0000_0000), (0xA, 0xBC));
        let whole = FilterHeader { bucket_bits: 0, remainder_bytes: 8, ..shape };
        assert_eq!(whole.place(u64::MAX), (0, u64::MAX));
    }
}
