//! The options of `screen`, parsed before anything is touched.

use std::path::PathBuf;

use account_security::command::Settings;

use crate::args::ScreenArgs;
use crate::exit::Failure;
use crate::input::{Input, place_of};
use crate::keys;
use crate::rules;

/// What to screen, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) input: Input,
    pub(super) freeze: bool,
    pub(super) scores: Option<PathBuf>,
    rules: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(args: &ScreenArgs) -> Result<Self, Failure> {
        let input = Input::parse(&args.input)?;
        keep_apart(args)?;
        Ok(Self { input, freeze: args.freeze, scores: args.scores.clone(), rules: args.rules.clone() })
    }

    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        if let Some(path) = &self.rules {
            settings.risk = rules::load(path)?;
        }
        Ok(settings)
    }
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
        None => Ok(()),
    }
}
