//! Configs from environment variables (ruling 8): the short names, and the longer ones of later versions as aliases.

use std::collections::BTreeMap;

use super::fields::{Field, Values};
use super::{ConfigError, Ssl, SslConfig, Variables};

/// Name of a config that consists of nothing but environment variables.
pub const NAME: &str = "env";

/// What the environment says of a connection. Texts stay texts: `12345` and `true` are names of databases too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Environment {
    values: Values,
    /// Which variable says it.
    variables: BTreeMap<Field, String>,
    ssl: Option<bool>,
    ssl_details: SslConfig,
}

/// The variables of a field that are texts, the one that wins first.
const TEXTS: [(Field, &[&str]); 8] = [
    (Field::Dialect, &["NOORM_DIALECT", "NOORM_CONNECTION_DIALECT"]),
    (Field::Host, &["NOORM_HOST", "NOORM_CONNECTION_HOST"]),
    (Field::Database, &["NOORM_DATABASE", "NOORM_CONNECTION_DATABASE"]),
    (Field::Filename, &["NOORM_FILENAME", "NOORM_CONNECTION_FILENAME"]),
    (Field::User, &["NOORM_USER", "NOORM_CONNECTION_USER"]),
    (Field::Password, &["NOORM_PASSWORD", "NOORM_CONNECTION_PASSWORD"]),
    (Field::Schema, &["NOORM_SCHEMA_PATH", "NOORM_PATHS_SCHEMA", "NOORM_PATHS_SQL"]),
    (Field::Changesets, &["NOORM_CHANGESET_PATH", "NOORM_PATHS_CHANGESETS", "NOORM_PATHS_CHANGES"]),
];

const IDENTITY: &str = "NOORM_IDENTITY";
const PROTECTED: &str = "NOORM_PROTECTED";

impl Environment {
    /// Reads the variables. An empty one counts as not set.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let mut read = Self::default();
        for (field, names) in TEXTS.iter().chain([&(Field::Identity, &[IDENTITY][..])]) {
            if let Some((name, value)) = find(variables, names) {
                read.say(*field, name, value);
            }
        }
        if let Some((name, value)) = find(variables, &["NOORM_PORT", "NOORM_CONNECTION_PORT"]) {
            let wrong = || ConfigError::new(name, format!("`{value}` is not a port: a number from 1 to 65535"));
            let port = value.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
            read.say(Field::Port, name, port);
        }
        // The environment can protect a config; it cannot take a stored protection away.
        if let Some((name, value)) = find(variables, &[PROTECTED])
            && parse_flag(name, value)?
        {
            read.say(Field::Protected, name, true);
        }
        read.read_ssl(variables)?;
        Ok(read)
    }

    fn read_ssl(&mut self, variables: &Variables) -> Result<(), ConfigError> {
        let mut said_by = None;
        let mut take = |names: &[&str]| {
            let (name, value) = find(variables, names)?;
            said_by.get_or_insert_with(|| name.to_owned());
            Some((name.to_owned(), value.to_owned()))
        };
        let flag = |said: Option<(String, String)>| said.map(|(name, value)| parse_flag(&name, &value)).transpose();
        self.ssl = flag(take(&["NOORM_SSL", "NOORM_CONNECTION_SSL"]))?;
        self.ssl_details = SslConfig {
            ca: take(&["NOORM_SSL_CA", "NOORM_CONNECTION_SSL_CA"]).map(|(_, value)| value),
            cert: take(&["NOORM_SSL_CERT", "NOORM_CONNECTION_SSL_CERT"]).map(|(_, value)| value),
            key: take(&["NOORM_SSL_KEY", "NOORM_CONNECTION_SSL_KEY"]).map(|(_, value)| value),
            reject_unauthorized: flag(take(&[
                "NOORM_SSL_REJECT_UNAUTHORIZED",
                "NOORM_CONNECTION_SSL_REJECT_UNAUTHORIZED",
            ]))?,
        };
        if let Some(name) = said_by {
            self.variables.insert(Field::Ssl, name);
        }
        Ok(())
    }

    fn say(&mut self, field: Field, name: &str, value: impl Into<serde_json::Value>) {
        self.values.say(field, Some(value));
        self.variables.insert(field, name.to_owned());
    }

    /// The dialect, when the environment names one: then it describes a whole config.
    pub fn dialect(&self) -> Option<&str> {
        self.values.get(Field::Dialect).and_then(serde_json::Value::as_str)
    }

    /// Returns what it says, but for `ssl`, which depends on what is said below.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Returns the variable that says something of a field.
    pub fn variable(&self, field: Field) -> Option<&str> {
        self.variables.get(&field).map(String::as_str)
    }

    /// What becomes of a stored `ssl`. A detail asks for encryption too; `NOORM_SSL=1` takes no detail away.
    pub(super) fn ssl_over(&self, stored: Option<Ssl>) -> Option<Ssl> {
        if self.ssl == Some(false) {
            return Some(Ssl::Flag(false));
        }
        if self.ssl_details == SslConfig::default() {
            return match (self.ssl, stored) {
                (Some(true), None | Some(Ssl::Flag(_))) => Some(Ssl::Flag(true)),
                (_, stored) => stored,
            };
        }
        let mut details = match stored {
            Some(Ssl::Custom(details)) => details,
            None | Some(Ssl::Flag(_)) => SslConfig::default(),
        };
        let said = &self.ssl_details;
        set(&mut details.ca, &said.ca);
        set(&mut details.cert, &said.cert);
        set(&mut details.key, &said.key);
        set(&mut details.reject_unauthorized, &said.reject_unauthorized);
        Some(Ssl::Custom(details))
    }
}

