//! The subcommand `simulate`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use indicatif::ProgressBar;
use serde_json::json;

use super::{SimulateError, SimulateOptions, check, simulate};
use crate::args::SimulateArgs;
use crate::draft::Draft;
use crate::exit::{Exit, Failure, Outcome};
use crate::input::may_replace;

/// Runs the command.
pub(crate) fn run(args: &SimulateArgs, json: bool) -> Outcome {
    let start = args.start.parse().map_err(|_| Failure::usage("--start: write a day like 2026-01-01"))?;
    let options = SimulateOptions { accounts: args.accounts, days: args.days, seed: args.seed, start };
    check(&options).map_err(Failure::usage)?;
    let mut out = Target::open(args.out.as_deref(), args.force)?;
    let bar = ProgressBar::new(u64::from(args.days));
    let written = simulate(&options, &mut out, &mut |so_far| bar.set_position(u64::from(so_far.days)));
    bar.finish_and_clear();
    let written = match written {
        Ok(written) => written,
        Err(SimulateError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Exit::Ok),
        Err(error @ SimulateError::Output(_)) => return Err(Failure::fault(error)),
        Err(error) => return Err(Failure::usage(error)),
    };
    out.keep()?;
    if args.out.is_some() {
        let told = match json {
            true => format!("{}\n", json!({ "rows": written.rows, "frauds": written.frauds, "days": written.days })),
            false => format!("{} rows, {} labelled fraud, {} days\n", written.rows, written.frauds, written.days),
        };
        crate::print(&told)?;
    }
    Ok(Exit::Ok)
}

/// Where the rows go.
enum Target {
    /// The screen, a pipe, a device: whatever cannot be replaced as a whole.
    Stream(Box<dyn Write>),
    File(Draft),
}

impl Target {
    fn open(out: Option<&Path>, force: bool) -> Result<Self, Failure> {
        let Some(path) = out else {
            return Ok(Self::Stream(Box::new(BufWriter::new(std::io::stdout().lock()))));
        };
        let named = |failure: Failure| Failure { message: format!("--out: {}", failure.message), ..failure };
        let fault = |error| Failure::fault(format!("--out {}: {error}", path.display()));
        match path.metadata() {
            Ok(there) if !there.is_file() => {
                let file = File::options().write(true).open(path).map_err(fault)?;
                Ok(Self::Stream(Box::new(BufWriter::new(file))))
            }
            Ok(_) => {
                may_replace("--out", path, force)?;
                Draft::replacing(path).map(Self::File).map_err(named)
            }
            Err(_) => Draft::begin(path).map(Self::File).map_err(named),
        }
    }

    fn keep(self) -> Result<(), Failure> {
        match self {
            Self::Stream(_) => Ok(()),
            Self::File(draft) => draft.keep(),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Stream(stream) => stream.write(bytes),
            Self::File(draft) => Write::write(draft, bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Stream(stream) => stream.flush(),
            Self::File(draft) => draft.flush(),
        }
    }
}
