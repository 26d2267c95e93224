//! The plots, each with what it says to an analyst.

use std::collections::BTreeMap;

use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, Color, DashedLineSeries, IntoLogRange, IntoTextStyle, LineSeries,
    PathElement, RGBColor, Ranged, Rectangle, SVGBackend, ShapeStyle, Text, TextStyle,
};

use super::svg::{Area, RULE_COLOURS, Role, plot};
use super::text::escaped;
use super::{PageError, put};
use crate::backtest::CELL_MILLIBANS;
use crate::backtest::quality::real;
use crate::backtest::report::{BacktestReport, DayReport, SideReport};

const SIZE: (u32, u32) = (560, 380);
const WIDE: (u32, u32) = (1_120, 340);
const FONT: &str = "sans-serif";
const TEXT: u32 = 15;
/// False-positive shares below this are drawn at it: one genuine payment in ten thousand.
const SHARE_MIN: f64 = 0.000_1;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// The ROC and precision-recall curves.
pub(super) fn ranking(out: &mut String, report: &BacktestReport) -> Result<(), PageError> {
    put(
        out,
        format_args!(
            "<section aria-labelledby=\"ranking\">\n<h2 id=\"ranking\">Ranking by score</h2>\n<div class=\"pair\">\n"
        ),
    );
    let roc =
        plot("ROC curve: frauds found by genuine payments disturbed", SIZE, |area| draw_roc(area, &report.sides))?;
    figure(
        out,
        &roc,
        &sides_legend(report),
        "<strong>ROC.</strong> How many frauds are found (up) at the price of how many genuine payments disturbed (right, on a \
         logarithmic scale because the useful part is small). Higher is better. Circles: each side’s step-up, hold and freeze; one off its curve flags payments whatever their score, as limits do.",
    );
    let precision = plot("Precision by recall", SIZE, |area| draw_precision(area, &report.sides))?;
    figure(
        out,
        &precision,
        &sides_legend(report),
        "<strong>Precision and recall.</strong> How pure the alerts are (up) when so many of the frauds are found (right). \
         Where the curve falls, further frauds cost many false alarms: a good place for a band is before the fall.",
    );
    put(out, format_args!("</div>\n</section>\n"));
    Ok(())
}

/// Scores by label, one plot a side.
pub(super) fn scores(out: &mut String, report: &BacktestReport) -> Result<(), PageError> {
    put(
        out,
        format_args!(
            "<section aria-labelledby=\"scores\">\n<h2 id=\"scores\">Scores by label</h2>\n<div class=\"pair\">\n"
        ),
    );
    for (letter, side) in ["A", "B"].iter().zip(&report.sides) {
        let svg = plot(&format!("Scores of {letter} by label"), SIZE, |area| draw_scores(area, side))?;
        let legend = legend(&[("genuine", "genuine or without label"), ("fraud", "fraud")]);
        let name = escaped(&side.name);
        figure(
            out,
            &svg,
            &legend,
            &format!(
                "<strong>{letter}, <bdi>{name}</bdi>.</strong> Payments per deciban of score, on a logarithmic scale. Upright lines: from there on \
                 step-up, hold and freeze. Frauds left of the lines are missed, genuine payments right of them are disturbed."
            ),
        );
    }
    put(out, format_args!("</div>\n</section>\n"));
    Ok(())
}

/// Flags over time, in all and by rule.
pub(super) fn days(out: &mut String, report: &BacktestReport) -> Result<(), PageError> {
    put(out, format_args!("<section aria-labelledby=\"days\">\n<h2 id=\"days\">Flags over time</h2>\n"));
    let [a, b] = &report.sides;
    let totals = plot("Payments flagged per day by A and B, and frauds", WIDE, |area| {
        let flagged = |day: &DayReport| day.flagged;
        let lines = [
            (Role::Fraud, per_day(&a.days, |day| day.frauds)),
            (Role::A, per_day(&a.days, flagged)),
            (Role::B, per_day(&b.days, flagged)),
        ];
        draw_days(area, &a.days, &lines)
    })?;
    figure(
        out,
        &totals,
        &legend(&[("a", "flagged by A"), ("b", "flagged by B"), ("fraud", "frauds (by label)")]),
        "<strong>Per local day.</strong> Payments flagged from step-up on. A side that drifts away from the frauds over weeks is losing touch; \
         the first days are blind, because labels have not come in yet.",
    );
    put(out, format_args!("<div class=\"pair\">\n"));
    for (letter, side) in ["A", "B"].iter().zip(&report.sides) {
        by_rule(out, letter, side)?;
    }
    put(out, format_args!("</div>\n</section>\n"));
    Ok(())
}

