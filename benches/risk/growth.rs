//! How the cost grows with the number of accounts, as a picture: `growth.svg` beside this file.
//!
//! The third line is what memory alone costs: the lines of a profile read, and nothing else done. The rest must be flat.

use plotters::prelude::{
    ChartBuilder, Color, DashedLineSeries, IntoDrawingArea, IntoLogRange, LineSeries, PathElement, RGBColor,
    SVGBackend, SeriesLabelPosition, ShapeStyle, WHITE,
};

/// Accounts; nanoseconds of a payment one by one, in batches, and of reading a profile alone.
pub type Point = (u64, [u64; 3]);

const FORMS: [(&str, RGBColor); 3] = [
    ("assess and commit, one by one", RGBColor(0, 114, 178)),
    ("assess_many", RGBColor(213, 94, 0)),
    ("reading a profile, nothing else", RGBColor(110, 110, 110)),
];
const SIZE: (u32, u32) = (760, 380);

/// Draws the picture.
pub fn draw(points: &[Point]) -> Result<(), Box<dyn std::error::Error>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/risk/growth.svg");
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (Some((least, _)), Some((most, _))) = (points.first(), points.last()) else { return Ok(()) };
    let top = points.iter().flat_map(|(_, ns)| ns).max().copied().unwrap_or(1);
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(44)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((real(*least)..real(*most)).log_scale(), 0.0..real(top) * 1.1)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RGBColor(225, 225, 225))
        .x_desc("accounts")
        .y_desc("CPU nanoseconds a payment")
        .x_label_formatter(&|accounts| format!("{accounts:.0}"))
        .y_label_formatter(&|ns| format!("{ns:.0}"))
        .draw()?;
    for (form, (name, colour)) in FORMS.into_iter().enumerate() {
        let line = points.iter().map(|(accounts, ns)| (real(*accounts), real(ns[form])));
        let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: 2 };
        let drawn = if form == 2 {
            chart.draw_series(DashedLineSeries::new(line, 6, 4, style))?
        } else {
            chart.draw_series(LineSeries::new(line, style))?
        };
        drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], style));
    }
    let labels = &mut chart.configure_series_labels();
    labels
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE)
        .border_style(RGBColor(200, 200, 200))
        .draw()?;
    area.present()?;
    println!("drawn: {file}");
    Ok(())
}

fn real(whole: u64) -> f64 {
    u32::try_from(whole).map_or(f64::from(u32::MAX), f64::from)
}
