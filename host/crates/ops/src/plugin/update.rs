//! `plugin update`: what is there today where a plugin was added from, and taking it.
//!
//! Who decides about it sits between [`find`] and [`take`]: grants are bound to what was granted, and a version that wants
//! no more needs no question.

use std::path::Path;

use noorm_plugin_host::{Candidate, Grant, Installation, PluginHost, PluginSource};

use super::add::{is_same_author, kept_grants, own};
use super::replay;
pub use super::replay::{Changed, Replay, ReplayedDialect};
use super::signing::Signing;
use super::source::Source;
use super::{PluginError, PluginInfo, SourceError, look, open};
use crate::project::Project;

/// Which plugins are looked for, and where.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Only the plugin of this name.
    pub name: Option<&'a str>,
    /// What is taken for what is there today, in place of where the plugin was added from.
    pub from: Option<&'a str>,
    /// The folder that files are named from.
    pub folder: &'a Path,
}

/// What was found of one plugin.
#[derive(Debug)]
pub struct Found {
    /// The plugin, as it is locked.
    pub former: PluginInfo,
    /// What is there today.
    pub today: Result<Today, SourceError>,
}

/// What is there today.
#[derive(Debug)]
pub enum Today {
    /// The same.
    Same,
    /// Nobody can tell: it was added from a file that is not in the project.
    Unknown,
    /// Another one.
    Other(Box<Update>),
}

/// Another version of a plugin that is locked.
#[derive(Debug)]
pub struct Update {
    /// The one that is locked.
    pub former: PluginInfo,
    /// The one that would take its place, with the grants that it keeps.
    pub new: PluginInfo,
    /// The imports that it has besides, and that nobody granted.
    pub wants: Vec<String>,
    candidate: Candidate,
    signature: Option<String>,
}

/// Looks for other versions of the plugins of a project, or of the one that is named.
pub async fn find(project: &Project, wanted: &Wanted<'_>) -> Result<Vec<Found>, SourceError> {
    let host = look(project)?;
    let signing = Signing::of(project)?;
    let mut former: Vec<PluginInfo> =
        host.list().into_iter().filter(|info| info.source == PluginSource::Project).collect();
    if let Some(name) = wanted.name {
        former.retain(|info| info.name == name);
        if former.is_empty() {
            return Err(PluginError::NotInProject { name: name.to_owned() }.into());
        }
    }
    let mut found = Vec::new();
    for former in former {
        let today = today(project, &host, &signing, &former, wanted).await;
        found.push(Found { former, today });
    }
    Ok(found)
}

async fn today(
    project: &Project,
    host: &PluginHost,
    signing: &Signing,
    former: &PluginInfo,
    wanted: &Wanted<'_>,
) -> Result<Today, SourceError> {
    let source = match wanted.from {
        Some(from) => Source::parse(from, wanted.folder)?,
        None => Source::of_origin(former.origin.as_deref().unwrap_or_default(), project)?.unpinned(),
    };
    if matches!(&source, Source::Path(path) if wanted.from.is_none() && !path.is_file()) {
        return Ok(Today::Unknown);
    }
    let brought = source.bring(Some(project), &project.reach, false).await?;
    let Some(delivery) = brought.into_iter().next() else { return Ok(Today::Unknown) };
    let signed_by = signing.check(&delivery)?;
    let candidate = host.examine(Path::new(&delivery.from), &delivery.bytes)?;
    let name = &candidate.info.name;
    if *name != former.name {
        let (from, found) = (delivery.from, name.clone());
        return Err(SourceError::OtherPlugin { from, name: former.name.clone(), found });
    }
    // A tag that was moved to the same component is pinned anew all the same.
    if candidate.info.digest == former.digest && signed_by == former.signed_by && is_origin(former, &delivery.origin) {
        return Ok(Today::Same);
    }
    if signing.has_keys() && former.signed_by.is_some() && signed_by.is_none() {
        return Err(SourceError::NotSigned { from: delivery.from, is_required: false });
    }
    let mut new = candidate.info.clone();
    // What somebody else brings is granted anew.
    let keeps = wanted.from.is_none() || is_same_author(former, &new, signed_by.as_ref(), &delivery);
    new.grants = if keeps { kept_grants(former, &new) } else { Vec::new() };
    new.origin = Some(delivery.origin);
    new.signed_by = signed_by;
    let wants = noorm_plugin_host::not_granted(&new);
    let signature = delivery.signature;
    Ok(Today::Other(Box::new(Update { former: former.clone(), new, wants, candidate, signature })))
}

fn is_origin(former: &PluginInfo, origin: &str) -> bool {
    former.origin.as_deref() == Some(origin)
}

/// Takes a new version, with the imports granted that it wants besides: whoever calls has asked. Of files it may read none
/// before their paths are granted.
pub fn take(project: &Project, update: Update) -> Result<PluginInfo, SourceError> {
    if project.reach.is_locked {
        let (name, what) = (update.new.name, format!("digest {}", update.new.digest));
        return Err(SourceError::Locked { name, what });
    }
    let mut host = look(project)?;
    if own(&host, &update.former.name).is_none_or(|locked| locked.digest != update.former.digest) {
        // Somebody else was quicker, and what was asked was about another pair.
        let (name, what) = (update.former.name, "it changed meanwhile".to_owned());
        return Err(SourceError::Locked { name, what });
    }
    let granted = update.wants.into_iter().map(|import| Grant { import, paths: Vec::new() });
    let how = Installation {
        origin: update.new.origin.unwrap_or_default(),
        grants: update.new.grants.into_iter().chain(granted).collect(),
        signed_by: update.new.signed_by,
        signature: update.signature,
    };
    Ok(host.install(&update.candidate, &how)?)
}

/// Replays what the project has through the locked version and the new one. Nothing is changed.
pub fn replay(project: &Project, update: &Update) -> Result<Replay, SourceError> {
    let host = open(project)?;
    let candidate = Candidate { info: update.new.clone(), component: update.candidate.component.clone() };
    replay::replay(&host, project, update, &candidate)
}
