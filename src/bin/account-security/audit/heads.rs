//! A heads file read piece by piece beside its check-point.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use account_security::account::checkpoint::{CHECKPOINT_BYTES_MAX, CellHead, CheckpointFile, HeadsParser};

use crate::exit::{Exit, Failure};

/// Bytes read at a time: some six hundred heads.
const PIECE_BYTES: usize = 64 * 1024;

/// The heads that a check-point commits to, in order. What they say counts once [`Heads::end`] has answered.
pub(super) struct Heads {
    path: PathBuf,
    file: File,
    piece: Vec<u8>,
    parser: HeadsParser,
    waiting: VecDeque<CellHead>,
    checkpoint: CheckpointFile,
}

/// `day.checkpoint` has its heads in `day.checkpoint.heads`.
pub(super) fn beside(checkpoint: &Path) -> PathBuf {
    let mut name = checkpoint.as_os_str().to_owned();
    name.push(".heads");
    PathBuf::from(name)
}

/// Content that proves nothing: the question cannot be decided with it.
pub(super) fn undecided(path: &Path, why: impl std::fmt::Display) -> Failure {
    Failure { exit: Exit::CannotTell, message: format!("{}: {why}", path.display()) }
}

impl Heads {
    /// Opens both files.
    pub(super) fn open(checkpoint: &Path, heads: &Path) -> Result<Self, Failure> {
        let fault = |path: &Path, error| Failure::fault(format!("cannot read {}: {error}", path.display()));
        let mut text = Vec::new();
        let limit = u64::try_from(CHECKPOINT_BYTES_MAX).unwrap_or(u64::MAX);
        let read = File::open(checkpoint).and_then(|file| file.take(limit + 1).read_to_end(&mut text));
        read.map_err(|error| fault(checkpoint, error))?;
        let parsed = CheckpointFile::parse(&text).map_err(|error| undecided(checkpoint, error))?;
        let file = File::open(heads).map_err(|error| fault(heads, error))?;
        let (path, piece) = (heads.to_owned(), vec![0; PIECE_BYTES]);
        let parser = HeadsParser::up_to(parsed.checkpoint.tree_size);
        Ok(Self { path, file, piece, parser, waiting: VecDeque::new(), checkpoint: parsed })
    }

    pub(super) const fn checkpoint(&self) -> &CheckpointFile {
        &self.checkpoint
    }

    /// The next head, without taking it.
    pub(super) fn peek(&mut self) -> Result<Option<CellHead>, Failure> {
        while self.waiting.is_empty() {
            let Self { file, piece, parser, waiting, .. } = self;
            let read = file.read(piece);
            let count =
                read.map_err(|error| Failure::fault(format!("cannot read {}: {error}", self.path.display())))?;
            if count == 0 {
                break;
            }
            let fed = parser.feed(&piece[..count], &mut |head| waiting.push_back(head));
            fed.map_err(|error| undecided(&self.path, error))?;
        }
        Ok(self.waiting.front().copied())
    }

    /// Takes the head that was looked at.
    pub(super) fn take(&mut self) {
        self.waiting.pop_front();
    }

    /// At the end of the file: was it the one that the check-point commits to?
    pub(super) fn end(self) -> Result<(), Failure> {
        let Self { path, parser, checkpoint, .. } = self;
        checkpoint.checkpoint.finish(parser).map_err(|error| undecided(&path, error))
    }
}
