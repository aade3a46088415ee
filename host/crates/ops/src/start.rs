//! Why an operation does not begin. Once it has begun, its outcome tells how it went.

use noorm_core::changeset::NameError;
use noorm_core::history::Status;
use noorm_core::manifest::ManifestError;
use noorm_core::path::{PathError, ProjectPath};

use crate::executor::RunError;
use crate::files::FileError;
use crate::lock::LockError;
use crate::requirement::RequirementError;
use crate::resume::ResumeError;
use crate::script::ScriptError;
use crate::session::SessionError;
use crate::workbench::Linear;

/// Why an operation does not begin; nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file or folder cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file has no script.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// Something that the settings require is missing.
    #[error(transparent)]
    Requirement(#[from] RequirementError),
    /// The database or the dialect plugin.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file that stopped in the middle cannot simply go on.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// What the command names does not exist.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// `changeset`, `file`, `folder`.
        what: &'static str,
        /// What was named.
        name: String,
        /// One that is there and has a similar name.
        similar: Option<String>,
    },
    /// What the command names is not in the project.
    #[error("`{name}` cannot be run")]
    Path {
        /// What was named.
        name: String,
        /// Why.
        #[source]
        source: PathError,
    },
    /// What the command names is no SQL.
    #[error("`{path}` is neither a `.sql` nor a `.sql.j2` file")]
    NoScript {
        /// The file.
        path: ProjectPath,
    },
    /// A manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A manifest names a file that is not there.
    #[error("{manifest}:{line}: `{path}` does not exist")]
    ManifestFile {
        /// The manifest.
        manifest: ProjectPath,
        /// Line in it, counted from 1.
        line: u32,
        /// What it names.
        path: ProjectPath,
    },
    /// Two places of a changeset name one file.
    #[error("{manifest}:{line}: `{path}` is in this changeset already")]
    ManifestDuplicate {
        /// The second manifest.
        manifest: ProjectPath,
        /// Line in it, counted from 1.
        line: u32,
        /// What it names.
        path: ProjectPath,
    },
    /// A changeset has no files for the direction.
    #[error("`{folder}` has no `.sql`, `.sql.j2` or `.txt` file")]
    NoFiles {
        /// The folder, which may not exist.
        folder: ProjectPath,
    },
    /// A changeset cannot be reverted as it stands.
    #[error("`{name}` cannot be reverted: {}", not_applied(*.status))]
    NotApplied {
        /// The changeset.
        name: String,
        /// Its status.
        status: Status,
    },
    /// A changeset's folder is gone.
    #[error("the folder of `{name}` is gone; only its history is left")]
    Orphaned {
        /// The changeset.
        name: String,
    },
    /// A revert that failed half-way stands in the way.
    #[error("the revert of `{name}` failed half-way")]
    RevertFailed {
        /// The changeset.
        name: String,
    },
    /// A file of a changeset that is half applied was edited after it ran.
    #[error("`{path}` was edited after it ran, and `{name}` is not finished")]
    EditedAfterRun {
        /// The changeset.
        name: String,
        /// The file.
        path: ProjectPath,
    },
    /// A file of a changeset that is half applied was renamed after it ran.
    #[error("`{path}` is `{former}`, which ran in `{name}`, under another name, and `{name}` is not finished")]
    RenamedAfterRun {
        /// The changeset.
        name: String,
        /// The file.
        path: ProjectPath,
        /// What it was called.
        former: String,
    },
    /// Changesets came late, and the order is linear.
    #[error("{} {} late: `{newest}`, which comes later by name, is applied", listed(.names), if .names.len() == 1 { "comes" } else { "come" })]
    Late {
        /// The changesets.
        names: Vec<String>,
        /// The applied one whose name sorts last.
        newest: String,
        /// Why the order is linear.
        linear: Linear,
    },
    /// A changeset is an applied one under another name.
    #[error("`{name}` has the files of `{former}`, which is applied and whose folder is gone")]
    Renamed {
        /// The changeset.
        name: String,
        /// What it was called.
        former: String,
    },
    /// `resolve` was told of statements, and no file stopped in the middle.
    #[error("nothing of `{name}` stopped in the middle: it is {status}")]
    NothingHalfway {
        /// The changeset or the file.
        name: String,
        /// Its status.
        status: Status,
    },
    /// `resolve` was told of statements, and several files stopped in the middle.
    #[error("several files of `{name}` stopped in the middle: {}", listed(.files))]
    WhichFile {
        /// The changeset.
        name: String,
        /// The files.
        files: Vec<String>,
    },
    /// `resolve` was told of more statements than there are.
    #[error("`{path}` has {total} statements, not {said}")]
    TooManyStatements {
        /// The file.
        path: ProjectPath,
        /// What was said.
        said: u64,
        /// What there are.
        total: u64,
    },
    /// A changeset that stopped in the middle stands in the way.
    #[error("`{name}` stopped in the middle")]
    Halfway {
        /// The changeset.
        name: String,
    },
    /// A new changeset cannot have this name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is such a folder already.
    #[error("`{folder}` exists")]
    Exists {
        /// The folder.
        folder: ProjectPath,
    },
    /// A file or folder cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// Which one.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl From<RunError> for StartError {
    /// What runs nothing fails like an operation that does not begin.
    fn from(error: RunError) -> Self {
        match error {
            RunError::Session(error) => Self::Session(error),
            RunError::Lock(error) => Self::Lock(error),
            RunError::Script(error) => Self::Script(error),
            other => Self::Resume(ResumeError::Run(other)),
        }
    }
}

