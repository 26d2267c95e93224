//! JSON of what events are made of: integers, texts, lists and enums. Floats and maps are refused: no event holds any.

use serde::ser::{self, Serialize};

/// An enum's value, taken apart.
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) fields: String,
}

/// The name of the variant and its fields as an object.
pub(super) fn variant(value: &impl Serialize) -> Option<Variant> {
    let mut writer = Writer { text: String::with_capacity(256), name: None, depth: 0, last_byte: None };
    value.serialize(&mut writer).ok()?;
    let fields = if writer.text.is_empty() { "{}".to_owned() } else { writer.text };
    writer.name.map(|name| Variant { name, fields })
}

/// A JSON text, quoted.
pub(super) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Writes values one behind the other. The outermost enum's name goes apart.
struct Writer {
    text: String,
    name: Option<&'static str>,
    depth: u32,
    last_byte: Option<u8>,
}

/// Something an event never holds.
#[derive(Debug, thiserror::Error)]
#[error("a value that has no place in an event")]
struct Foreign;

impl ser::Error for Foreign {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A list, an object or a tuple on its way.
struct Inner<'a> {
    writer: &'a mut Writer,
    start: usize,
    is_empty: bool,
    /// The bytes of a tuple that so far has nothing else: ids and tags become hex.
    bytes: Option<Vec<u8>>,
    end: &'static str,
}

impl<'a> Inner<'a> {
    fn begin(writer: &'a mut Writer, begin: &str, end: &'static str) -> Self {
        let start = writer.text.len();
        writer.text.push_str(begin);
        writer.depth += 1;
        Inner { writer, start, is_empty: true, bytes: None, end }
    }

    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Foreign> {
        if !self.is_empty {
            self.writer.text.push(',');
        }
        self.is_empty = false;
        self.writer.last_byte = None;
        value.serialize(&mut *self.writer)?;
        match (self.writer.last_byte, &mut self.bytes) {
            (Some(byte), Some(bytes)) => bytes.push(byte),
            _ => self.bytes = None,
        }
        Ok(())
    }

    fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Result<(), Foreign> {
        if !self.is_empty {
            self.writer.text.push(',');
        }
        self.is_empty = false;
        push_text(&mut self.writer.text, name);
        self.writer.text.push(':');
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Result<(), Foreign> {
        self.writer.depth -= 1;
        self.writer.last_byte = None;
        self.writer.text.push_str(self.end);
        if let Some(bytes) = self.bytes.filter(|_| !self.is_empty) {
            self.writer.text.truncate(self.start);
            self.writer.text.push('"');
            crate::types::hex::push(&mut self.writer.text, &bytes);
            self.writer.text.push('"');
        }
        Ok(())
    }
}

impl Writer {
    fn number(&mut self, number: impl std::fmt::Display) -> Result<(), Foreign> {
        self.last_byte = None;
        self.text.push_str(&number.to_string());
        Ok(())
    }

    /// Whether this is the outermost enum, whose name is told apart.
    fn names(&mut self, name: &'static str) -> bool {
        let is_outermost = self.depth == 0 && self.name.is_none();
        if is_outermost {
            self.name = Some(name);
        }
        is_outermost
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty),*) => {$(
        fn $method(self, value: $type) -> Result<(), Foreign> {
            self.number(value)
        }
    )*};
}

