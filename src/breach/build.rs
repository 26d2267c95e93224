//! Builds a filter file: the list is read once, whatever its size, with a few buffers of memory.
//!
//! How many entries a filter has decides its shape, and a list that comes through a pipe does not tell. So the first pass
//! writes eight bytes of each hash to a spool file beside the result; the second writes the filter from it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::BuildError;
use super::spool::Temporary;
use crate::password::breach::HashLine;
use crate::password::breach::header::{
    BUCKET_ENTRIES_MAX, ENTRIES_MAX, FilterHeader, HEADER_BYTES, bucket_check, bucket_hasher, field,
};
use crate::password::breach::line::LINE_BYTES_MAX;

const BUFFER_BYTES: usize = 256 * 1024;
/// Bytes of a hash that are spooled; a filter keeps no more.
const SPOOLED_BYTES: usize = 8;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How sure a filter is of what it reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Precision {
    /// At most this share of passwords that are not listed is reported all the same.
    FalsePositives(f64),
    /// At least so many bits of each hash are kept, at most 64.
    Bits(u8),
}

/// What to build.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BuildOptions {
    /// How sure it is to be.
    pub precision: Precision,
    /// Passwords seen fewer times are left out.
    pub min_count: u32,
    /// Replace a file that is there.
    pub force: bool,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self { precision: Precision::FalsePositives(1e-6), min_count: 1, force: false }
    }
}

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildReport {
    /// Lines of the list, blank ones not counted.
    pub lines: u64,
    /// Lines below the least count.
    pub left_out: u64,
    /// The filter's header.
    pub header: FilterHeader,
}

/// What the builder is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the list.
    Reading,
    /// Writing the filter.
    Writing,
    /// Reading the filter back for its checksum.
    Checking,
}

/// Builds a filter file from a list of `SHA1HEX:COUNT` lines in order of their hashes, LF or CRLF. The file appears whole
/// or not at all. `at_stage` hears what is being done.
///
/// Two builders must not write the same file at once: the later one wins.
///
/// # Errors
/// [`BuildError`] names the line or file and what to do.
pub fn build(
    list: impl Read,
    out: &Path,
    options: &BuildOptions,
    mut at_stage: impl FnMut(Stage),
) -> Result<BuildReport, BuildError> {
    refuse_existing(out, options)?;
    let write = |source| BuildError::Write { path: out.to_owned(), source };
    at_stage(Stage::Reading);
    let mut spool = Temporary::beside(out, "spool").map_err(write)?;
    let intake = take_in(list, &mut BufWriter::with_capacity(BUFFER_BYTES, &mut spool.file), options, write)?;
    at_stage(Stage::Writing);
    let mut filter = Temporary::beside(out, "part").map_err(write)?;
    let shape = shape(intake.kept, options)?;
    spool.file.rewind().map_err(write)?;
    let hashes = BufReader::with_capacity(BUFFER_BYTES, &mut spool.file);
    let entries = Body::new(&filter, shape).map_err(write)?.write_all(hashes, write)?;
    at_stage(Stage::Checking);
    let shape = FilterHeader { entries, ..shape };
    let header = FilterHeader { body_sha256: body_sha256(&mut filter.file).map_err(write)?, ..shape };
    filter.file.rewind().and_then(|()| filter.file.write_all(&header.encode())).map_err(write)?;
    refuse_existing(out, options)?;
    filter.put_in_place(out).map_err(write)?;
    Ok(BuildReport { lines: intake.lines, left_out: intake.left_out, header })
}

fn refuse_existing(out: &Path, options: &BuildOptions) -> Result<(), BuildError> {
    let is_there = out.symlink_metadata().is_ok();
    if is_there && !options.force { Err(BuildError::Exists(out.to_owned())) } else { Ok(()) }
}

#[derive(Default)]
struct Intake {
    lines: u64,
    left_out: u64,
    kept: u64,
}

/// The first pass: parses, checks the order, spools the first eight bytes of each hash that is kept.
fn take_in(
    list: impl Read,
    spool: &mut impl Write,
    options: &BuildOptions,
    write: impl Fn(std::io::Error) -> BuildError + Copy,
) -> Result<Intake, BuildError> {
    let mut list = BufReader::with_capacity(BUFFER_BYTES, list);
    let mut intake = Intake::default();
    let (mut line_number, mut last, mut spooled) = (0, None, None);
    let mut text = Vec::with_capacity(LINE_BYTES_MAX + 8);
    while next_line(&mut list, &mut text).map_err(|source| BuildError::Read { line: line_number, source })? {
        line_number += 1;
        if line_number == 1 && text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        if text.is_empty() || text == b"\r" {
            continue;
        }
        let line = HashLine::parse(&text).map_err(|why| BuildError::Line { line: line_number, why })?;
        if last.is_some_and(|last| line.digest < last) {
            return Err(BuildError::Unsorted { line: line_number });
        }
        last = Some(line.digest);
        intake.lines += 1;
        if line.times < u64::from(options.min_count) {
            intake.left_out += 1;
            continue;
        }
        let first: [u8; SPOOLED_BYTES] = field(&line.digest, 0);
        if spooled != Some(first) {
            spool.write_all(&first).map_err(write)?;
            spooled = Some(first);
            intake.kept += 1;
        }
    }
    spool.flush().map_err(write)?;
    match intake.kept {
        0 => Err(BuildError::Empty),
        kept if kept > ENTRIES_MAX => Err(BuildError::TooMany),
        _ => Ok(intake),
    }
}

