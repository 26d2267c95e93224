//! The lines of a list, each cut to what an account can be, and the hash of all that was read.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use account_security::types::AccountId;
use sha2::{Digest, Sha256};

use super::note::Seen;
use crate::exit::Failure;
use crate::rows::open;

/// Longest line read whole; the rest of a longer one is passed over.
const LINE_BYTES_MAX: u64 = 1_024;

/// A list on its way.
pub(super) struct Lines {
    input: BufReader<Box<dyn Read + Send>>,
    hasher: Sha256,
    bytes: u64,
    number: u64,
}

impl Lines {
    /// Opens a list, `-` for standard input, and says how many bytes it has, where that is known.
    pub(super) fn open(path: &Path) -> Result<(Self, Option<u64>), Failure> {
        let opened = open(path).map_err(Failure::usage)?;
        let input = BufReader::new(opened.reader);
        Ok((Self { input, hasher: Sha256::new(), bytes: 0, number: 0 }, opened.bytes))
    }

    /// The next line without what is too long of it; `None` at the end of the list.
    pub(super) fn next_line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut line = Vec::new();
        if self.piece(&mut line)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let mut rest = line.last().copied();
        while rest != Some(b'\n') {
            let mut more = Vec::new();
            if self.piece(&mut more)? == 0 {
                break;
            }
            rest = more.last().copied();
        }
        Ok(Some(line))
    }

    fn piece(&mut self, into: &mut Vec<u8>) -> Result<usize, Failure> {
        let read = self.input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', into);
        let read = read.map_err(|error| Failure::fault(format!("the list cannot be read on: {error}")))?;
        self.hasher.update(&into);
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }

    /// The number of the line that came last, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Bytes read so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What a later run has to find at the beginning of the list.
    pub(super) fn seen(&self) -> Seen {
        Seen { bytes: self.bytes, sha256: self.hasher.clone().finalize().into() }
    }
}

/// The account on a line; `None` for an empty line or a remark, what is wrong for a bad one.
pub(super) fn account_on(line: &[u8], is_first: bool) -> Option<Result<AccountId, String>> {
    if u64::try_from(line.len()).is_ok_and(|bytes| bytes >= LINE_BYTES_MAX) {
        return Some(Err("the line is too long for an account; write one account a line".to_owned()));
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Some(Err("not UTF-8; save the list as UTF-8".to_owned()));
    };
    let text = if is_first { text.trim_start_matches('\u{feff}') } else { text };
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    Some(AccountId::parse(text).map_err(|error| format!("not an account: {error}")))
}