fn by_rule(out: &mut String, letter: &str, side: &SideReport) -> Result<(), PageError> {
    let names = strongest_rules(&side.days);
    let lines: Vec<_> = (0..RULE_COLOURS)
        .zip(&names)
        .map(|(number, name)| {
            (Role::Rule(number), per_day(&side.days, |day| day.by_rule.get(name).copied().unwrap_or(0)))
        })
        .collect();
    let svg = plot(&format!("Flagged payments of {letter} per day by rule"), SIZE, |area| {
        draw_days(area, &side.days, &lines)
    })?;
    let keys: Vec<(String, String)> =
        names.iter().enumerate().map(|(index, name)| (format!("r{index}"), escaped(name))).collect();
    let keys: Vec<(&str, &str)> = keys.iter().map(|(class, name)| (class.as_str(), name.as_str())).collect();
    let text = format!(
        "<strong>{letter} by rule.</strong> Flagged payments per day that each of the {} most active rules spoke against; one payment may count for several.",
        names.len()
    );
    figure(out, &svg, &legend(&keys), &text);
    Ok(())
}

/// The rules with most flagged payments, at most as many as there are colours.
fn strongest_rules(days: &[DayReport]) -> Vec<String> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (rule, count) in days.iter().flat_map(|day| &day.by_rule) {
        *sums.entry(rule).or_default() += count;
    }
    let mut rules: Vec<_> = sums.into_iter().collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    rules.into_iter().take(usize::from(RULE_COLOURS)).map(|(rule, _)| rule.to_owned()).collect()
}

fn figure(out: &mut String, svg: &str, legend: &str, caption: &str) {
    put(out, format_args!("<figure>\n{svg}\n{legend}<figcaption>{caption}</figcaption>\n</figure>\n"));
}

fn sides_legend(report: &BacktestReport) -> String {
    let [a, b] = report.sides.each_ref().map(|side| format!("<bdi>{}</bdi>", escaped(&side.name)));
    legend(&[("a", &format!("A {a}")), ("b", &format!("B {b} (dashed)"))])
}

fn legend(keys: &[(&str, &str)]) -> String {
    let item = |(class, text): &(&str, &str)| format!("<li><span class=\"key {class}\"></span>{text}</li>");
    format!("<ul class=\"legend\">{}</ul>\n", keys.iter().map(item).collect::<String>())
}

fn draw_roc(area: &Area<'_>, sides: &[SideReport; 2]) -> Drawn {
    let mut chart = builder(area).build_cartesian_2d((SHARE_MIN..1.0).log_scale(), 0.0..1.0)?;
    mesh(&mut chart, "genuine payments disturbed", "frauds found", &share_label, &share_label)?;
    for (role, side) in [Role::A, Role::B].into_iter().zip(sides) {
        let mut points: Vec<_> =
            side.curve.iter().map(|it| (it.false_positive_rate.max(SHARE_MIN), it.true_positive_rate)).collect();
        points.insert(0, (SHARE_MIN, 0.0));
        line(&mut chart, role, points)?;
        let marks = side.levels.iter().filter_map(|level| level.false_positive_rate.zip(level.recall));
        chart.draw_series(
            marks.map(|(disturbed, found)| Circle::new((disturbed.max(SHARE_MIN), found), 5, stroke(role))),
        )?;
    }
    Ok(())
}

fn draw_precision(area: &Area<'_>, sides: &[SideReport; 2]) -> Drawn {
    let mut chart = builder(area).build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    mesh(&mut chart, "frauds found (recall)", "precision", &share_label, &share_label)?;
    for (role, side) in [Role::A, Role::B].into_iter().zip(sides) {
        let points = side.curve.iter().map(|it| (it.true_positive_rate, it.precision)).collect();
        line(&mut chart, role, points)?;
        let marks = side.levels.iter().filter_map(|level| level.recall.zip(level.precision));
        chart.draw_series(marks.map(|at| Circle::new(at, 5, stroke(role))))?;
    }
    Ok(())
}