impl<'a> ser::Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Foreign;
    type SerializeSeq = Inner<'a>;
    type SerializeTuple = Inner<'a>;
    type SerializeTupleStruct = Inner<'a>;
    type SerializeTupleVariant = Inner<'a>;
    type SerializeMap = ser::Impossible<(), Foreign>;
    type SerializeStruct = Inner<'a>;
    type SerializeStructVariant = Inner<'a>;

    numbers!(serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_i128 i128, serialize_u128 u128);

    fn serialize_u8(self, value: u8) -> Result<(), Foreign> {
        self.number(value)?;
        self.last_byte = Some(value);
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Foreign> {
        Err(Foreign)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Foreign> {
        Err(Foreign)
    }

    fn serialize_char(self, value: char) -> Result<(), Foreign> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Foreign> {
        push_text(&mut self.text, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Foreign> {
        self.text.push('"');
        crate::types::hex::push(&mut self.text, value);
        self.text.push('"');
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Foreign> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Foreign> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Foreign> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Foreign> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Foreign> {
        if !self.names(variant) {
            push_text(&mut self.text, variant);
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Foreign> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Foreign> {
        let mut object = Inner::begin(self, "{", "}");
        object.field(variant, value)?;
        object.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inner<'a>, Foreign> {
        Ok(Inner::begin(self, "[", "]"))
    }

    fn serialize_tuple(self, length: usize) -> Result<Inner<'a>, Foreign> {
        let bytes = Some(Vec::with_capacity(length.min(64)));
        Ok(Inner { bytes, ..Inner::begin(self, "[", "]") })
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inner<'a>, Foreign> {
        Ok(Inner::begin(self, "[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'a>, Foreign> {
        let list = Inner::begin(self, "{", "]}");
        push_text(&mut list.writer.text, variant);
        list.writer.text.push_str(":[");
        Ok(list)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Foreign> {
        Err(Foreign)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inner<'a>, Foreign> {
        Ok(Inner::begin(self, "{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inner<'a>, Foreign> {
        if self.names(variant) {
            return Ok(Inner::begin(self, "{", "}"));
        }
        let object = Inner::begin(self, "{", "}}");
        push_text(&mut object.writer.text, variant);
        object.writer.text.push_str(":{");
        Ok(object)
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident)*) => {$(
        impl ser::$trait for Inner<'_> {
            type Ok = ();
            type Error = Foreign;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Foreign> {
                self.element(value)
            }

            fn end(self) -> Result<(), Foreign> {
                self.close()
            }
        }
    )*};
}
elements!(SerializeSeq serialize_element SerializeTuple serialize_element
    SerializeTupleStruct serialize_field SerializeTupleVariant serialize_field);

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl ser::$trait for Inner<'_> {
            type Ok = ();
            type Error = Foreign;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Foreign> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Foreign> {
                self.close()
            }
        }
    )*};
}
fields!(SerializeStruct SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    #[derive(Serialize)]
    enum Made {
        Full {
            number: i64,
            text: &'static str,
            id: [u8; 3],
            list: Vec<u8>,
            none: Option<u8>,
            inner: Inside,
            pair: (u8, bool),
        },
        Plain,
    }

    #[derive(Serialize)]
    enum Inside {
        Unit,
        One(u8),
        Two(u8, u8),
        Named { yes: bool },
    }

    fn made(inner: Inside) -> Made {
        Made::Full {
            number: -5,
            text: "a\"\\\n\u{2028}é",
            id: [0, 171, 255],
            list: vec![1, 2],
            none: None,
            inner,
            pair: (1, true),
        }
    }

    #[test]
    fn it_is_json_as_others_write_it_but_for_bytes() {
        for inner in [Inside::Unit, Inside::One(3), Inside::Two(4, 5), Inside::Named { yes: true }] {
            let made = made(inner);
            let Variant { name, fields } = variant(&made).unwrap();
            assert_eq!(name, "Full");
            let read: serde_json::Value = serde_json::from_str(&fields).unwrap();
            let mut others = serde_json::to_value(&made).unwrap()["Full"].take();
            others["id"] = "00abff".into();
            assert_eq!(read, others);
            assert!(fields.is_ascii() || fields.contains('é'));
            assert!(!fields.contains('\n') && !fields.contains('\u{2028}'), "a line is a line: {fields}");
        }
        let plain = variant(&Made::Plain).unwrap();
        assert_eq!((plain.name, plain.fields.as_str()), ("Plain", "{}"));
    }

    #[test]
    fn floats_and_maps_are_no_fields_of_events() {
        #[derive(Serialize)]
        enum Wrong {
            Float { it: f64 },
            Map { it: std::collections::BTreeMap<u8, u8> },
        }
        assert!(variant(&Wrong::Float { it: 1.0 }).is_none());
        assert!(variant(&Wrong::Map { it: [(1, 2)].into() }).is_none());
    }
}
