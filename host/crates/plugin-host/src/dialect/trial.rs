//! What only the suite of authors asks of a dialect: its rules, its own words, and a second instance to compare with.

use std::sync::{Arc, Mutex, OnceLock};

use super::{Dialect, Inner};
use crate::bindings::dialect::exports::noorm::dialect::errors;
use crate::error::PluginError;

/// What a dialect says of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRules {
    /// Longest identifier in bytes; 0 where there is no limit.
    pub bytes_max: u32,
    /// What the server does to unquoted names.
    pub folds: String,
    /// What stands between a schema and a name.
    pub separator: String,
    /// The schema of names without one.
    pub default_schema: Option<String>,
}

impl Dialect {
    /// Returns the same dialect as nobody has asked it yet: a fresh instance, and no answer kept.
    #[must_use]
    pub fn fresh(&self) -> Self {
        let inner = Inner {
            plugin: Arc::clone(&self.inner.plugin),
            linked: self.inner.linked.clone(),
            idle: Mutex::default(),
            latest: OnceLock::new(),
        };
        Self { inner: Arc::new(inner), view: Arc::default() }
    }

    /// Returns what the dialect says of names.
    pub fn rules(&self) -> Result<NameRules, PluginError> {
        let rules = self.with(|sandbox| {
            sandbox.call("naming.rules", |world, store| world.noorm_dialect_naming().call_rules(store))
        })?;
        Ok(NameRules {
            bytes_max: rules.max_bytes,
            folds: rules.folds,
            separator: rules.separator,
            default_schema: rules.default_schema,
        })
    }

    /// Returns the word that the dialect has for a server's error.
    pub fn class_word(&self, code: &str, message: &str) -> Result<String, PluginError> {
        let attrs = self.view.options.clone();
        let error = errors::ServerError { code: code.to_owned(), message: message.to_owned(), attrs };
        self.with(|sandbox| {
            sandbox.call("errors.classify", |world, store| world.noorm_dialect_errors().call_classify(store, &error))
        })
    }
}
