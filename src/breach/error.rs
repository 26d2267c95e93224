//! Why a filter could not be built.

use std::path::PathBuf;

use crate::password::breach::HashLineError;

/// Why a filter could not be built. Nothing is left behind, and an older filter stands as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The list cannot be read on.
    #[error("cannot read the list after line {line}: {source}")]
    Read {
        /// Lines read before.
        line: u64,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line is not one of the list.
    #[error("line {line}: {why}")]
    Line {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        why: HashLineError,
    },
    /// The list is not in order of its hashes.
    #[error(
        "line {line}: its hash comes before that of the line above; get the list ordered by hash, or sort it with LC_ALL=C sort"
    )]
    Unsorted {
        /// Counted from 1.
        line: u64,
    },
    /// No line was taken.
    #[error("no hash to keep: the list is empty, or the least count leaves none")]
    Empty,
    /// More hashes than any list has.
    #[error("more than 2^40 hashes; split the list")]
    TooMany,
    /// A rate that 64 bits of each hash cannot give.
    #[error("so few false positives need more than 64 bits of each hash; ask for a rate of {reachable:e} or more")]
    TooPrecise {
        /// The least rate for this list.
        reachable: f64,
    },
    /// Hashes crowd where real ones spread evenly.
    #[error("too many hashes begin alike; these are no SHA-1 hashes of passwords, or the list is a small part of one")]
    Uneven,
    /// There is a file already.
    #[error("{} exists; name another file, or say --force to replace it", .0.display())]
    Exists(PathBuf),
    /// The filter cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
