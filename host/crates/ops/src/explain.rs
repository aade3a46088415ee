//! `explain`: which plugins, in which version, made what ran of which bytes; and whether all that is still the same.
//!
//! What ran is taken from the history, what is there now from the project. Nothing is run and nothing is changed.

use std::path::Path;

use noorm_core::checksum::Checksum;
use noorm_core::history::{FileStatus, Operation};
use noorm_core::path::ProjectPath;
use noorm_core::plugin::PluginRef;
use noorm_plugin_host::{PluginHost, Why};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::plugin;
use crate::session::{Session, SessionError};
use crate::start::StartError;
use crate::tracker::{self, LatestFile};
use crate::workbench::Workbench;

/// How far back the operation of a file is looked for.
const OPERATIONS_MAX: u32 = 500;

/// What ran, and what there is now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// What was asked about.
    pub name: String,
    /// The operation that ran it, where the history still tells which.
    pub operation: Option<Operation>,
    /// Whether it is a file that others read: those are `files`.
    pub is_input: bool,
    /// Its files.
    pub files: Vec<ExplainedFile>,
}

/// What one file was made of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedFile {
    /// The file.
    pub filepath: String,
    /// How its run ended.
    pub status: FileStatus,
    /// Its checksum, which for a template covers what it was made of.
    pub checksum: Compared<String>,
    /// The dialect that cut it into statements.
    pub dialect: Compared<PluginRef>,
    /// What that dialect was composed of, the base first; nothing where it was one plugin.
    pub layers: Vec<Compared<PluginRef>>,
    /// What its template read, in order.
    pub inputs: Vec<ExplainedInput>,
    /// Plugins that were given for that run alone, in the place of locked ones.
    pub with: Vec<String>,
    /// Why it cannot be said what it would be made of now.
    pub unreadable: Option<String>,
}

/// What one input was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedInput {
    /// The file.
    pub path: String,
    /// Its checksum.
    pub checksum: Compared<String>,
    /// The loader that made a value of it.
    pub plugin: Compared<PluginRef>,
    /// The options that the loader was given.
    pub options: Compared<Map<String, Value>>,
    /// The data file for which a loader read this one.
    pub read_for: Option<String>,
}

/// Something then and now.
#[derive(Debug, PartialEq, Serialize)]
pub struct Compared<T> {
    /// What it was.
    pub ran: Option<T>,
    /// What it is.
    pub now: Option<T>,
    /// Whether the two are the same.
    pub same: bool,
}

impl<T: PartialEq> Compared<T> {
    fn of(ran: Option<T>, now: Option<T>) -> Self {
        Self { same: ran == now, ran, now }
    }
}

/// What a row's `inputs` says. Rows of other versions may say less.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Recorded {
    dialect: Option<PluginRef>,
    layers: Vec<PluginRef>,
    files: Vec<RecordedInput>,
    with: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RecordedInput {
    path: String,
    checksum: String,
    plugin: Option<PluginRef>,
    options: Map<String, Value>,
    read_for: Option<String>,
}

