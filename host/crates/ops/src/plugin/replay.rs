//! Replays the data files of a project through two versions of their loader, and shows what differs in the data.
//!
//! Nothing is written, and no database is asked.

use noorm_core::data_diff::{differences, shown};
use noorm_core::path::ProjectPath;
use noorm_core::value::Value;
use noorm_plugin_host::{Candidate, Loader, Opened, PluginError, PluginHost};
use serde::Serialize;

use super::{PluginInfo, SourceError};
use crate::files::ProjectFiles;
use crate::project::Project;

/// Differences of one file that are kept; one column that is read in another way differs in every row.
const DIFFERENCES_MAX: usize = 1000;

/// What a replay came to.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// How many data files went through both.
    pub files: usize,
    /// Those whose data differ, the smallest difference first.
    pub changed: Vec<Changed>,
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
    former: &PluginInfo,
    new: &Candidate,
) -> Result<Replay, SourceError> {
    let (Opened::Loader(old), Opened::Loader(new)) = (host.open_named(&former.name)?, host.open_candidate(new)?) else {
        return Ok(Replay::default());
    };
    let files = ProjectFiles::open(&project.root)?;
    let mut replay = Replay::default();
    for path in data_files(host, project, &files, former)? {
        let bytes = files.read(&path)?;
        replay.files += 1;
        replay.changed.extend(compare(&path, &load(&old, &path, &bytes), &load(&new, &path, &bytes)));
    }
    replay.changed.sort_by_key(|changed| changed.count);
    Ok(replay)
}

/// Returns the files in the folders of schema and changesets that the plugin serves.
fn data_files(
    host: &PluginHost,
    project: &Project,
    files: &ProjectFiles,
    former: &PluginInfo,
) -> Result<Vec<ProjectPath>, SourceError> {
    let paths = &project.settings.paths;
    let mut found = Vec::new();
    for folder in [&paths.schema, &paths.changesets] {
        let Ok(folder) = ProjectPath::parse(folder) else { continue };
        if files.is_folder(&folder) {
            found.extend(files.walk(&folder)?);
        }
    }
    found.sort();
    found.dedup();
    let is_served = |path: &ProjectPath| {
        let extension = path.file_name().rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        extension.is_some_and(|extension| host.serves(&former.name, &extension))
    };
    found.retain(is_served);
    Ok(found)
}

fn load(loader: &Loader, path: &ProjectPath, bytes: &[u8]) -> Result<Value, PluginError> {
    loader.load(path.as_str(), bytes)
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
