//! JSON, by serde_json. It keeps no spans, but it hands out pieces of the text: where a piece begins is its place.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::place::{Fault, clipped};
use super::tree::{Budget, Entry, Node, Value};

pub(super) fn tree(text: &str) -> Result<Node, Fault> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| {
        let line_start = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        // Columns are bytes, counted from 1; at the end of the text they are one less.
        let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let what = error.to_string();
        Fault::at(at, format!("this is no JSON: {}", what.split(" at line").next().unwrap_or("")))
    })?;
    Reader { text, budget: Budget::default() }.node(whole, 1)
}

struct Reader<'a> {
    text: &'a str,
    budget: Budget,
}

impl<'a> Reader<'a> {
    /// How far into the text a piece of it begins.
    fn place(&self, piece: &str) -> usize {
        piece.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Result<Node, Fault> {
        let piece = raw.get();
        let at = self.place(piece);
        self.budget.take(depth - 1, at)?;
        let value = match piece.bytes().next() {
            Some(b'{') => self.table(piece, at, depth)?,
            Some(b'[') => {
                let items: Vec<&'a RawValue> = parse(piece, at)?;
                let nodes = items.iter().enumerate().map(|(place, item)| {
                    self.node(item, depth + 1).map_err(|fault| fault.under(&format!("[{place}]")))
                });
                Value::List(nodes.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Value::Text(parse(piece, at)?),
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') => Value::Null,
            _ if piece.contains(['.', 'e', 'E']) => Value::Strange("a number with decimals"),
            _ => piece.parse().map_or(Value::Strange("a number beyond 64 bits"), Value::Integer),
        };
        Ok(Node { at, value })
    }

    fn table(&mut self, piece: &'a str, at: usize, depth: usize) -> Result<Value, Fault> {
        let Pairs(pairs) = parse(piece, at)?;
        let mut keys = std::collections::BTreeSet::new();
        let mut entries = Vec::with_capacity(pairs.len().min(64));
        for (key, value) in pairs {
            let key_at = self.place(key.get());
            let key: String = parse(key.get(), key_at)?;
            if !keys.insert(key.clone()) {
                return Err(Fault::at(key_at, format!("`{}` is written twice here", clipped(&key))));
            }
            let node = self.node(value, depth + 1).map_err(|fault| fault.under(&key))?;
            entries.push(Entry { key, written: None, key_at, node });
        }
        Ok(Value::Table(entries))
    }
}

/// The syntax of the whole was checked before; what is left are halves of surrogate pairs.
fn parse<'a, T: Deserialize<'a>>(piece: &'a str, at: usize) -> Result<T, Fault> {
    serde_json::from_str(piece).map_err(|_| Fault::at(at, "this text has an escape that stands for no character"))
}

/// The keys and values of an object as pieces of the text, doubles included.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
