//! The heads file: what a check-point commits to, one line a chain, in order of keys.

use super::head::LINE_BYTES_MAX;
use super::{CellHead, CheckpointBuilder};

/// The first line of a heads file.
pub const HEADS_HEADER: &str = "account-security heads v1\n";

/// Reads a heads file in pieces of any size, in the memory of one line, and builds its tree on the way.
///
/// ```
/// use account_security::account::checkpoint::{HEADS_HEADER, HeadsParser};
/// let mut parser = HeadsParser::new();
/// parser.feed(HEADS_HEADER.as_bytes(), &mut |_| {})?;
/// assert_eq!(parser.finish()?.size(), 0);
/// # Ok::<(), account_security::account::checkpoint::HeadsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeadsParser {
    line: Vec<u8>,
    number: u64,
    heads_max: u64,
    builder: CheckpointBuilder,
}

/// What is wrong with a heads file, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct HeadsError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub fault: HeadsFault,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadsFault {
    /// The first line is not [`HEADS_HEADER`].
    #[error("this is no heads file of this version; name the file that was written beside the check-point")]
    Header,
    /// Longer than any head.
    #[error("longer than any head; the file is damaged, fetch it again")]
    TooLong,
    /// Not a head as it is written.
    #[error("not `key seq mac` in lower-case hex, as a heads file has it; the file is damaged, fetch it again")]
    Malformed,
    /// Its key is not above that of the line before.
    #[error("its key is not above that of the line before; the file is damaged, fetch it again")]
    Order,
    /// More heads than the check-point counts.
    #[error("the check-point counts fewer chains; the file is damaged or of another check-point, fetch it again")]
    TooMany,
    /// The file ends within a line.
    #[error("the file ends within this line; it was cut, fetch it again")]
    Cut,
}

