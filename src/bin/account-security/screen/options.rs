//! The options of `screen`, parsed before anything is touched.

use std::io::Read;
use std::path::{Path, PathBuf};

use account_security::command::Settings;
use account_security::risk::{CheckedPolicy, RiskPolicy};
use account_security::types::Currency;

use crate::args::ScreenArgs;
use crate::exit::Failure;
use crate::rows::ReadOptions;
use crate::span;

/// Longest rule file read, in bytes.
const RULES_BYTES_MAX: u64 = 1024 * 1024;

/// What to screen, and how.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) file: PathBuf,
    pub(super) read: ReadOptions,
    pub(super) label_delay_ms: u64,
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
        Ok(Self {
            file: PathBuf::from(&args.file),
            read,
            label_delay_ms: span::parse(&args.label_delay)
                .ok_or_else(|| Failure::usage("--label-delay: write a number and a unit, e.g. 7d, 12h, 30m or 0s"))?,
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
