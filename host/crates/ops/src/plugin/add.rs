//! `plugin add`: components come into the project, from a file, a folder, a server or a registry.

use std::path::Path;

use noorm_plugin_host::{Candidate, Installation, Kept, PluginHost, sha256};
use serde::Serialize;

use super::signing::Signing;
use super::source::{Delivery, Source};
use super::{Grant, PluginInfo, SourceError, grant, look};
use crate::project::Project;

/// What is to be added.
#[derive(Debug, Clone)]
pub struct AddRequest {
    /// A file, a folder, `https://…` or `oci://…`.
    pub source: String,
    /// The digest that it has to have, in hex.
    pub sha256: Option<String>,
    /// The imports that it is granted: `files`, or their names.
    pub grants: Vec<String>,
    /// The files of a grant of files, as globs.
    pub paths: Vec<String>,
}

/// What became of one plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Added {
    /// The plugin, as it is locked.
    pub plugin: PluginInfo,
    /// Whether the lock file is another one now; otherwise the component was locked, and is where it belongs.
    pub is_new: bool,
}

/// Adds a plugin to a project, or all those of a folder.
pub async fn add(project: &Project, working_dir: &Path, request: &AddRequest) -> Result<Vec<Added>, SourceError> {
    let wanted = request.sha256.as_deref().map(digest).transpose()?;
    let source = Source::parse(&request.source, working_dir)?;
    let deliveries = source.bring(Some(project), &project.reach, true).await?;
    if let Some(wanted) = wanted {
        check_digest(&source, &deliveries, wanted)?;
    }
    let signing = Signing::of(project)?;
    let mut host = look(Some(project))?;
    let examined = deliveries.into_iter().map(|delivery| Examined::of(&host, &signing, delivery));
    // All are looked at before the first is taken: a folder comes in whole or not at all.
    let examined = examined.collect::<Result<Vec<_>, _>>()?;
    if project.reach.is_locked {
        examined.iter().try_for_each(|one| one.refuse_change(&host))?;
    }
    examined.into_iter().map(|one| one.take(&mut host, request)).collect()
}

/// A component that could be added.
struct Examined {
    delivery: Delivery,
    candidate: Candidate,
    signed_by: Option<String>,
}

impl Examined {
    fn of(host: &PluginHost, signing: &Signing, delivery: Delivery) -> Result<Self, SourceError> {
        let signed_by = signing.check(&delivery)?;
        let candidate = host.examine(Path::new(&delivery.from), &delivery.bytes)?;
        Ok(Self { delivery, candidate, signed_by })
    }

    /// Returns the entry of the lock file that this is the component of.
    fn locked(&self, host: &PluginHost) -> Option<PluginInfo> {
        let info = &self.candidate.info;
        own(host, &info.name).filter(|locked| locked.digest == info.digest && locked.signed_by == self.signed_by)
    }

    fn refuse_change(&self, host: &PluginHost) -> Result<(), SourceError> {
        match self.locked(host) {
            Some(_) => Ok(()),
            None => Err(SourceError::Locked {
                name: self.candidate.info.name.clone(),
                what: format!("digest {}", self.candidate.info.digest),
            }),
        }
    }

    fn take(self, host: &mut PluginHost, request: &AddRequest) -> Result<Added, SourceError> {
        if let Some(plugin) = self.locked(host).filter(|_| request.grants.is_empty()) {
            // Where it was added from first is where it can be fetched again.
            let kept = Kept { component: self.candidate.component, signature: self.delivery.signature };
            host.keep(&plugin.name, Path::new(&self.delivery.from), &kept)?;
            return Ok(Added { plugin, is_new: false });
        }
        let former = own(host, &self.candidate.info.name);
        let mut grants = former.map(|former| kept_grants(&former, &self.candidate.info)).unwrap_or_default();
        for import in &request.grants {
            let is_of_files = import == "files" || import.starts_with("noorm:host/files");
            let paths = if is_of_files { &request.paths[..] } else { &[] };
            grant::put(&mut grants, grant::made(&self.candidate.info, import, paths)?);
        }
        let how = Installation {
            origin: self.delivery.origin,
            grants,
            signed_by: self.signed_by,
            signature: self.delivery.signature,
        };
        let plugin = host.install(&self.candidate, &how)?;
        Ok(Added { plugin, is_new: true })
    }
}

/// Returns the project's own plugin of a name.
pub(super) fn own(host: &PluginHost, name: &str) -> Option<PluginInfo> {
    let own = |info: &PluginInfo| info.name == name && info.source == noorm_plugin_host::PluginSource::Project;
    host.list().into_iter().find(own)
}

/// Returns the grants that another version keeps: those of the imports that it still has. What it wants besides has to be
/// granted anew.
pub(super) fn kept_grants(former: &PluginInfo, new: &PluginInfo) -> Vec<Grant> {
    former.grants.iter().filter(|grant| new.imports.contains(&grant.import)).cloned().collect()
}

fn digest(text: &str) -> Result<&str, SourceError> {
    let digits = text.trim().trim_start_matches("sha256:");
    let is_digest = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest { Ok(digits) } else { Err(SourceError::NoDigest { text: text.to_owned() }) }
}

fn check_digest(source: &Source, deliveries: &[Delivery], wanted: &str) -> Result<(), SourceError> {
    let [delivery] = deliveries else {
        let folder = source.to_string().into();
        return Err(SourceError::DigestOfSeveral { folder, count: deliveries.len() });
    };
    let found = sha256(&delivery.bytes);
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(SourceError::Digest { from: delivery.from.clone(), wanted: wanted.to_ascii_lowercase(), found })
}