fn find<'a>(variables: &'a Variables, names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    names.iter().find_map(|name| {
        let value = variables.get(*name).filter(|value| !value.is_empty())?;
        Some((*name, value.as_str()))
    })
}

fn set<T: Clone>(place: &mut Option<T>, value: &Option<T>) {
    if value.is_some() {
        place.clone_from(value);
    }
}

/// Reads a flag of the environment.
pub fn parse_flag(name: &str, value: &str) -> Result<bool, ConfigError> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(ConfigError::new(name, format!("`{value}` is neither yes nor no: use 1 or 0"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Environment, ConfigError> {
        Environment::read(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_of_databases_stay_text() {
        for name in ["12345", "true", "null", "1e3"] {
            let environment = read(&[("NOORM_DATABASE", name)]).expect("good variables");
            assert_eq!(environment.values().get(Field::Database), Some(&json!(name)));
        }
    }

    #[test]
    fn long_names_are_aliases_and_short_ones_win() {
        let environment = read(&[
            ("NOORM_CONNECTION_DIALECT", "x"),
            ("NOORM_CONNECTION_HOST", "long"),
            ("NOORM_HOST", "short"),
            ("NOORM_CONNECTION_PORT", "5433"),
            ("NOORM_DATABASE", ""),
            ("NOORM_CONNECTION_DATABASE", "db"),
        ])
        .expect("good variables");
        for (field, value, variable) in [
            (Field::Dialect, json!("x"), "NOORM_CONNECTION_DIALECT"),
            (Field::Host, json!("short"), "NOORM_HOST"),
            (Field::Port, json!(5433), "NOORM_CONNECTION_PORT"),
            (Field::Database, json!("db"), "NOORM_CONNECTION_DATABASE"),
        ] {
            assert_eq!(environment.values().get(field), Some(&value), "{field:?}");
            assert_eq!(environment.variable(field), Some(variable));
        }
        assert_eq!(environment.dialect(), Some("x"));
    }

    #[test]
    fn wrong_values_name_their_variable() {
        assert_eq!(read(&[("NOORM_PORT", "70000")]).expect_err("no port").field, "NOORM_PORT");
        assert_eq!(read(&[("NOORM_PORT", "0")]).expect_err("nobody listens there").field, "NOORM_PORT");
        assert_eq!(read(&[("NOORM_SSL", "maybe")]).expect_err("no flag").field, "NOORM_SSL");
        let name = "NOORM_SSL_REJECT_UNAUTHORIZED";
        assert_eq!(read(&[(name, "maybe")]).expect_err("no flag").field, name);
    }

    /// What is stored, what the environment says, and what counts.
    fn check_ssl(stored: Option<Ssl>, pairs: &[(&str, &str)], expected: Option<Ssl>) {
        assert_eq!(read(pairs).expect("good variables").ssl_over(stored), expected, "{pairs:?}");
    }

    #[test]
    fn encryption_is_asked_for_by_a_flag_or_a_detail() {
        let custom = |ca: Option<&str>, reject_unauthorized| {
            let ca = ca.map(str::to_owned);
            Some(Ssl::Custom(SslConfig { ca, reject_unauthorized, ..SslConfig::default() }))
        };
        check_ssl(None, &[], None);
        check_ssl(None, &[("NOORM_SSL", "1")], Some(Ssl::Flag(true)));
        check_ssl(None, &[("NOORM_SSL_CA", "ca.pem")], custom(Some("ca.pem"), None));
        check_ssl(None, &[("NOORM_SSL", "0"), ("NOORM_SSL_CA", "ca.pem")], Some(Ssl::Flag(false)));
        check_ssl(None, &[("NOORM_SSL_REJECT_UNAUTHORIZED", "0")], custom(None, Some(false)));
        let both = [("NOORM_CONNECTION_SSL_CERT", "c.pem"), ("NOORM_SSL_KEY", "k.pem")];
        let (cert, key) = (Some("c.pem".to_owned()), Some("k.pem".to_owned()));
        check_ssl(None, &both, Some(Ssl::Custom(SslConfig { cert, key, ..SslConfig::default() })));
        // What is stored and not spoken of stays.
        check_ssl(custom(Some("own.pem"), None), &[("NOORM_SSL", "1")], custom(Some("own.pem"), None));
        let unchecked = [("NOORM_SSL_REJECT_UNAUTHORIZED", "no")];
        check_ssl(custom(Some("own.pem"), None), &unchecked, custom(Some("own.pem"), Some(false)));
        check_ssl(custom(Some("own.pem"), None), &[("NOORM_SSL", "off")], Some(Ssl::Flag(false)));
        check_ssl(Some(Ssl::Flag(true)), &[], Some(Ssl::Flag(true)));
    }

    #[test]
    fn protection_is_added_and_never_taken_away() {
        let said = |value| read(&[("NOORM_PROTECTED", value)]).expect("a flag").values().get(Field::Protected).cloned();
        assert_eq!((said("1"), said("0")), (Some(json!(true)), None));
    }
}
