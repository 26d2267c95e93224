//! `backtest`: a labelled file under two rule sets. What they would have done differently, as text, JSON or a page.

mod text;

use std::path::Path;

use account_security::backtest::{Backtest, BacktestReport, Options, RuleSet, html};

use crate::args::BacktestArgs;
use crate::door::{Door, Refused};
use crate::exit::{Exit, Failure, Outcome};
use crate::history;
use crate::input::{Input, new_file, read_day};
use crate::rows::{RowReader, open};
use crate::screen::system_time;
use crate::{progress, rules};

/// Rows between two looks at the progress bar's figures.
const TOLD_EVERY: u64 = 16_384;

/// Runs the command.
pub(crate) fn run(args: &BacktestArgs, json: bool) -> Outcome {
    let input = Input::parse(&args.input)?;
    let day = |option: &str, text: &Option<String>| {
        text.as_deref().map(|text| read_day(option, text, &input.read.zone)).transpose()
    };
    let options = Options {
        label_delay_ms: input.label_delay_ms,
        from: day("--from", &args.from)?,
        until: day("--until", &args.until)?,
    };
    if options.from.zip(options.until).is_some_and(|(from, until)| from >= until) {
        return Err(Failure::usage("--from is not before --until; nothing would be counted"));
    }
    let (a, b) = rule_sets(&args.rules)?;
    let read: Vec<&str> = args.rules.iter().map(String::as_str).collect();
    let page = args.report.as_deref().map(|page| new_file("--report", page, args.force, &input, &read)).transpose()?;
    let (report, refused) = replay(&input, Backtest::new(a, b, options))?;
    if let Some(page) = page {
        write_page(&page, &report)?;
    }
    crate::print(&if json { to_json(&report, &refused)? } else { text::render(&report, &refused) })?;
    Ok(if refused.count > 0 { Exit::RowsRefused } else { Exit::Ok })
}

/// The rules in force and the proposed ones; one set alone is proposed in place of the preset `wallet`.
fn rule_sets(names: &[String]) -> Result<(RuleSet, RuleSet), Failure> {
    match names {
        [proposed] => Ok((rules::by_name("wallet")?, rules::by_name(proposed)?)),
        [in_force, proposed] => Ok((rules::by_name(in_force)?, rules::by_name(proposed)?)),
        _ => Err(Failure::usage("--rules: give one rule set, or two to compare")),
    }
}

fn write_page(path: &Path, report: &BacktestReport) -> Result<(), Failure> {
    let page = html::page(report).map_err(|error| Failure::fault(format!("--report: {error}")))?;
    std::fs::write(path, page).map_err(|error| Failure::fault(format!("--report {}: {error}", path.display())))
}

fn replay(input: &Input, mut backtest: Backtest) -> Result<(BacktestReport, Refused), Failure> {
    let opened = open(&input.file).map_err(Failure::usage)?;
    let bar = progress::bar(opened.bytes);
    let mut reader = RowReader::new(bar.wrap_read(opened.reader), &input.read).map_err(Failure::usage)?;
    let (mut door, mut refused, mut rows) = (Door::new(system_time()), Refused::default(), 0_u64);
    while let Some(parsed) = reader.next_row().map_err(Failure::fault)? {
        let Some((row, _)) = door.admit(parsed, &mut refused) else { continue };
        backtest.feed(&history::event(&row, input)).map_err(Failure::fault)?;
        rows += 1;
        if rows.is_multiple_of(TOLD_EVERY) {
            let (counted, disagreed) = backtest.progress();
            bar.set_message(format!("{counted} payments, {disagreed} judged differently"));
        }
    }
    bar.finish_and_clear();
    let mut report = backtest.finish();
    report.period.repeated += refused.repeated;
    Ok((report, refused))
}

fn to_json(report: &BacktestReport, refused: &Refused) -> Result<String, Failure> {
    let mut json = serde_json::to_value(report).map_err(Failure::fault)?;
    json["refused"] = serde_json::json!({ "count": refused.count, "first": refused.first });
    Ok(format!("{json:#}\n"))
}
