//! `identity export`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::{clock, identity, output_file};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `identity export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Write it into this file instead of printing it
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints what colleagues need to seal something for the user: nothing in it is secret.
pub(super) fn export(args: &ExportArgs, context: &Context) -> Result<Answer, Failure> {
    let current = identity::current(&context.home, &clock::now(&context.home)?)?;
    let fields = json!({ "identity": current.identity });
    let text = serde_json::to_string_pretty(&fields["identity"]).expect("a JSON value is JSON");
    let Some(file) = &args.output else {
        return Ok(Answer::new(vec![text]).with(&fields));
    };
    let path = context.home.working_dir.join(file);
    output_file::write(&path, &(text + "\n"))
        .map_err(|error| Failure::user("unwritable", format!("cannot write `{}`", file.display())).because(&error))?;
    let line = format!("wrote your public identity to `{}`", file.display());
    Ok(Answer::new(vec![line]).with(&fields).with(&json!({ "file": file })))
}
