//! The back-test for people, at a terminal.

use std::fmt::Write;

use account_security::backtest::{BacktestReport, MatrixCell, SideReport};
use account_security::risk::Outcome;

use crate::door::Refused;

/// Rules and changed decisions listed; the rest are in the page and in `--json`.
const TOLD_MAX: usize = 10;

pub(super) fn render(report: &BacktestReport, refused: &Refused) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = head(&mut out, report);
    let _ = matrix(&mut out, &report.matrix);
    for side in &report.sides {
        let _ = figures(&mut out, side);
    }
    let _ = changed(&mut out, report);
    let _ = writeln!(out, "\nrefused rows: {}", refused.count);
    for told in &refused.first {
        let _ = writeln!(out, "  {told}");
    }
    out
}

fn head(out: &mut String, report: &BacktestReport) -> std::fmt::Result {
    let [a, b] = &report.sides;
    let period = &report.period;
    writeln!(out, "A  {}  ({})\nB  {}  ({})", a.name, a.policy_hash, b.name, b.policy_hash)?;
    if let (Some(first), Some(last)) = (&period.first_day, &period.last_day) {
        writeln!(out, "\n{} payments, {first} to {last} ({} days)", report.payments, period.days)?;
    }
    writeln!(out, "{} before them taught the profiles, {} after them were left out", period.warm_up, period.left_out)?;
    if period.repeated > 0 {
        writeln!(out, "{} rows repeat an earlier one and count once", period.repeated)?;
    }
    writeln!(out, "{} judged differently", report.disagreed)
}

fn matrix(out: &mut String, cells: &[MatrixCell]) -> std::fmt::Result {
    writeln!(out, "\npayments (frauds), A down, B across")?;
    write!(out, "  {:<18}", "")?;
    for name in Outcome::ALL.map(Outcome::name) {
        write!(out, " {name:>18}")?;
    }
    for row in cells.chunks(Outcome::ALL.len()) {
        write!(out, "\n  {:<18}", row.first().map_or("", |cell| cell.a))?;
        for cell in row {
            let count = cell.fraud.count + cell.genuine.count + cell.unknown.count;
            write!(out, " {:>18}", format!("{count} ({})", cell.fraud.count))?;
        }
    }
    writeln!(out)
}

fn figures(out: &mut String, side: &SideReport) -> std::fmt::Result {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
    let quality = &side.quality;
    writeln!(out, "\n{} ({} frauds in {} labelled payments)", side.name, quality.frauds, quality.rows)?;
    writeln!(out, "  AUC ROC {}, average precision {}", figure(quality.auc_roc), figure(quality.average_precision))?;
    let (found, ceiling) = (figure(quality.card_precision_100), figure(quality.card_precision_100_ceiling));
    writeln!(out, "  card precision@100 {found} (a perfect score reaches {ceiling})")?;
    for level in &side.levels {
        let (precision, recall) = (figure(level.precision), figure(level.recall));
        let alerts = level.alerts_a_day.map_or_else(|| "-".to_owned(), |alerts| format!("{alerts:.1}"));
        writeln!(out, "  from {:<18} precision {precision}, recall {recall}, {alerts} a day", level.from)?;
    }
    for rule in side.rules.iter().take(TOLD_MAX) {
        let shadow = if rule.shadow { " (shadow)" } else { "" };
        writeln!(out, "  {:>9} hits, precision {}  {}{shadow}", rule.hits, figure(rule.precision), rule.rule)?;
    }
    Ok(())
}

fn changed(out: &mut String, report: &BacktestReport) -> std::fmt::Result {
    if report.changed.is_empty() {
        return writeln!(out, "\nno decision changed");
    }
    writeln!(out, "\nmost changed decisions")?;
    for changed in report.changed.iter().take(TOLD_MAX) {
        let account: String = changed.account.chars().take(24).collect();
        writeln!(
            out,
            "  {account:<12} {} {}: {} -> {}{}",
            changed.tx_id,
            changed.amount,
            changed.a.outcome,
            changed.b.outcome,
            changed.label.map_or_else(String::new, |label| format!("  ({label})"))
        )?;
    }
    Ok(())
}
