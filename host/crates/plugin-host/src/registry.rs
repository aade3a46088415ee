//! Which plugin serves which name.
//!
//! A project plugin comes before a bundled one that serves the same name; that is how a bundled one is
//! replaced. Two of the project's own that claim one name are an error, and never a matter of order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bundled::{Bundled, bundled};
use crate::error::PluginError;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::PluginKind;
use crate::lock_file::LockFile;
use crate::stack::Composition;
use crate::store::Store;

/// The plugins of a host.
#[derive(Default)]
pub(crate) struct Registry {
    entries: Vec<Entry>,
    /// Plugins that serve nothing, by name.
    disabled: BTreeSet<String>,
    compositions: Vec<Composition>,
}

/// One plugin and where its code is.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) info: PluginInfo,
    pub(crate) code: Code,
}

/// Where a plugin's code is.
#[derive(Clone)]
pub(crate) enum Code {
    /// In the host's own binary.
    Bundled(&'static Bundled),
    /// In a file of the project.
    File(PathBuf),
    /// Given for this command.
    Given(Arc<[u8]>),
}

impl Registry {
    /// Reads the bundled table and the project's lock file; no plugin is loaded. `fetched` is the folder of components that
    /// came from elsewhere.
    pub(crate) fn open(project: Option<&Path>, fetched: Option<&Path>) -> Result<Self, PluginError> {
        let mut entries: Vec<_> =
            bundled().iter().map(|bundled| Entry { info: bundled.info(), code: Code::Bundled(bundled) }).collect();
        let mut compositions = Vec::new();
        if let Some(project) = project {
            let lock = LockFile::read(project)?;
            compositions = lock.compositions().to_vec();
            let store = Store { project, fetched };
            entries.extend(
                lock.plugins()
                    .iter()
                    .map(|locked| Entry { info: locked.info(), code: Code::File(store.place(locked)) }),
            );
        }
        Ok(Self { compositions, ..Self::of(entries) })
    }

    pub(crate) fn of(mut entries: Vec<Entry>) -> Self {
        let key = |entry: &Entry| (entry.info.name.clone(), entry.info.source == PluginSource::Bundled);
        entries.sort_by_key(key);
        Self { entries, disabled: BTreeSet::new(), compositions: Vec::new() }
    }

    /// Keeps plugins from serving anything.
    pub(crate) fn disabling(self, names: &BTreeSet<String>) -> Self {
        Self { disabled: names.clone(), ..self }
    }

    /// Puts plugins in the place of those of their names.
    pub(crate) fn with(self, given: Vec<Entry>) -> Self {
        let is_replaced = |entry: &Entry| given.iter().any(|one| one.info.name == entry.info.name);
        let mut entries: Vec<_> = self.entries.into_iter().filter(|entry| !is_replaced(entry)).collect();
        entries.extend(given);
        Self { disabled: self.disabled, compositions: self.compositions, ..Self::of(entries) }
    }

    pub(crate) fn is_disabled(&self, name: &str) -> bool {
        self.disabled.contains(name)
    }

    /// Returns a plugin that would serve `name` if it were not disabled.
    pub(crate) fn disabled_of(&self, kind: PluginKind, name: &str) -> Option<&PluginInfo> {
        let would = |info: &&PluginInfo| info.kind == kind && info.provides.iter().any(|served| served == name);
        self.list().filter(would).find(|info| self.is_disabled(&info.name))
    }

    /// Returns all plugins by name, those of the project before bundled ones.
    pub(crate) fn list(&self) -> impl Iterator<Item = &PluginInfo> {
        self.entries.iter().map(|entry| &entry.info)
    }

    /// Returns all plugins with their code.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Returns the plugins of a name: the project's before the bundled one.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.info.name == name)
    }

    /// Returns the compositions of the project's lock file.
    pub(crate) fn compositions(&self) -> &[Composition] {
        &self.compositions
    }

    /// Returns what a dialect of the settings was composed of when it was locked.
    pub(crate) fn composition(&self, dialect: &str) -> Option<&Composition> {
        self.compositions.iter().find(|it| it.dialect == dialect)
    }

    /// Returns the names that plugins of a kind serve.
    pub(crate) fn served(&self, kind: PluginKind) -> Vec<String> {
        let of_kind = self.list().filter(|info| info.kind == kind && !self.is_disabled(&info.name));
        let names: BTreeSet<_> = of_kind.flat_map(|info| info.provides.iter().cloned()).collect();
        names.into_iter().collect()
    }

    /// Returns the plugin that serves `name`.
    pub(crate) fn find(&self, kind: PluginKind, name: &str) -> Result<Option<&Entry>, PluginError> {
        let serves = |info: &PluginInfo| info.kind == kind && info.provides.iter().any(|served| served == name);
        let serves = |entry: &&Entry| serves(&entry.info) && !self.is_disabled(&entry.info.name);
        let of = |source| self.entries.iter().filter(serves).filter(move |entry| entry.info.source == source);
        if let Some(given) = of(PluginSource::With).next() {
            return Ok(Some(given));
        }
        let mut project = of(PluginSource::Project);
        match (project.next(), project.next()) {
            (Some(first), Some(second)) => Err(PluginError::Conflict {
                name: name.to_owned(),
                first: first.info.name.clone(),
                second: second.info.name.clone(),
            }),
            (Some(only), None) => Ok(Some(only)),
            _ => Ok(of(PluginSource::Bundled).next()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn info(name: &str) -> PluginInfo {
        entry(name, PluginSource::Project, &[]).info
    }

    pub(crate) fn entry(name: &str, source: PluginSource, provides: &[&str]) -> Entry {
        let info = PluginInfo {
            name: name.to_owned(),
            kind: PluginKind::Loader,
            version: "1.0.0".to_owned(),
            summary: String::new(),
            digest: String::new(),
            interface: String::new(),
            imports: Vec::new(),
            grants: Vec::new(),
            source,
            origin: None,
            signed_by: None,
            provides: provides.iter().map(|&name| name.to_owned()).collect(),
            driver: None,
            options_schema: None,
            size_bytes: 0,
        };
        Entry { info, code: Code::File(PathBuf::new()) }
    }

    fn registry() -> Registry {
        use PluginSource::{Bundled, Project};
        Registry::of(vec![
            entry("loader-yaml", Bundled, &["yaml", "yml"]),
            entry("loader-fast-yaml", Project, &["yml"]),
            entry("loader-a", Project, &["ini"]),
            entry("loader-b", Project, &["ini"]),
        ])
    }

    #[test]
    fn a_project_plugin_comes_first() {
        let registry = registry();
        let found = |name| {
            let found = registry.find(PluginKind::Loader, name).unwrap();
            found.map(|entry| entry.info.name.as_str())
        };
        assert_eq!(found("yaml"), Some("loader-yaml"));
        assert_eq!(found("yml"), Some("loader-fast-yaml"));
        assert_eq!(found("xml"), None);
        assert!(registry.find(PluginKind::Dialect, "yml").unwrap().is_none());
    }

    #[test]
    fn two_claims_name_both() {
        let registry = registry();
        let Err(error) = registry.find(PluginKind::Loader, "ini") else { panic!("a conflict") };
        assert_eq!(error.to_string(), "`loader-a` and `loader-b` both serve `ini`");
    }
}
