//! Replays what a project has through two versions of a plugin: its data files through a loader, and whatever a dialect can
//! be asked through a dialect, or through the dialects that a quirk is a layer of.
//!
//! Nothing is written, and no database is asked.

use noorm_conformance::difference::{self, Comparison};
use noorm_core::data_diff::{differences, shown};
use noorm_core::path::ProjectPath;
use noorm_core::value::Value;
use noorm_plugin_host::{Candidate, LinkedFiles as _, Opened, PluginHost, PluginKind};
use serde::Serialize;

use super::update::Update;
use super::{Grant, PluginError, SourceError, data};
use crate::files::ProjectFiles;
use crate::project::Project;
use crate::script::Linked;

/// Differences of one file that are kept; one column that is read in another way differs in every row.
const DIFFERENCES_MAX: usize = 1000;

/// What a replay came to.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// How many data files went through both.
    pub files: usize,
    /// Whether the project has more files than were looked at.
    pub is_cut: bool,
    /// How many files elsewhere in the project no plugin is given, such as keys, or cannot be read.
    pub unread: usize,
    /// Those whose data differ, the smallest difference first.
    pub changed: Vec<Changed>,
    /// The dialects that it serves or is a layer of.
    pub dialects: Vec<ReplayedDialect>,
}

/// A dialect that was asked everything twice.
#[derive(Debug, Clone, Serialize)]
pub struct ReplayedDialect {
    /// Its name.
    pub dialect: String,
    /// What the two versions say otherwise.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// A data file whose data differ.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The file.
    pub path: String,
    /// How many places differ.
    pub count: usize,
    /// The places, the smallest difference first. There may be more of them than are kept.
    pub differences: Vec<Place>,
    /// Why the locked version does not read it.
    pub former_error: Option<String>,
    /// Why the new version does not read it.
    pub new_error: Option<String>,
}

/// A place in the data.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// Where, such as `[3].name`.
    pub place: String,
    /// What the locked version reads there, written so that its kind is seen.
    pub former: Option<String>,
    /// What the new version reads there.
    pub new: Option<String>,
}

pub(super) fn replay(
    host: &PluginHost,
    project: &Project,
    update: &Update,
    candidate: &Candidate,
) -> Result<Replay, SourceError> {
    // As `take` would grant them: of files that it could not read before it may read none.
    let granted = update.wants.iter().map(|import| Grant { import: import.clone(), paths: Vec::new() });
    let grants: Vec<Grant> = update.new.grants.iter().cloned().chain(granted).collect();
    match candidate.info.kind {
        PluginKind::Loader => replay_data(host, &host.updated(candidate, grants)?, project, &update.former.name),
        PluginKind::Dialect => {
            let mut replay = composed(host, candidate)?;
            let versions = (host.open_named(&update.former.name)?, host.open_granted(candidate, grants)?);
            if let (Opened::Dialect(old), Opened::Dialect(new)) = versions {
                let dialect = update.former.provides.first().cloned().unwrap_or_default();
                replay.dialects.insert(0, ReplayedDialect { dialect, comparison: difference::compare(&old, &new) });
            }
            Ok(replay)
        }
        PluginKind::Quirk => composed(host, candidate),
    }
}

/// Compares the dialects of the settings that the plugin is a layer of.
fn composed(host: &PluginHost, candidate: &Candidate) -> Result<Replay, SourceError> {
    let mut replay = Replay::default();
    for (dialect, new) in host.composed_with(candidate)? {
        let comparison = difference::compare(&host.dialect(&dialect)?, &new);
        replay.dialects.push(ReplayedDialect { dialect, comparison });
    }
    Ok(replay)
}

/// Loads the data files that the plugin serves. Beside scripts these are those that it serves before or after: a version may
/// read other kinds of files than the one before, and then another plugin stands on the other side. Elsewhere nobody named
/// them, so that a version which nobody has accepted yet is given what the locked one reads, and nothing else.
fn replay_data(before: &PluginHost, after: &PluginHost, project: &Project, name: &str) -> Result<Replay, SourceError> {
    let files = ProjectFiles::open(&project.root)?;
    let paths = data::paths(project, &files)?;
    let elsewhere = data::elsewhere(&files, &paths);
    let mut replay = Replay { is_cut: elsewhere.is_cut, ..Replay::default() };
    let mut load = |path: &ProjectPath, bytes: &[u8]| {
        let load = |host: &PluginHost| data::load(&host.loader_for(path.as_str())?, &files, path, bytes);
        replay.files += 1;
        replay.changed.extend(compare(path, &load(before), &load(after)));
    };
    let is_served = |host: &PluginHost, path: &ProjectPath| host.is_served_by(path.as_str(), name);
    for path in paths.iter().filter(|path| is_served(before, path) || is_served(after, path)) {
        load(path, &files.read(path)?);
    }
    let mut unread = 0;
    let linked = Linked::new(files.clone());
    for path in elsewhere.files.iter().filter(|path| is_served(before, path)) {
        match linked.read(path.as_str()) {
            Ok(bytes) => load(path, &bytes),
            Err(_) => unread += 1,
        }
    }
    replay.unread = unread;
    replay.changed.sort_by_key(|changed| changed.count);
    Ok(replay)
}

fn compare(
    path: &ProjectPath,
    former: &Result<Value, PluginError>,
    new: &Result<Value, PluginError>,
) -> Option<Changed> {
    let error = |result: &Result<Value, PluginError>| result.as_ref().err().map(ToString::to_string);
    let (former_error, new_error) = (error(former), error(new));
    let found = match (former, new) {
        (Ok(former), Ok(new)) => differences(former, new),
        (Err(_), Err(_)) if former_error == new_error => return None,
        _ => Vec::new(),
    };
    if found.is_empty() && former_error.is_none() && new_error.is_none() {
        return None;
    }
    let place = |difference: &noorm_core::data_diff::Difference| Place {
        place: difference.path.clone(),
        former: difference.old.as_ref().map(shown),
        new: difference.new.as_ref().map(shown),
    };
    let differences = found.iter().take(DIFFERENCES_MAX).map(place).collect();
    Some(Changed { path: path.to_string(), count: found.len(), differences, former_error, new_error })
}
