//! Looks passwords up in a filter file.
//!
//! A look-up reads 24 bytes of the index and one bucket, some hundred bytes, in two reads through a buffer on the stack, and
//! checks the bucket's own checksum: a bit that flipped on disk is a fault, not a "no". Damage anywhere else is found by
//! [`BreachFilter::verify`], which reads everything.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::digest::BreachDigest;
use super::error::BreachFault;
use super::header::{BUCKET_ENTRIES_MAX, FilterHeader, HEADER_BYTES, RECORD_BYTES, bucket_check, bucket_hasher, field};
use super::{BreachAnswer, BreachCheck, Password};

/// Bytes read at a time.
const BLOCK_BYTES: usize = 4_096;
const VERIFY_BLOCK_BYTES: usize = 256 * 1024;

/// Where a filter's bytes come from: memory, a file ([`crate::breach::FileSource`]), an integrator's own storage.
pub trait BreachSource {
    /// How many bytes there are.
    ///
    /// # Errors
    /// [`BreachFault::Source`] when that cannot be told.
    fn length_bytes(&self) -> Result<u64, BreachFault>;

    /// Fills the buffer from `offset` on.
    ///
    /// # Errors
    /// [`BreachFault::Source`] when not every byte could be read.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), BreachFault>;
}

impl<T: AsRef<[u8]>> BreachSource for T {
    fn length_bytes(&self) -> Result<u64, BreachFault> {
        Ok(u64::try_from(self.as_ref().len()).unwrap_or(u64::MAX))
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), BreachFault> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let part = self.as_ref().get(start..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(part.ok_or_else(|| BreachFault::Source("it ends early".to_owned()))?);
        Ok(())
    }
}

/// An opened filter.
///
/// ```no_run
/// use account_security::breach::FileSource;
/// use account_security::password::{BreachFilter, Password};
/// let filter = BreachFilter::open(FileSource::open("breached.filter")?)?;
/// assert!(filter.check(&Password::parse(b"password")?)?.is_found());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BreachFilter<S> {
    source: S,
    header: FilterHeader,
}

impl<S: BreachSource> BreachFilter<S> {
    /// Reads and checks the header, and that the file is as long as it says. The body is checked where it is read.
    ///
    /// # Errors
    /// [`BreachFault`] says what is wrong.
    pub fn open(source: S) -> Result<Self, BreachFault> {
        let have = source.length_bytes()?;
        if have < HEADER_BYTES as u64 {
            return Err(BreachFault::NotAFilter);
        }
        let mut bytes = [0; HEADER_BYTES];
        source.read_exact_at(&mut bytes, 0)?;
        let header = FilterHeader::decode(&bytes)?;
        let need = header.file_bytes();
        if have == need { Ok(Self { source, header }) } else { Err(BreachFault::Length { have, need }) }
    }

    /// Looks a password up, in both spellings where there are two.
    ///
    /// # Errors
    /// [`BreachFault`]: no answer, which is not "not breached".
    pub fn check(&self, password: &Password) -> Result<BreachAnswer, BreachFault> {
        let mut answer = BreachAnswer::NotFound;
        for digest in BreachDigest::all(password) {
            answer = answer.or(self.check_digest(&digest)?);
        }
        Ok(answer)
    }

    /// Looks one digest up.
    ///
    /// # Errors
    /// As [`BreachFilter::check`].
    pub fn check_digest(&self, digest: &BreachDigest) -> Result<BreachAnswer, BreachFault> {
        let (bucket, remainder) = self.header.place(u64::from_be_bytes(field(digest.expose(), 0)));
        let remainder = Zeroizing::new(remainder.to_be_bytes());
        let kept = &remainder[8 - usize::from(self.header.remainder_bytes)..];
        let is_found = self.scan(bucket, |entry| entry == kept)?;
        Ok(if is_found { BreachAnswer::Found { times: 1 } } else { BreachAnswer::NotFound })
    }

    /// What the filter says of itself.
    pub const fn header(&self) -> &FilterHeader {
        &self.header
    }

    /// Reads the whole file and holds it against its checksum. `progress` hears how many bytes were read.
    ///
    /// # Errors
    /// [`BreachFault::Body`] for any byte that is not what was written.
    pub fn verify(&self, mut progress: impl FnMut(u64)) -> Result<(), BreachFault> {
        let mut hasher = Sha256::new();
        let mut block = vec![0; VERIFY_BLOCK_BYTES];
        let (mut at, end) = (HEADER_BYTES as u64, self.header.file_bytes());
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(usize::MAX).min(VERIFY_BLOCK_BYTES);
            self.source.read_exact_at(&mut block[..length], at)?;
            hasher.update(&block[..length]);
            at += length as u64;
            progress(length as u64);
        }
        if hasher.finalize().as_slice() == self.header.body_sha256 { Ok(()) } else { Err(BreachFault::Body) }
    }

    /// Reads every entry of a bucket, whether or not one was found, and checks what was read.
    fn scan(&self, bucket: u64, is_wanted: impl Fn(&[u8]) -> bool) -> Result<bool, BreachFault> {
        let mut records = [0; 2 * RECORD_BYTES];
        self.source.read_exact_at(&mut records, self.header.record_at(bucket))?;
        let first = u64::from_le_bytes(field(&records, 0));
        let check: [u8; 4] = field(&records, 8);
        let end = u64::from_le_bytes(field(&records, RECORD_BYTES));
        if first > end || end > self.header.entries || end - first > BUCKET_ENTRIES_MAX {
            return Err(BreachFault::Body);
        }
        let width = usize::from(self.header.remainder_bytes);
        let mut hasher = bucket_hasher(bucket, first, end);
        let mut block = [0; BLOCK_BYTES];
        let (mut at, stop) = (self.header.entry_at(first), self.header.entry_at(end));
        let mut is_found = false;
        while at < stop {
            let whole_entries = BLOCK_BYTES - BLOCK_BYTES % width;
            let length = usize::try_from(stop - at).unwrap_or(usize::MAX).min(whole_entries);
            self.source.read_exact_at(&mut block[..length], at)?;
            hasher.update(&block[..length]);
            is_found |= block[..length].chunks_exact(width).any(&is_wanted);
            at += length as u64;
        }
        if bucket_check(hasher) == check { Ok(is_found) } else { Err(BreachFault::Body) }
    }
}

impl<S: BreachSource + Send + Sync> BreachCheck for BreachFilter<S> {
    fn check(&self, password: &Password) -> Result<BreachAnswer, BreachFault> {
        Self::check(self, password)
    }
}
