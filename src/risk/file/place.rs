//! Where a fault is: an offset into the text and the keys that lead there.

use super::error::RuleFileError;

/// Longest piece of a file that is repeated in an error, in characters.
const SHOWN_MAX: usize = 64;

/// A fault whose place fills in on the way out of the tree.
#[derive(Debug)]
pub(super) struct Fault {
    /// Bytes before the place.
    at: Option<usize>,
    /// The path, innermost step first.
    steps: Vec<String>,
    what: String,
}

impl Fault {
    pub(super) fn at(at: usize, what: impl Into<String>) -> Self {
        Self { at: Some(at), steps: Vec::new(), what: what.into() }
    }

    /// A fault whose place is not known yet.
    pub(super) fn of(what: impl Into<String>) -> Self {
        Self { at: None, steps: Vec::new(), what: what.into() }
    }

    /// The place, unless a nearer one is known.
    pub(super) fn placed(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }

    /// The step that led here: a key, or `[2]`.
    pub(super) fn under(mut self, step: &str) -> Self {
        self.steps.push(clipped(step));
        self
    }

    pub(super) fn located(self, text: &str) -> RuleFileError {
        let before = text.get(..self.at.unwrap_or(0)).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        RuleFileError {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
            path,
            what: self.what,
        }
    }
}

/// A piece of the file, short and without what would move a terminal's cursor.
pub(super) fn clipped(text: &str) -> String {
    let printable = text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char });
    let mut short: String = printable.take(SHOWN_MAX).collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        short.push('…');
    }
    short
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Fault {}
