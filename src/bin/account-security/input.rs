//! The options that every command with a file of transactions shares.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use account_security::types::time::parse_span_ms;
use account_security::types::{Currency, Timestamp};

use crate::args::InputArgs;
use crate::exit::Failure;
use crate::key_file;
use crate::rows::{ReadOptions, Zone};

/// A file of transactions and how to read it.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) file: PathBuf,
    pub(crate) read: ReadOptions,
    pub(crate) label_delay_ms: u64,
}

impl Input {
    pub(crate) fn parse(args: &InputArgs) -> Result<Self, Failure> {
        let currency = args.currency.as_deref().map(Currency::parse).transpose().map_err(Failure::usage)?;
        let read = ReadOptions {
            columns: args
                .map
                .as_deref()
                .unwrap_or("")
                .parse()
                .map_err(|error| Failure::usage(format!("--map: {error}")))?,
            currency,
            zone: args.zone.parse().map_err(|error| Failure::usage(format!("--zone: {error}")))?,
        };
        Ok(Self {
            file: PathBuf::from(&args.file),
            read,
            label_delay_ms: parse_span_ms(&args.label_delay)
                .ok_or_else(|| Failure::usage("--label-delay: write a number and a unit, e.g. 7d, 12h, 30m or 0s"))?,
        })
    }
}

/// A day, which begins at its local midnight, or a time.
pub(crate) fn read_day(option: &str, text: &str, zone: &Zone) -> Result<Timestamp, Failure> {
    let midnight = format!("{text}T00:00:00");
    let text = if text.len() == 10 { &midnight } else { text };
    zone.read_time(text).map_err(|_| Failure::usage(format!("{option}: write a day, e.g. 2026-03-01, or a time")))
}

/// A file that a run will write, looked at before the run: never one that the run reads, and one that is there only by
/// `--force`.
pub(crate) fn new_file(
    option: &str,
    path: &Path,
    force: bool,
    input: &Input,
    rules: &[&str],
) -> Result<PathBuf, Failure> {
    let shown = path.display();
    let mut read = rules.iter().map(Path::new).chain([input.file.as_path()]);
    if read.any(|read| place_of(read) == place_of(path)) {
        return Err(Failure::usage(format!(
            "{option} would overwrite {shown}, which this run reads; name another file"
        )));
    }
    if path.exists() {
        may_replace(option, path, force)?;
    }
    Ok(path.to_owned())
}

/// A file that is there is written over by `--force` only, and one that a store lives in never.
pub(crate) fn may_replace(option: &str, path: &Path, force: bool) -> Result<(), Failure> {
    never_a_store(option, path)?;
    if force {
        return Ok(());
    }
    Err(Failure::usage(format!("{option}: {} is there already; name another file or add --force", path.display())))
}

/// A database, its log or its key file written over is gone for good, and every account of it: no `--force` means that.
pub(crate) fn never_a_store(option: &str, path: &Path) -> Result<(), Failure> {
    const SQLITE: &[u8] = b"SQLite format 3\0";
    const SQLITE_LOG: &[u8] = b"\x37\x7f\x06";
    let mut beginning = Vec::new();
    // Not a device or pipe: its first bytes would be gone.
    let is_read = path.is_file() && File::open(path).and_then(|file| file.take(64).read_to_end(&mut beginning)).is_ok();
    let begins = |with: &&[u8]| beginning.starts_with(with);
    if is_read && [SQLITE, SQLITE_LOG, key_file::HEADER.as_bytes()].iter().any(begins) {
        return Err(Failure::usage(format!(
            "{option} would overwrite {}, a database or its key file; name another file",
            path.display()
        )));
    }
    Ok(())
}

/// Where a path leads, links followed. A file that is not there yet is placed by its folder.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || folder.canonicalize().ok().zip(path.file_name()).map(|(folder, name)| folder.join(name));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}
