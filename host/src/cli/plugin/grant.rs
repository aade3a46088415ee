//! `noorm plugin grant`.

use clap::Args;
use noorm_ops::plugin::grant::{self, GrantRequest, Granted};

use super::show::imports;
use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin grant`.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
    /// `files`, or an import of the plugin's; without it, what each import allows is told
    #[arg(value_name = "IMPORT")]
    import: Option<String>,
    /// Files that it may read, as a glob from the project's folder; can be given several times
    #[arg(long = "path", value_name = "GLOB", requires = "import", conflicts_with = "revoke")]
    paths: Vec<String>,
    /// Take the grant back; without an import, every grant of the plugin
    #[arg(long)]
    revoke: bool,
}

pub(super) fn run(args: &GrantArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let request = match (&args.import, args.revoke) {
        (None, false) => return Ok(told(&grant::look_at(&project, &args.name)?, false)),
        (Some(import), false) => GrantRequest::Give { import: import.clone(), paths: args.paths.clone() },
        (import, true) => GrantRequest::Revoke { import: import.clone() },
    };
    Ok(told(&grant::grant(&project, &args.name, &request)?, true))
}

fn told(granted: &Granted, is_changed: bool) -> Answer {
    let mut lines = match granted.imports.is_empty() {
        true => vec![format!("{} {} imports nothing, and needs no grant", granted.name, granted.version)],
        false => imports(&granted.imports),
    };
    if is_changed {
        lines.push("commit `.noorm/plugins.lock`, so that the team has it too".to_owned());
    }
    Answer::new(lines).with(granted)
}