fn draw_scores(area: &Area<'_>, side: &SideReport) -> Drawn {
    let lowest = side.histogram.first().map_or(0, |cell| cell.score_from).min(-CELL_MILLIBANS);
    let highest =
        side.histogram.last().map_or(0, |cell| cell.score_from + CELL_MILLIBANS).max(side.bands[2] + CELL_MILLIBANS);
    let most = side
        .histogram
        .iter()
        .map(|cell| cell.genuine + cell.unknown)
        .chain(side.histogram.iter().map(|cell| cell.fraud));
    let most = real(most.max().unwrap_or(1).max(10));
    let mut chart = builder(area).build_cartesian_2d(bans(lowest)..bans(highest), (0.7..most * 2.5).log_scale())?;
    mesh(&mut chart, "score (dB)", "payments", &|score| format!("{score:.0}"), &count_label)?;
    for (role, count) in [(Role::Genuine, 0), (Role::Fraud, 1)] {
        let bars = side.histogram.iter().filter_map(|cell| {
            let count = [cell.genuine + cell.unknown, cell.fraud][count];
            let (from, until) = (bans(cell.score_from), bans(cell.score_from + CELL_MILLIBANS));
            let fill = ShapeStyle { color: role.colour().mix(0.55), filled: true, stroke_width: 0 };
            (count > 0).then(|| Rectangle::new([(from, 0.7), (until, real(count))], fill))
        });
        chart.draw_series(bars)?;
    }
    // Each name a line lower than the one before: bands may lie close together.
    for (from, (name, lower)) in side.bands.iter().zip([("step-up", 1.0), ("hold", 1.6), ("freeze", 2.56)]) {
        let (at, top) = (bans(*from), most * 2.2 / lower);
        chart.draw_series([PathElement::new([(at, 0.7), (at, top)], stroke(Role::Ink))])?;
        chart.draw_series([Text::new(format!(" {name}"), (at, top), text_style(Role::Ink))])?;
    }
    Ok(())
}

fn draw_days(area: &Area<'_>, days: &[DayReport], lines: &[(Role, Vec<u64>)]) -> Drawn {
    let most = lines.iter().flat_map(|(_, counts)| counts).copied().max().unwrap_or(1).max(4);
    let last = real(days.len().saturating_sub(1).max(1) as u64);
    let mut chart = builder(area).build_cartesian_2d(0.0..last, 0.0..real(most) * 1.08)?;
    let name = |at: &f64| day_at(days, *at).map_or_else(String::new, |day| day.day.clone());
    mesh(&mut chart, "", "payments per day", &name, &count_label)?;
    for (role, counts) in lines {
        let points = (0_u64..).zip(counts).map(|(index, count)| (real(index), real(*count))).collect();
        line(&mut chart, *role, points)?;
    }
    Ok(())
}

/// A dashed line for the proposed side: told apart without colour.
fn line<X, Y>(chart: &mut Chart<'_, '_, X, Y>, role: Role, points: Vec<(f64, f64)>) -> Drawn
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    if role == Role::B {
        chart.draw_series(DashedLineSeries::new(points, 7, 4, stroke(role)))?;
    } else {
        chart.draw_series(LineSeries::new(points, stroke(role)))?;
    }
    Ok(())
}

type Chart<'a, 'b, X, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<X, Y>>;

fn builder<'a, 'b>(area: &'a Area<'b>) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder.margin(8).margin_right(28).x_label_area_size(44).y_label_area_size(62);
    builder
}

fn mesh<X, Y>(
    chart: &mut Chart<'_, '_, X, Y>,
    x_name: &str,
    y_name: &str,
    x_label: &dyn Fn(&f64) -> String,
    y_label: &dyn Fn(&f64) -> String,
) -> Drawn
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .light_line_style(RGBColor(0, 0, 0).mix(0.0))
        .bold_line_style(Role::Faint.colour())
        .axis_style(Role::Soft.colour())
        .label_style(text_style(Role::Soft))
        .axis_desc_style(text_style(Role::Ink))
        .x_labels(8)
        .y_labels(6)
        .x_desc(x_name)
        .y_desc(y_name)
        .x_label_formatter(x_label)
        .y_label_formatter(y_label)
        .draw()?;
    Ok(())
}

fn stroke(role: Role) -> ShapeStyle {
    ShapeStyle { color: role.colour().to_rgba(), filled: false, stroke_width: 2 }
}

fn text_style(role: Role) -> TextStyle<'static> {
    (FONT, TEXT).with_color(role.colour()).into_text_style(&(TEXT * 40, TEXT * 4))
}

fn bans(millibans: i32) -> f64 {
    f64::from(millibans) / 100.0
}

fn share_label(share: &f64) -> String {
    let percent = share * 100.0;
    let digits = match percent {
        small if small > 0.0 && small < 0.1 => 2,
        small if small > 0.0 && small < 1.0 => 1,
        _ => 0,
    };
    format!("{percent:.digits$} %")
}

fn count_label(count: &f64) -> String {
    if *count >= 1_000.0 { format!("{:.0}k", count / 1_000.0) } else { format!("{count:.0}") }
}

fn per_day(days: &[DayReport], count: impl Fn(&DayReport) -> u64) -> Vec<u64> {
    days.iter().map(count).collect()
}

/// The day of a place on the axis; none between two days.
fn day_at(days: &[DayReport], at: f64) -> Option<&DayReport> {
    (0_u64..).zip(days).find(|(index, _)| (real(*index) - at).abs() < 0.01).map(|(_, day)| day)
}
