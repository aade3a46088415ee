//! Who has to have signed the plugins of a project before they run. The keys and the format are the business of whoever
//! opens the host; this asks, and refuses.
//!
//! What the lock file says of a signature is a claim: the file may come with a pull, as the component does. So the
//! signature beside the component is looked at each time. In a sealed bundle there is none, and its seal stands in for it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::error::PluginError;
use crate::host::PluginHost;
use crate::info::PluginInfo;
use crate::store;

/// Keys that are trusted, by name.
pub trait Signers: Send + Sync {
    /// Whether there is a key of this name.
    fn has(&self, key: &str) -> bool;

    /// Returns the name of the key whose signature this is of these bytes, or says why it is none's.
    fn signer(&self, component: &[u8], signature: &str) -> Result<String, String>;
}

/// Keys that options carry.
#[derive(Clone)]
pub struct SharedSigners(pub Arc<dyn Signers>);

impl fmt::Debug for SharedSigners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSigners")
    }
}

impl PluginHost {
    /// Refuses a plugin that is not even said to be signed by somebody whom the settings trust, where they want that.
    pub(crate) fn refuse_unsigned(&self, info: &PluginInfo) -> Result<(), PluginError> {
        let Some(SharedSigners(signers)) = &self.options.signers else { return Ok(()) };
        match &info.signed_by {
            Some(key) if signers.has(key) => Ok(()),
            signed_by => Err(PluginError::Unsigned { name: info.name.clone(), signed_by: signed_by.clone() }),
        }
    }

    /// Refuses a component whose signature is not the one that the lock file tells of, where the settings want one.
    pub(crate) fn refuse_forged(&self, info: &PluginInfo, file: &Path, component: &[u8]) -> Result<(), PluginError> {
        let Some(SharedSigners(signers)) = &self.options.signers else { return Ok(()) };
        self.refuse_unsigned(info)?;
        let locked = info.signed_by.clone().unwrap_or_default();
        let what = match store::signature(file)? {
            None => "there is none beside the component".to_owned(),
            Some(signature) => match signers.signer(component, &signature) {
                Ok(key) if key == locked => return Ok(()),
                Ok(key) => format!("`{key}` made it"),
                Err(why) => why,
            },
        };
        let what = format!("the lock file says `{locked}`, but {what}");
        Err(PluginError::Forged { name: info.name.clone(), what })
    }

    /// Returns the key that signed a component that is given for one command, where the settings want one.
    pub(crate) fn signer_of_given(
        &self,
        name: &str,
        file: &Path,
        component: &[u8],
    ) -> Result<Option<String>, PluginError> {
        let Some(SharedSigners(signers)) = &self.options.signers else { return Ok(None) };
        let unsigned = || PluginError::Unsigned { name: name.to_owned(), signed_by: None };
        let signature = store::signature(file)?.ok_or_else(unsigned)?;
        let forged = |what| PluginError::Forged { name: name.to_owned(), what };
        signers.signer(component, &signature).map(Some).map_err(forged)
    }
}
