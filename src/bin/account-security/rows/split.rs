//! Splits bytes into CSV records (RFC 4180) without ever keeping more than one record of 64 KiB.
//!
//! Why not the `csv` crate, which the tests hold this equal to: its reader grows its buffer to whatever a record
//! asks for, and cannot go on after an error. A screening run must refuse a hostile line and read the next.
//!
//! A record over the limit is skipped to its true end, quotes respected. Starting again at the next line break would
//! let a long quoted field smuggle in rows of its own.

use std::io::{BufRead, BufReader, ErrorKind, Read};

/// Longest record in bytes, quotes and separators counted.
pub const RECORD_BYTES_MAX: usize = 64 * 1024;
/// Longest field in bytes.
pub const FIELD_BYTES_MAX: usize = 4 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The current record and the bytes it comes from.
pub struct Records<R: Read> {
    input: BufReader<R>,
    /// The current record's fields end to end, quotes resolved.
    bytes: Vec<u8>,
    /// Where each field ends in `bytes`.
    ends: Vec<usize>,
    /// The line the next byte is on.
    line: u64,
    /// The last byte ended a line: none has begun after it.
    after_line: bool,
    /// The last byte was a carriage return that ended a record: a line feed now belongs to it.
    after_return: bool,
    /// No record has ended yet: a byte order mark may come.
    is_start: bool,
}

/// What was found between two record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// A record; its fields are in [`Records`].
    Record {
        /// The line it begins on.
        line: u64,
        /// Lines it spans.
        lines: u64,
    },
    /// A record that cannot be used.
    Refused {
        /// The line it begins on.
        line: u64,
        /// Lines it spans.
        lines: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// No bytes are left.
    End,
}

/// What makes a record unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Over [`RECORD_BYTES_MAX`].
    TooLong,
    /// The bytes end inside quotes.
    UnclosedQuote,
    /// Something other than a separator follows a closing quote.
    StrayQuote,
    /// A NUL byte: binary data or UTF-16.
    Nul,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    RecordStart,
    FieldStart,
    Plain,
    Quoted,
    /// A quote inside quotes: the end, or the first half of a doubled one.
    QuoteInQuoted,
}

impl<R: Read> Records<R> {
    /// Begins at line 1.
    pub fn new(input: R) -> Self {
        let (bytes, ends) = (Vec::with_capacity(1024), Vec::with_capacity(32));
        let input = BufReader::with_capacity(64 * 1024, input);
        Self { input, bytes, ends, line: 1, after_line: false, after_return: false, is_start: true }
    }

    /// Moves to the next record; blank lines are passed over.
    ///
    /// # Errors
    /// What the bytes' source says when it cannot be read.
    pub fn next_record(&mut self) -> std::io::Result<Split> {
        self.bytes.clear();
        self.ends.clear();
        let mut record = Progress { place: Place::RecordStart, raw_bytes: 0, first_line: self.line, fault: None };
        loop {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(self.at_end(record));
            }
            let mut used = 0;
            let mut is_done = false;
            for &byte in chunk {
                used += 1;
                let follows_return = std::mem::replace(&mut self.after_return, false);
                if byte == b'\n' && follows_return && record.place == Place::RecordStart {
                    continue;
                }
                is_done = record.step(byte, &mut self.bytes, &mut self.ends);
                if self.is_start && self.bytes == BYTE_ORDER_MARK {
                    self.bytes.clear();
                    record.place = Place::RecordStart;
                }
                self.after_return = byte == b'\r' && record.is_outside_quotes();
                self.after_line = self.after_return || byte == b'\n';
                self.line += u64::from(self.after_line);
                if is_done {
                    break;
                }
            }
            self.input.consume(used);
            if is_done {
                return Ok(self.finished(record, 1));
            }
        }
    }

    /// The line the next byte is on.
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Fields in the current record.
    pub const fn width(&self) -> usize {
        self.ends.len()
    }

    /// One field of the current record; empty beyond the last.
    pub fn field(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(index).copied()).map(|(start, end)| start..end);
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    /// The longest field's index and bytes, if any field is long at all.
    pub fn longest_field(&self) -> Option<(usize, usize)> {
        if self.bytes.len() <= FIELD_BYTES_MAX {
            return None;
        }
        (0..self.width()).map(|index| (index, self.field(index).len())).max_by_key(|&(_, bytes)| bytes)
    }

    fn at_end(&mut self, mut record: Progress) -> Split {
        match record.place {
            Place::RecordStart => return Split::End,
            Place::Quoted => record.fault = record.fault.or(Some(Fault::UnclosedQuote)),
            Place::FieldStart | Place::Plain | Place::QuoteInQuoted => {}
        }
        self.ends.push(self.bytes.len());
        // Inside quotes the last line break stands behind the last line, and no line behind it.
        let line_breaks = u64::from(self.after_line);
        self.finished(record, line_breaks)
    }

    fn finished(&mut self, record: Progress, line_breaks: u64) -> Split {
        self.is_start = false;
        let line = record.first_line;
        let lines = self.line - line + 1 - line_breaks;
        let fault = record.fault.or_else(|| self.bytes.contains(&0).then_some(Fault::Nul));
        match fault {
            Some(fault) => Split::Refused { line, lines, fault },
            None => Split::Record { line, lines },
        }
    }
}

/// One record on its way through the automaton.
struct Progress {
    place: Place,
    raw_bytes: usize,
    first_line: u64,
    fault: Option<Fault>,
}

