//! The report as one page that needs nothing else: no network, no script, no font; light and dark.
//!
//! Everything that came from the history is escaped, and the page forbids itself scripts and connections, so a hostile
//! account name stays text.

mod drill;
mod figures;
mod svg;
mod tables;
mod text;

use std::fmt::Write;

use self::text::{escaped, grouped, span};
use super::report::{BacktestReport, SideReport};

const STYLE: &str = include_str!("style.css");

/// Why a page cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a figure cannot be drawn: {0}")]
pub struct PageError(pub(super) String);

/// Writes the report as an HTML page.
///
/// ```
/// use account_security::backtest::{Backtest, Options, RuleSet, html};
/// use account_security::risk::CheckedPolicy;
/// let wallet = || RuleSet { name: "<wallet>".to_owned(), policy: CheckedPolicy::wallet() };
/// let page = html::page(&Backtest::new(wallet(), wallet(), Options::default()).finish())?;
/// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("&lt;wallet&gt;"));
/// # Ok::<(), html::PageError>(())
/// ```
///
/// # Errors
/// [`PageError`] when a figure cannot be drawn.
pub fn page(report: &BacktestReport) -> Result<String, PageError> {
    let mut out = String::with_capacity(1 << 18);
    head(&mut out, report);
    tables::figures(&mut out, report);
    tables::matrix(&mut out, report);
    figures::ranking(&mut out, report)?;
    figures::scores(&mut out, report)?;
    tables::rules(&mut out, report);
    figures::days(&mut out, report)?;
    drill::changed(&mut out, report);
    foot(&mut out, report);
    Ok(out)
}

fn head(out: &mut String, report: &BacktestReport) {
    let [a, b] = &report.sides;
    let title = format!("Back-test: {} and {}", escaped(&a.name), escaped(&b.name));
    put(
        out,
        format_args!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#figures\">Skip to the figures</a>\n\
             <header>\n<h1>Back-test</h1>\n"
        ),
    );
    let period = &report.period;
    put(out, format_args!("<dl class=\"sides\">\n"));
    side(out, "A", "in force", a);
    side(out, "B", "proposed", b);
    put(out, format_args!("</dl>\n<p class=\"lead\"><strong>{}</strong> payments", grouped(report.payments)));
    if let (Some(first), Some(last)) = (&period.first_day, &period.last_day) {
        let days = grouped(period.days);
        put(out, format_args!(" from {} to {} ({days} days)", escaped(first), escaped(last)));
    }
    put(out, format_args!("; <strong>{}</strong> of them judged differently.", grouped(report.disagreed)));
    put(
        out,
        format_args!(
            " {} earlier payments only taught the profiles. Labels were shown {} after their payment, as in real life.</p>\n{}\
             </header>\n<main>\n",
            grouped(period.warm_up),
            span(period.label_delay_ms),
            contents()
        ),
    );
}

fn side(out: &mut String, letter: &str, role: &str, side: &SideReport) {
    let class = letter.to_ascii_lowercase();
    put(
        out,
        format_args!(
            "<div><dt><span class=\"key {class}\"></span>{letter}, {role}</dt><dd><bdi>{}</bdi> <code title=\"hash of the rule set\">{}</code></dd></div>\n",
            escaped(&side.name),
            escaped(&side.policy_hash)
        ),
    );
}

const fn contents() -> &'static str {
    "<nav aria-label=\"Contents\"><a href=\"#figures\">Figures</a> <a href=\"#matrix\">Outcomes</a> <a href=\"#ranking\">Ranking</a> \
     <a href=\"#scores\">Scores</a> <a href=\"#rules\">Rules</a> <a href=\"#days\">Days</a> <a href=\"#changed\">Changed decisions</a></nav>\n"
}

fn foot(out: &mut String, report: &BacktestReport) {
    let source = if report.sides.iter().all(|side| side.exact) {
        "Curves and ranking figures are exact: every labelled score was kept."
    } else {
        "There were too many labelled payments to keep each score: curves and ranking figures are read off cells of one deciban."
    };
    put(
        out,
        format_args!(
            "</main>\n<footer><p>{source} A back-test tells what the rules would have said, not what customers would then have done: \
             a payment that B holds was in truth made, and its label is that of the payment made. \
             Scores are in decibans (dB): 10 dB multiply the odds of fraud by ten; 0 dB is an average payment.</p></footer>\n</body>\n</html>\n"
        ),
    );
}

/// Writing to a String cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
