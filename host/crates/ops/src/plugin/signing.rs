//! Who has to have signed a project's plugins, as its settings say.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use noorm_plugin_host::{SharedSigners, Signers};
use noorm_vault::signature::{SignatureError, SigningKeys};

use super::SourceError;
use super::source::Delivery;
use crate::project::Project;

/// What the settings want of signatures.
pub(super) struct Signing {
    keys: SigningKeys,
    is_required: bool,
}

impl Signing {
    /// Reads the settings.
    pub(super) fn of(project: &Project) -> Result<Self, SourceError> {
        let settings = &project.settings.plugins;
        let keys = settings.keys.iter().map(|(name, key)| (name.as_str(), key.as_str()));
        let keys = SigningKeys::read(keys).map_err(SourceError::Keys)?;
        Ok(Self { keys, is_required: settings.require_signatures })
    }

    /// Whether the settings name keys.
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether the settings require signatures.
    pub(super) fn is_required(&self) -> bool {
        self.is_required
    }

    /// Returns the name of the key that signed what came, if there is a signature. Where the settings name no keys, nobody
    /// can tell whose a signature is, and it is not looked at.
    pub(super) fn check(&self, delivery: &Delivery) -> Result<Option<String>, SourceError> {
        let from = delivery.from.clone();
        match &delivery.signature {
            Some(signature) if !self.keys.is_empty() => {
                // The signature is of the bytes that its author had: what would be made of a module was never signed.
                if !noorm_plugin_host::is_component(&delivery.bytes) {
                    return Err(SourceError::Module { from });
                }
                let signed = self.keys.verify(&delivery.bytes, signature);
                signed.map(|key| Some(key.to_owned())).map_err(|source| SourceError::Signature { from, source })
            }
            _ if self.is_required => Err(SourceError::NotSigned { from, is_required: true }),
            _ => Ok(None),
        }
    }
}

/// Returns the keys of which one has to have signed a plugin before it runs, if the settings want that.
pub(super) fn required(project: &Project) -> Option<SharedSigners> {
    let settings = &project.settings.plugins;
    let named = || Named { keys: settings.keys.clone(), read: OnceLock::new() };
    settings.require_signatures.then(|| SharedSigners(Arc::new(named())))
}

/// The keys of the settings, which are read when the first signature is looked at.
struct Named {
    keys: BTreeMap<String, String>,
    read: OnceLock<Result<SigningKeys, SignatureError>>,
}

impl Signers for Named {
    fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    fn signer(&self, component: &[u8], signature: &str) -> Result<String, String> {
        let keys = || SigningKeys::read(self.keys.iter().map(|(name, key)| (name.as_str(), key.as_str())));
        let keys = self.read.get_or_init(keys).as_ref().map_err(ToString::to_string)?;
        keys.verify(component, signature).map(str::to_owned).map_err(|error| error.to_string())
    }
}
