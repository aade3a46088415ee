//! Reads a config that people wrote: wrong types and unknown fields are errors that name the field.
//!
//! What a program stored is read by serde alone, and fields of a newer version are kept. A person's unknown field is a slip.

use serde_json::{Map, Value};

use super::{Config, ConfigError};
use crate::similar;

/// What a field can be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Text,
    Flag,
    Kind,
    /// A number from 1 to this one.
    Number(u64),
    Ssl,
    Group(&'static [(&'static str, Shape)]),
}

const CONFIG: &[(&str, Shape)] = &[
    ("name", Shape::Text),
    ("type", Shape::Kind),
    ("isTest", Shape::Flag),
    ("protected", Shape::Flag),
    ("identity", Shape::Text),
    ("connection", Shape::Group(CONNECTION)),
    ("paths", Shape::Group(&[("schema", Shape::Text), ("changesets", Shape::Text)])),
];

const CONNECTION: &[(&str, Shape)] = &[
    ("dialect", Shape::Text),
    ("host", Shape::Text),
    ("port", Shape::Number(65_535)),
    ("database", Shape::Text),
    ("filename", Shape::Text),
    ("user", Shape::Text),
    ("password", Shape::Text),
    ("passwordSecret", Shape::Text),
    ("ssl", Shape::Ssl),
    ("pool", Shape::Group(&[("min", Shape::Number(COUNT_MAX)), ("max", Shape::Number(COUNT_MAX))])),
    ("connectTimeoutMs", Shape::Number(u64::MAX)),
    ("lockTimeoutMs", Shape::Number(TIMEOUT_MAX)),
    ("statementTimeoutMs", Shape::Number(TIMEOUT_MAX)),
];

const SSL: &[(&str, Shape)] =
    &[("ca", Shape::Text), ("cert", Shape::Text), ("key", Shape::Text), ("rejectUnauthorized", Shape::Flag)];

const COUNT_MAX: u64 = u32::MAX as u64;

/// Databases count the milliseconds in 31 bits.
const TIMEOUT_MAX: u64 = i32::MAX as u64;

/// Reads a config, and checks what can be checked without a database. Fields of `known` are let through: they were there
/// before.
pub fn read(value: Value, known: &Config) -> Result<Config, ConfigError> {
    let known = serde_json::to_value(known).unwrap_or_default();
    group(&value, CONFIG, &known, "")?;
    let config: Config =
        serde_json::from_value(value).map_err(|error| ConfigError::new("config", error.to_string()))?;
    config.validate()?;
    Ok(config)
}

fn group(value: &Value, fields: &[(&str, Shape)], known: &Value, path: &str) -> Result<(), ConfigError> {
    let Value::Object(found) = value else {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        return Err(wrong(path, value, &format!("a group of fields: {}", names.join(", "))));
    };
    for (name, value) in found {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match fields.iter().find(|(field, _)| field == name) {
            // It says nothing, as if the field were not there.
            Some(_) if value.is_null() => {}
            Some((_, expected)) => shape(value, *expected, known.get(name).unwrap_or(&Value::Null), &path)?,
            None if known.get(name).is_some() => {}
            None => return Err(unknown(&path, name, fields)),
        }
    }
    missing(found, path)
}

fn missing(found: &Map<String, Value>, path: &str) -> Result<(), ConfigError> {
    let needed: &[&str] = match path {
        "" => &["name", "connection"],
        "connection" => &["dialect"],
        _ => &[],
    };
    match needed.iter().find(|name| found.get(**name).is_none_or(Value::is_null)) {
        None => Ok(()),
        Some(name) if path.is_empty() => Err(ConfigError::new(*name, "it is missing")),
        Some(name) => Err(ConfigError::new(format!("{path}.{name}"), "it is missing")),
    }
}

