//! One plot as inline SVG whose colours are the page's, so that it follows light and dark.
//!
//! The plotting crate writes fixed colours. Each role has one that nothing else uses, and it is replaced in the text by
//! the role's CSS variable.

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, RGBColor, SVGBackend};

use super::PageError;
use super::text::escaped;

/// A role in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Ink,
    Soft,
    Faint,
    A,
    B,
    Fraud,
    Genuine,
    /// One of six rules.
    Rule(u8),
}

const FIXED: [(Role, &str); 7] = [
    (Role::Ink, "ink"),
    (Role::Soft, "soft"),
    (Role::Faint, "faint"),
    (Role::A, "a"),
    (Role::B, "b"),
    (Role::Fraud, "fraud"),
    (Role::Genuine, "genuine"),
];
/// Rules that have a colour of their own.
pub(super) const RULE_COLOURS: u8 = 6;

impl Role {
    /// The colour that stands for the role until the text is themed.
    pub(super) const fn colour(self) -> RGBColor {
        let number = match self {
            Self::Ink => 0,
            Self::Soft => 1,
            Self::Faint => 2,
            Self::A => 3,
            Self::B => 4,
            Self::Fraud => 5,
            Self::Genuine => 6,
            Self::Rule(number) => 7 + number % RULE_COLOURS,
        };
        RGBColor(1, 2, number)
    }
}

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws a plot of so many units, which the page scales to its width.
pub(super) fn plot(
    title: &str,
    (width, height): (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Result<(), Box<dyn std::error::Error>>,
) -> Result<String, PageError> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        draw(&area).and_then(|()| Ok(area.present()?)).map_err(|error| PageError(error.to_string()))?;
    }
    // The crate's own opening names a size in pixels and no title.
    let body = text.find("<svg").and_then(|at| text.get(at..)).and_then(|svg| svg.split_once('>'));
    let Some((_, body)) = body else { return Err(PageError("no picture came back".to_owned())) };
    let title = escaped(title);
    Ok(format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>{}",
        themed(body)
    ))
}

fn themed(body: &str) -> String {
    let mut out = body.to_owned();
    for (role, name) in FIXED {
        out = out.replace(&hex(role), &format!("var(--{name})"));
    }
    for number in 0..RULE_COLOURS {
        out = out.replace(&hex(Role::Rule(number)), &format!("var(--r{number})"));
    }
    out
}

fn hex(role: Role) -> String {
    let RGBColor(red, green, blue) = role.colour();
    format!("#{red:02X}{green:02X}{blue:02X}")
}
