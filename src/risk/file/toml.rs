//! TOML, by the crate that reads Cargo's manifests; its values carry spans.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::NESTING_MAX;
use super::place::Fault;
use super::tree::{Budget, Entry, Node, Value};

pub(super) fn tree(text: &str) -> Result<Node, Fault> {
    dots_are_few(text)?;
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Fault::at(at, format!("this is no TOML: {}", error.message().lines().next().unwrap_or("")))
    })?;
    let mut budget = Budget::default();
    Ok(Node { at: 0, value: of_table(table.get_ref(), 1, &mut budget)? })
}

/// A dotted key nests as many tables as it has dots, and would be built before its depth could be looked at.
fn dots_are_few(text: &str) -> Result<(), Fault> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split(['=', '"', '\'', '#']).next().unwrap_or("");
        if key.matches('.').count() >= NESTING_MAX {
            return Err(Fault::at(at, "nested deeper than 16 levels; no rule needs that"));
        }
        at += line.len();
    }
    Ok(())
}

fn of_table(table: &DeTable<'_>, depth: usize, budget: &mut Budget) -> Result<Value, Fault> {
    let mut entries = Vec::with_capacity(table.len().min(64));
    for (key, value) in table {
        let node = of_value(value, depth, budget).map_err(|fault| fault.under(key.get_ref()))?;
        entries.push(Entry { key: key.get_ref().to_string(), written: None, key_at: key.span().start, node });
    }
    entries.sort_by_key(|entry| entry.key_at);
    Ok(Value::Table(entries))
}

fn of_value(value: &Spanned<DeValue<'_>>, depth: usize, budget: &mut Budget) -> Result<Node, Fault> {
    let at = value.span().start;
    budget.take(depth, at)?;
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Strange("a number beyond 64 bits"), Value::Integer),
        DeValue::Float(_) => Value::Strange("a number with decimals"),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(_) => Value::Strange("a date"),
        DeValue::Array(items) => {
            let nodes = items.iter().enumerate().map(|(place, item)| {
                of_value(item, depth + 1, budget).map_err(|fault| fault.under(&format!("[{place}]")))
            });
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => of_table(table, depth + 1, budget)?,
    };
    Ok(Node { at, value })
}
