//! A file as values that know where they were written. Both formats become this, so there is one reading of them.

use super::place::Fault;
use super::{NESTING_MAX, VALUES_MAX};

/// A value and the offset of its first byte.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// JSON's null: as if left out.
    Null,
    Bool(bool),
    Integer(i64),
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// Something no rule file needs, by its name.
    Strange(&'static str),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key by which the vocabulary knows it.
    pub(super) key: String,
    /// The key as written, where that is a shorter form.
    pub(super) written: Option<&'static str>,
    pub(super) key_at: usize,
    pub(super) node: Node,
}

/// Counts what a tree holds while it is built.
#[derive(Debug, Default)]
pub(super) struct Budget {
    values: usize,
}

impl Budget {
    /// One more value, `depth` levels down.
    pub(super) fn take(&mut self, depth: usize, at: usize) -> Result<(), Fault> {
        self.values += 1;
        if depth > NESTING_MAX {
            return Err(Fault::at(at, "nested deeper than 16 levels; no rule needs that"));
        }
        if self.values > VALUES_MAX {
            return Err(Fault::at(at, "more than 50000 values; keep long lists elsewhere and pass them as Lists"));
        }
        Ok(())
    }
}

/// A place found in a tree.
#[derive(Debug)]
pub(super) struct Found {
    at: usize,
    steps: Vec<String>,
}

impl Entry {
    pub(super) fn shown(&self) -> &str {
        self.written.unwrap_or(&self.key)
    }
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value of `key`, if it is text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Follows a path such as `rule[2].when[0].value` as far as the file goes: what a file leaves out cannot be pointed
    /// at, so its table is.
    pub(super) fn find(&self, path: &str) -> Found {
        let mut found = Found { at: self.at, steps: Vec::new() };
        let mut node = self;
        for part in path.split('.') {
            let (key, places) = part.split_once('[').unwrap_or((part, ""));
            let Some(entry) = node.get(key) else { return found };
            found.at = entry.node.at;
            found.steps.push(entry.shown().to_owned());
            node = &entry.node;
            let Some(place) = places.strip_suffix(']').and_then(|place| place.parse::<usize>().ok()) else { continue };
            let Value::List(items) = &node.value else { return found };
            let Some(item) = items.get(place) else { return found };
            found.at = item.at;
            found.steps.push(format!("[{place}]"));
            node = item;
        }
        found
    }
}

impl Found {
    pub(super) fn fault(self, what: String) -> Fault {
        self.steps.iter().rev().fold(Fault::at(self.at, what), |fault, step| fault.under(step))
    }
}
