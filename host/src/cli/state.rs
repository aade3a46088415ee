//! `noorm state`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use noorm_ops::state::{self, MergeRequest, Merged};

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with the state as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum StateCommand {
    /// Take configs, secrets and known users over from the `state.enc` of the TypeScript noorm
    Import(ImportArgs),
}

/// Arguments of `state import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The original's `state.enc`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The `identity.key` that it was written with, if it is not yours
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Replace what is here under the same names
    #[arg(long)]
    force: bool,
}

/// Runs one of the commands.
pub(crate) fn run(command: &StateCommand, context: &Context) -> Result<Answer, Failure> {
    let StateCommand::Import(args) = command;
    let project = context.project()?;
    let request =
        MergeRequest { file: &args.file, key: args.key.as_deref(), force: args.force, confirmed: context.yes };
    let merged = state::import(&project, &context.home, &request)?;
    Ok(Answer::new(lines(&merged)).with(&merged))
}

fn lines(merged: &Merged) -> Vec<String> {
    let mut lines = Vec::new();
    let parts = [("configs", &merged.configs), ("secrets", &merged.secrets), ("known users", &merged.known_users)];
    for (what, names) in parts.into_iter().filter(|(_, names)| !names.is_empty()) {
        lines.push(format!("took over {what}: {}", names.join(", ")));
    }
    if !merged.replaced.is_empty() {
        lines.push(format!("replaced: {}", merged.replaced.join(", ")));
    }
    if let Some(name) = &merged.active_config {
        lines.push(format!("`{name}` is the active config"));
    }
    if lines.is_empty() {
        lines.push("everything in it is here already".to_owned());
    }
    lines
}
