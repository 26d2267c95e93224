//! The bar of a long run.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many bytes, or a spinner where their number is not known.
pub(crate) fn bar(bytes: Option<u64>) -> ProgressBar {
    // Hidden by itself when standard error is not a terminal.
    let bar = bytes.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = match bytes {
        Some(_) => "{bar:30} {percent:>3}% {elapsed} left {eta}  {msg}",
        None => "{spinner} {elapsed}  {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// A bar over whole steps.
pub(crate) fn steps() -> ProgressBar {
    let bar = ProgressBar::new(1);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} replays  {elapsed} left {eta}") {
        bar.set_style(style);
    }
    bar
}

/// A bar over records.
pub(crate) fn cells(count: u64) -> ProgressBar {
    let bar = ProgressBar::new(count);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} records  {elapsed} left {eta}") {
        bar.set_style(style);
    }
    bar
}
