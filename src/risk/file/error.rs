//! What is wrong with a rule file.

/// The first fault of a rule file, and its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {}{what}", shown(.path))]
pub struct RuleFileError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The keys that lead to the place, e.g. `limits.day` or `rule[2].when[0].value`; empty for the whole file.
    pub path: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl RuleFileError {
    pub(super) fn whole(what: &str) -> Self {
        Self { line: 1, column: 1, path: String::new(), what: what.to_owned() }
    }
}

fn shown(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("`{path}`: ") }
}