/// Explains the last run of a changeset or of a file.
pub async fn explain(bench: &Workbench, name: &str) -> Result<Explanation, StartError> {
    let unknown =
        |similar| StartError::Unknown { what: "changeset or file in the history", name: name.to_owned(), similar };
    let Some(mut session) = tracker::open(bench).await? else { return Err(unknown(None)) };
    let host = plugin::look(&bench.project).map_err(SessionError::Plugin)?;
    let now = Now { bench, host: &host };
    let changes = tracker::latest_changes(&mut session).await?;
    let changeset = changeset_name(bench, name);
    if let Some(operation) = changes.iter().find(|operation| operation.name == changeset) {
        let files = tracker::executions_of(&mut session, operation.id).await?;
        // A manifest is recorded beside the files that it names, and makes nothing.
        let files = files.into_iter().filter(|file| file.file_type == "sql").map(|file| LatestFile {
            filepath: file.filepath,
            checksum: file.checksum,
            status: file.status,
            inputs: file.inputs,
        });
        let files = files.map(|file| now.compare(&file)).collect();
        let operation = Some(operation.clone());
        return Ok(Explanation { name: changeset.to_owned(), operation, is_input: false, files });
    }
    let latest = tracker::latest_files(&mut session).await?;
    let paths = paths(bench, name);
    let Some(file) = file_meant(&latest, &paths) else {
        if let Some((path, readers)) = readers(&latest, &paths) {
            let files = readers.into_iter().map(|file| now.compare(file)).collect();
            return Ok(Explanation { name: path.to_string(), operation: None, is_input: true, files });
        }
        let known = changes.iter().map(|operation| operation.name.as_str());
        let known = known.chain(latest.iter().map(|file| file.filepath.as_str()));
        return Err(unknown(noorm_core::similar::closest(name, known).map(str::to_owned)));
    };
    let operation = operation_of(&mut session, &file.filepath).await?;
    Ok(Explanation { name: file.filepath.clone(), operation, is_input: false, files: vec![now.compare(file)] })
}

/// A changeset may be named by its folder.
fn changeset_name<'a>(bench: &Workbench, name: &'a str) -> &'a str {
    let name = name.trim_end_matches('/');
    let inside = name.trim_start_matches("./").strip_prefix(bench.changesets.as_str());
    inside.and_then(|rest| rest.strip_prefix('/')).filter(|rest| !rest.contains('/')).unwrap_or(name)
}

/// Returns the files that a name can mean, likeliest first: from the working directory, and from the project.
fn paths(bench: &Workbench, name: &str) -> Vec<ProjectPath> {
    let root = bench.files.root();
    let here = bench.home.working_dir.canonicalize().unwrap_or_else(|_| bench.home.working_dir.clone());
    let named = [ProjectPath::from_os(root, &here.join(name)), ProjectPath::from_os(root, Path::new(name))];
    named.into_iter().flatten().collect()
}

/// Returns the file that ran and is the likeliest of those that a name can mean.
fn file_meant<'a>(latest: &'a [LatestFile], paths: &[ProjectPath]) -> Option<&'a LatestFile> {
    paths.iter().find_map(|path| latest.iter().find(|file| path.as_str() == file.filepath))
}

/// Returns the likeliest input that a name can mean, and the files that read it when they ran last.
fn readers<'a, 'b>(
    latest: &'a [LatestFile],
    paths: &'b [ProjectPath],
) -> Option<(&'b ProjectPath, Vec<&'a LatestFile>)> {
    let reads = |file: &LatestFile, path: &ProjectPath| {
        let recorded: Recorded = serde_json::from_str(&file.inputs).unwrap_or_default();
        recorded.files.iter().any(|input| input.path == path.as_str())
    };
    let readers = |path| latest.iter().filter(|file| reads(file, path)).collect::<Vec<_>>();
    paths.iter().map(|path| (path, readers(path))).find(|(_, readers)| !readers.is_empty())
}

/// Returns the operation that ran a file last.
async fn operation_of(session: &mut Session, filepath: &str) -> Result<Option<Operation>, SessionError> {
    for operation in tracker::history(session, OPERATIONS_MAX).await? {
        let files = tracker::executions_of(session, operation.id).await?;
        if files.iter().any(|file| file.filepath == filepath && file.status != FileStatus::Skipped) {
            return Ok(Some(operation));
        }
    }
    Ok(None)
}

/// What there is now.
struct Now<'a> {
    bench: &'a Workbench,
    host: &'a PluginHost,
}

