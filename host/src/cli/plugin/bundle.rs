//! `noorm plugin bundle`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::bundle::{self, MakeBundle};
use noorm_ops::plugin::tools::BUNDLE_KEY;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin bundle`.
#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "noorm.plugins")]
    output: PathBuf,
    /// The key that it is sealed with, made where it is missing (also NOORM_PLUGIN_BUNDLE_KEY); FILE.key if not given
    #[arg(long, value_name = "KEYFILE")]
    key: Option<PathBuf>,
    /// The kind of machine that it is for, such as x86_64-unknown-linux-gnu; this one's if not given
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

pub(super) fn run(args: &BundleArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let at = |path: &PathBuf| context.home.working_dir.join(path);
    let of_variable = || context.home.set_variable(BUNDLE_KEY).map(|key| context.home.working_dir.join(key));
    let make = MakeBundle {
        file: at(&args.output),
        key: args.key.as_ref().map(at).or_else(of_variable),
        target: args.target.clone(),
    };
    let made = bundle::bundle(&project, &make)?;
    let mut lines: Vec<_> = made
        .plugins
        .iter()
        .map(|plugin| format!("{} {}: {} KiB of code", plugin.name, plugin.version, plugin.code_bytes >> 10))
        .collect();
    lines.push(format!("made `{}`, sealed with `{}`", args.output.display(), made.key.display()));
    lines.push(
        "whoever has the key can make code that runs: take it to the runners on a way that nobody else reads"
            .to_owned(),
    );
    let plugins: Vec<_> = made
        .plugins
        .iter()
        .map(|it| json!({ "name": it.name, "version": it.version, "digest": it.digest, "codeBytes": it.code_bytes }))
        .collect();
    Ok(Answer::new(lines).with(&json!({ "file": args.output, "key": made.key, "plugins": plugins })))
}