impl Progress {
    /// Takes one byte; true when it ended the record.
    fn step(&mut self, byte: u8, bytes: &mut Vec<u8>, ends: &mut Vec<usize>) -> bool {
        self.raw_bytes += 1;
        if self.raw_bytes > RECORD_BYTES_MAX {
            self.fault = Some(Fault::TooLong);
        }
        let is_kept = self.fault.is_none();
        match (self.place, byte) {
            (Place::RecordStart, b'\n' | b'\r') => {
                self.first_line += 1;
                self.raw_bytes = 0;
            }
            (Place::Quoted, b'"') => self.place = Place::QuoteInQuoted,
            (Place::RecordStart | Place::FieldStart, b'"') => self.place = Place::Quoted,
            (Place::Quoted, _) => keep(is_kept, bytes, byte),
            (Place::QuoteInQuoted, b'"') => {
                keep(is_kept, bytes, byte);
                self.place = Place::Quoted;
            }
            (_, b',') => {
                if is_kept {
                    ends.push(bytes.len());
                }
                self.place = Place::FieldStart;
            }
            (_, b'\n' | b'\r') => {
                ends.push(bytes.len());
                return true;
            }
            (place, _) => {
                if place == Place::QuoteInQuoted {
                    self.fault = self.fault.or(Some(Fault::StrayQuote));
                }
                keep(is_kept, bytes, byte);
                self.place = Place::Plain;
            }
        }
        false
    }

    const fn is_outside_quotes(&self) -> bool {
        !matches!(self.place, Place::Quoted)
    }
}

fn keep(is_kept: bool, bytes: &mut Vec<u8>, byte: u8) {
    if is_kept {
        bytes.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn records(text: &[u8]) -> Vec<(Split, Vec<Vec<u8>>)> {
        let mut records = Records::new(text);
        let mut all = Vec::new();
        loop {
            match records.next_record().unwrap() {
                Split::End => return all,
                split => all.push((split, (0..records.width()).map(|index| records.field(index).to_vec()).collect())),
            }
        }
    }

    fn faults(text: &[u8]) -> Vec<Option<Fault>> {
        let fault = |split| match split {
            Split::Refused { fault, .. } => Some(fault),
            _ => None,
        };
        records(text).into_iter().map(|(split, _)| fault(split)).collect()
    }

    #[test]
    fn lines_are_counted_through_quotes_blank_lines_and_every_line_ending() {
        let spans: Vec<_> = records(b"a\r\nb\n\n\"c\nc\r\nc\",d\n\r\ne\rf")
            .into_iter()
            .map(|(split, _)| match split {
                Split::Record { line, lines } => (line, lines),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(spans, [(1, 1), (2, 1), (4, 3), (8, 1), (9, 1)]);
    }

    #[test]
    fn a_record_over_the_limit_is_skipped_to_its_true_end() {
        let long = format!("a,b\n\"{}\nfake,row\n\",x\nc,d\n", "z".repeat(1 << 20));
        assert_eq!(faults(long.as_bytes()), [None, Some(Fault::TooLong), None]);
        let mut records = Records::new(long.as_bytes());
        while records.next_record().unwrap() != Split::End {}
        assert!(records.bytes.capacity() <= 2 * RECORD_BYTES_MAX);
    }

    #[test]
    fn the_limit_itself_is_let_in() {
        let exact = format!("{}\nb\n", "a".repeat(RECORD_BYTES_MAX - 1));
        assert_eq!(faults(exact.as_bytes()), [None, None]);
        let over = format!("{}\nb\n", "a".repeat(RECORD_BYTES_MAX));
        assert_eq!(faults(over.as_bytes()), [Some(Fault::TooLong), None]);
    }

    #[test]
    fn quotes_that_make_no_sense_are_refused_and_the_next_line_is_read() {
        assert_eq!(faults(b"\"a\"b,c\nd\n"), [Some(Fault::StrayQuote), None]);
        assert_eq!(faults(b"a\n\"b\nc\n"), [None, Some(Fault::UnclosedQuote)]);
        assert_eq!(faults(b"a\0b\nc"), [Some(Fault::Nul), None]);
        for text in [&b"a\n\"b\nc\n"[..], b"a\n\"b\nc", b"a\n\"\n\n"] {
            assert_eq!(records(text)[1].0, Split::Refused { line: 2, lines: 2, fault: Fault::UnclosedQuote });
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_name() {
        assert_eq!(records(b"\xEF\xBB\xBFa,b\n")[0].1, [b"a", b"b"]);
        assert_eq!(records(b"\xEF\xBB\xBF\"a\",b\n\xEF\xBB\xBFc")[0].1, [b"a", b"b"]);
    }

    proptest! {
        #[test]
        fn it_reads_what_the_csv_crate_reads(
            rows in prop::collection::vec(prop::collection::vec("[a-c \",\r\n\u{e9}]{0,6}", 1..5), 1..8),
            tail in prop::sample::select(&["\n", "\r\n", "", "\n\n"][..]),
        ) {
            let quote = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",")).collect();
            let text = lines.join("\r\n") + tail;
            let ours: Vec<Vec<Vec<u8>>> = records(text.as_bytes()).into_iter().map(|(_, fields)| fields).collect();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn unquoted_text_too(text in "[a-c,\n\r]{0,40}") {
            let ours: Vec<Vec<Vec<u8>>> = records(text.as_bytes()).into_iter().map(|(_, fields)| fields).collect();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            records(&bytes);
        }
    }
}
