//! `noorm plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use noorm_ops::plugin;
use serde_json::json;

use super::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// List the plugins that this project can use
    List,
    /// Add a plugin to this project from a file
    Add(AddArgs),
}

/// Arguments of `plugin add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// A component, or a core module with its interface embedded
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
}

/// Runs one of the commands.
pub(crate) fn run(command: &PluginCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        PluginCommand::List => list(context),
        PluginCommand::Add(args) => add(args, context),
    }
}

fn list(context: &Context) -> Result<Answer, Failure> {
    let plugins = plugin::list(context.project_optional()?.as_ref())?;
    let mut rows =
        vec![["NAME", "KIND", "VERSION", "SERVES", "SOURCE", "INTERFACE", "IMPORTS", "DIGEST"].map(str::to_owned)];
    for plugin in &plugins {
        let imports = if plugin.imports.is_empty() { "none".to_owned() } else { plugin.imports.join(", ") };
        rows.push([
            plugin.name.clone(),
            plugin.kind.as_str().to_owned(),
            plugin.version.clone(),
            plugin.provides.join(", "),
            plugin.source.as_str().to_owned(),
            plugin.interface.clone(),
            imports,
            plugin.digest.chars().take(12).collect(),
        ]);
    }
    Ok(Answer::new(table(&rows)).with(&json!({ "plugins": plugins })))
}

fn add(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let added = plugin::add(&project, &context.home.working_dir.join(&args.file))?;
    let serves = added.provides.join(", ");
    let line = format!("added {} {}, which serves {serves}", added.name, added.version);
    let next = "commit `.noorm/plugins` and `.noorm/plugins.lock`, so that the team has it too".to_owned();
    Ok(Answer::new(vec![line, next]).with(&json!({ "plugin": added })))
}
