//! Files that are there whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// A file on its way. What is not kept leaves nothing behind.
pub(crate) struct Draft {
    path: PathBuf,
    draft: PathBuf,
    file: BufWriter<File>,
    replaces: bool,
}

impl Draft {
    /// A new file, never in place of another.
    pub(crate) fn begin(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            return Err(Failure::usage(format!("{} is there already; name another file", path.display())));
        }
        Self::open(path.to_owned(), false)
    }

    /// A file that takes the place of the one that is there, once it is whole. Where the path is a link, what it leads to is
    /// replaced.
    pub(crate) fn replacing(path: &Path) -> Result<Self, Failure> {
        Self::open(path.canonicalize().unwrap_or_else(|_| path.to_owned()), true)
    }

    fn open(path: PathBuf, replaces: bool) -> Result<Self, Failure> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}.new", std::process::id()));
        let draft = PathBuf::from(draft);
        let opened = OpenOptions::new().write(true).create_new(true).open(&draft);
        let file = opened.map_err(|error| Failure::fault(format!("cannot write {}: {error}", draft.display())))?;
        Ok(Self { path, draft, file: BufWriter::new(file), replaces })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| Self::failed(&self.draft, &error))
    }

    pub(crate) fn keep(mut self) -> Result<(), Failure> {
        let kept = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        let kept = kept.and_then(|()| match self.replaces {
            true => std::fs::rename(&self.draft, &self.path),
            false => std::fs::hard_link(&self.draft, &self.path),
        });
        kept.map_err(|error| Self::failed(&self.path, &error))
    }

    fn failed(path: &Path, error: &std::io::Error) -> Failure {
        Failure::fault(format!("cannot write {}: {error}", path.display()))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.draft);
    }
}
