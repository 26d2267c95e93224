//! What `--resume` keeps between two runs: how far the list is, of which file, and what failed up to there.
//!
//! ```text
//! account-security freeze-list v2
//! list march
//! line 4900
//! read 58211 HEX      bytes of the file read by then, and their SHA-256
//! failed 3 0 0 1      unknown, refused, under other terms, bad lines, all up to that line
//! ```

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use account_security::types::hex;
use sha2::{Digest, Sha256};

use crate::exit::Failure;

const HEADER: &str = "account-security freeze-list v2";
/// It did not say what failed, nor of which file.
const HEADER_BEFORE: &str = "account-security freeze-list v1";

/// Lines that somebody has to see to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) unknown: u64,
    pub(super) refused: u64,
    pub(super) other_terms: u64,
    pub(super) bad_lines: u64,
}

impl Failed {
    pub(super) const fn all(self) -> u64 {
        self.unknown.saturating_add(self.refused).saturating_add(self.other_terms).saturating_add(self.bad_lines)
    }

    pub(super) const fn and(self, more: Self) -> Self {
        Self {
            unknown: self.unknown.saturating_add(more.unknown),
            refused: self.refused.saturating_add(more.refused),
            other_terms: self.other_terms.saturating_add(more.other_terms),
            bad_lines: self.bad_lines.saturating_add(more.bad_lines),
        }
    }
}

/// The beginning of a file, as far as it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) bytes: u64,
    pub(super) sha256: [u8; 32],
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) line: u64,
    pub(super) seen: Seen,
    pub(super) failed: Failed,
}

impl Note {
    /// Reads it and holds it against the list; `None` when there is no such file.
    pub(super) fn load(path: &Path, list: &str, file: &Path) -> Result<Option<Self>, Failure> {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::usage(format!("--resume {shown}: {error}"))),
        };
        if text.lines().next() == Some(HEADER_BEFORE) {
            return Err(Failure::usage(format!(
                "--resume {shown} was written by an earlier version and does not tell what failed, nor of which file; \
                 remove it and run the list from its beginning: nobody is frozen twice"
            )));
        }
        let (name, note) = parse(&text).ok_or_else(|| {
            Failure::usage(format!("--resume {shown}: not a file of `freeze-list`; name another, or use --after"))
        })?;
        if name != list {
            return Err(Failure::usage(format!("--resume {shown} belongs to the list {name}")));
        }
        if !note.seen.begins(file)? {
            return Err(Failure::usage(format!(
                "--resume {shown}: {} is shorter than the file it is about, or does not begin as that did; put that file \
                 back, or remove {shown} and run the list from its beginning: nobody is frozen twice",
                file.display()
            )));
        }
        Ok(Some(note))
    }

    /// The old one stands until the new one is whole.
    pub(super) fn save(&self, path: &Path, list: &str) -> Result<(), Failure> {
        let fault = |error| Failure::fault(format!("--resume {}: {error}", path.display()));
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        std::fs::write(&beside, self.text(list)).map_err(fault)?;
        std::fs::rename(&beside, path).map_err(fault)
    }

    fn text(&self, list: &str) -> String {
        let Self { line, seen, failed } = self;
        let Failed { unknown, refused, other_terms, bad_lines } = failed;
        format!(
            "{HEADER}\nlist {list}\nline {line}\nread {} {}\nfailed {unknown} {refused} {other_terms} {bad_lines}\n",
            seen.bytes,
            hex::text(&seen.sha256)
        )
    }
}

impl Seen {
    /// Whether the file still begins so.
    fn begins(&self, file: &Path) -> Result<bool, Failure> {
        let fault = |error| Failure::usage(format!("{}: {error}", file.display()));
        let mut beginning = File::open(file).map_err(fault)?.take(self.bytes);
        let (mut hasher, mut block) = (Sha256::new(), vec![0; 64 * 1024]);
        loop {
            match beginning.read(&mut block).map_err(fault)? {
                0 => break,
                read => hasher.update(&block[..read]),
            }
        }
        // Shorter, and the hash is another one.
        let found: [u8; 32] = hasher.finalize().into();
        Ok(found == self.sha256)
    }
}

fn parse(text: &str) -> Option<(&str, Note)> {
    let mut lines = text.lines();
    lines.next().filter(|header| *header == HEADER)?;
    let list = lines.next()?.strip_prefix("list ")?;
    let line = lines.next()?.strip_prefix("line ")?.parse().ok()?;
    let (bytes, digits) = lines.next()?.strip_prefix("read ")?.split_once(' ')?;
    let mut seen = Seen { bytes: bytes.parse().ok()?, sha256: [0; 32] };
    hex::read(digits.as_bytes(), &mut seen.sha256)?;
    let counts: Option<Vec<u64>> =
        lines.next()?.strip_prefix("failed ")?.split(' ').map(|count| count.parse().ok()).collect();
    let &[unknown, refused, other_terms, bad_lines] = counts?.as_slice() else { return None };
    Some((list, Note { line, seen, failed: Failed { unknown, refused, other_terms, bad_lines } }))
}
