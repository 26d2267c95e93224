//! The tables of the page.

use std::collections::BTreeMap;

use super::put;
use super::text::{decibans, escaped, figure, grouped, money, outcome_words, percent};
use crate::backtest::report::{BacktestReport, LevelReport, MatrixCell, RuleReport, SideReport};

/// A figure of both sides: how it is shown, its value, and whether more of it is better.
struct Line {
    name: String,
    shown: [String; 2],
    values: [Option<f64>; 2],
    more_is_better: Option<bool>,
}

/// Figures side by side.
pub(super) fn figures(out: &mut String, report: &BacktestReport) {
    put(out, format_args!("<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">Figures side by side</h2>\n"));
    put(
        out,
        format_args!(
            "<p class=\"note\">▲ marks where B is better than A, ▼ where it is worse. Precision is the share of alerts that were fraud, recall \
             the share of frauds that were alerted. Money saved counts every alerted fraud as stopped.</p>\n"
        ),
    );
    open_table(
        out,
        "Figures of both rule sets",
        "Ranking by score, then what each outcome level would have meant as an alert.",
    );
    put(out, format_args!("<thead><tr><th scope=\"col\">Figure</th>{}</tr></thead>\n<tbody>\n", side_heads(report)));
    for line in ranking_lines(&report.sides) {
        put_line(out, &line);
    }
    let [a, b] = &report.sides;
    for (of_a, of_b) in a.levels.iter().zip(&b.levels) {
        put(
            out,
            format_args!(
                "<tr><th scope=\"rowgroup\" colspan=\"3\"><strong>{} or worse</strong></th></tr>\n",
                outcome_words(of_a.from)
            ),
        );
        for line in level_lines([of_a, of_b]) {
            put_line(out, &line);
        }
    }
    close_table(out);
    put(out, format_args!("</section>\n"));
}

fn side_heads(report: &BacktestReport) -> String {
    let head = |letter: &str, side: &SideReport| {
        let class = letter.to_ascii_lowercase();
        format!("<th scope=\"col\"><span class=\"key {class}\"></span>{letter} <bdi>{}</bdi></th>", escaped(&side.name))
    };
    let [a, b] = &report.sides;
    head("A", a) + &head("B", b)
}

fn ranking_lines(sides: &[SideReport; 2]) -> Vec<Line> {
    let quality = sides.each_ref().map(|side| &side.quality);
    let line = |name: &str, values: [Option<f64>; 2]| Line {
        name: name.to_owned(),
        shown: values.map(figure),
        values,
        more_is_better: Some(true),
    };
    let ceiling = figure(quality[0].card_precision_100_ceiling);
    vec![
        line("Area under the ROC curve", quality.map(|it| it.auc_roc)),
        line("Average precision", quality.map(|it| it.average_precision)),
        line(
            &format!("Accounts with fraud among each day’s 100 first (a perfect score reaches {ceiling})"),
            quality.map(|it| it.card_precision_100),
        ),
    ]
}

fn level_lines(levels: [&LevelReport; 2]) -> Vec<Line> {
    let shares = |name: &str, value: fn(&LevelReport) -> Option<f64>, more_is_better| Line {
        name: name.to_owned(),
        shown: levels.map(|level| percent(value(level))),
        values: levels.map(value),
        more_is_better: Some(more_is_better),
    };
    let alerts = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
    let sums = |name: &str, shown: [String; 2]| Line {
        name: name.to_owned(),
        shown,
        values: [None, None],
        more_is_better: None,
    };
    vec![
        Line {
            name: "Alerts per day".to_owned(),
            shown: levels.map(|level| alerts(level.alerts_a_day)),
            values: levels.map(|level| level.alerts_a_day),
            more_is_better: None,
        },
        shares("Precision", |level| level.precision, true),
        shares("Recall", |level| level.recall, true),
        shares("Genuine payments disturbed", |level| level.false_positive_rate, false),
        sums("Frauds found", levels.map(|level| grouped(level.frauds.count))),
        sums("Money saved", levels.map(|level| money(&level.frauds))),
        sums("Genuine money stopped", levels.map(|level| money(&level.genuine))),
    ]
}

fn put_line(out: &mut String, line: &Line) {
    let [a, b] = &line.shown;
    let class = match (line.values, line.more_is_better) {
        // What looks the same is not told apart.
        ([Some(one), Some(other)], Some(more_is_better)) if a != b => {
            if (other > one) == more_is_better {
                "better"
            } else {
                "worse"
            }
        }
        _ => "",
    };
    put(out, format_args!("<tr><th scope=\"row\">{}</th><td>{a}</td><td class=\"{class}\">{b}</td></tr>\n", line.name));
}

/// The outcome matrix.
pub(super) fn matrix(out: &mut String, report: &BacktestReport) {
    put(
        out,
        format_args!(
            "<section aria-labelledby=\"matrix\">\n<h2 id=\"matrix\">Outcomes, A by B</h2>\n\
             <p class=\"note\">Each payment stands in the row of A’s outcome and the column of B’s. Right of the diagonal B is stricter, left of it \
             milder. Frauds that move right are gained; genuine payments that move right are customers newly disturbed.</p>\n"
        ),
    );
    open_table(
        out,
        "Outcome matrix",
        "Payments by outcome of A (rows) and outcome of B (columns), with the frauds among them and their money.",
    );
    put(out, format_args!("<thead><tr><th scope=\"col\">A ＼ B</th>"));
    for cell in report.matrix.iter().take(4) {
        put(out, format_args!("<th scope=\"col\" class=\"text\">{}</th>", outcome_words(cell.b)));
    }
    put(out, format_args!("</tr></thead>\n<tbody class=\"matrix\">\n"));
    for (a, row) in report.matrix.chunks(4).enumerate() {
        let name = row.first().map_or("", |cell| outcome_words(cell.a));
        put(out, format_args!("<tr><th scope=\"row\">{name}</th>"));
        for (b, cell) in row.iter().enumerate() {
            put_cell(out, cell, a.cmp(&b));
        }
        put(out, format_args!("</tr>\n"));
    }
    close_table(out);
    put(out, format_args!("</section>\n"));
}

fn put_cell(out: &mut String, cell: &MatrixCell, order: std::cmp::Ordering) {
    let all = cell.fraud.count + cell.genuine.count + cell.unknown.count;
    if all == 0 {
        put(out, format_args!("<td class=\"none\">0</td>"));
        return;
    }
    let class = match order {
        std::cmp::Ordering::Less => "stricter",
        std::cmp::Ordering::Equal => "same",
        std::cmp::Ordering::Greater => "looser",
    };
    put(out, format_args!("<td class=\"{class}\"><b>{}</b>", grouped(all)));
    if cell.fraud.count > 0 {
        put(out, format_args!("<small>{} frauds, {}</small>", grouped(cell.fraud.count), money(&cell.fraud)));
    }
    if cell.genuine.count > 0 {
        put(out, format_args!("<small>{} genuine</small>", grouped(cell.genuine.count)));
    }
    if cell.unknown.count > 0 {
        put(out, format_args!("<small>{} without label</small>", grouped(cell.unknown.count)));
    }
    put(out, format_args!("</td>"));
}

/// Hits of each rule on both sides.
pub(super) fn rules(out: &mut String, report: &BacktestReport) {
    put(
        out,
        format_args!(
            "<section aria-labelledby=\"rules\">\n<h2 id=\"rules\">Flags by rule</h2>\n\
             <p class=\"note\">A hit is a payment the rule spoke against with at least one deciban, or that it held. Precision is the share of \
             frauds among its labelled hits: a rule far above the average finds something, one near it only adds noise. \
             Rules on trial (shadow) are told, but their points do not count.</p>\n"
        ),
    );
    let rows = rows_by_rule(&report.sides);
    rule_table(out, report, "Rules in force", &rows, false);
    if rows.keys().any(|(shadow, _)| *shadow) {
        rule_table(out, report, "Rules on trial (shadow)", &rows, true);
    }
    put(out, format_args!("</section>\n"));
}

type RuleRows<'a> = BTreeMap<(bool, &'a str), [Option<&'a RuleReport>; 2]>;

fn rows_by_rule(sides: &[SideReport; 2]) -> RuleRows<'_> {
    let mut rows = RuleRows::new();
    for (index, side) in sides.iter().enumerate() {
        for rule in &side.rules {
            rows.entry((rule.shadow, rule.rule.as_str())).or_default()[index] = Some(rule);
        }
    }
    rows
}

fn rule_table(out: &mut String, report: &BacktestReport, caption: &str, rows: &RuleRows<'_>, shadow: bool) {
    open_table(out, caption, caption);
    let [a, b] = report.sides.each_ref().map(|side| escaped(&side.name));
    put(
        out,
        format_args!(
            "<thead><tr><th scope=\"col\" rowspan=\"2\">Rule</th>\
             <th scope=\"colgroup\" colspan=\"4\"><span class=\"key a\"></span>A <bdi>{a}</bdi></th>\
             <th scope=\"colgroup\" colspan=\"4\"><span class=\"key b\"></span>B <bdi>{b}</bdi></th></tr>\n<tr>"
        ),
    );
    for head in ["Hits", "Frauds", "Precision", "Mean", "Hits", "Frauds", "Precision", "Mean"] {
        put(out, format_args!("<th scope=\"col\">{head}</th>"));
    }
    put(out, format_args!("</tr></thead>\n<tbody>\n"));
    for ((_, name), sides) in rows.iter().filter(|((is_shadow, _), _)| *is_shadow == shadow) {
        put(out, format_args!("<tr><th scope=\"row\">{}</th>", escaped(name)));
        for rule in sides {
            match rule {
                Some(rule) => put(
                    out,
                    format_args!(
                        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
                        grouped(rule.hits),
                        grouped(rule.frauds),
                        percent(rule.precision),
                        decibans(rule.mean_points)
                    ),
                ),
                None => put(out, format_args!("<td>–</td><td>–</td><td>–</td><td>–</td>")),
            }
        }
        put(out, format_args!("</tr>\n"));
    }
    close_table(out);
}

/// A table in a frame that scrolls by keyboard where the screen is narrow.
pub(super) fn open_table(out: &mut String, label: &str, caption: &str) {
    put(
        out,
        format_args!(
            "<div class=\"wide\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table>\n<caption>{caption}</caption>\n"
        ),
    );
}

pub(super) fn close_table(out: &mut String) {
    put(out, format_args!("</tbody></table></div>\n"));
}
