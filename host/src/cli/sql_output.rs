//! `--preview` and `--output`: the SQL instead of running it.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::output_file;
use serde_json::json;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Where the SQL goes.
#[derive(Debug, Args)]
pub(crate) struct SqlOutput {
    /// Print the SQL with its templates rendered and secrets masked, and run nothing
    #[arg(long)]
    preview: bool,
    /// Write that SQL to a file instead of printing it
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl SqlOutput {
    /// Whether SQL is wanted, and no run.
    pub(crate) fn is_wanted(&self) -> bool {
        self.preview || self.output.is_some()
    }
}

/// Prints the SQL, or writes it to the file.
pub(crate) fn show(sql: &str, options: &SqlOutput, context: &Context) -> Result<Answer, Failure> {
    let Some(file) = &options.output else {
        return Ok(Answer::new(sql.lines().map(str::to_owned).collect()).with(&json!({ "sql": sql })).data());
    };
    let path = context.home.working_dir.join(file);
    output_file::write(&path, sql).map_err(|error| {
        Failure::user("unwritable", format!("cannot write `{}`", file.display()))
            .because(&error)
            .hint("check the permissions and the room on the disk")
    })?;
    let line = format!("wrote {} bytes of SQL to {}", sql.len(), file.display());
    Ok(Answer::new(vec![line]).with(&json!({ "output": file, "bytes": sql.len() })))
}
