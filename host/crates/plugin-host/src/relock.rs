//! Changes what a lock file says of a plugin: takes it out, and what it was granted.

use noorm_core::glob;

use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::PluginHost;
use crate::info::{PluginInfo, PluginSource};
use crate::lock_file::LockFile;
use crate::store;

impl PluginHost {
    /// Takes a plugin out of the project, with its component.
    pub fn remove(&mut self, name: &str) -> Result<PluginInfo, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let mut lock = LockFile::read(&project)?;
        let locked = lock.take(name).ok_or_else(|| self.not_of_project(name))?;
        // The lock file first: what is not in it does not run.
        lock.write(&project)?;
        store::remove_both(&store::vendored(&project, name))?;
        self.reopen()?;
        Ok(locked.info())
    }

    /// Sets what a plugin of the project is granted, for the digest and the imports that it is locked with.
    pub fn set_grants(&mut self, name: &str, grants: Vec<Grant>) -> Result<PluginInfo, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let mut lock = LockFile::read(&project)?;
        let mut locked = lock.take(name).ok_or_else(|| self.not_of_project(name))?;
        for path in grants.iter().flat_map(|grant| &grant.paths) {
            glob::check(path).map_err(|why| PluginError::Glob { glob: path.clone(), why })?;
        }
        locked.grants = grants;
        let info = locked.info();
        lock.put(locked);
        lock.write(&project)?;
        self.reopen()?;
        Ok(info)
    }

    /// Says why a plugin cannot be changed: there is none, or it is no plugin of the project's.
    fn not_of_project(&self, name: &str) -> PluginError {
        let is_bundled = self.registry.named(name).any(|entry| entry.info.source == PluginSource::Bundled);
        let name = name.to_owned();
        if is_bundled { PluginError::PartOfNoorm { name } } else { PluginError::NotInProject { name } }
    }
}
