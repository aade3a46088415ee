//! `plugin add`: components come into the project, from a file, a folder, a server or a registry.

use std::path::Path;

use noorm_fetch::OciAddress;
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
    /// The plugin of its name that it takes the place of.
    pub former: Option<PluginInfo>,
    /// Whether the lock file is another one now; otherwise the component was locked, and is where it belongs.
    pub is_new: bool,
    /// The dialects of the settings that are composed with it as a layer.
    pub composed: Vec<String>,
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
    let mut host = look(project)?;
    // All are looked at before the first is taken: a folder comes in whole or not at all.
    let ready = deliveries.into_iter().map(|delivery| Ready::of(&host, &signing, delivery, request));
    let ready = ready.collect::<Result<Vec<_>, _>>()?;
    if project.reach.is_locked {
        ready.iter().try_for_each(Ready::refuse_change)?;
    }
    let mut added = take(&mut host, ready)?;
    for one in &mut added {
        one.composed = host.locked_over(&one.plugin);
    }
    Ok(added)
}

/// A component that can be added.
struct Ready {
    delivery: Delivery,
    candidate: Candidate,
    signed_by: Option<String>,
    /// The plugin of its name that is locked.
    former: Option<PluginInfo>,
    /// What it is granted.
    grants: Vec<Grant>,
}

impl Ready {
    fn of(host: &PluginHost, signing: &Signing, delivery: Delivery, request: &AddRequest) -> Result<Self, SourceError> {
        let signed_by = signing.check(&delivery)?;
        let candidate = host.examine(Path::new(&delivery.from), &delivery.bytes)?;
        let info = &candidate.info;
        let former = own(host, &info.name);
        if signing.has_keys() && signed_by.is_none() && former.as_ref().is_some_and(|former| former.signed_by.is_some())
        {
            return Err(SourceError::NotSigned { from: delivery.from, is_required: false });
        }
        let same = former.as_ref().filter(|former| is_same_author(former, info, signed_by.as_ref(), &delivery));
        let mut grants = same.map(|former| kept_grants(former, info)).unwrap_or_default();
        for import in &request.grants {
            let is_of_files = import == "files" || import.starts_with("noorm:host/files");
            let paths = if is_of_files { &request.paths[..] } else { &[] };
            grant::put(&mut grants, grant::made(info, import, paths)?);
        }
        Ok(Self { delivery, candidate, signed_by, former, grants })
    }

    /// Returns the entry of the lock file, if it says the same already.
    fn locked(&self) -> Option<&PluginInfo> {
        let is_locked = |former: &&PluginInfo| {
            former.digest == self.candidate.info.digest
                && former.signed_by == self.signed_by
                && former.grants == self.grants
        };
        self.former.as_ref().filter(is_locked)
    }

    fn refuse_change(&self) -> Result<(), SourceError> {
        let info = &self.candidate.info;
        let what = match &self.former {
            _ if self.locked().is_some() => return Ok(()),
            Some(former) if former.digest == info.digest => "what it is granted, or who signed it".to_owned(),
            _ => format!("digest {}", info.digest),
        };
        Err(SourceError::Locked { name: info.name.clone(), what })
    }
}

fn take(host: &mut PluginHost, ready: Vec<Ready>) -> Result<Vec<Added>, SourceError> {
    let (locked, new): (Vec<_>, Vec<_>) = ready.into_iter().partition(|one| one.locked().is_some());
    let mut added = Vec::new();
    let (mut formers, mut installed) = (Vec::new(), Vec::new());
    for one in new {
        let how = Installation {
            origin: one.delivery.origin,
            grants: one.grants,
            signed_by: one.signed_by,
            signature: one.delivery.signature,
        };
        formers.push(one.former);
        installed.push((one.candidate, how));
    }
    let installed: Vec<_> = installed.iter().map(|(candidate, how)| (candidate, how)).collect();
    let plugins = host.install_all(&installed)?;
    let new = |(plugin, former)| Added { plugin, former, is_new: true, composed: Vec::new() };
    added.extend(plugins.into_iter().zip(formers).map(new));
    for one in locked {
        let plugin = one.locked().cloned().expect("that is what they were parted by");
        // Where it was added from first is where it can be fetched again.
        let kept = Kept { component: one.candidate.component, signature: one.delivery.signature };
        host.keep(&plugin.name, Path::new(&one.delivery.from), &kept)?;
        added.push(Added { plugin, former: None, is_new: false, composed: Vec::new() });
    }
    added.sort_by(|one, other| one.plugin.name.cmp(&other.plugin.name));
    Ok(added)
}

/// Whether a component may keep what was granted to the one that it takes the place of: it is the same one, or comes from
/// who made that one. A name is what anybody can give.
pub(super) fn is_same_author(
    former: &PluginInfo,
    new: &PluginInfo,
    signed_by: Option<&String>,
    delivery: &Delivery,
) -> bool {
    let is_signed_alike = signed_by.is_some() && former.signed_by.as_ref() == signed_by;
    let is_from_there = |origin: &String| is_same_place(origin, &delivery.origin);
    former.digest == new.digest || is_signed_alike || former.origin.as_ref().is_some_and(is_from_there)
}

/// Whether two origins are one place. A file is not one: whoever has the project can put another one there.
fn is_same_place(former: &str, new: &str) -> bool {
    match (former.parse::<OciAddress>(), new.parse::<OciAddress>()) {
        (Ok(former), Ok(new)) => former.is_same_repository(&new),
        _ => former == new && !former.starts_with("path:"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_repository_are_of_one_place() {
        let digest = format!("@sha256:{}", "ab".repeat(32));
        let check = |former: &str, new: &str, is_same: bool| {
            assert_eq!(is_same_place(former, new), is_same, "{former} and {new}");
        };
        let pinned = format!("oci://127.0.0.1:5000/x{digest}");
        check("oci://ghcr.io/acme/x:1.0", &format!("oci://ghcr.io/acme/x:2.0{digest}"), true);
        check("oci://127.0.0.1:5000/x:1", &pinned, true);
        check(&pinned, "oci://127.0.0.1:5001/x:1", false);
        check("oci://ghcr.io/acme/x:1.0", "oci://ghcr.io/acme/y:1.0", false);
        check("oci://ghcr.io/acme/x:1.0", "oci://ghcr.io/other/x:1.0", false);
        check("oci://ghcr.io/acme/x:1.0", "https://ghcr.io/acme/x:1.0", false);
        check("https://example.org/x.wasm", "https://example.org/x.wasm", true);
        check("https://example.org/x.wasm", "https://example.org/y.wasm", false);
        check("path:x.wasm", "path:x.wasm", false);
    }
}
