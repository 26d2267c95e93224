//! A filter file, mapped into memory.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use vm_memory::mmap::{MmapRegion, MmapRegionBuilder};
use vm_memory::{FileOffset, VolatileMemory};

use super::source::{FileSource, fault, regular};
use crate::password::{BreachFault, BreachFilter, BreachSource};

/// A file mapped into memory, read-only: a look-up copies some hundred bytes out of the page cache. Threads share it
/// without a lock. Unix only.
///
/// **What can go wrong.** A map of a file that is cut short, or on a disk that fails, ends the process with a signal when
/// the missing part is read; with [`FileSource`] the same is a fault. So
/// - filters are replaced, never changed: [`build()`](super::build()) writes beside the old one and renames, and a map of the
///   old one answers as before;
/// - a shared lock is held as long as the map is there: whoever asks for an exclusive one before touching the file waits.
///   It binds nobody else, and some file systems have none;
/// - a file shorter than its header says is not mapped, and before each read the file is asked for its length again: one
///   that was cut is a fault. What remains is a cut in the instant between the two, and a failing disk.
///
/// Where others may write to the file, use [`FileSource`].
#[derive(Debug)]
pub struct MappedSource {
    region: MmapRegion,
    file: Arc<File>,
}

impl MappedSource {
    /// Checks a filter file and maps it.
    ///
    /// # Errors
    /// As [`BreachFilter::open`]; [`BreachFault::Source`] also when somebody else has locked the file to change it, or it
    /// cannot be mapped.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, BreachFault> {
        let file = regular(path)?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => return Err(BreachFault::Source("somebody is changing it".to_owned())),
            // No locks on this platform or file system: it is an extra.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let checked = BreachFilter::open(FileSource::new(file.try_clone().map_err(fault)?))?;
        let bytes = usize::try_from(checked.header().file_bytes());
        let bytes = bytes.map_err(|_| BreachFault::Source("it is larger than this machine can map".to_owned()))?;
        let file = Arc::new(file);
        let region = MmapRegionBuilder::new(bytes)
            .with_file_offset(FileOffset::from_arc(Arc::clone(&file), 0))
            .with_mmap_prot(libc::PROT_READ)
            .with_mmap_flags(libc::MAP_SHARED)
            .build()
            .map_err(|error| BreachFault::Source(error.to_string()))?;
        Ok(Self { region, file })
    }
}

