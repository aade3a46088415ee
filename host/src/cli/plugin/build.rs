//! `noorm plugin build`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::build::{self, Built};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The plugin's project
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

pub(super) fn run(args: &BuildArgs, context: &Context) -> Result<Answer, Failure> {
    let folder = context.home.working_dir.join(&args.folder);
    let built = build::build(&folder, &context.tools)?;
    let mut lines = built.notes.clone();
    lines.push(summary(&built, context));
    lines.push(format!("  digest   {}", built.digest));
    let imports = if built.imports.is_empty() { "none".to_owned() } else { built.imports.join(", ") };
    lines.push(format!("  imports  {imports}"));
    Ok(Answer::new(lines).with(&json!({ "built": built })))
}

/// One line about what was built.
pub(super) fn summary(built: &Built, context: &Context) -> String {
    let file = built.file.strip_prefix(&context.home.working_dir).unwrap_or(&built.file);
    #[allow(clippy::cast_precision_loss)] // a figure for people
    let (kilobytes, seconds) = (built.size_bytes as f64 / 1024.0, built.duration_ms as f64 / 1000.0);
    format!("{} {}: {}, {kilobytes:.0} KB in {seconds:.1} s", built.name, built.version, file.display())
}
