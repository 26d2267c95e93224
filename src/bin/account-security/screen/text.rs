//! The summary for people.

use std::fmt::Write;

use account_security::backtest::QualityReport;
use account_security::risk::Outcome;

use super::summary::{Account, Figures, Learned};

/// Reasons listed; the rest are in `--json`.
const REASONS_TOLD: usize = 16;

pub(super) fn render(figures: &Figures) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = head(&mut out, figures);
    let _ = reasons(&mut out, figures);
    let _ = notes(&mut out, figures);
    let _ = accounts(&mut out, &figures.first);
    if let Some(report) = &figures.quality {
        let _ = quality(&mut out, report, figures.step_up_recall);
    }
    let _ = rows(&mut out, "refused", figures.refused, &figures.refused_first);
    let _ = rows(&mut out, "denied", figures.denied, &figures.denied_first);
    out
}

fn head(out: &mut String, figures: &Figures) -> std::fmt::Result {
    let (rows, accounts) = (figures.transactions, figures.accounts);
    writeln!(
        out,
        "{rows} transactions of {accounts} accounts in {:.1} s ({:.0}/s)",
        figures.seconds, figures.per_second
    )?;
    writeln!(out, "\noutcomes")?;
    for name in Outcome::ALL.map(Outcome::name).into_iter().chain(["frozen"]) {
        if let Some(count) = figures.outcomes.get(name) {
            writeln!(out, "  {count:>9}  {name}")?;
        }
    }
    Ok(())
}

fn reasons(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "\nwhy payments were flagged")?;
    for (name, count) in figures.reasons.iter().take(REASONS_TOLD) {
        writeln!(out, "  {count:>9}  {name}")?;
    }
    if !figures.shadow.is_empty() {
        writeln!(out, "\non trial: told, not counted")?;
        for (name, count) in figures.shadow.iter().take(REASONS_TOLD) {
            writeln!(out, "  {count:>9}  {name} (shadow)")?;
        }
    }
    Ok(())
}

/// What is to be known of the run itself.
fn notes(out: &mut String, figures: &Figures) -> std::fmt::Result {
    if let Some(Learned { from_minor: Some(from_minor), changes }) = figures.learned {
        let times = if changes == 1 { "once".to_owned() } else { format!("{changes} times") };
        writeln!(
            out,
            "\nlearned from labels on the way, set {times}: large_amount.from_minor = {from_minor} (minor units)"
        )?;
        writeln!(out, "  rules named with --rules are used as they are")?;
    }
    if figures.late > 0 {
        let late = figures.late;
        writeln!(out, "\n{late} payments came after later ones of their account; sort the file by time (column at)")?;
    }
    if figures.repeated > 0 {
        writeln!(out, "\nrepeated rows: {} (judged, learned from and counted once)", figures.repeated)?;
    }
    Ok(())
}

fn accounts(out: &mut String, first: &[Account]) -> std::fmt::Result {
    if first.is_empty() {
        return writeln!(out, "\nno account stands out");
    }
    writeln!(out, "\naccounts to look at first")?;
    for account in first {
        let worst = &account.worst;
        let name: String = account.name.chars().take(24).collect();
        write!(out, "  {name:<12} {:<18} ", worst.outcome)?;
        write!(out, "{:>6.1} dB  {:>3} flagged", f64::from(worst.score) / 100.0, account.flagged)?;
        if account.refused_frozen > 0 {
            write!(out, ", {} refused while frozen", account.refused_frozen)?;
        }
        writeln!(out, "  {} {}: {}", worst.tx, worst.amount, worst.reasons.join(" "))?;
    }
    Ok(())
}

fn quality(out: &mut String, report: &QualityReport, step_up_recall: Option<f64>) -> std::fmt::Result {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    writeln!(out, "\nagainst the labels ({} frauds in {} rows, {} days)", report.frauds, report.rows, report.days)?;
    writeln!(out, "  AUC ROC              {}", figure(report.auc_roc))?;
    writeln!(out, "  average precision    {}", figure(report.average_precision))?;
    let (precision, ceiling) = (figure(report.card_precision_100), figure(report.card_precision_100_ceiling));
    writeln!(out, "  card precision@100   {precision}  (a perfect score reaches {ceiling})")?;
    writeln!(out, "  recall               {}  ({} with step-up)", figure(report.recall), figure(step_up_recall))?;
    writeln!(out, "  precision            {}", figure(report.precision))?;
    writeln!(
        out,
        "  alerts a day         {}  (hold or more)",
        report.alerts_a_day.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
    )
}

fn rows(out: &mut String, what: &str, count: u64, first: &[String]) -> std::fmt::Result {
    if count == 0 {
        return writeln!(out, "\n{what} rows: 0");
    }
    writeln!(out, "\n{what} rows: {count}")?;
    for told in first {
        writeln!(out, "  {told}")?;
    }
    let more = count - first.len() as u64;
    if more > 0 { writeln!(out, "  ... and {more} more") } else { Ok(()) }
}
