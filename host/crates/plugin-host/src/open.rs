//! Opens a plugin by itself, rather than by what it serves: for its tests, and before it is in a lock file.

use std::sync::Arc;

use wasmtime::component::Component;

use crate::dialect::Dialect;
use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::{Candidate, Loaded, PluginHost, engine};
use crate::info::PluginInfo;
use crate::inspect::{FILES, base, inspect};
use crate::loader::{Format, Loader};
use crate::plugin::{Exports, Plugin};

/// A plugin of any kind.
#[derive(Clone)]
pub enum Opened {
    /// Data files to values.
    Loader(Loader),
    /// A dialect that stands by itself.
    Dialect(Dialect),
    /// A dialect that needs another one: without it nothing of it can be asked.
    Quirk(PluginInfo),
}

impl PluginHost {
    /// Opens a component that is not installed. It may read whatever files it is given; other imports of its are there and
    /// trap.
    pub fn open_candidate(&self, candidate: &Candidate) -> Result<Opened, PluginError> {
        let files = candidate.info.imports.iter().filter(|import| base(import) == FILES);
        let every = |import: &String| Grant { import: import.clone(), paths: vec!["**".to_owned()] };
        let info = PluginInfo { grants: files.map(every).collect(), ..candidate.info.clone() };
        let refuse = |reason| PluginError::Refused { file: info.name.clone().into(), reason };
        let world = inspect(&candidate.component).map_err(refuse)?.world;
        let runtime = self.runtime()?;
        let compiled = Component::from_binary(runtime.engine(), &candidate.component).map_err(|e| engine(&e))?;
        let limits = self.limits_of(&info.name);
        let linked = Plugin::link(info, limits, Arc::clone(runtime), &compiled, world);
        Ok(opened(linked.map_err(|error| engine(&error))?))
    }

    /// Opens a plugin by its name, the project's before the bundled one.
    pub fn open_named(&self, name: &str) -> Result<Opened, PluginError> {
        let entry = self.registry.named(name).next();
        let entry = entry.ok_or_else(|| PluginError::UnknownPlugin { name: name.to_owned() })?;
        self.load(entry).map(opened)
    }
}

fn opened((plugin, exports): Loaded) -> Opened {
    match exports {
        Exports::Dialect(linked) => Opened::Dialect(Dialect::new(plugin, linked)),
        Exports::Document(linked) => Opened::Loader(Loader::new(plugin, Format::Document(linked))),
        Exports::Rows(linked) => Opened::Loader(Loader::new(plugin, Format::Rows(linked))),
        Exports::Quirk(_) => Opened::Quirk(plugin.info().clone()),
    }
}

impl Opened {
    /// Returns what is known of the plugin.
    #[must_use]
    pub fn info(&self) -> &PluginInfo {
        match self {
            Self::Loader(loader) => loader.info(),
            Self::Dialect(dialect) => dialect.info(),
            Self::Quirk(info) => info,
        }
    }
}