fn shape(value: &Value, expected: Shape, known: &Value, path: &str) -> Result<(), ConfigError> {
    match (expected, value) {
        (Shape::Text, Value::String(_)) | (Shape::Flag | Shape::Ssl, Value::Bool(_)) => Ok(()),
        (Shape::Text, Value::Number(_) | Value::Bool(_)) => Err(wrong(path, value, "text: put it in quotes")),
        (Shape::Text, _) => Err(wrong(path, value, "text")),
        (Shape::Flag, _) => Err(wrong(path, value, "`true` or `false`")),
        (Shape::Kind, Value::String(word)) if matches!(word.as_str(), "local" | "remote") => Ok(()),
        (Shape::Kind, _) => Err(wrong(path, value, "`local` or `remote`")),
        (Shape::Number(most), _) => match value.as_u64() {
            Some(number) if (1..=most).contains(&number) => Ok(()),
            _ => Err(wrong(path, value, &format!("a number from 1 to {most}"))),
        },
        (Shape::Ssl, Value::Object(_)) => group(value, SSL, known, path),
        (Shape::Ssl, _) => {
            Err(wrong(path, value, "`true`, `false`, or a group of fields: ca, cert, key, rejectUnauthorized"))
        }
        (Shape::Group(fields), _) => group(value, fields, known, path),
    }
}

fn wrong(path: &str, value: &Value, expected: &str) -> ConfigError {
    let found = match value {
        Value::Null => "nothing".to_owned(),
        Value::Object(_) => "a group of fields".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        // A text may be a password in the wrong place.
        Value::String(_) => "a text".to_owned(),
        Value::Number(_) | Value::Bool(_) => format!("`{value}`"),
    };
    let path = if path.is_empty() { "config" } else { path };
    ConfigError::new(path, format!("it is {found}, and has to be {expected}"))
}

fn unknown(path: &str, name: &str, fields: &[(&str, Shape)]) -> ConfigError {
    let names = fields.iter().map(|(name, _)| *name);
    let message = match similar::closest(name, names.clone()) {
        Some(meant) => format!("there is no such field; did you mean `{meant}`?"),
        None => format!("there is no such field; there are {}", names.collect::<Vec<_>>().join(", ")),
    };
    ConfigError::new(path, message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known() -> Config {
        let config =
            json!({ "name": "dev", "connection": { "dialect": "x", "database": "d", "later": 1 }, "newer": [] });
        serde_json::from_value(config).expect("a config")
    }

    /// `field` of a good config becomes `value`; `expected` is in the error, or nothing is wrong.
    fn check(field: &str, value: Value, expected: &str) {
        let mut config = json!({ "name": "dev", "connection": { "dialect": "x", "database": "d" } });
        let place = field.split('.').fold(&mut config, |config, name| &mut config[name]);
        *place = value;
        let found = read(config, &known()).map_or_else(|error| error.to_string(), |_| String::new());
        assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "{field}: {found}");
    }

    #[test]
    fn every_field_is_checked_and_named() {
        check("connection.port", json!(5432), "");
        check(
            "connection.port",
            json!("5432"),
            "config field `connection.port`: it is a text, and has to be a number from 1 to",
        );
        check("connection.port", json!(0), "config field `connection.port`");
        check("connection.port", json!(70_000), "connection.port");
        check(
            "connection.database",
            json!(12_345),
            "`connection.database`: it is `12345`, and has to be text: put it in quotes",
        );
        check("connection.ssl", json!("yes"), "connection.ssl");
        check("connection.ssl", json!({ "ca": 1 }), "connection.ssl.ca");
        check("connection.ssl", json!({ "rejectUnauthorised": true }), "did you mean `rejectUnauthorized`?");
        check("connection.pool", json!({ "max": -1 }), "connection.pool.max");
        check("connection", json!([]), "it is a list, and has to be a group of fields: dialect");
        check("connection.dialect", Value::Null, "`connection.dialect`: it is missing");
        check("isTest", json!("true"), "`isTest`: it is a text, and has to be `true` or `false`");
        check("type", json!("far"), "`local` or `remote`");
        check("paths", json!({ "schema": false }), "paths.schema");
        check("name", json!("a b"), "`name`");
        check("identity", Value::Null, "");
    }

    #[test]
    fn an_unknown_field_is_a_slip_unless_it_was_there() {
        check("conection", json!({}), "did you mean `connection`?");
        check("connection.hots", json!("h"), "did you mean `host`?");
        check("connection.later", json!(2), "");
        check("newer", json!([1]), "");
    }
}
