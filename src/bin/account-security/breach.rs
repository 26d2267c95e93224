//! `breach build | check | info`.

use std::path::Path;

#[cfg(not(unix))]
use account_security::breach::FileSource as Source;
#[cfg(unix)]
use account_security::breach::MappedSource as Source;
use account_security::breach::{BuildError, BuildOptions, BuildReport, FileSource, Precision, Stage, build};
use account_security::password::breach::FilterHeader;
use account_security::password::{BreachAnswer, BreachFilter, Password};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::args::{BreachBuildArgs, BreachCommand};
use crate::exit::{Exit, Failure, Outcome};
use crate::{rows, secret_input};

/// Runs the command.
pub(crate) fn run(command: &BreachCommand, json: bool) -> Outcome {
    match command {
        BreachCommand::Build(args) => make(args, json),
        BreachCommand::Check { file } => check(file, json),
        BreachCommand::Info { file, verify } => info(file, *verify, json),
    }
}

/// Opens a filter file for looking passwords up, mapped into memory where there is such a thing.
pub(crate) fn open(file: &Path) -> Result<BreachFilter<Source>, Failure> {
    Source::open(file).and_then(BreachFilter::open).map_err(|fault| told(file, &fault))
}

/// A fault of a filter file, with the file's name.
pub(crate) fn told(file: &Path, fault: &impl std::fmt::Display) -> Failure {
    Failure::fault(format!("{}: {fault}", file.display()))
}

fn make(args: &BreachBuildArgs, json: bool) -> Outcome {
    let opened = rows::open(Path::new(&args.file)).map_err(Failure::usage)?;
    let bar = progress(opened.bytes);
    let list = rows::decompressed(bar.wrap_read(opened.reader)).map_err(Failure::fault)?;
    crate::input::never_a_store("--out", &args.out)?;
    let options = BuildOptions { precision: precision(args)?, min_count: args.min_count, force: args.force };
    let built = build(list, &args.out, &options, |stage| {
        bar.set_message(match stage {
            Stage::Reading => "reading the list",
            Stage::Writing => "writing the filter",
            Stage::Checking => "checking the filter",
        });
    });
    bar.finish_and_clear();
    let report = built.map_err(refused)?;
    crate::print(&if json { build_json(&report) } else { build_text(&report) })?;
    Ok(Exit::Ok)
}

fn refused(error: BuildError) -> Failure {
    match error {
        BuildError::Read { .. } | BuildError::Write { .. } => Failure::fault(error),
        _ => Failure::usage(error),
    }
}

fn precision(args: &BreachBuildArgs) -> Result<Precision, Failure> {
    match (args.bits, args.false_positive_rate) {
        (Some(bits), _) if !(1..=64).contains(&bits) => Err(Failure::usage("--bits: give 1 to 64")),
        (Some(bits), _) => Ok(Precision::Bits(bits)),
        (None, Some(rate)) if rate > 0.0 && rate < 1.0 => Ok(Precision::FalsePositives(rate)),
        (None, Some(_)) => Err(Failure::usage("--false-positive-rate: give a share between 0 and 1, e.g. 1e-6")),
        (None, None) => Ok(BuildOptions::default().precision),
    }
}

fn build_json(report: &BuildReport) -> String {
    let mut told = header_json(&report.header);
    told["lines"] = report.lines.into();
    told["left_out"] = report.left_out.into();
    format!("{told}\n")
}

fn build_text(report: &BuildReport) -> String {
    let BuildReport { lines, left_out, header } = report;
    format!("{lines} lines read, {left_out} left out\n{}", header_text(header))
}

fn check(file: &Path, json: bool) -> Outcome {
    let filter = open(file)?;
    let typed = secret_input::whole()?;
    let password = Password::parse(typed.expose()).map_err(Failure::usage)?;
    let answer = filter.check(&password).map_err(|fault| told(file, &fault))?;
    let is_found = answer.is_found();
    crate::print(&match (json, answer) {
        (true, _) => format!("{}\n", json!({ "breached": is_found })),
        (false, BreachAnswer::Found { .. }) => "known from a breach\n".to_owned(),
        (false, BreachAnswer::NotFound) => "not on the list\n".to_owned(),
    })?;
    Ok(if is_found { Exit::Denied } else { Exit::Ok })
}

fn info(file: &Path, verify: bool, json: bool) -> Outcome {
    // By position: what is inspected may be damaged.
    let opened = FileSource::open(file).and_then(BreachFilter::open);
    let filter = opened.map_err(|fault| told(file, &fault))?;
    let header = *filter.header();
    if verify {
        let bar = progress(Some(header.file_bytes()));
        let verified = filter.verify(|bytes| bar.inc(bytes));
        bar.finish_and_clear();
        verified.map_err(|fault| told(file, &fault))?;
    }
    let mut told = header_json(&header);
    told["verified"] = verify.into();
    let verdict = if verify { "every byte is what was written\n" } else { "the body was not read; say --verify to\n" };
    crate::print(&if json { format!("{told}\n") } else { format!("{}{verdict}", header_text(&header)) })?;
    Ok(Exit::Ok)
}

fn header_json(header: &FilterHeader) -> serde_json::Value {
    json!({
        "entries": header.entries(),
        "kept_bits": header.kept_bits(),
        "min_count": header.min_count(),
        "false_positive_rate": rate(header),
        "bytes": header.file_bytes(),
    })
}

fn header_text(header: &FilterHeader) -> String {
    format!(
        "{} entries of {} bits, seen {} times or more, {} bytes\none unlisted password in {:.0} is reported all the same\n",
        header.entries(),
        header.kept_bits(),
        header.min_count(),
        header.file_bytes(),
        1.0 / rate(header),
    )
}

#[expect(clippy::cast_precision_loss, reason = "shown to people; nothing is decided by it")]
fn rate(header: &FilterHeader) -> f64 {
    header.false_positives_in_2_64() as f64 / 2_f64.powi(64)
}

fn progress(bytes: Option<u64>) -> ProgressBar {
    // Hidden by itself when standard error is not a terminal.
    let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = match bytes {
        Some(_) => "{bar:30} {percent:>3}% {elapsed} left {eta}  {msg}",
        None => "{spinner} {elapsed}  {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
