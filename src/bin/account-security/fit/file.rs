//! The rule file that a fit writes: plain rules, with a comment beside each number that was learned.

use std::collections::BTreeMap;
use std::fmt::Write;

use account_security::tuning::Fitted;

use super::{alerts, quality};
use crate::exit::Failure;

/// The file. `from` is what was learned from, `until` where the history ended.
pub(super) fn write(fitted: &Fitted, from: &str, until: &str) -> Result<String, Failure> {
    let rules = toml::to_string(fitted.policy.policy()).map_err(Failure::fault)?;
    let notes = notes(fitted);
    let mut out = head(fitted, from, until);
    let mut place = Place::default();
    for line in rules.lines() {
        if let Some(note) = place.after(line).and_then(|path| notes.get(&path)) {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "# {note}");
        }
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

fn head(fitted: &Fitted, from: &str, until: &str) -> String {
    let (payments, frauds) = fitted.learned_from;
    let hold_out = &fitted.hold_out;
    let mut out = String::new();
    let lines = [
        format!(
            "Learned by `account-security fit` from {payments} labelled payments, {frauds} of them fraud, known by {}.",
            plain(until)
        ),
        format!("It began with the rules {}; a number without a comment is as it was there.", plain(from)),
        format!("Held out from {} and judged with what came before:", hold_out.from),
        format!("  before  {}", quality(&hold_out.before)),
        format!("  after   {}", quality(&hold_out.after)),
    ];
    for line in lines.into_iter().chain(alerts(fitted)) {
        let _ = writeln!(out, "# {line}");
    }
    out.push('\n');
    out
}

/// What came from the command line ends no comment.
fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}

/// Comments by the path of what they stand above.
fn notes(fitted: &Fitted) -> BTreeMap<String, String> {
    let mut notes = BTreeMap::new();
    for rule in &fitted.rules {
        let (before, after) = (rule.before_db, rule.after_db);
        let support = match rule.hits {
            0 => "never seen".to_owned(),
            hits => format!("spoke on {hits} labelled payments, {} of them fraud", rule.frauds),
        };
        notes.insert(format!("{}.points_db", rule.name), format!("{before} -> {after}: {support}"));
    }
    for constant in &fitted.constants {
        notes.insert(constant.name.clone(), format!("{} -> {}", constant.before, constant.after));
    }
    if let (before, Some(after)) = fitted.large_amount_minor
        && before != Some(after)
    {
        let before = before.map_or_else(|| "not set".to_owned(), |before| before.to_string());
        notes.insert(
            "large_amount.from_minor".to_owned(),
            format!("{before} -> {after}: nine in ten above it were fraud"),
        );
    }
    notes
}

/// Where in the file a line stands.
#[derive(Default)]
struct Place {
    table: String,
    velocity: Option<usize>,
}

impl Place {
    /// The path of the value on this line, e.g. `novelty.device.points_db`.
    fn after(&mut self, line: &str) -> Option<String> {
        if line == "[[velocity]]" {
            self.velocity = Some(self.velocity.map_or(0, |index| index + 1));
            self.table = self.indexed("velocity");
        } else if let Some(table) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.table = match table.split_once('.') {
                Some(("velocity", _)) => self.indexed("velocity"),
                _ => table.to_owned(),
            };
        } else if let Some(id) = line.strip_prefix("id = \"").filter(|_| self.table == "[rule]") {
            // A custom rule is known by its name, which stands in front of the rest.
            self.table = format!("rule.{}", id.trim_end_matches('"'));
        } else if let Some((key, _)) = line.split_once(" = ") {
            return Some(if self.table.is_empty() { key.to_owned() } else { format!("{}.{key}", self.table) });
        }
        None
    }

    fn indexed(&self, table: &str) -> String {
        format!("{table}[{}]", self.velocity.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_knows_its_path() {
        let text = "group_cap_db = 50\n[[velocity]]\nabove = 12\n[velocity.rule]\npoints_db = 12\n[[velocity]]\n[velocity.rule]\npoints_db = 1\n[novelty.device]\npoints_db = 11\n[[rule]]\nid = \"night\"\npoints_db = 12";
        let mut place = Place::default();
        let paths: Vec<String> = text.lines().filter_map(|line| place.after(line)).collect();
        let expected = [
            "group_cap_db",
            "velocity[0].above",
            "velocity[0].points_db",
            "velocity[1].points_db",
            "novelty.device.points_db",
            "rule.night.points_db",
        ];
        assert_eq!(paths, expected);
    }
}