impl StartError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::File(error) => error.hint(),
            Self::Script(error) => return error.hint(),
            Self::Requirement(error) => return error.hint(),
            Self::Session(error) => return error.hint(),
            Self::Lock(error) => return error.hint(),
            Self::Resume(error) => return error.hint(),
            Self::Unknown { similar: Some(similar), .. } => return Some(format!("did you mean `{similar}`?")),
            Self::Unknown { what: "changeset", .. } => "`noorm change list` shows those that there are",
            Self::Unknown { .. } | Self::Path { .. } => {
                "check the path; it may be relative to the working directory or to the project"
            }
            Self::NoScript { .. } => "name a file with SQL in it",
            Self::Manifest(_) | Self::ManifestFile { .. } => "correct the line; paths are relative to the project",
            Self::ManifestDuplicate { .. } => "remove the line: a file runs once in a changeset",
            Self::NoFiles { .. } => "write one, or remove the changeset",
            Self::NotApplied { .. } | Self::Orphaned { .. } => "`noorm change list` shows the status of each",
            Self::RevertFailed { name } => return Some(format!("finish it first: `noorm change revert {name}`")),
            Self::EditedAfterRun { .. } => {
                "undo the edit and put it into a new file; or `--force` runs every file of the changeset again"
            }
            Self::RenamedAfterRun { former, .. } => {
                return Some(format!("call it `{former}` again; or `--force` runs every file of the changeset again"));
            }
            Self::Late { linear, .. } => {
                return Some(format!(
                    "{linear}: give it a name that sorts last, or apply it with `--allow-older` if it does not depend on \
                     the order"
                ));
            }
            Self::Renamed { name, .. } => {
                return Some(format!(
                    "if it was renamed, `noorm change resolve {name} --applied`; if it is to run again, `noorm change \
                     run {name} --force`"
                ));
            }
            Self::NothingHalfway { .. } => {
                "`--applied` and `--pending` say it of the whole, `--file` names a file that did not get that far; `noorm change list` shows each changeset"
            }
            Self::WhichFile { .. } => "name the one with `--file`",
            Self::TooManyStatements { path, .. } => return Some(format!("`noorm split {path}` shows them")),
            Self::Halfway { name } => {
                return Some(format!(
                    "finish it with `noorm change run {name}`, or say how it is with `noorm change resolve {name}`"
                ));
            }
            Self::Name(_) => "give it a name with letters or digits",
            Self::Exists { .. } => "choose another name",
            Self::Write { .. } => "check the permissions and the room on the disk",
        };
        Some(hint.to_owned())
    }
}

pub(crate) fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn not_applied(status: Status) -> &'static str {
    match status {
        Status::Reverted => "it is reverted already",
        _ => "it is not applied",
    }
}
