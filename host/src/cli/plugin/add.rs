//! `noorm plugin add`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::add;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// A component, or a core module with its interface embedded
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
}

pub(super) fn run(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let added = add::add(&project, &context.home.working_dir.join(&args.file))?;
    let serves = added.provides.join(", ");
    let line = format!("added {} {}, which serves {serves}", added.name, added.version);
    let next = "commit `.noorm/plugins` and `.noorm/plugins.lock`, so that the team has it too".to_owned();
    Ok(Answer::new(vec![line, next]).with(&json!({ "plugin": added })))
}
