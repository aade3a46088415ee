//! A config in the user's editor: a text without its password, in a file that only the user can read and that is gone
//! afterwards.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use noorm_core::config::{Config, document};
use noorm_ops::config::{self, ConfigError};
use noorm_ops::home;
use noorm_ops::project::Project;

use crate::cli::signals::Signals;
use crate::cli::{Context, ask};
use crate::report::Failure;

/// Lets the user edit a config until it is one, or until they give up.
pub(super) fn edit(before: &Config, project: &Project, context: &Context) -> Result<Config, Failure> {
    let editor = editor(context)?;
    // Ctrl-C is the editor's; if it ended this process, the file would stay.
    let _signals = Signals::listen()?;
    let mut file =
        tempfile::Builder::new().prefix("noorm-").suffix(".yml").tempfile().map_err(|error| failed(&error))?;
    file.write_all(document::write(before).as_bytes()).map_err(|error| failed(&error))?;
    loop {
        open(&editor, file.path())?;
        match read(file.path()).and_then(|text| checked(&text, before, project)) {
            Ok(after) => return Ok(after),
            Err(failure) => {
                let failure = failure.redacted();
                let question = format!("{failure}\nedit it again, or give up and change nothing (e/g)");
                if ask::line(&question, Some("e"))?.starts_with('g') {
                    return Err(failure.hint("nothing was changed"));
                }
            }
        }
    }
}

/// Returns the user's editor.
fn editor(context: &Context) -> Result<String, Failure> {
    let variables = ["VISUAL", "EDITOR"].iter().filter_map(|name| context.home.variables.get(*name));
    variables.into_iter().find(|value| !value.trim().is_empty()).cloned().ok_or_else(|| {
        Failure::wrong_usage("no-editor", "neither VISUAL nor EDITOR says which editor to use")
            .hint("set one of them, or say what to change by flags, such as `--host`")
    })
}

/// Waits until the editor ends. Its words are split at blanks, as in `code --wait`.
fn open(editor: &str, file: &Path) -> Result<(), Failure> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(words).arg(file);
    home::withhold(&mut command);
    let status = command.status().map_err(|error| {
        Failure::user("no-editor", format!("the editor `{program}` does not start")).because(&error)
    })?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure::user("no-change", format!("the editor `{program}` failed, and nothing was changed"))),
    }
}

/// Reads it anew: many editors write another file in its place.
fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::user("no-change", "what the editor left behind cannot be read").because(&error))
}

fn checked(text: &str, before: &Config, project: &Project) -> Result<Config, Failure> {
    let after = document::read(text, before).map_err(ConfigError::Field)?;
    config::check_dialect(project, &after.connection.dialect)?;
    Ok(after)
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::host("no-file", "cannot write a file for the editor").because(error)
}
