//! Changes what a lock file says of a plugin: takes it out, and what it was granted.

use noorm_core::glob;

use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::PluginHost;
use crate::info::{PluginInfo, PluginSource};
use crate::lock_file::Held;
use crate::store;

impl PluginHost {
    /// Takes a plugin out of the project, with its component.
    pub fn remove(&mut self, name: &str) -> Result<PluginInfo, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let mut lock = Held::take(&project)?;
        let locked = lock.take(name).ok_or_else(|| self.not_of_project(name))?;
        // The lock file first: what is not in it does not run.
        lock.write()?;
        store::remove_both(&store::vendored(&project, name))?;
        self.reopen()?;
        Ok(locked.info())
    }

    /// Sets what a plugin of the project is granted, for the digest and the imports that it is locked with.
    pub fn set_grants(&mut self, name: &str, grants: Vec<Grant>) -> Result<PluginInfo, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let mut lock = Held::take(&project)?;
        let mut locked = lock.take(name).ok_or_else(|| self.not_of_project(name))?;
        // Whoever made the list of grants looked at the entry that this host has.
        let is_other = |info: &PluginInfo| (&info.digest, &info.grants) != (&locked.digest, &locked.grants);
        if self.of_project(name).is_some_and(is_other) {
            return Err(lock.refuse(format!("another process changed `{name}` meanwhile")));
        }
        for path in grants.iter().flat_map(|grant| &grant.paths) {
            glob::check(path).map_err(|why| PluginError::Glob { glob: path.clone(), why })?;
        }
        locked.grants = grants;
        let info = locked.info();
        lock.put(locked);
        lock.write()?;
        self.reopen()?;
        Ok(info)
    }

    fn of_project(&self, name: &str) -> Option<&PluginInfo> {
        let mut infos = self.registry.named(name).map(|entry| &entry.info);
        infos.find(|info| info.source == PluginSource::Project)
    }

    /// Says why a plugin cannot be changed: there is none, or it is no plugin of the project's.
    fn not_of_project(&self, name: &str) -> PluginError {
        let is_bundled = self.registry.named(name).any(|entry| entry.info.source == PluginSource::Bundled);
        let name = name.to_owned();
        if is_bundled { PluginError::PartOfNoorm { name } } else { PluginError::NotInProject { name } }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::host::Options;
    use crate::lock_file::LockFile;

    const FILES: &str = "noorm:host/files@1.0.0";

    fn open(project: &Path) -> PluginHost {
        PluginHost::open(Options { project: Some(project.to_path_buf()), ..Options::default() }).unwrap()
    }

    /// A project with plugins that nobody loads.
    fn project(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let one = |name: &&str| {
            let digest = "0".repeat(64);
            serde_json::json!({
                "name": name, "version": "1.0.0", "kind": "loader", "summary": "", "digest": digest, "sizeBytes": 1,
                "interface": "noorm:loader@1.0.0", "imports": [FILES], "provides": [name], "source": "path:a.wasm",
            })
        };
        let lock = serde_json::json!({ "version": 2, "plugins": names.iter().map(one).collect::<Vec<_>>() });
        std::fs::write(folder.path().join("plugins.lock"), lock.to_string()).unwrap();
        folder
    }

    fn files(glob: &str) -> Grant {
        Grant { import: FILES.to_owned(), paths: vec![glob.to_owned()] }
    }

    #[test]
    fn grants_that_are_given_at_once_are_all_there() {
        let names = ["loader-a", "loader-b", "loader-c", "loader-d"];
        let project = project(&names);
        // Each has read the lock file before the first one writes.
        let hosts: Vec<_> = names.iter().map(|name| (*name, open(project.path()))).collect();
        std::thread::scope(|scope| {
            for (name, mut host) in hosts {
                scope.spawn(move || host.set_grants(name, vec![files("schema/**")]).unwrap());
            }
        });
        let lock = LockFile::read(project.path()).unwrap();
        assert!(lock.plugins().iter().all(|one| one.grants == [files("schema/**")]), "{lock:?}");
    }

    #[test]
    fn a_grant_is_for_what_was_looked_at() {
        let project = project(&["loader-a"]);
        let (mut first, mut second) = (open(project.path()), open(project.path()));
        first.set_grants("loader-a", vec![files("a/**")]).unwrap();
        let error = second.set_grants("loader-a", vec![files("b/**")]).unwrap_err();
        let PluginError::Io { source, .. } = error else { panic!("another error") };
        assert_eq!(source.to_string(), "another process changed `loader-a` meanwhile");
        let lock = LockFile::read(project.path()).unwrap();
        assert_eq!(lock.plugins()[0].grants, [files("a/**")]);
        first.set_grants("loader-a", vec![files("a/**"), files("b/**")]).unwrap();
    }
}
