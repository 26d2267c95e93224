//! Files on the way: named after the file they become, gone when the work ends in any way but a killed process.

use std::fs::File;
use std::path::{Path, PathBuf};

/// A file beside `path` that is removed when it is dropped, unless it was put in its place.
pub(super) struct Temporary {
    pub(super) file: File,
    path: PathBuf,
}

impl Temporary {
    /// Makes a new file. One left behind by a killed run of the same process number is replaced.
    pub(super) fn beside(path: &Path, ending: &str) -> std::io::Result<Self> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}.{ending}", std::process::id()));
        let path = PathBuf::from(name);
        let _ = std::fs::remove_file(&path);
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Self { file, path })
    }

    /// Another handle on the same file, with a place of its own.
    pub(super) fn second_handle(&self) -> std::io::Result<File> {
        File::options().read(true).write(true).open(&self.path)
    }

    /// Makes sure that the bytes are on disk, and gives them their name: from then on, wholly there.
    pub(super) fn put_in_place(self, path: &Path) -> std::io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.path, path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing of this name any more.
        let _ = std::fs::remove_file(&self.path);
    }
}