impl Now<'_> {
    fn compare(&self, file: &LatestFile) -> ExplainedFile {
        let recorded: Recorded = serde_json::from_str(&file.inputs).unwrap_or_default();
        let prepared = ProjectPath::parse(&file.filepath).ok().map(|path| self.bench.scripts.prepare(&path));
        let (checksum, unreadable, new) = match prepared {
            // A history that was taken over has the original's checksum of the same content.
            Some(Ok(script)) => match script.checksums().contains(&file.checksum.as_str()) {
                true => (Some(file.checksum.clone()), None, script.inputs),
                false => (Some(script.checksum.to_string()), None, script.inputs),
            },
            Some(Err(error)) => (None, Some(error.to_string()), Vec::new()),
            None => (None, None, Vec::new()),
        };
        let is_new = |path: &str| !recorded.files.iter().any(|input| input.path == path);
        let added = new.into_iter().filter(|input| is_new(input.path.as_str())).map(|input| ExplainedInput {
            path: input.path.to_string(),
            checksum: Compared::of(None, Some(input.checksum.to_string())),
            plugin: Compared::of(None, input.plugin),
            options: Compared::of(None, Some(input.options)),
            read_for: input.read_for.map(|path| path.to_string()),
        });
        let inputs = recorded.files.iter().map(|input| self.input(input)).chain(added).collect();
        let dialect = recorded.dialect.map(|ran| Compared::of(Some(ran), Some(self.bench.dialect.plugin_ref())));
        let layers = compared(&recorded.layers, &self.bench.dialect.layers());
        ExplainedFile {
            filepath: file.filepath.clone(),
            status: file.status,
            checksum: Compared::of(Some(file.checksum.clone()), checksum),
            dialect: dialect.unwrap_or_else(|| Compared::of(None, None)),
            layers,
            inputs,
            with: recorded.with,
            unreadable,
        }
    }

    fn input(&self, input: &RecordedInput) -> ExplainedInput {
        let path = ProjectPath::parse(&input.path).ok();
        let bytes = path.as_ref().and_then(|path| self.bench.files.read(path).ok());
        let checksum = bytes.map(|bytes| Checksum::of_file(&bytes).to_string());
        let (plugin, options) = match &input.plugin {
            // An include, or a file that another one's loader read.
            None => (None, Map::new()),
            Some(_) => of_why(self.host.why(&input.path)),
        };
        ExplainedInput {
            path: input.path.clone(),
            checksum: Compared::of(Some(input.checksum.clone()), checksum),
            plugin: Compared::of(input.plugin.clone(), plugin),
            options: Compared::of(Some(input.options.clone()), Some(options)),
            read_for: input.read_for.clone(),
        }
    }
}

/// Puts what was composed beside what is composed now, the base first.
fn compared(ran: &[PluginRef], now: &[PluginRef]) -> Vec<Compared<PluginRef>> {
    let count = if ran.is_empty() { 0 } else { ran.len().max(now.len()) };
    (0..count).map(|at| Compared::of(ran.get(at).cloned(), now.get(at).cloned())).collect()
}

fn of_why(why: Why) -> (Option<PluginRef>, Map<String, Value>) {
    let options = why.options.into_iter().map(|option| (option.name, option.value)).collect();
    (why.plugin.ok().map(|info| info.plugin_ref()), options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_the_caller_goes_before_one_at_the_root() {
        let ran = ["a.sql", "schema/a.sql", "schema/b.sql"].map(|path| LatestFile {
            filepath: path.to_owned(),
            checksum: String::new(),
            status: FileStatus::Success,
            inputs: String::new(),
        });
        let meant = |paths: [&str; 2]| {
            let paths = paths.map(|path| ProjectPath::parse(path).expect("a path"));
            file_meant(&ran, &paths).map(|file| file.filepath.as_str())
        };
        assert_eq!(meant(["schema/a.sql", "a.sql"]), Some("schema/a.sql"));
        assert_eq!(meant(["other/a.sql", "a.sql"]), Some("a.sql"));
        assert_eq!(meant(["schema/c.sql", "c.sql"]), None);
    }
}
