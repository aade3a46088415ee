//! The components of a project's plugins as files: which are missing, and how they come back; what is beside them.
//!
//! It brings nothing from elsewhere: whoever does hands the bytes over, and they are taken if they are the locked ones.

use std::path::{Path, PathBuf};

use crate::error::PluginError;
use crate::grant;
use crate::host::PluginHost;
use crate::info::PluginInfo;
use crate::install::digest;
use crate::locked::locked;
use crate::registry::Code;
use crate::store;

/// The component of a project's plugin, as it is locked.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The component.
    pub component: Vec<u8>,
    /// The signature beside it.
    pub signature: Option<String>,
}

impl PluginHost {
    /// Returns the plugins of the project whose components are not here, and can be brought again from where they came.
    #[must_use]
    pub fn absent(&self) -> Vec<PluginInfo> {
        let files = self.registry.entries().filter_map(|entry| match &entry.code {
            Code::File(file) => Some((&entry.info, file)),
            Code::Bundled(_) | Code::Given(_) => None,
        });
        let is_elsewhere = |info: &PluginInfo| info.origin.as_deref().is_some_and(store::is_elsewhere);
        // What a bundle has needs no component. A bundle that cannot be used says so when a plugin is loaded.
        let bundle = self.bundle().ok().flatten();
        let is_sealed = |info: &PluginInfo| bundle.is_some_and(|bundle| bundle.has(&info.digest));
        files
            .filter(|(info, file)| is_elsewhere(info) && !file.exists() && !is_sealed(info))
            .map(|(info, _)| info.clone())
            .collect()
    }

    /// Takes the component of a plugin of the project to where it belongs, if it is the one that is locked.
    pub fn keep(&self, name: &str, from: &Path, kept: &Kept) -> Result<(), PluginError> {
        let (info, file) = self.file(name)?;
        let found = digest(&kept.component);
        if found != info.digest {
            let (name, locked) = (name.to_owned(), info.digest.clone());
            return Err(PluginError::Digest { name, file: from.to_path_buf(), locked, found });
        }
        store::put(file, &kept.component, kept.signature.as_deref())
    }

    /// Returns the component of a plugin of the project, which is the one that is locked, and its signature.
    pub fn kept(&self, name: &str) -> Result<Kept, PluginError> {
        let (info, file) = self.file(name)?;
        let (component, _) = locked(info, file)?;
        Ok(Kept { component, signature: store::signature(file)? })
    }

    /// Copies the component of a plugin, and its signature, into the project. Returns whether it was not there.
    pub fn vendor(&self, name: &str) -> Result<bool, PluginError> {
        let project = self.options.project.as_deref().ok_or(PluginError::NoProject)?;
        let (_, file) = self.file(name)?;
        let place = store::vendored(project, name);
        if *file == place {
            // Whether it is the locked one, too.
            return self.kept(name).map(|_| false);
        }
        let kept = self.kept(name)?;
        store::put(&place, &kept.component, kept.signature.as_deref())?;
        Ok(true)
    }

    fn file(&self, name: &str) -> Result<(&PluginInfo, &PathBuf), PluginError> {
        let found = self.registry.named(name).find_map(|entry| match &entry.code {
            Code::File(file) => Some((&entry.info, file)),
            Code::Bundled(_) | Code::Given(_) => None,
        });
        found.ok_or_else(|| PluginError::NotInProject { name: name.to_owned() })
    }
}

/// Returns whether bytes are a component, rather than a core module that could become one.
#[must_use]
pub fn is_component(bytes: &[u8]) -> bool {
    wasmparser::Parser::is_component(bytes)
}

/// Returns the imports of a plugin that nobody granted it.
#[must_use]
pub fn not_granted(info: &PluginInfo) -> Vec<String> {
    grant::missing(&info.imports, &info.grants)
}

/// Returns the SHA-256 of a file, in hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    digest(bytes)
}
