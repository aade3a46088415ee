//! What a secret is ("type" of the settings' `secrets`): how it is asked for, and what can be wrong with one.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::secret::Secret;

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// Any text.
    #[default]
    String,
    /// A password.
    Password,
    /// A key of a programming interface.
    ApiKey,
    /// A URL.
    ConnectionString,
}

/// Why a text is no secret of a kind. It does not quote the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretValueError {
    /// There is nothing to keep.
    #[error("the value is empty")]
    Empty,
    /// It has characters that a key cannot have.
    #[error("the value has white space, which no API key has")]
    NoKey,
    /// It is no URL.
    #[error("the value is not a connection string: {0}")]
    NoUrl(&'static str),
}

impl SecretKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::String, Self::Password, Self::ApiKey, Self::ConnectionString];

    /// Returns the word of the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Password => "password",
            Self::ApiKey => "api_key",
            Self::ConnectionString => "connection_string",
        }
    }

    /// Reads the word of the settings.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Checks a value.
    pub fn check(self, value: &Secret) -> Result<(), SecretValueError> {
        let text = value.expose();
        if text.trim().is_empty() {
            return Err(SecretValueError::Empty);
        }
        match self {
            Self::String | Self::Password => Ok(()),
            Self::ApiKey if text.contains(char::is_whitespace) => Err(SecretValueError::NoKey),
            Self::ApiKey => Ok(()),
            Self::ConnectionString => check_url(text),
        }
    }
}

fn check_url(text: &str) -> Result<(), SecretValueError> {
    let is_url = Url::parse(text).is_ok_and(|url| text.contains("://") && (url.has_host() || !url.path().is_empty()));
    let has_scheme = text.split_once("://").is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    match (has_scheme, is_url) {
        (false, _) => Err(SecretValueError::NoUrl("it does not begin like `scheme://host`")),
        (true, false) => {
            Err(SecretValueError::NoUrl("special characters in a user or password have to be escaped (`%40` for `@`)"))
        }
        (true, true) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_settings() {
        for kind in SecretKind::ALL {
            assert_eq!(SecretKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a word"), kind.as_str());
        }
        assert_eq!(SecretKind::parse("Password"), None);
    }

    #[test]
    fn a_value_has_to_be_what_it_is_said_to_be() {
        let check = |kind: SecretKind, value: &str, is_good: bool| {
            let found = kind.check(&Secret::new(value.to_owned()));
            assert_eq!(found.is_ok(), is_good, "{kind:?} {value}: {found:?}");
            assert!(value.len() < 2 || !format!("{found:?}").contains(value));
        };
        for kind in SecretKind::ALL {
            check(kind, "", false);
            check(kind, " \n", false);
        }
        check(SecretKind::String, "anything at all", true);
        check(SecretKind::Password, "x", true);
        check(SecretKind::ApiKey, "sk-123", true);
        check(SecretKind::ApiKey, "sk 123", false);
        check(SecretKind::ConnectionString, "redis://:pw@host:6379/0", true);
        check(SecretKind::ConnectionString, "sqlite:///data/app.db", true);
        check(SecretKind::ConnectionString, "host:6379", false);
        check(SecretKind::ConnectionString, "://server", false);
        check(SecretKind::ConnectionString, "redis://", false);
        check(SecretKind::ConnectionString, "redis://user:p@ss:w@host:port/0", false);
    }
}
