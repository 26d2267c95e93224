//! The subcommand `simulate`.

use std::fs::File;
use std::io::{BufWriter, Write};

use indicatif::ProgressBar;
use serde_json::json;

use super::{SimulateError, SimulateOptions, simulate};
use crate::args::SimulateArgs;
use crate::exit::{Exit, Failure, Outcome};

/// Runs the command.
pub(crate) fn run(args: &SimulateArgs, json: bool) -> Outcome {
    let start = args.start.parse().map_err(|_| Failure::usage("--start: write a day like 2026-01-01"))?;
    let options = SimulateOptions { accounts: args.accounts, days: args.days, seed: args.seed, start };
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(BufWriter::new(
            File::create(path).map_err(|error| Failure::fault(format!("--out {}: {error}", path.display())))?,
        )),
        None => Box::new(BufWriter::new(std::io::stdout().lock())),
    };
    let bar = ProgressBar::new(u64::from(args.days));
    let written = simulate(&options, &mut out, &mut |so_far| bar.set_position(u64::from(so_far.days)));
    bar.finish_and_clear();
    let written = match written {
        Ok(written) => written,
        Err(SimulateError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(Exit::Ok),
        Err(error @ SimulateError::Output(_)) => return Err(Failure::fault(error)),
        Err(error) => return Err(Failure::usage(error)),
    };
    drop(out);
    if args.out.is_some() {
        let told = match json {
            true => format!("{}\n", json!({ "rows": written.rows, "frauds": written.frauds, "days": written.days })),
            false => format!("{} rows, {} labelled fraud, {} days\n", written.rows, written.frauds, written.days),
        };
        crate::print(&told)?;
    }
    Ok(Exit::Ok)
}
