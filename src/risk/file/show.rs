//! A policy as a file that a person can read, comment by comment, and edit. The comments are the schema's.

use serde_json::Value as Json;

use super::json;
use super::tree::{Node, Value};
use crate::risk::feature::{Feature, Unit};
use crate::risk::policy::RiskPolicy;
use crate::types::{Country, Currency, Money, PaymentKind};

/// The published JSON Schema of a rule file, draft 2020-12.
pub const SCHEMA: &str = include_str!("rules.schema.json");

/// Writes a policy as a complete TOML file with a comment on every key; `heading` comes first, as a comment.
///
/// ```
/// use account_security::risk::Preset;
/// use account_security::risk::file::{Format, read, show};
/// let text = show(&Preset::Psd2Tra.policy(), Preset::Psd2Tra.purpose());
/// assert_eq!(read(&text, Format::Toml)?.policy(), &Preset::Psd2Tra.policy());
/// # Ok::<(), account_security::risk::file::RuleFileError>(())
/// ```
#[must_use]
pub fn show(policy: &RiskPolicy, heading: &str) -> String {
    let mut writer = Writer { text: comment(heading), currency: policy.currency };
    if let (Ok(schema), Ok(Json::Object(values))) = (json::tree(SCHEMA), serde_json::to_value(policy)) {
        writer.text.push('\n');
        writer.table("", properties(&schema), &values);
    }
    writer.text
}

struct Writer {
    text: String,
    currency: Option<Currency>,
}

type Object = serde_json::Map<String, Json>;

impl Writer {
    /// The keys of a table in the order of the schema: plain ones first, tables after them, as TOML wants it.
    fn table(&mut self, path: &str, properties: Option<&Node>, values: &Object) {
        let Some(Value::Table(entries)) = properties.map(|node| &node.value) else { return };
        let known = |key: &str| entries.iter().any(|entry| entry.key == key);
        let mut later = Vec::new();
        for entry in entries {
            let Some(value) = values.get(&entry.key) else { continue };
            let about = entry.node.text("description").unwrap_or("");
            let is_inline = entry.node.text("$ref").is_some();
            match value {
                Json::Object(inner) if !is_inline => later.push((entry, about, vec![inner])),
                Json::Array(items)
                    if items.iter().all(Json::is_object) && entry.node.get("items").is_some_and(is_table) =>
                {
                    later.push((entry, about, items.iter().filter_map(Json::as_object).collect()));
                }
                value => {
                    self.text.push_str(&comment(about));
                    let short = entry.key.strip_suffix("_minor").filter(|short| known(short));
                    let amount = short.and_then(|short| Some((short, self.money(value.as_i64())?)));
                    let line = match (amount, value) {
                        (_, Json::Null) => format!("# {} is not set\n", entry.key),
                        (Some((short, amount)), _) => format!("{short} = {amount}\n"),
                        _ => format!("{} = {}\n", entry.key, self.inline(&entry.key, value, values)),
                    };
                    self.text.push_str(&line);
                }
            }
        }
        for (entry, about, tables) in later {
            self.nested(path, entry, about, &tables);
        }
    }

    fn nested(&mut self, path: &str, entry: &super::tree::Entry, about: &str, tables: &[&Object]) {
        let name = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        self.text.push('\n');
        self.text.push_str(&comment(about));
        let items = entry.node.get("items").map(|items| &items.node);
        if tables.is_empty() {
            self.text.push_str(&format!("# [[{name}]]: none\n"));
        }
        for (place, values) in tables.iter().enumerate() {
            if place > 0 {
                self.text.push('\n');
            }
            let head = if items.is_some() { format!("[[{name}]]\n") } else { format!("[{name}]\n") };
            self.text.push_str(&head);
            self.table(&name, properties(items.unwrap_or(&entry.node)), values);
        }
    }

    fn inline(&self, key: &str, value: &Json, beside: &Object) -> String {
        match value {
            Json::String(text) => quoted(text),
            Json::Number(number) if key.ends_with("_ms") => {
                span(number.as_u64().unwrap_or(0)).map_or_else(|| number.to_string(), |span| quoted(&span))
            }
            Json::Number(number) if key == "value" => self.compared(number.as_i64().unwrap_or(0), beside),
            Json::Number(number) if key == "above" && beside.get("measure").is_some_and(|measure| measure == "sum") => {
                self.money(number.as_i64()).unwrap_or_else(|| number.to_string())
            }
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.inline("", item, beside)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(inner) => {
                let shown = |(key, value): (&String, &Json)| format!("{key} = {}", self.inline(key, value, inner));
                let windowless = |key: &str, value: &Json| key == "window_ms" && value == 0;
                let told = inner.iter().filter(|(key, value)| !value.is_null() && !windowless(key, value));
                format!("{{ {} }}", told.map(shown).collect::<Vec<_>>().join(", "))
            }
            other => other.to_string(),
        }
    }

    /// The value of a condition as its feature writes it.
    fn compared(&self, value: i64, beside: &Object) -> String {
        let word = beside.get("feature").and_then(Json::as_str).and_then(Feature::parse);
        let unit = word.map(|(feature, _)| feature.unit());
        let kind = |number: usize| PaymentKind::ALL.get(number).copied();
        let country = |code: u16| Country::try_from(code.to_be_bytes()).ok();
        let shown = match unit {
            Some(Unit::Money) => self.money(Some(value)),
            Some(Unit::Milliseconds) => u64::try_from(value).ok().and_then(span).map(|span| quoted(&span)),
            Some(Unit::Flag) if (0..=1).contains(&value) => Some((value == 1).to_string()),
            Some(Unit::Kind) => usize::try_from(value).ok().and_then(kind).map(|kind| quoted(kind.name())),
            Some(Unit::Country) => u16::try_from(value).ok().and_then(country).map(|code| quoted(&code.to_string())),
            _ => None,
        };
        shown.unwrap_or_else(|| value.to_string())
    }

    /// An amount with its currency, where it is one that a file can write so.
    fn money(&self, minor: Option<i64>) -> Option<String> {
        let (minor, currency) = (minor.filter(|minor| *minor >= 0)?, self.currency?);
        Money::from_minor(minor, currency).ok().map(|money| quoted(&money.to_string()))
    }
}

/// `#/$defs/feature` and the like are values, a table of its own is not.
fn is_table(items: &super::tree::Entry) -> bool {
    items.node.get("properties").is_some()
}

fn properties(schema: &Node) -> Option<&Node> {
    schema.get("properties").map(|entry| &entry.node)
}

/// JSON's escapes are TOML's as well.
fn quoted(text: &str) -> String {
    Json::String(text.to_owned()).to_string()
}

fn span(ms: u64) -> Option<String> {
    let units = [(86_400_000, 'd'), (3_600_000, 'h'), (60_000, 'm'), (1_000, 's')];
    let (unit_ms, letter) = units.into_iter().find(|(unit_ms, _)| ms > 0 && ms.is_multiple_of(*unit_ms))?;
    Some(format!("{}{letter}", ms / unit_ms)).filter(|_| ms <= 10_000 * 86_400_000)
}

fn comment(text: &str) -> String {
    let (mut lines, mut line) = (String::new(), String::from("#"));
    for word in text.split_whitespace() {
        if line.len() + word.len() >= 110 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
