//! Components that are given for one command: they serve in the place of the plugins of their names, without being locked.
//!
//! For authors, who try what they have just built in a project that has an older one. What was granted to the locked
//! plugin goes for the given one too, and nothing else does. That a run used one is for the caller to record.

use std::sync::Arc;

use crate::error::PluginError;
use crate::grant;
use crate::host::PluginHost;
use crate::info::{PluginInfo, PluginSource};
use crate::install;
use crate::registry::{Code, Entry};

impl PluginHost {
    /// Returns the plugins that stand in for others.
    pub(crate) fn given(&self) -> Result<Vec<Entry>, PluginError> {
        let given = self.options.with.iter().map(|(name, file)| {
            let candidate = self.examine(file, &install::read(file)?)?;
            if candidate.info.name != *name {
                let (file, found) = (file.clone(), candidate.info.name);
                return Err(PluginError::OtherName { name: name.clone(), file, found });
            }
            let former = self.registry.named(name).next().map(|entry| entry.info.grants.clone()).unwrap_or_default();
            let is_imported = |one: &grant::Grant| candidate.info.imports.contains(&one.import);
            let grants: Vec<_> = former.into_iter().filter(is_imported).collect();
            let imports = grant::missing(&candidate.info.imports, &grants);
            if !imports.is_empty() {
                return Err(PluginError::NotGranted { name: name.clone(), imports });
            }
            let origin = Some(format!("path:{}", file.display()));
            let info = PluginInfo { grants, origin, source: PluginSource::With, ..candidate.info };
            Ok(Entry { info, code: Code::Given(Arc::from(candidate.component)) })
        });
        given.collect()
    }

    /// Returns the names of the plugins that are given for this command.
    #[must_use]
    pub fn with(&self) -> Vec<String> {
        self.options.with.keys().cloned().collect()
    }
}
