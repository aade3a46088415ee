//! `noorm plugin bundle`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::bundle::{self, MakeBundle};
use noorm_ops::plugin::tools::bundle_key;
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
    /// The key that it is sealed with, made where it is missing (also NOORM_PLUGIN_BUNDLE_KEY); ~/.noorm/bundle.key if not given
    #[arg(long, value_name = "KEYFILE")]
    key: Option<PathBuf>,
    /// The kind of machine that it is for, such as x86_64-unknown-linux-gnu; this one's if not given
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

pub(super) fn run(args: &BundleArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let at = |path: &PathBuf| context.home.working_dir.join(path);
    let key = args.key.as_ref().map(at).or_else(|| bundle_key(&context.home));
    let key = key.ok_or_else(|| Failure::wrong_usage("no-key", "there is no home for a key: name one with --key"))?;
    let make = MakeBundle { file: at(&args.output), key, target: args.target.clone() };
    let plugins = bundle::bundle(&project, &make)?;
    let mut lines: Vec<_> = plugins
        .iter()
        .map(|plugin| format!("{} {}: {} KiB of code", plugin.name, plugin.version, plugin.code_bytes >> 10))
        .collect();
    lines.push(format!("made `{}`, sealed with `{}`", args.output.display(), make.key.display()));
    lines.push(
        "whoever has the key can make code that runs: bring it to the runners over a channel that nobody else can read, and commit it nowhere"
            .to_owned(),
    );
    let plugins: Vec<_> = plugins
        .iter()
        .map(|it| json!({ "name": it.name, "version": it.version, "digest": it.digest, "codeBytes": it.code_bytes }))
        .collect();
    Ok(Answer::new(lines).with(&json!({ "file": args.output, "key": make.key, "plugins": plugins })))
}
