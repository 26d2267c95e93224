//! The options that every command with a file of transactions shares.

use std::path::{Path, PathBuf};

use account_security::types::time::parse_span_ms;
use account_security::types::{Currency, Timestamp};

use crate::args::InputArgs;
use crate::exit::Failure;
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
    if path.exists() && !force {
        return Err(Failure::usage(format!("{option}: {shown} is there already; name another file or add --force")));
    }
    Ok(path.to_owned())
}

/// Where a path leads, links followed. A file that is not there yet is placed by its folder.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || folder.canonicalize().ok().zip(path.file_name()).map(|(folder, name)| folder.join(name));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}
