//! `fit`: a rule set learns its numbers from a labelled file and is written as a rule file that a person can read.

mod file;

use std::fmt::Write;

use account_security::backtest::QualityReport;
use account_security::tuning::{Fit, FitError, FitOptions, Fitted};

use crate::args::FitArgs;
use crate::door::{Door, Refused};
use crate::exit::{Exit, Failure, Outcome};
use crate::history;
use crate::input::{Input, new_file, read_day};
use crate::rows::{RowReader, open};
use crate::screen::system_time;
use crate::{progress, rules};

/// Runs the command.
pub(crate) fn run(args: &FitArgs, json: bool) -> Outcome {
    let input = Input::parse(&args.input)?;
    let options = FitOptions {
        until: read_day("--until", &args.until, &input.read.zone)?,
        label_delay_ms: input.label_delay_ms,
        alerts_a_day: args.alerts_per_day,
    };
    let from = rules::by_name(&args.rules)?;
    let out = new_file("--out", &args.out, args.force, &input, &[args.rules.as_str()])?;
    let (fit, refused) = read(&input, Fit::new(from.policy, options))?;
    let bar = progress::steps();
    let fitted = fit.finish(&mut |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let fitted = fitted.map_err(|error| match error {
        FitError::TooFewFrauds(_) => Failure::usage(error),
        _ => Failure::fault(error),
    })?;
    let text = file::write(&fitted, &from.name, &args.until)?;
    std::fs::write(&out, text).map_err(|error| Failure::fault(format!("--out {}: {error}", out.display())))?;
    crate::print(&if json { to_json(&fitted, &refused) } else { render(&fitted, &refused) })?;
    Ok(if refused.count > 0 { Exit::RowsRefused } else { Exit::Ok })
}

fn read(input: &Input, mut fit: Fit) -> Result<(Fit, Refused), Failure> {
    let opened = open(&input.file).map_err(Failure::usage)?;
    let bar = progress::bar(opened.bytes);
    let mut reader = RowReader::new(bar.wrap_read(opened.reader), &input.read).map_err(Failure::usage)?;
    let (mut door, mut refused) = (Door::new(system_time()), Refused::default());
    while let Some(parsed) = reader.next_row().map_err(Failure::fault)? {
        let Some((row, _)) = door.admit(parsed, &mut refused) else { continue };
        fit.observe(&history::event(&row, input)).map_err(Failure::fault)?;
    }
    bar.finish_and_clear();
    Ok((fit, refused))
}

fn to_json(fitted: &Fitted, refused: &Refused) -> String {
    let (payments, frauds) = fitted.learned_from;
    let (large_before, large_after) = fitted.large_amount_minor;
    let hold_out = &fitted.hold_out;
    let json = serde_json::json!({
        "learned_from": { "payments": payments, "frauds": frauds },
        "rules": fitted.rules, "constants": fitted.constants,
        "large_amount_from_minor": { "before": large_before, "after": large_after },
        "alerts_a_day": fitted.alerts,
        "hold_out": { "from": hold_out.from.to_string(), "before": hold_out.before, "after": hold_out.after },
        "policy_hash": format!("{:016x}", fitted.policy.content_hash()),
        "refused": { "count": refused.count, "first": refused.first }, "repeated": refused.repeated,
    });
    format!("{json:#}\n")
}

fn render(fitted: &Fitted, refused: &Refused) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_figures(&mut out, fitted);
    if refused.repeated > 0 {
        let _ = writeln!(out, "\nrepeated rows: {} (each learned from once)", refused.repeated);
    }
    let _ = writeln!(out, "\nrefused rows: {}", refused.count);
    for told in &refused.first {
        let _ = writeln!(out, "  {told}");
    }
    out
}

fn write_figures(out: &mut String, fitted: &Fitted) -> std::fmt::Result {
    let (payments, frauds) = fitted.learned_from;
    writeln!(out, "learned from {payments} labelled payments, {frauds} of them fraud\n\npoints (decibans)")?;
    for rule in fitted.rules.iter().filter(|rule| rule.hits > 0) {
        let (before, after) = (rule.before_db, rule.after_db);
        writeln!(out, "  {before:>3} -> {after:>2}  {}: {} hits, {} frauds", rule.name, rule.hits, rule.frauds)?;
    }
    for constant in &fitted.constants {
        writeln!(out, "  {} {} -> {}", constant.name, constant.before, constant.after)?;
    }
    if let (before, Some(after)) = fitted.large_amount_minor {
        let before = before.map_or_else(|| "none".to_owned(), |before| before.to_string());
        writeln!(out, "  large_amount.from_minor {before} -> {after}")?;
    }
    if let Some(told) = alerts(fitted) {
        writeln!(out, "  {told}")?;
    }
    let hold_out = &fitted.hold_out;
    writeln!(out, "\nheld out from {}, learned from what came before", hold_out.from)?;
    for (name, figures) in [("before", &hold_out.before), ("after", &hold_out.after)] {
        writeln!(out, "  {name:<7} {}", quality(figures))?;
    }
    Ok(())
}

/// What the bands come to on the days learned from, and why not nearer to what was wanted.
fn alerts(fitted: &Fitted) -> Option<String> {
    let rate = fitted.alerts?;
    let hold_from = f64::from(fitted.policy.policy().bands.hold_from.0) / 100.0;
    let (reached, wanted) = (rate.reached, rate.wanted);
    let mut told = format!(
        "hold from {hold_from:.2} dB on: {reached:.2} payments a day of those days held or worse, {wanted} wanted"
    );
    if reached > f64::from(wanted) {
        let anyhow = rate.without_score;
        told.push_str(&format!("; limits, lists and least outcomes alone hold {anyhow:.2}"));
    } else if let Some(next) = rate.next {
        told.push_str(&format!("; the next lower band would make it {next:.2}"));
    }
    Some(told)
}

/// The three figures in a line.
fn quality(figures: &QualityReport) -> String {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    format!(
        "AUC {}, average precision {}, card precision@100 {} ({} frauds in {})",
        figure(figures.auc_roc),
        figure(figures.average_precision),
        figure(figures.card_precision_100),
        figures.frauds,
        figures.rows
    )
}