impl BreachSource for MappedSource {
    fn length_bytes(&self) -> Result<u64, BreachFault> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(fault)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), BreachFault> {
        let ends_early = || BreachFault::Source("it ends early".to_owned());
        if self.length_bytes()? < self.region.len() as u64 {
            return Err(ends_early());
        }
        let offset = usize::try_from(offset).map_err(|_| ends_early())?;
        let mapped = self.region.get_slice(offset, buffer.len()).map_err(|_| ends_early())?;
        // A copy, because no `&[u8]` may lie on bytes that others could change.
        if mapped.copy_to(buffer) == buffer.len() { Ok(()) } else { Err(ends_early()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breach::{BuildOptions, build};
    use crate::password::{BreachDigest, Password};

    struct Desk(tempfile::TempDir);

    impl Desk {
        /// A folder with a filter of the numbers from 0 on.
        fn with(count: u32) -> Self {
            let desk = Self(tempfile::tempdir().unwrap());
            desk.build(0..count);
            desk
        }

        fn build(&self, numbers: std::ops::Range<u32>) {
            let hex = |digest: [u8; 20]| digest.map(|byte| format!("{byte:02X}")).concat();
            let mut lines: Vec<_> =
                numbers.map(|number| hex(*BreachDigest::of(typed(number).as_bytes()).expose()) + ":1\n").collect();
            lines.sort_unstable();
            let options = BuildOptions { force: true, ..BuildOptions::default() };
            build(lines.concat().as_bytes(), &self.file(), &options, |_| {}).unwrap();
        }

        fn file(&self) -> std::path::PathBuf {
            self.0.path().join("breached.filter")
        }

        fn mapped(&self) -> Result<BreachFilter<MappedSource>, BreachFault> {
            BreachFilter::open(MappedSource::open(self.file())?)
        }
    }

    fn typed(number: u32) -> String {
        format!("password {number}")
    }

    fn is_found<S: BreachSource>(filter: &BreachFilter<S>, number: u32) -> Result<bool, BreachFault> {
        filter.check(&Password::parse(typed(number).as_bytes()).unwrap()).map(|answer| answer.is_found())
    }

    #[test]
    fn a_map_answers_as_the_file_does() {
        let desk = Desk::with(10_000);
        let (mapped, file) =
            (desk.mapped().unwrap(), BreachFilter::open(FileSource::open(desk.file()).unwrap()).unwrap());
        assert_eq!(mapped.header(), file.header());
        for number in 0..20_000 {
            let found = is_found(&mapped, number);
            assert_eq!(found, is_found(&file, number));
            assert_eq!(found, Ok(number < 10_000), "{number}");
        }
        mapped.verify(|_| {}).unwrap();
    }

    #[test]
    fn threads_share_a_map() {
        let desk = Desk::with(1_000);
        let mapped = desk.mapped().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!((0..1_000).all(|number| is_found(&mapped, number).unwrap())));
            }
        });
    }

    #[test]
    fn what_is_no_whole_filter_is_not_mapped() {
        let desk = Desk::with(300);
        let good = std::fs::read(desk.file()).unwrap();
        for length in (0..good.len()).step_by(17).chain([0, 127, 128, good.len() - 1]) {
            std::fs::write(desk.file(), &good[..length]).unwrap();
            assert!(MappedSource::open(desk.file()).is_err(), "{length}");
        }
        std::fs::write(desk.file(), [&good[..], b"x"].concat()).unwrap();
        assert!(matches!(MappedSource::open(desk.file()), Err(BreachFault::Length { .. })));
        std::fs::write(desk.file(), "123456:1\n".repeat(100)).unwrap();
        assert_eq!(MappedSource::open(desk.file()).unwrap_err(), BreachFault::NotAFilter);
        std::fs::remove_file(desk.file()).unwrap();
        assert!(matches!(MappedSource::open(desk.file()), Err(BreachFault::Source(_))));
        assert!(matches!(MappedSource::open(desk.0.path()), Err(BreachFault::Source(_))));
    }

    #[test]
    fn a_filter_that_is_replaced_while_it_is_mapped_answers_as_before() {
        let desk = Desk::with(300);
        let old = desk.mapped().unwrap();
        desk.build(300..900);
        let new = desk.mapped().unwrap();
        assert!((0..900).all(|number| is_found(&old, number) == Ok(number < 300)));
        assert!((0..900).all(|number| is_found(&new, number) == Ok(number >= 300)));
        std::fs::remove_file(desk.file()).unwrap();
        assert_eq!(is_found(&old, 7), Ok(true), "as long as it is open");
    }

    #[test]
    fn a_file_that_was_cut_while_it_is_mapped_is_a_fault_and_no_signal() {
        let desk = Desk::with(3_000);
        let mapped = desk.mapped().unwrap();
        File::options().write(true).open(desk.file()).unwrap().set_len(200).unwrap();
        assert!((0..3_000).all(|number| is_found(&mapped, number).is_err()));
        assert!(mapped.verify(|_| {}).is_err());
    }

    #[test]
    fn who_asks_for_the_lock_waits_and_a_locked_file_is_not_mapped() {
        let desk = Desk::with(300);
        let mapped = desk.mapped().unwrap();
        let writer = File::options().write(true).open(desk.file()).unwrap();
        assert!(matches!(writer.try_lock(), Err(TryLockError::WouldBlock)));
        drop(mapped);
        writer.try_lock().unwrap();
        let refused = desk.mapped().unwrap_err().to_string();
        assert!(refused.ends_with("somebody is changing it"), "{refused}");
    }

    #[test]
    fn a_read_beyond_the_end_is_a_fault() {
        let desk = Desk::with(300);
        let source = MappedSource::open(desk.file()).unwrap();
        let length = source.length_bytes().unwrap();
        let mut buffer = [0; 2];
        assert_eq!(source.read_exact_at(&mut buffer, length - 2), Ok(()));
        for offset in [length - 1, length, u64::MAX - 1, u64::MAX] {
            assert!(source.read_exact_at(&mut buffer, offset).is_err(), "{offset}");
        }
    }
}
