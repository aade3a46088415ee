//! `noorm plugin rm`.

use clap::Args;
use noorm_ops::plugin::remove;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin rm`.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) fn run(args: &RemoveArgs, context: &Context) -> Result<Answer, Failure> {
    let removed = remove::remove(&context.project()?, &args.name)?;
    let line = format!("removed {} {}, which served {}", removed.name, removed.version, removed.provides.join(", "));
    Ok(Answer::new(vec![line]).with(&json!({ "plugin": removed })))
}
