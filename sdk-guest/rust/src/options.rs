//! The options that a user sets for a loader, as the host hands them over: a CBOR map.
//!
//! The host has checked them against the loader's own schema. What is wrong nevertheless is said by name, so that a loader
//! whose schema says too little still gives its user a sentence.

use crate::cbor::{self, Value};
use crate::problem::Problem;

/// Options by name. One that is null counts as not set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    entries: Vec<(String, Value)>,
}

impl Options {
    /// Reads the `options` of a request or an opening. No bytes at all are no options.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        match cbor::decode(bytes) {
            Ok(Value::Map(entries)) => {
                Ok(Self { entries: entries.into_iter().filter(|(_, value)| *value != Value::Null).collect() })
            }
            Ok(other) => Err(wrong(format!("options are a map, and not {}", kind(&other)))),
            Err(error) => Err(wrong(format!("the options cannot be read: {error}"))),
        }
    }

    /// Refuses all options, for a loader that has none.
    pub fn none(bytes: &[u8]) -> Result<(), Problem> {
        Self::read(bytes)?.only(&[])
    }

    /// Refuses an option that is none of these.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        match self.entries.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) if known.is_empty() => Err(wrong(format!("there is no option `{name}`, nor any other"))),
            Some((name, _)) => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                Err(wrong(format!("there is no option `{name}`")).help(format!("there are {}", known.join(", "))))
            }
        }
    }

    /// Returns an option as it is.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(entry, _)| entry == name).map(|(_, value)| value)
    }

    /// Returns an option that is true or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(*flag)),
            Some(other) => Err(unfit(name, "true or false", other)),
        }
    }

    /// Returns an option that is text.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(other) => Err(unfit(name, "text", other)),
        }
    }

    /// Returns an option that is exactly one character.
    pub fn character(&self, name: &str) -> Result<Option<char>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => Ok(Some(only)),
            _ => Err(wrong(format!("the option `{name}` is one character, and not {text:?}"))),
        }
    }

    /// Returns an option that is an integer.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Problem> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Integer(number)) => match i64::try_from(*number) {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(wrong(format!("the option `{name}` is too large: {number}"))),
            },
            Some(other) => Err(unfit(name, "an integer", other)),
        }
    }

    /// Returns an option that is a list of texts; a text alone is a list of one.
    pub fn texts<'a>(&'a self, name: &str) -> Result<Vec<&'a str>, Problem> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::Text(text)) => Ok(vec![text]),
            Some(Value::List(items)) => {
                let text = |item: &'a Value| match item {
                    Value::Text(text) => Ok(text.as_str()),
                    other => Err(unfit(name, "a list of texts", other)),
                };
                items.iter().map(text).collect()
            }
            Some(other) => Err(unfit(name, "a list of texts", other)),
        }
    }
}

/// What is wrong with an option. It has no place in the data file.
pub fn wrong(message: impl Into<String>) -> Problem {
    Problem::new("option", message)
}

fn unfit(name: &str, expected: &str, found: &Value) -> Problem {
    wrong(format!("the option `{name}` is {expected}, and not {}", kind(found)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Boolean(_) => "true or false",
        Value::Integer(_) | Value::Real(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let text = |text: &str| Value::Text(text.to_owned());
        let map = Value::Map(vec![
            ("delimiter".to_owned(), text(";")),
            ("header".to_owned(), Value::Boolean(false)),
            ("lists".to_owned(), Value::List(vec![text("a"), text("b")])),
            ("row".to_owned(), Value::Integer(3)),
            ("sheet".to_owned(), Value::Null),
        ]);
        Options::read(&map.encode()).expect("a map")
    }

    #[test]
    fn options_are_read_by_name_and_kind() {
        let options = options();
        assert_eq!(options.text("delimiter"), Ok(Some(";")));
        assert_eq!(options.character("delimiter"), Ok(Some(';')));
        assert_eq!(options.flag("header"), Ok(Some(false)));
        assert_eq!(options.integer("row"), Ok(Some(3)));
        assert_eq!(options.texts("lists"), Ok(vec!["a", "b"]));
        assert_eq!(options.texts("delimiter"), Ok(vec![";"]));
        assert_eq!((options.text("sheet"), options.text("none")), (Ok(None), Ok(None)));
        assert_eq!(Options::read(&[]), Ok(Options::default()));
        assert_eq!(Options::read(&[0xa0]), Ok(Options::default()));
    }

    #[test]
    fn what_does_not_fit_is_said_by_name() {
        let options = options();
        let message = |problem: Problem| (problem.code, problem.message);
        let said = message(options.flag("delimiter").expect_err("text"));
        assert_eq!(said, ("option", "the option `delimiter` is true or false, and not text".to_owned()));
        let said = message(options.character("lists").expect_err("a list"));
        assert_eq!(said.1, "the option `lists` is text, and not a list");
        let problem = options.only(&["delimiter", "header", "lists"]).expect_err("one is left");
        assert_eq!(problem.message, "there is no option `row`");
        assert_eq!(problem.help.as_deref(), Some("there are `delimiter`, `header`, `lists`"));
        assert!(options.only(&["delimiter", "header", "lists", "row"]).is_ok());
        assert_eq!(Options::none(&[0xa0]), Ok(()));
        let problem =
            Options::none(&Value::Map(vec![("a".to_owned(), Value::Boolean(true))]).encode()).expect_err("one");
        assert_eq!(problem.message, "there is no option `a`, nor any other");
        for bytes in [&[0x80][..], &[0xa1], &[0xff], &[0xa0, 0xa0]] {
            assert!(Options::read(bytes).is_err(), "{bytes:?}");
        }
    }
}
