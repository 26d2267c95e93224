//! The options of `screen`, parsed before anything is touched.

use std::path::PathBuf;

use account_security::command::Settings;
use account_security::types::Timestamp;

use crate::args::ScreenArgs;
use crate::exit::Failure;
use crate::input::{Input, may_replace, place_of};
use crate::keys;
use crate::rows::Zone;
use crate::rules;

/// What to screen, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) input: Input,
    /// Rules are fitted before this moment only; `None` = never. A rule set that was named is used as it is, so that
    /// `screen` and `backtest` say the same of it, unless it was asked for.
    pub(super) fit_until: Option<Timestamp>,
    pub(super) freeze: bool,
    pub(super) scores: Option<PathBuf>,
    rules: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(args: &ScreenArgs) -> Result<Self, Failure> {
        let input = Input::parse(&args.input)?;
        let asked = args.fit_until.as_deref().map(|day| fit_until(day, &input.read.zone)).transpose()?;
        let fit_until = asked.or_else(|| args.rules.is_none().then_some(Timestamp::MAX));
        keep_apart(args)?;
        let (scores, rules) = (args.scores.clone(), args.rules.clone());
        Ok(Self { input, fit_until, freeze: args.freeze, scores, rules })
    }

    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        if let Some(path) = &self.rules {
            settings.risk = rules::load(path)?;
        }
        Ok(settings)
    }
}

/// The first moment of the day, in the zone of the file.
fn fit_until(day: &str, zone: &Zone) -> Result<Timestamp, Failure> {
    zone.read_time(&format!("{day}T00:00:00"))
        .map_err(|_| Failure::usage("--fit-until: write a day like 2026-01-01, in the years 1970 to 9999"))
}

/// The file of scores is written from its first byte on: named by mistake, the file screened or the database would be
/// gone.
fn keep_apart(args: &ScreenArgs) -> Result<(), Failure> {
    let Some(scores) = &args.scores else { return Ok(()) };
    let mut kept = vec![PathBuf::from(&args.input.file)];
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
        // An empty file has nothing to lose, as `mktemp` makes one; a device keeps nothing.
        None if scores.metadata().is_ok_and(|there| there.is_file() && there.len() > 0) => {
            may_replace("--scores", scores, args.force)
        }
        None => Ok(()),
    }
}
