//! `plugin verify`: whether everything that is locked is here as it is locked, and signed as it is said to be.

use noorm_plugin_host::{Kept, PluginHost, PluginSource};
use serde::Serialize;

use super::signing::Signing;
use super::source::Delivery;
use super::{PluginError, PluginInfo, SourceError, look, restore};
use crate::project::Project;

/// How one plugin stands.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest that is locked.
    pub digest: String,
    /// The key that signed it, once more.
    pub signed_by: Option<String>,
    /// What is wrong; nothing, if all is well.
    pub findings: Vec<String>,
}

/// Looks at the plugins of a project, or at the one that is named. What is not here is fetched first.
pub fn verify(project: &Project, name: Option<&str>) -> Result<Vec<Verified>, SourceError> {
    let host = look(project)?;
    let signing = Signing::of(project)?;
    let mut plugins = host.list();
    plugins.retain(|info| info.source == PluginSource::Project && name.is_none_or(|name| info.name == name));
    match name {
        Some(name) if plugins.is_empty() => Err(PluginError::NotInProject { name: name.to_owned() }.into()),
        _ => Ok(plugins.iter().map(|info| one(&host, project, &signing, info)).collect()),
    }
}

fn one(host: &PluginHost, project: &Project, signing: &Signing, info: &PluginInfo) -> Verified {
    let (mut findings, mut signed_by) = (Vec::new(), None);
    match component(host, project, info) {
        Ok(kept) => match signature(project, signing, info, kept) {
            Ok(key) => signed_by = key,
            Err(error) => findings.push(told(&error)),
        },
        Err(error) => findings.push(told(&error)),
    }
    let (name, version, digest) = (info.name.clone(), info.version.clone(), info.digest.clone());
    Verified { name, version, digest, signed_by, findings }
}

fn component(host: &PluginHost, project: &Project, info: &PluginInfo) -> Result<Kept, SourceError> {
    if host.absent().iter().any(|absent| absent.name == info.name) {
        restore::restore_one(host, project, info)?;
    }
    Ok(host.kept(&info.name)?)
}

/// Returns the key that signed a component, after looking at the signature again.
fn signature(
    project: &Project,
    signing: &Signing,
    info: &PluginInfo,
    kept: Kept,
) -> Result<Option<String>, SourceError> {
    let from = info.name.clone();
    let Some(locked) = &info.signed_by else {
        return match signing.is_required() {
            true => Err(SourceError::NotSigned { from, is_required: true }),
            false => Ok(None),
        };
    };
    let signature = match kept.signature {
        Some(signature) => Some(signature),
        // A file that it was added from is nobody's to ask again.
        None if info.origin.as_deref().is_none_or(|origin| origin.starts_with("path:")) => None,
        None => restore::fetch(info, project)?.signature,
    };
    if signature.is_none() {
        return Err(SourceError::SignatureGone { name: from, locked: locked.clone() });
    }
    let delivery = Delivery { origin: String::new(), from: from.clone(), bytes: kept.component, signature };
    match signing.check(&delivery)? {
        Some(key) if key == *locked => Ok(Some(key)),
        Some(key) => Err(SourceError::OtherKey { name: from, locked: locked.clone(), found: key }),
        None => Err(SourceError::KeyUnknown { name: from, locked: locked.clone() }),
    }
}

fn told(error: &SourceError) -> String {
    use std::error::Error as _;
    let mut told = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        if !told.ends_with(&cause.to_string()) {
            told += &format!(": {cause}");
        }
        next = cause.source();
    }
    told
}
