//! Opens a plugin by itself, rather than by what it serves: for its tests, and before it is in a lock file.

use crate::dialect::Dialect;
use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::{Candidate, Loaded, PluginHost};
use crate::info::PluginInfo;
use crate::inspect::{FILES, base, inspect};
use crate::loader::{Format, Loader};
use crate::plugin::Exports;

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
        let paths = |import: &str| if base(import) == FILES { vec!["**".to_owned()] } else { Vec::new() };
        let every = |import: &String| Grant { import: import.clone(), paths: paths(import) };
        self.open_granted(candidate, candidate.info.imports.iter().map(every).collect())
    }

    /// Opens a component that is not installed, with these grants.
    pub fn open_granted(&self, candidate: &Candidate, grants: Vec<Grant>) -> Result<Opened, PluginError> {
        let info = PluginInfo { grants, ..candidate.info.clone() };
        let refuse = |reason| PluginError::Refused { file: info.name.clone().into(), reason };
        let about = inspect(&candidate.component).map_err(refuse)?.into();
        let code = self.coder()?.code(&info.digest, &candidate.component, Some(about));
        let code = code.map_err(|fault| fault.of(info.name.as_ref()))?;
        self.linked(info, &code).map(opened)
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
