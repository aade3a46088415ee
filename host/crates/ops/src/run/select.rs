//! Which files a run is about.

use std::path::Path;

use noorm_core::event::{Event, Listener};
use noorm_core::order::natural_conflict;
use noorm_core::path::ProjectPath;
use noorm_core::script_kind::ScriptKind;

use crate::script::Script;
use crate::start::StartError;
use crate::workbench::Workbench;

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The schema folder, as the settings' `build` and `rules` choose.
    Build,
    /// One file.
    File(ProjectPath),
    /// All files of a folder and those below it.
    Dir(ProjectPath),
}

impl Target {
    /// A file as the command line names it.
    pub fn file(bench: &Workbench, name: &str) -> Result<Self, StartError> {
        let path = find(bench, name, "file")?;
        if bench.files.is_folder(&path) {
            return Err(StartError::NoScript { path });
        }
        match ScriptKind::of(path.file_name()) {
            ScriptKind::Manifest | ScriptKind::Other => Err(StartError::NoScript { path }),
            _ => Ok(Self::File(path)),
        }
    }

    /// A folder as the command line names it.
    pub fn dir(bench: &Workbench, name: &str) -> Result<Self, StartError> {
        let path = find(bench, name, "folder")?;
        if !bench.files.is_folder(&path) {
            return Err(StartError::Unknown { what: "folder", name: name.to_owned(), similar: None });
        }
        Ok(Self::Dir(path))
    }

    /// Why the lock is taken.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Build => "run build".to_owned(),
            Self::File(path) => format!("run file {path}"),
            Self::Dir(path) => format!("run dir {path}"),
        }
    }
}

/// Finds what the user names: relative to the working directory, or else to the project.
fn find(bench: &Workbench, name: &str, what: &'static str) -> Result<ProjectPath, StartError> {
    let unknown = || StartError::Unknown { what, name: name.to_owned(), similar: None };
    let root = bench.files.root();
    let here = bench.home.working_dir.canonicalize().unwrap_or_else(|_| bench.home.working_dir.clone());
    let named = ProjectPath::from_os(root, &here.join(name));
    let from_root = ProjectPath::from_os(root, Path::new(name));
    let found = [&named, &from_root].into_iter().flatten().find(|path| bench.files.exists(path)).cloned();
    match (found, named) {
        (Some(path), _) => Ok(path),
        (None, Ok(_)) => Err(unknown()),
        (None, Err(source)) => Err(StartError::Path { name: name.to_owned(), source }),
    }
}

/// Prepares the scripts of a target, in the order in which they run.
pub(super) fn scripts(bench: &Workbench, target: &Target, listener: Listener<'_>) -> Result<Vec<Script>, StartError> {
    let paths = match target {
        Target::File(path) => vec![path.clone()],
        Target::Dir(folder) => runnable(bench.files.walk(folder)?),
        Target::Build => build(bench, listener)?,
    };
    if let Some(warning) = natural_conflict(paths.iter().map(ProjectPath::as_str)) {
        listener(Event::Warning(warning.to_string()));
    }
    paths.iter().map(|path| Ok(bench.scripts.prepare(path)?)).collect()
}

fn build(bench: &Workbench, listener: Listener<'_>) -> Result<Vec<ProjectPath>, StartError> {
    if !bench.files.is_folder(&bench.schema) {
        return Err(StartError::Unknown { what: "folder", name: bench.schema.to_string(), similar: None });
    }
    let build = bench.project.settings.build_of(&bench.active.config);
    let prefix = format!("{}/", bench.schema);
    let mut paths = runnable(bench.files.walk(&bench.schema)?);
    let inside = |path: &ProjectPath| path.as_str().strip_prefix(&prefix).unwrap_or(path.as_str()).to_owned();
    let all: Vec<String> = paths.iter().map(inside).collect();
    for entry in build.without_files(&all.iter().map(String::as_str).collect::<Vec<_>>()) {
        let folder = &bench.schema;
        let text =
            format!("the settings include `{entry}`, and there is no such file in `{folder}`, where it is looked for");
        listener(Event::Warning(text));
    }
    paths.retain(|path| build.selects(&inside(path)));
    Ok(paths)
}

/// Leaves out data, notes and manifests. Templates of the original stay, to be refused with the reason.
fn runnable(mut paths: Vec<ProjectPath>) -> Vec<ProjectPath> {
    paths.retain(|path| !matches!(ScriptKind::of(path.file_name()), ScriptKind::Manifest | ScriptKind::Other));
    paths
}
