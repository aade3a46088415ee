//! `noorm plugin publish`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::publish::{self, PublishRequest};
use serde_json::json;

use crate::cli::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin publish`.
#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// The component; a signature beside it, `FILE.wasm.minisig`, is published too
    #[arg(value_name = "FILE.wasm")]
    file: PathBuf,
    /// Where to: `oci://REGISTRY/NAME:TAG`
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Replace what is published under the tag
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(args: &PublishArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let request =
        PublishRequest { file: args.file.clone(), address: args.address.clone(), is_to_replace: args.replace };
    let published =
        block_on(publish::publish(context.here(project.as_ref()), &context.home, &context.reach, &request))??;
    let plugin = &published.plugin;
    let signed = if published.is_signed { ", with its signature" } else { "" };
    let line = format!("published {} {} as {}{signed}", plugin.name, plugin.version, published.address);
    let fields = json!({ "plugin": plugin, "address": published.address, "isSigned": published.is_signed });
    Ok(Answer::new(vec![line]).with(&fields))
}
