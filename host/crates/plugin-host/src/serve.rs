//! Opens the loader that serves a file, with the options that the settings have for it.

use std::sync::{Arc, PoisonError};

use jsonschema::Validator;
use noorm_core::value::Value;
use serde_json::{Map, Value as Json};

use crate::choose::{self, OptionInForce, Serves, Why};
use crate::error::PluginError;
use crate::host::PluginHost;
use crate::info::PluginInfo;
use crate::inspect::PluginKind;
use crate::loader::{Format, Loader};
use crate::options;
use crate::plugin::Exports;
use crate::registry::Entry;

/// A loader for a file.
#[derive(Clone)]
pub struct Served {
    /// The loader.
    pub loader: Loader,
    /// The options of the file, which the loader's schema allows.
    pub options: Map<String, Json>,
    /// The same as the loader gets them.
    pub value: Value,
}

impl Served {
    fn of(loader: Loader, options: &[OptionInForce]) -> Self {
        Self { loader, options: options::as_map(options), value: options::as_value(options) }
    }
}

impl PluginHost {
    /// Opens the loader that serves a file, by its path in the project.
    pub fn loader_for(&self, path: &str) -> Result<Served, PluginError> {
        let chosen = choose::choose(&self.registry, &self.options, path);
        let entry = chosen.entry?;
        // What is wrong with the options is told before the plugin is loaded.
        options::check(&*self.schema(&entry.info)?, &entry.info, path, &chosen.options)?;
        Ok(Served::of(self.open_loader(entry)?, &chosen.options))
    }

    /// Returns whether a loader serves a file, without loading it.
    #[must_use]
    pub fn serves_file(&self, path: &str) -> Serves {
        match choose::choose(&self.registry, &self.options, path).entry {
            Err(PluginError::UnknownExtension { .. }) => Serves::No,
            Err(PluginError::Disabled { .. }) => Serves::Disabled,
            _ => Serves::Yes,
        }
    }

    /// Returns the plugin that serves a file, without loading it and without a look at the options that it would get.
    pub fn serving(&self, path: &str) -> Result<PluginInfo, PluginError> {
        choose::choose(&self.registry, &self.options, path).entry.map(|entry| entry.info.clone())
    }

    /// Returns whether a plugin is the one that serves a file, without loading it.
    #[must_use]
    pub fn is_served_by(&self, path: &str, name: &str) -> bool {
        choose::choose(&self.registry, &self.options, path).entry.is_ok_and(|entry| entry.info.name == name)
    }

    /// Tells how it is decided which loader serves a file. Its options are checked as before a call.
    #[must_use]
    pub fn why(&self, path: &str) -> Why {
        let chosen = choose::choose(&self.registry, &self.options, path);
        let plugin = chosen.entry.and_then(|entry| {
            let schema = self.schema(&entry.info)?;
            options::check(&schema, &entry.info, path, &chosen.options).map(|()| entry.info.clone())
        });
        Why { rules: chosen.rules, plugin, options: chosen.options }
    }

    /// Returns the plugin that serves a dialect, without loading it.
    pub fn dialect_info(&self, name: &str) -> Result<PluginInfo, PluginError> {
        match self.registry.find(PluginKind::Dialect, name)? {
            Some(entry) => Ok(entry.info.clone()),
            None => Err(PluginError::UnknownDialect { name: name.to_owned(), known: self.dialects() }),
        }
    }

    /// Returns whether the settings keep a plugin from serving anything.
    #[must_use]
    pub fn is_disabled(&self, name: &str) -> bool {
        self.options.disabled.contains(name)
    }

    pub(crate) fn open_loader(&self, entry: &Entry) -> Result<Loader, PluginError> {
        match self.load(entry)? {
            (plugin, Exports::Document(linked)) => Ok(Loader::new(plugin, Format::Document(linked))),
            (plugin, Exports::Rows(linked)) => Ok(Loader::new(plugin, Format::Rows(linked))),
            (plugin, _) => Err(plugin.nonsense("describe", "it is locked as a loader and is none")),
        }
    }

    /// Returns the schema of a loader's options, read at most once.
    fn schema(&self, info: &PluginInfo) -> Result<Arc<Validator>, PluginError> {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(schema) = schemas.get(&info.digest) {
            return Ok(Arc::clone(schema));
        }
        // One of format 1 of the lock file has none, which allows whatever is said.
        let text = info.options_schema.as_deref().unwrap_or("true");
        let schema = options::schema(text).map_err(|what| PluginError::Nonsense {
            plugin: Box::new(info.plugin_ref()),
            function: "describe.describe".to_owned(),
            what: crate::check::plain(&format!("a broken schema of its options: {what}")),
        })?;
        let schema = Arc::new(schema);
        schemas.insert(info.digest.clone(), Arc::clone(&schema));
        Ok(schema)
    }
}
