//! A filter file, read where it lies.

use std::fs::File;
use std::path::Path;

use crate::password::{BreachFault, BreachSource};

/// A file opened for positioned reads: threads share it without a lock.
#[derive(Debug)]
pub struct FileSource {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: std::sync::Mutex<File>,
}

impl FileSource {
    /// Opens a file.
    ///
    /// # Errors
    /// [`BreachFault::Source`] when the system refuses, or the path is no regular file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BreachFault> {
        regular(path).map(Self::new)
    }

    #[cfg(unix)]
    pub(super) fn new(file: File) -> Self {
        Self { file }
    }

    #[cfg(not(unix))]
    fn new(file: File) -> Self {
        Self { file: std::sync::Mutex::new(file) }
    }
}

/// Opens a file, not a folder or a device.
pub(super) fn regular(path: impl AsRef<Path>) -> Result<File, BreachFault> {
    let file = File::open(path).map_err(fault)?;
    let is_file = file.metadata().map_err(fault)?.is_file();
    if is_file { Ok(file) } else { Err(BreachFault::Source("it is no regular file".to_owned())) }
}

#[cfg(unix)]
impl BreachSource for FileSource {
    fn length_bytes(&self) -> Result<u64, BreachFault> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(fault)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), BreachFault> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset).map_err(fault)
    }
}

#[cfg(not(unix))]
impl BreachSource for FileSource {
    fn length_bytes(&self) -> Result<u64, BreachFault> {
        let file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.metadata().map(|metadata| metadata.len()).map_err(fault)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), BreachFault> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset)).map_err(fault)?;
        file.read_exact(buffer).map_err(fault)
    }
}

pub(super) fn fault(error: std::io::Error) -> BreachFault {
    BreachFault::Source(error.to_string())
}
