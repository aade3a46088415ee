//! What a dialect of the settings was composed of when it was locked.

use noorm_core::plugin::PluginRef;
use serde::{Deserialize, Serialize};

use super::StackError;
use crate::info::PluginInfo;
use crate::lock_file::is_digest;

/// One composition of a lock file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// The dialect, as the settings call it.
    pub dialect: String,
    /// What it stands on.
    pub base: LockedLayer,
    /// What is laid over it, the innermost first.
    pub quirks: Vec<LockedLayer>,
    /// SHA-256 of the whole, in hex.
    pub digest: String,
}

/// One layer of a composition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedLayer {
    /// The plugin's name.
    pub name: String,
    /// SHA-256 of its component, in hex.
    pub digest: String,
}

impl LockedLayer {
    pub(super) fn of(plugin: &PluginRef) -> Self {
        Self { name: plugin.name.clone(), digest: plugin.digest.clone() }
    }
}

impl Composition {
    /// Returns the layers, the base first.
    pub(super) fn layers(&self) -> impl Iterator<Item = &LockedLayer> {
        std::iter::once(&self.base).chain(&self.quirks)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.layers().map(|layer| layer.name.as_str())
    }

    /// Returns whether a plugin is one of the layers.
    #[must_use]
    pub fn has(&self, plugin: &str) -> bool {
        self.names().any(|name| name == plugin)
    }

    /// Says what keeps an entry of a lock file from being used.
    pub(crate) fn fault(&self) -> Option<String> {
        let digests = self.layers().map(|layer| &layer.digest).chain([&self.digest]);
        let bad = digests.into_iter().find(|digest| !is_digest(digest))?;
        Some(format!("{bad:?} is not a digest, in the composition of {:?}", self.dialect))
    }
}

/// Tells a recipe: `quirk-acme` over `dialect-…`.
pub(super) fn told<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.into_iter().rev().collect::<Vec<_>>().join(" over ")
}

/// Refuses a quirk over a dialect that it was not made for.
pub(super) fn check_base(quirk: &PluginInfo, base: &PluginInfo) -> Result<(), StackError> {
    let fits = quirk.provides.is_empty() || quirk.provides.iter().any(|name| base.provides.contains(name));
    if fits {
        return Ok(());
    }
    let base = base.provides.first().cloned().unwrap_or_default();
    Err(StackError::WrongBase { quirk: quirk.name.clone(), base, bases: quirk.provides.clone() })
}