/// The next line without its line feed; `false` at the end. Of a line that is too long only as much is kept as it takes to
/// see that.
fn next_line(list: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    // The mark at the start and the carriage return at the end are no part of the line.
    let most = u64::try_from(LINE_BYTES_MAX + BYTE_ORDER_MARK.len() + 3).unwrap_or(u64::MAX);
    let read = list.take(most).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    Ok(read > 0)
}

/// How many bits of each hash make the filter as precise as asked for.
#[expect(clippy::cast_precision_loss, reason = "the rate is a float by nature; the result is a whole number of bits")]
fn shape(entries: u64, options: &BuildOptions) -> Result<FilterHeader, BuildError> {
    let too_precise = BuildError::TooPrecise { reachable: entries as f64 / 2_f64.powi(56) };
    let bits = match options.precision {
        Precision::Bits(bits) => bits,
        Precision::FalsePositives(rate) => (1..=64)
            .find(|bits| entries as f64 / 2_f64.powi(i32::from(*bits)) <= rate)
            .ok_or_else(|| BuildError::TooPrecise { reachable: entries as f64 / 2_f64.powi(56) })?,
    };
    FilterHeader::shape(entries, bits, options.min_count).ok_or(too_precise)
}

/// The second pass: index and entries are written side by side, each through a handle of its own.
struct Body {
    shape: FilterHeader,
    index: BufWriter<File>,
    entries: BufWriter<File>,
    written: u64,
    bucket: u64,
    bucket_first: u64,
    pending: Vec<u8>,
}

impl Body {
    fn new(filter: &Temporary, shape: FilterHeader) -> std::io::Result<Self> {
        let (mut index, mut entries) = (filter.second_handle()?, filter.second_handle()?);
        index.seek(SeekFrom::Start(shape.record_at(0)))?;
        entries.seek(SeekFrom::Start(shape.entry_at(0)))?;
        let buffered = |file| BufWriter::with_capacity(BUFFER_BYTES, file);
        let (index, entries) = (buffered(index), buffered(entries));
        Ok(Self { shape, index, entries, written: 0, bucket: 0, bucket_first: 0, pending: Vec::new() })
    }

    /// Writes every spooled hash; answers with the number of entries, which is smaller where hashes agree in what is kept.
    fn write_all(
        mut self,
        mut hashes: impl Read,
        write: impl Fn(std::io::Error) -> BuildError + Copy,
    ) -> Result<u64, BuildError> {
        let width = usize::from(self.shape.remainder_bytes);
        let mut last = None;
        for _ in 0..self.shape.entries {
            let mut first = [0; SPOOLED_BYTES];
            hashes.read_exact(&mut first).map_err(write)?;
            let place = self.shape.place(u64::from_be_bytes(first));
            if last == Some(place) {
                continue;
            }
            last = Some(place);
            let (bucket, remainder) = place;
            self.close_buckets_before(bucket).map_err(write)?;
            if self.written - self.bucket_first == BUCKET_ENTRIES_MAX {
                return Err(BuildError::Uneven);
            }
            self.pending.extend_from_slice(&remainder.to_be_bytes()[SPOOLED_BYTES - width..]);
            self.written += 1;
        }
        self.close_buckets_before(self.shape.buckets()).map_err(write)?;
        self.record([0; 4]).map_err(write)?;
        self.index.flush().and_then(|()| self.entries.flush()).map_err(write)?;
        Ok(self.written)
    }

    fn close_buckets_before(&mut self, bucket: u64) -> std::io::Result<()> {
        while self.bucket < bucket {
            let mut hasher = bucket_hasher(self.bucket, self.bucket_first, self.written);
            hasher.update(&self.pending);
            self.record(bucket_check(hasher))?;
            self.entries.write_all(&self.pending)?;
            self.pending.clear();
            self.bucket += 1;
            self.bucket_first = self.written;
        }
        Ok(())
    }

    fn record(&mut self, check: [u8; 4]) -> std::io::Result<()> {
        self.index.write_all(&self.bucket_first.to_le_bytes())?;
        self.index.write_all(&check)
    }
}

fn body_sha256(filter: &mut File) -> std::io::Result<[u8; 32]> {
    filter.seek(SeekFrom::Start(HEADER_BYTES as u64))?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut BufReader::with_capacity(BUFFER_BYTES, filter), &mut Feed(&mut hasher))?;
    Ok(hasher.finalize().into())
}

struct Feed<'a>(&'a mut Sha256);

impl Write for Feed<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
