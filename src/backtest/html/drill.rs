//! The most changed decisions, each to be opened: its reasons on both sides and what the account did around it.

use super::put;
use super::tables::{close_table, open_table};
use super::text::{decibans, escaped, grouped, outcome_words};
use crate::backtest::report::{BacktestReport, Changed, ReasonReport, TimelineRow, Verdict};

/// The list.
pub(super) fn changed(out: &mut String, report: &BacktestReport) {
    put(out, format_args!("<section aria-labelledby=\"changed\">\n<h2 id=\"changed\">Most changed decisions</h2>\n"));
    if report.changed.is_empty() {
        put(out, format_args!("<p>No decision changed.</p>\n</section>\n"));
        return;
    }
    put(
        out,
        format_args!(
            "<p class=\"note\">The {} decisions that moved farthest, at most two of one account. Open one to see why each side decided so, and the \
             payments of the account around it.</p>\n",
            report.changed.len()
        ),
    );
    report.changed.iter().for_each(|changed| one(out, changed));
    put(out, format_args!("</section>\n"));
}

fn one(out: &mut String, changed: &Changed) {
    put(
        out,
        format_args!(
            "<details>\n<summary><span class=\"move\">{} → {}</span> · account <bdi>{}</bdi> · {} {} · {}</summary>\n\
             <p class=\"note\">Transaction <bdi>{}</bdi>, row {} of the history{}.</p>\n<div class=\"pair\">\n",
            outcome_words(changed.a.outcome),
            outcome_words(changed.b.outcome),
            escaped(&changed.account),
            escaped(&changed.amount),
            label(changed.label),
            escaped(&changed.at),
            escaped(&changed.tx_id),
            grouped(changed.row),
            changed
                .payee
                .as_ref()
                .map_or_else(String::new, |payee| format!(", payee fingerprint <code>{payee}</code>")),
        ),
    );
    verdict(out, "A", &changed.a);
    verdict(out, "B", &changed.b);
    put(out, format_args!("</div>\n<h3>The account around it</h3>\n"));
    timeline(out, &changed.timeline);
    put(out, format_args!("</details>\n"));
}

fn label(label: Option<&str>) -> String {
    label.map_or_else(String::new, |label| format!("<span class=\"tag {label}\">{label}</span>"))
}

fn verdict(out: &mut String, letter: &str, verdict: &Verdict) {
    let class = letter.to_ascii_lowercase();
    let (outcome, score) = (outcome_words(verdict.outcome), decibans(i64::from(verdict.score)));
    put(out, format_args!("<div>\n<h3><span class=\"key {class}\"></span>{letter}: {outcome}, {score}</h3>\n"));
    open_table(out, &format!("Reasons of {letter}"), "Reasons; the points of those that count add up to the score.");
    put(
        out,
        format_args!(
            "<thead><tr><th scope=\"col\">Reason</th><th scope=\"col\">Points</th><th scope=\"col\" class=\"text\">What was seen, and what it was compared with</th></tr></thead>\n<tbody>\n"
        ),
    );
    let mut reasons: Vec<&ReasonReport> = verdict.reasons.iter().collect();
    reasons.sort_by_key(|reason| (reason.shadow, std::cmp::Reverse(reason.points)));
    for reason in reasons {
        let shadow = if reason.shadow { " <span class=\"tag shadow\">shadow</span>" } else { "" };
        put(
            out,
            format_args!(
                "<tr><th scope=\"row\">{}{shadow}</th><td>{}</td><td class=\"text\">{}</td></tr>\n",
                escaped(&reason.rule),
                decibans(i64::from(reason.points)),
                escaped(&reason.told)
            ),
        );
    }
    close_table(out);
    put(out, format_args!("</div>\n"));
}

fn timeline(out: &mut String, rows: &[TimelineRow]) {
    open_table(
        out,
        "Timeline of the account",
        "Payments in order of arrival; ▶ marks the changed decision. Bars compare amounts.",
    );
    put(
        out,
        format_args!(
            "<thead><tr><th scope=\"col\">Time (UTC)</th><th scope=\"col\">Amount</th><th scope=\"col\" class=\"text\">Size</th>\
             <th scope=\"col\" class=\"text\">Payee</th><th scope=\"col\" class=\"text\">Label</th>\
             <th scope=\"col\" class=\"text\">A</th><th scope=\"col\" class=\"text\">B</th></tr></thead>\n<tbody>\n"
        ),
    );
    let largest = rows.iter().map(|row| row.amount_minor).max().unwrap_or(1).max(1);
    for row in rows {
        let class = match (row.is_changed, row.label) {
            (true, Some("fraud")) => "this fraud",
            (true, _) => "this",
            (false, Some("fraud")) => "fraud",
            (false, _) => "",
        };
        let width = u128::from(row.amount_minor) * 100 / u128::from(largest);
        put(
            out,
            format_args!(
                "<tr class=\"{class}\"><th scope=\"row\">{}</th><td>{}</td><td class=\"text\"><span class=\"bar\" style=\"width:{width}px\"></span></td>\
                 <td class=\"text\"><code>{}</code></td><td class=\"text\">{}</td>",
                escaped(&row.at),
                escaped(&row.amount),
                row.payee.as_ref().map_or("–", |payee| payee.get(..6).unwrap_or(payee)),
                label(row.label)
            ),
        );
        for side in 0..2 {
            let reason = row.strongest[side]
                .as_ref()
                .map_or_else(String::new, |reason| format!(" <small>{}</small>", escaped(reason)));
            let score = decibans(i64::from(row.scores[side]));
            put(out, format_args!("<td class=\"text\">{} {score}{reason}</td>", outcome_words(row.outcomes[side])));
        }
        put(out, format_args!("</tr>\n"));
    }
    close_table(out);
}
