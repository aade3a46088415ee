//! `noorm config cp`.

use clap::Args;
use noorm_ops::config;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `config cp`.
#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The config to copy
    #[arg(value_name = "FROM")]
    from: String,
    /// What to call the copy
    #[arg(value_name = "TO")]
    to: String,
    /// Leave its secrets out
    #[arg(long)]
    no_secrets: bool,
}

/// Copies a config.
pub(super) fn copy(args: &CopyArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let secrets = config::copy(&project, &context.home, &args.from, &args.to, !args.no_secrets)?;
    let copied = config::stage::with_defaults(&project, config::find(&project, &context.home, &args.to)?);
    let with = match secrets {
        0 => String::new(),
        1 => " with its secret".to_owned(),
        count => format!(" with its {count} secrets"),
    };
    let mut lines = vec![format!("copied the config `{}` to `{}`{with}", args.from, args.to)];
    if copied.protected {
        lines.push(format!("`{}` is protected like `{}`", args.to, args.from));
    }
    let fields = json!({ "from": args.from, "name": args.to, "secrets": secrets, "protected": copied.protected });
    Ok(Answer::new(lines).with(&fields))
}
