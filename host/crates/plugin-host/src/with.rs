//! Components that are given for one command: they serve in the place of the plugins of their names, without being locked.
//!
//! For authors, who try what they have just built in a project that has an older one. What was granted to the locked
//! plugin goes for the given one too, and nothing else does. That a run used one is for the caller to record.

use std::sync::Arc;

use crate::error::PluginError;
use crate::grant::{self, Grant};
use crate::host::{Candidate, PluginHost};
use crate::info::{PluginInfo, PluginSource};
use crate::install;
use crate::registry::{Code, Entry};

impl PluginHost {
    /// Returns the plugins that stand in for others.
    pub(crate) fn given(&self) -> Result<Vec<Entry>, PluginError> {
        let given = self.options.with.iter().map(|(name, file)| {
            let bytes = install::read(file)?;
            let signed_by = self.signer_of_given(name, file, &bytes)?;
            let candidate = self.examine(file, &bytes)?;
            if candidate.info.name != *name {
                let (file, found) = (file.clone(), candidate.info.name);
                return Err(PluginError::OtherName { name: name.clone(), file, found });
            }
            // What is built in is granted to what is bundled, and to nothing that has its name.
            let mut locked = self.registry.named(name).filter(|entry| entry.info.source == PluginSource::Project);
            let former = locked.next().map(|entry| entry.info.grants.clone()).unwrap_or_default();
            let is_imported = |one: &grant::Grant| candidate.info.imports.contains(&one.import);
            let grants: Vec<_> = former.into_iter().filter(is_imported).collect();
            let imports = grant::missing(&candidate.info.imports, &grants);
            if !imports.is_empty() {
                return Err(PluginError::NotGranted { name: name.clone(), imports });
            }
            let origin = Some(format!("path:{}", file.display()));
            let info = PluginInfo { grants, origin, signed_by, source: PluginSource::With, ..candidate.info };
            Ok(Entry { info, code: Code::Given(Arc::from(candidate.component)) })
        });
        given.collect()
    }

    /// Opens the same plugins once more, with a candidate in the place of the project's plugin of its name: to compare what
    /// the two serve, and never to run.
    pub fn updated(&self, candidate: &Candidate, grants: Vec<Grant>) -> Result<Self, PluginError> {
        let mut host = Self::open(self.options.clone())?;
        let info = PluginInfo { grants, source: PluginSource::Project, ..candidate.info.clone() };
        let code = Code::Given(Arc::from(candidate.component.as_slice()));
        host.registry = std::mem::take(&mut host.registry).with(vec![Entry { info, code }]);
        Ok(host)
    }

    /// Returns the names of the plugins that are given for this command.
    #[must_use]
    pub fn with(&self) -> Vec<String> {
        self.options.with.keys().cloned().collect()
    }
}
