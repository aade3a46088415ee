//! A YAML document as a tree in which every key and value knows its place.
//!
//! Serde's derives would forget the places of keys and stop at the first mistake; this tree is read in full, and what is
//! wrong with it is told all at once.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

/// A place in the file, counted from 1; 0 where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl From<Location> for Place {
    fn from(location: Location) -> Self {
        let number = |value: u64| u32::try_from(value).unwrap_or(0);
        Self { line: number(location.line()), column: number(location.column()) }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) data: Data,
    pub(super) place: Place,
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) place: Place,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    Null,
    Flag(bool),
    Integer(i128),
    Decimal(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// How deep lists and groups may stand in each other: settings are at most half as deep, and every level takes some of the
/// stack.
const DEPTH_MAX: usize = 16;

impl Data {
    /// Says what it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "a yes or no",
            Self::Integer(_) | Self::Decimal(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a group of keys",
        }
    }
}

/// Reads a document. `true` and `false` are the only words for yes and no, as in YAML 1.2.
pub(super) fn parse(text: &str) -> Result<Node, serde_saphyr::Error> {
    let budget = serde_saphyr::budget! { max_depth: DEPTH_MAX };
    let options = serde_saphyr::options! { budget: budget, strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Data>::deserialize(deserializer)?;
        Ok(Self { data: spanned.value, place: spanned.referenced.into() })
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An option of a plugin may be called `null`, which YAML reads as nothing.
        let spanned = Spanned::<Option<String>>::deserialize(deserializer)?;
        Ok(Self { name: spanned.value.unwrap_or_else(|| "null".to_owned()), place: spanned.referenced.into() })
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DataVisitor)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        Data::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(Data::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Data, E> {
        Ok(Data::Integer(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Data, E> {
        Ok(Data::Decimal(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Data, E> {
        Ok(Data::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Data::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Data::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32, column: u32) -> Place {
        Place { line, column }
    }

    #[test]
    fn keys_and_values_know_their_places() {
        let root = parse("a: 1\nb:\n  - x\n  - {c: yes}\n").expect("good YAML");
        let Data::Map(entries) = &root.data else { panic!("a map") };
        assert_eq!((entries[0].0.name.as_str(), entries[0].0.place), ("a", place(1, 1)));
        assert_eq!((&entries[0].1.data, entries[0].1.place), (&Data::Integer(1), place(1, 4)));
        assert_eq!(entries[1].0.place, place(2, 1));
        let Data::List(items) = &entries[1].1.data else { panic!("a list") };
        assert_eq!((&items[0].data, items[0].place), (&Data::Text("x".to_owned()), place(3, 5)));
        let Data::Map(inner) = &items[1].data else { panic!("a map") };
        assert_eq!((inner[0].0.name.as_str(), inner[0].0.place), ("c", place(4, 6)));
        assert_eq!(inner[0].1.data, Data::Text("yes".to_owned()), "YAML 1.2 has two words for a flag");
    }

    #[test]
    fn scalars_are_what_they_look_like() {
        let check = |text: &str, expected: Data| assert_eq!(parse(text).expect("good YAML").data, expected, "{text}");
        check("~", Data::Null);
        check("true", Data::Flag(true));
        check("12345", Data::Integer(12345));
        check("\"12345\"", Data::Text("12345".to_owned()));
        check("1.5", Data::Decimal(1.5));
    }

    #[test]
    fn a_key_twice_and_broken_yaml_are_errors() {
        for text in ["a: 1\na: 2\n", "a: [1\n", "a: *nobody\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
