//! Where the bytes come from: a file or standard input, plain or gzip.

use std::fs::File;
use std::io::{BufReader, Chain, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::ReadError;

/// The first two bytes of every gzip member (RFC 1952 §2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An opened file, still as stored.
pub struct Opened {
    /// The bytes as stored: hand them to [`super::RowReader::new`], wrapped in a progress bar if wished.
    pub reader: Box<dyn Read + Send>,
    /// Bytes of the file as stored, where that is known.
    pub bytes: Option<u64>,
}

/// Opens a file; `-` is standard input.
///
/// # Errors
/// [`ReadError::Open`] if the system refuses or the path is a directory.
pub fn open(path: &Path) -> Result<Opened, ReadError> {
    if path == Path::new("-") {
        return Ok(Opened { reader: Box::new(std::io::stdin()), bytes: None });
    }
    let refused = |source| ReadError::Open { path: path.display().to_string(), source };
    let file = File::open(path).map_err(refused)?;
    let metadata = file.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(refused(std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(Opened { reader: Box::new(file), bytes: metadata.is_file().then_some(metadata.len()) })
}

type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Bytes after decompression.
pub enum Plain<R: Read> {
    /// They were plain.
    AsIs(Peeked<R>),
    /// They were gzip, of one member or several.
    Gzip(Box<MultiGzDecoder<BufReader<Peeked<R>>>>),
}

impl<R: Read> Plain<R> {
    /// True if the bytes were gzip.
    pub const fn is_gzip(&self) -> bool {
        matches!(self, Self::Gzip(_))
    }
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::AsIs(bytes) => bytes.read(buffer),
            Self::Gzip(bytes) => bytes.read(buffer),
        }
    }
}

/// Looks at the first two bytes and decompresses if they say gzip.
///
/// # Errors
/// What the source says when it cannot be read.
pub fn detect<R: Read>(mut reader: R) -> std::io::Result<Plain<R>> {
    let mut first = Vec::with_capacity(GZIP_MAGIC.len());
    reader.by_ref().take(2).read_to_end(&mut first)?;
    let is_gzip = first == GZIP_MAGIC;
    let bytes = Cursor::new(first).chain(reader);
    Ok(if is_gzip {
        Plain::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(64 * 1024, bytes))))
    } else {
        Plain::AsIs(bytes)
    })
}
