//! The compilers of others: where they are, and what they say when they fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::BuildError;

/// A tool that a project brings, or that is on the `PATH`.
pub(super) struct Tool {
    pub(super) name: &'static str,
    /// Folders of the project where it may be.
    pub(super) near: &'static [&'static str],
    /// How to get it.
    pub(super) install: &'static str,
}

impl Tool {
    /// Finds the tool.
    pub(super) fn find(&self, folder: &Path) -> Result<PathBuf, BuildError> {
        let near = self.near.iter().map(|near| folder.join(near));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let names = [self.name.to_owned(), format!("{}.cmd", self.name), format!("{}.exe", self.name)];
        let mut places = near.chain(std::env::split_paths(&path));
        let found = places.find_map(|place| names.iter().map(|name| place.join(name)).find(|file| file.is_file()));
        found.ok_or(BuildError::NoTool { tool: self.name, install: self.install })
    }
}

/// Runs a tool to its end. What it printed is kept for its failure.
pub(super) fn run(name: &'static str, command: &mut Command) -> Result<Output, BuildError> {
    let tool = PathBuf::from(command.get_program());
    let output = command.output().map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => {
            BuildError::NoTool { tool: name, install: "install it, and put it on the `PATH`" }
        }
        _ => BuildError::Start { tool, source },
    })?;
    if output.status.success() {
        return Ok(output);
    }
    Err(BuildError::Failed { tool: name, output: said(&output) })
}

/// Returns what a tool printed for people.
fn said(output: &Output) -> String {
    let (errors, text) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    if errors.trim().is_empty() { text.trim().to_owned() } else { errors.trim().to_owned() }
}
