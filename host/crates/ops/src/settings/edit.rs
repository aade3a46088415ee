//! `settings edit`: the user's editor on a copy, which replaces the file only when it can be used.
//!
//! A copy that cannot be used is kept, and the next edit goes on with it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use noorm_core::settings::{Finding, Settings, SettingsError};

use crate::home::{self, Home};
use crate::project::{self, ProjectError};

/// The copy, beside the settings. Its name tells editors what is in it.
const COPY: &str = "settings.edit.yml";

/// What came of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The settings file.
    pub path: PathBuf,
    /// Whether it is another one now.
    pub changed: bool,
    /// What somebody should look at in it.
    pub warnings: Vec<Finding>,
    /// Its text.
    pub text: String,
}

/// Why the settings are as they were.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no project, or its settings cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Nobody said which editor to use.
    #[error("there is no editor: neither VISUAL nor EDITOR is set")]
    NoEditor,
    /// The editor cannot be started.
    #[error("cannot start the editor `{editor}`")]
    Start {
        /// What the variable says.
        editor: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The editor ended with a failure.
    #[error("the editor `{editor}` failed: {status}")]
    Failed {
        /// What the variable says.
        editor: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The copy, if there is something new in it.
        kept: Option<PathBuf>,
    },
    /// What was written cannot be used.
    #[error("what you wrote is not valid; `{}` is as it was", path.display())]
    Invalid {
        /// The settings file.
        path: PathBuf,
        /// The copy, which is kept.
        copy: PathBuf,
        /// Its text.
        text: String,
        /// What is wrong.
        #[source]
        source: SettingsError,
    },
    /// Somebody else changed the settings.
    #[error("`{}` was changed by somebody else meanwhile", path.display())]
    Changed {
        /// The settings file.
        path: PathBuf,
        /// The copy, which is kept.
        copy: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("cannot read or write `{}`", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl EditError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Project(error) => Some(error.hint().to_owned()),
            Self::NoEditor => Some("set EDITOR, such as `EDITOR=nano`; or edit the file yourself".to_owned()),
            Self::Start { .. } => Some("VISUAL, or else EDITOR, says which command it is".to_owned()),
            Self::Failed { kept: Some(copy), .. } => Some(kept(copy)),
            Self::Failed { kept: None, .. } => None,
            Self::Invalid { copy, .. } => Some(kept(copy)),
            Self::Changed { copy, .. } => {
                let copy = copy.display();
                Some(format!("what you wrote is in `{copy}`; bring the two together, then remove it"))
            }
            Self::File { .. } => Some("check the permissions and the room on the disk".to_owned()),
        }
    }
}

fn kept(copy: &Path) -> String {
    let copy = copy.display();
    format!("what you wrote is in `{copy}`; `noorm settings edit` goes on with it, unless you remove it")
}

/// Lets the user edit the settings of the project that a folder is in; `stdout` is where the editor writes to.
pub fn edit(home: &Home, stdout: Stdio) -> Result<Edited, EditError> {
    let root = project::find_root(&home.working_dir)?;
    let (path, before) = project::read_settings(root)?;
    let editor = editor(home).ok_or(EditError::NoEditor)?;
    let copy = path.with_file_name(COPY);
    begin(&path, &copy, &before)?;
    let status = command(&editor, &copy, home).stdout(stdout).status();
    let status = status.map_err(|source| EditError::Start { editor: editor.clone(), source });
    let text = std::fs::read_to_string(&copy).map_err(|source| EditError::File { path: copy.clone(), source })?;
    let is_same = text == before;
    if is_same {
        remove(&copy)?;
    }
    let status = status?;
    if !status.success() {
        return Err(EditError::Failed { editor, status, kept: (!is_same).then_some(copy) });
    }
    let settings = match Settings::parse(&text) {
        Ok(settings) => settings,
        // They were so before, and nothing was written.
        Err(source) if is_same => return Err(ProjectError::Settings { path, text, source }.into()),
        Err(source) => return Err(EditError::Invalid { path, copy, text, source }),
    };
    if !is_same {
        if project::read_settings(root)?.1 != before {
            return Err(EditError::Changed { path, copy });
        }
        replace(&path, &text)?;
        remove(&copy)?;
    }
    Ok(Edited { path, changed: !is_same, warnings: settings.warnings, text })
}

/// Makes the copy, or goes on with one that was kept, unless the settings have gone on without it.
fn begin(path: &Path, copy: &Path, text: &str) -> Result<(), EditError> {
    let modified = |file: &Path| std::fs::metadata(file).and_then(|metadata| metadata.modified());
    if let Ok(kept) = modified(copy) {
        let file = modified(path).map_err(|source| EditError::File { path: path.to_owned(), source })?;
        return match file > kept {
            true => Err(EditError::Changed { path: path.to_owned(), copy: copy.to_owned() }),
            false => Ok(()),
        };
    }
    std::fs::write(copy, text).map_err(|source| EditError::File { path: copy.to_owned(), source })
}

/// Replaces the file whole; a link stays a link.
fn replace(path: &Path, text: &str) -> Result<(), EditError> {
    let fail = |source| EditError::File { path: path.to_owned(), source };
    let real = path.canonicalize().map_err(fail)?;
    noorm_vault::atomic::write_atomic(&real, text.as_bytes(), 0o644).map_err(fail)
}

fn remove(copy: &Path) -> Result<(), EditError> {
    std::fs::remove_file(copy).map_err(|source| EditError::File { path: copy.to_owned(), source })
}

fn editor(home: &Home) -> Option<String> {
    let variable = |name: &str| home.variables.get(name).filter(|value| !value.trim().is_empty()).cloned();
    variable("VISUAL").or_else(|| variable("EDITOR"))
}

/// The variable is a command with arguments, as a shell reads it: `code --wait`.
fn command(editor: &str, file: &Path, home: &Home) -> Command {
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh");
        shell
    } else {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        command
    };
    command.arg(file).current_dir(&home.working_dir);
    home::withhold(&mut command);
    command
}
