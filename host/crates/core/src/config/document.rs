//! A config as a text that people edit: YAML, without the password.

use std::fmt::Write;

use serde_json::Value;

use super::{Config, ConfigError, check};

const HEADING: &str = "\
# Save and leave the editor to change the config; leave it without saving to change nothing.
# The password is not here: `noorm config edit NAME --password-env VARIABLE` changes it. A line
# `password: \"…\"` under `connection` would do so too, and so does `passwordSecret`, the name of a secret.
#
# Fields of `connection`: dialect, host, port, database, filename, user, passwordSecret, ssl (true, false, or ca,
# cert, key, rejectUnauthorized), pool (min, max), connectTimeoutMs, lockTimeoutMs, statementTimeoutMs.
# Others: name, type (local, remote), isTest, protected, identity, paths (schema, changesets).
";

/// Writes a config.
pub fn write(config: &Config) -> String {
    let mut text = HEADING.to_owned();
    fields(&mut text, &config.template_view(), 0);
    text
}

/// A text in double quotes, as JSON has it, is the same in YAML; so are lists and groups in brackets.
fn fields(text: &mut String, value: &Value, depth: usize) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let indent = "  ".repeat(depth);
        let written = match value {
            Value::Object(group) if !group.is_empty() => {
                let written = writeln!(text, "{indent}{}:", key(name));
                fields(text, value, depth + 1);
                written
            }
            value => writeln!(text, "{indent}{}: {value}", key(name)),
        };
        written.expect("a text can be written to");
    }
}

fn key(name: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric());
    if is_plain { name.to_owned() } else { Value::from(name).to_string() }
}

/// Reads what [`write`] wrote and people changed. Where it says nothing of a password and of a secret that is one, those of
/// `before` stay.
pub fn read(text: &str, before: &Config) -> Result<Config, ConfigError> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location().map(|place| format!("line {}: ", place.line())).unwrap_or_default();
        // The parser's own words may quote a line with a password.
        ConfigError::new("config", format!("{place}it is not YAML"))
    })?;
    let mut config = check::read(value, before)?;
    let connection = &mut config.connection;
    if connection.password.is_none() && connection.password_secret.is_none() {
        connection.password.clone_from(&before.connection.password);
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(connection: &str) -> Config {
        let text = format!(
            r#"{{ "name": "dev", "identity": "A: \"b\" <c>", "connection": {connection}, "newer": [{{"a": 1}}] }}"#
        );
        serde_json::from_str(&text).expect("a config")
    }

    #[test]
    fn what_is_not_changed_stays_the_same() {
        for connection in [
            r#"{ "dialect": "x", "database": "12345", "password": "hunter2" }"#,
            r#"{ "dialect": "x", "database": "null", "port": 5432, "ssl": { "ca": "a b.pem" }, "pool": { "max": 1 } }"#,
            r#"{ "dialect": "x", "database": "a # no: comment", "ssl": true, "passwordSecret": "PW", "later-field": {} }"#,
        ] {
            let before = config(connection);
            let text = write(&before);
            assert!(!text.contains("hunter2"), "{text}");
            assert!(read(&text, &before).expect("a config") == before, "{text}");
        }
    }

    #[test]
    fn what_is_changed_is_checked() {
        let before = config(r#"{ "dialect": "x", "database": "d", "password": "hunter2" }"#);
        let check = |from: &str, to: &str, expected: &str| {
            let text = write(&before);
            assert!(text.contains(from), "{text}");
            let error = read(&text.replace(from, to), &before).expect_err("a wrong config").to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("database: \"d\"", "database: 1", "`connection.database`");
        check("database: \"d\"", "databse: \"d\"", "did you mean `database`?");
        check("connection:", "connection: [", "it is not YAML");
        let changed = write(&before).replace("database: \"d\"", "database: \"e\"\n  passwordSecret: \"PW\"");
        let connection = read(&changed, &before).expect("a config").connection;
        assert_eq!((connection.database.as_str(), connection.password), ("e", None));
    }
}
