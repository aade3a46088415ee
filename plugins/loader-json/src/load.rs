//! Reads one document.

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::Plugin;

/// Deepest nesting that is read: the host reads no deeper.
const DEPTH_MAX: usize = 120;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match Options::none(&request.options).and_then(|()| read(&request.content)) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

/// Reads a file's bytes.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?.text;
    let mut deserializer = json5::Deserializer::from_str(text);
    // The deserializer has no way to say that nothing is left, so the text is checked as a whole as well.
    let value = Node { depth: 0 }.deserialize(&mut deserializer).and_then(|value| {
        json5::from_str::<serde::de::IgnoredAny>(text)?;
        Ok(value)
    });
    value.map_err(|error| {
        let message = error.to_string();
        // The position is the span's to say.
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        let problem = Problem::new("syntax", message);
        match error.position() {
            Some(at) => problem.at_line(bytes, place(at.line), place(at.column)),
            // What has no place is an end that came too early.
            None => problem.at_offset(bytes, bytes.len()),
        }
    })
}

/// A place counted from 1, of one counted from 0.
fn place(number: usize) -> u32 {
    u32::try_from(number + 1).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy)]
struct Node {
    depth: usize,
}

impl Node {
    fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format!("nested deeper than {DEPTH_MAX}")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Integer(i128::from(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(i128::from(number)))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Real(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut seen = std::collections::HashSet::new();
        let mut entries = Vec::new();
        while let Some(key) = access.next_key_seed(Key { seen: &mut seen })? {
            entries.push((key, access.next_value_seed(inner)?));
        }
        Ok(Value::Map(entries))
    }
}

/// A key that no key before it equals. Refused here, where the deserializer knows the place.
struct Key<'a> {
    seen: &'a mut std::collections::HashSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.seen.insert(key.to_owned()) {
            Ok(key.to_owned())
        } else {
            Err(E::custom(format!("the key `{key}` stands twice")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Value) {
        assert_eq!(read(text.as_bytes()), Ok(expected), "{text}");
    }

    fn fails(text: &str, line: u32, message: &str) {
        let problem = read(text.as_bytes()).expect_err("the text is wrong");
        assert_eq!(problem.at.map(|at| at.line), Some(line), "{problem:?}");
        assert!(problem.message.contains(message), "{problem:?}");
    }

    #[test]
    fn comments_commas_quotes_and_keys_of_json5_are_read() {
        let expected = Value::Map(vec![
            ("unq".to_owned(), Value::Text("x".to_owned())),
            ("t".to_owned(), Value::List(vec![Value::Integer(1), Value::Integer(2)])),
            ("h".to_owned(), Value::Integer(255)),
        ]);
        check("{ // c\n unq: 'x', t: [1,2,], /* d */ h: 0xff }", expected);
        check("\u{feff}[null, true, -1.5]", Value::List(vec![Value::Null, Value::Boolean(true), Value::Real(-1.5)]));
        check("12345678901234567890", Value::Integer(12_345_678_901_234_567_890));
    }

    #[test]
    fn errors_have_a_place() {
        fails("{\"a\": 1\n \"b\": 2}", 2, "comma");
        fails("{\"a\": 1,\n \"a\": 2}", 2, "stands twice");
        fails("1 2", 1, "");
        fails("", 1, "");
        fails(&"[".repeat(10_000), 1, "nested deeper");
    }
}