impl HeadsParser {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self::up_to(u64::MAX)
    }

    /// The same for a file of at most so many heads, as a check-point counts them: a longer one is not read to its end.
    #[must_use]
    pub fn up_to(heads_max: u64) -> Self {
        let line = Vec::with_capacity(LINE_BYTES_MAX);
        Self { line, number: 1, heads_max, builder: CheckpointBuilder::new() }
    }

    /// Takes the next piece and hands on each head in it. They are what the file says: only when the root of
    /// [`finish`](Self::finish) is the check-point's were they true.
    ///
    /// # Errors
    /// [`HeadsError`]; the parser is of no further use then.
    pub fn feed(&mut self, piece: &[u8], each: &mut dyn FnMut(CellHead)) -> Result<(), HeadsError> {
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            self.keep(line)?;
            self.take(each).map_err(|fault| self.fault(fault))?;
            rest = &behind[1..];
        }
        self.keep(rest)
    }

    /// The tree of all heads.
    ///
    /// # Errors
    /// [`HeadsFault::Cut`] when the file ends within a line, [`HeadsFault::Header`] when it is empty.
    pub fn finish(self) -> Result<CheckpointBuilder, HeadsError> {
        match (self.line.is_empty(), self.number) {
            (true, 1) => Err(self.fault(HeadsFault::Header)),
            (true, _) => Ok(self.builder),
            (false, _) => Err(self.fault(HeadsFault::Cut)),
        }
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), HeadsError> {
        if self.line.len() + part.len() > LINE_BYTES_MAX {
            return Err(self.fault(HeadsFault::TooLong));
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn take(&mut self, each: &mut dyn FnMut(CellHead)) -> Result<(), HeadsFault> {
        if self.number == 1 {
            let is_header = HEADS_HEADER.as_bytes().strip_suffix(b"\n") == Some(&self.line);
            if !is_header {
                return Err(HeadsFault::Header);
            }
        } else {
            if self.builder.size() >= self.heads_max {
                return Err(HeadsFault::TooMany);
            }
            let head = CellHead::parse(&self.line).ok_or(HeadsFault::Malformed)?;
            self.builder.push(&head).map_err(|_| HeadsFault::Order)?;
            each(head);
        }
        self.line.clear();
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    const fn fault(&self, fault: HeadsFault) -> HeadsError {
        HeadsError { line: self.number, fault }
    }
}

impl Default for HeadsParser {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{StoreKey, Timestamp};

    fn head(number: u8) -> CellHead {
        let expires_at = number.is_multiple_of(2).then(|| Timestamp::from_unix_s(1_800_000_000).unwrap());
        CellHead { key: StoreKey([number; 16]), seq: u64::from(number) + 1, mac: [number; 32], expires_at }
    }

    fn file(heads: &[CellHead]) -> String {
        heads.iter().fold(HEADS_HEADER.to_owned(), |text, head| text + &head.line())
    }

    fn read(text: &[u8], piece: usize) -> Result<(Vec<CellHead>, CheckpointBuilder), HeadsError> {
        let (mut parser, mut heads) = (HeadsParser::new(), Vec::new());
        for piece in text.chunks(piece) {
            parser.feed(piece, &mut |head| heads.push(head))?;
        }
        Ok((heads, parser.finish()?))
    }

    #[test]
    fn a_file_reads_back_in_pieces_of_any_size_with_the_same_root() {
        let heads: Vec<CellHead> = (1..=9).map(head).collect();
        let mut builder = CheckpointBuilder::new();
        heads.iter().for_each(|head| builder.push(head).unwrap());
        for piece in [1, 7, 64, 10_000] {
            let (found, read) = read(file(&heads).as_bytes(), piece).unwrap();
            assert_eq!((found, read.root(), read.size()), (heads.clone(), builder.root(), 9));
        }
    }

    #[test]
    fn hostile_files_are_refused_with_line_and_reason() {
        let good = file(&[head(1), head(2), head(3)]);
        let fault = |text: &str| read(text.as_bytes(), 50).map(|_| ()).unwrap_err();
        assert_eq!(fault(""), HeadsError { line: 1, fault: HeadsFault::Header });
        assert_eq!(fault("account-security heads v2\n"), HeadsError { line: 1, fault: HeadsFault::Header });
        assert_eq!(fault(&file(&[head(2), head(1)])), HeadsError { line: 3, fault: HeadsFault::Order });
        assert_eq!(fault(&file(&[head(2), head(2)])), HeadsError { line: 3, fault: HeadsFault::Order });
        assert_eq!(fault(good.trim_end()), HeadsError { line: 4, fault: HeadsFault::Cut });
        let mut few = HeadsParser::up_to(2);
        let too_many = few.feed(good.as_bytes(), &mut |_| {});
        assert_eq!(too_many, Err(HeadsError { line: 4, fault: HeadsFault::TooMany }));
        assert_eq!(fault(&"x".repeat(1 << 20)), HeadsError { line: 1, fault: HeadsFault::TooLong });
        assert_eq!(fault(&(good.clone() + &"0".repeat(1 << 20))).fault, HeadsFault::TooLong);
        let first = head(1).line();
        let line = first.trim_end();
        for bad in [
            "".to_owned(),
            line.to_uppercase().replace(' ', "  "),
            line.replacen(" 2 ", " 02 ", 1),
            line.replacen(" 2 ", " +2 ", 1),
            line.replacen(" 2 ", " 0 ", 1),
            format!("{line} 0"),
            format!("{line} -5"),
            format!("{line} 9999999999999999999"),
            format!("{line} 1 1"),
            format!("{line} "),
            format!("{line}\r"),
            line.replacen("01", "0A", 1),
            line.replacen("01", "é", 1),
        ] {
            let text = format!("{HEADS_HEADER}{bad}\n");
            assert_eq!(fault(&text), HeadsError { line: 2, fault: HeadsFault::Malformed }, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic_and_what_is_read_is_written_the_same(bytes in proptest::collection::vec(0_u8.., 0..300)) {
            let _ = read(&bytes, 11);
            let text = [HEADS_HEADER.as_bytes(), &bytes].concat();
            if let Ok((heads, _)) = read(&text, 11) {
                proptest::prop_assert_eq!(file(&heads).into_bytes(), text);
            }
        }
    }
}
