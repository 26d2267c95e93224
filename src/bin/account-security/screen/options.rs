//! The options of `screen`, parsed before anything is touched.

use std::io::Read;
use std::path::{Path, PathBuf};

use account_security::command::Settings;
use account_security::risk::{CheckedPolicy, RiskPolicy};
use account_security::types::{Currency, Timestamp};

use crate::args::ScreenArgs;
use crate::exit::Failure;
use crate::keys;
use crate::rows::{ReadOptions, Zone};
use crate::span;

/// Longest rule file read, in bytes.
const RULES_BYTES_MAX: u64 = 1024 * 1024;

/// What to screen, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) file: PathBuf,
    pub(super) read: ReadOptions,
    pub(super) label_delay_ms: u64,
    /// Rules are fitted before this moment only.
    pub(super) fit_until: Timestamp,
    pub(super) freeze: bool,
    pub(super) scores: Option<PathBuf>,
    rules: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(args: &ScreenArgs) -> Result<Self, Failure> {
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
        let fit_until = fit_until(args.fit_until.as_deref(), &read.zone)?;
        keep_apart(args)?;
        Ok(Self {
            file: PathBuf::from(&args.file),
            read,
            label_delay_ms: span::parse(&args.label_delay)
                .ok_or_else(|| Failure::usage("--label-delay: write a number and a unit, e.g. 7d, 12h, 30m or 0s"))?,
            fit_until,
            freeze: args.freeze,
            scores: args.scores.clone(),
            rules: args.rules.clone(),
        })
    }

    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        if let Some(path) = &self.rules {
            settings.risk = rules(path)?;
        }
        Ok(settings)
    }
}

/// The first moment of the day, in the zone of the file.
fn fit_until(day: Option<&str>, zone: &Zone) -> Result<Timestamp, Failure> {
    let Some(day) = day else { return Ok(Timestamp::MAX) };
    zone.read_time(&format!("{day}T00:00:00"))
        .map_err(|_| Failure::usage("--fit-until: write a day like 2026-01-01, in the years 1970 to 9999"))
}

/// The file of scores is written from its first byte on: named by mistake, the file screened or the database would be
/// gone.
fn keep_apart(args: &ScreenArgs) -> Result<(), Failure> {
    let Some(scores) = &args.scores else { return Ok(()) };
    let mut kept = vec![PathBuf::from(&args.file)];
    kept.extend(args.rules.clone());
    if let Some(database) = &args.db {
        kept.push(args.keys.clone().unwrap_or_else(|| keys::path_beside(database)));
        kept.extend(["", "-wal", "-shm"].map(|ending| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        }));
    }
    let place = place_of(scores);
    match kept.iter().find(|kept| place_of(kept) == place) {
        Some(kept) => {
            let kept = kept.display();
            Err(Failure::usage(format!("--scores would overwrite {kept}, which this run needs; name another file")))
        }
        None => Ok(()),
    }
}

/// Where a path leads, links followed. A file that is not there yet is placed by its folder.
fn place_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || folder.canonicalize().ok().zip(path.file_name()).map(|(folder, name)| folder.join(name));
    path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}

fn rules(path: &Path) -> Result<CheckedPolicy, Failure> {
    let shown = path.display();
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    let read = file.take(RULES_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    if text.len() as u64 > RULES_BYTES_MAX {
        return Err(Failure::usage(format!("--rules {shown}: a rule file is at most 1 MiB")));
    }
    let policy: RiskPolicy =
        toml::from_str(&text).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))?;
    CheckedPolicy::new(policy).map_err(|error| Failure::usage(format!("--rules {shown}: {error}")))
}
