//! From the tree to a policy, by the policy's own serde vocabulary; every fault is placed where it was found.

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::place::{Fault, clipped};
use super::tree::{Entry, Node, Value};

/// A node as something to read from.
#[derive(Clone, Copy)]
pub(super) struct At<'a>(pub(super) &'a Node);

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(Items { items: items.iter(), place: 0 }),
            Value::Table(entries) => visitor.visit_map(Entries { entries: entries.iter(), current: None }),
            Value::Strange(what) => Err(Fault::invalid_type(Unexpected::Other(what), &visitor)),
        };
        read.map_err(|fault| fault.placed(self.0.at))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if matches!(self.0.value, Value::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let read = match &self.0.value {
            Value::Text(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            other => Err(Fault::of(format!("{} stands here; write {}", named(other), choice(variants)))),
        };
        read.map_err(|fault| fault.placed(self.0.at))
    }

    /// A list is no table, though serde would take its items for the fields in their order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::Table(_) => self.deserialize_any(visitor),
            other => Err(Fault::at(self.0.at, format!("{} stands here; write a table", shown(other)))),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    place: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let place = self.place;
        self.place += 1;
        let read = seed.deserialize(At(item)).map(Some);
        // What is read from one value and found wrong only then is that value's fault.
        read.map_err(|fault| fault.placed(item.at).under(&format!("[{place}]")))
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, Entry>,
    current: Option<&'a Entry>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.current = Some(entry);
        let key = StrDeserializer::<Fault>::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|fault| fault.placed(entry.key_at).under(entry.shown()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(entry) = self.current.take() else { return Err(Fault::of("a value without a key")) };
        seed.deserialize(At(&entry.node)).map_err(|fault| fault.placed(entry.node.at).under(entry.shown()))
    }
}

impl Error for Fault {
    fn custom<T: std::fmt::Display>(what: T) -> Self {
        Self::of(what.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of(format!("{} stands here; write {}", found_name(&found), plain(&expected.to_string())))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of(format!("{} is out of range; write {}", found_name(&found), plain(&expected.to_string())))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::of(format!("unknown key; {}", nearest(field, expected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::of(format!("`{}` is not known here; {}", clipped(variant), nearest(variant, expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        if field == "window_ms" {
            return Self::of("a window is missing; add one of at most 30d, e.g. `window` with the value \"1h\"");
        }
        Self::of(format!("the key `{field}` is missing; add it"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of(format!("`{field}` is given twice, in two forms; keep one"))
    }
}

fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Integer(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Table(_) => "a table",
        Value::Strange(what) => what,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Integer(number) => format!("the number {number}"),
        Value::Text(text) => format!("the text \"{}\"", clipped(text)),
        other => named(other).to_owned(),
    }
}

fn found_name(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(_) => "a truth value".to_owned(),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text \"{}\"", clipped(text)),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Unit => "null".to_owned(),
        other => other.to_string(),
    }
}

/// What serde calls expected, in words for people.
fn plain(expected: &str) -> String {
    let words = match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" => "a whole number, 0 or more",
        "i32" | "i64" => "a whole number",
        "a sequence" => "a list",
        "a string" => "text",
        "a boolean" => "true or false",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    words.to_owned()
}

fn choice(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("one of {}", quoted.join(", "))
}

/// The name that was probably meant, or all there are.
fn nearest(written: &str, names: &[&'static str]) -> String {
    let short = |name: &'static str| name.strip_suffix("_minor").or_else(|| name.strip_suffix("_ms")).unwrap_or(name);
    let close = names.iter().flat_map(|name| [*name, short(name)]).map(|name| (distance(written, name), name)).min();
    match close {
        Some((steps, name)) if steps <= 1 + name.len() / 4 => format!("did you mean `{name}`?"),
        _ => format!("write {}", choice(names)),
    }
}

/// How many letters must change, come or go; long texts are no misspelt names.
fn distance(written: &str, name: &str) -> usize {
    if written.len() > 64 {
        return usize::MAX;
    }
    // Two neighbours that changed places are the commonest slip: nearer than one wrong letter.
    if is_swap(written.as_bytes(), name.as_bytes()) {
        return 0;
    }
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (place, letter) in (1..).zip(written.bytes()) {
        let mut corner = std::mem::replace(&mut row[0], place);
        for (column, other) in (1..).zip(name.bytes()) {
            let change = corner + usize::from(letter != other);
            corner = row[column];
            row[column] = change.min(row[column] + 1).min(row[column - 1] + 1);
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// Whether two neighbours changed places and nothing else.
fn is_swap(written: &[u8], name: &[u8]) -> bool {
    let Some(first) = written.iter().zip(name).position(|(one, other)| one != other) else { return false };
    let (mut swapped, second) = (written.to_vec(), first + 1);
    if written.len() != name.len() || second >= swapped.len() {
        return false;
    }
    swapped.swap(first, second);
    swapped == name
}
