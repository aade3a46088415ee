//! `plugin stats`: what the project's plugins use for the project's own files, measured now.
//!
//! Loads every data file and splits every script, and keeps nothing of it. No database is asked, and nothing is written.

use std::time::Instant;

use noorm_plugin_host::Serves;
use serde::Serialize;

use super::{PluginError, data, open};
use crate::files::{FileError, ProjectFiles};
use crate::project::Project;

/// What one file took.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    /// The file.
    pub filepath: String,
    /// The plugin that served it.
    pub plugin: String,
    /// How long it took.
    pub ms: f64,
    /// Its bytes.
    pub bytes: u64,
    /// Why it could not be loaded or split.
    pub error: Option<String>,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The plugins cannot be opened.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The project's files cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Measures the files of the project's folders, slowest first. Scripts are split by the dialect of this name.
pub fn stats(project: &Project, dialect: Option<&str>) -> Result<Vec<Measured>, StatsError> {
    let plugins = open(project)?;
    let files = ProjectFiles::open(&project.root)?;
    let dialect = dialect.map(|name| plugins.dialect(name)).transpose()?;
    let mut measured = Vec::new();
    for path in data::paths(project, &files)? {
        let Some((_, extension)) = path.file_name().rsplit_once('.') else { continue };
        let extension = extension.to_ascii_lowercase();
        let started = Instant::now();
        // A script is one first: a loader reads `.sql` files too, as text.
        let (plugin, bytes, outcome) = match &dialect {
            Some(dialect) if extension == "sql" => {
                let bytes = files.read(&path)?;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let outcome = dialect.split(path.as_str(), &text).map(drop);
                (dialect.plugin_ref().name, bytes, outcome)
            }
            _ if extension != "sql" && matches!(plugins.serves_file(path.as_str()), Serves::Yes) => {
                let bytes = files.read(&path)?;
                let served = plugins.loader_for(path.as_str())?;
                let outcome = data::load(&served, &files, &path, &bytes).map(drop);
                (served.loader.plugin_ref().name, bytes, outcome)
            }
            _ => continue,
        };
        measured.push(Measured {
            filepath: path.to_string(),
            plugin,
            ms: (started.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0,
            bytes: bytes.len() as u64,
            error: outcome.err().map(|error| error.to_string()),
        });
    }
    measured.sort_by(|one, other| other.ms.total_cmp(&one.ms));
    Ok(measured)
}
