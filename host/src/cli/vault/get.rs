//! `noorm vault get`.

use std::io::IsTerminal;

use clap::Args;
use noorm_ops::vault::get;
use serde_json::json;

use super::super::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `vault get`.
#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// Its key
    #[arg(value_name = "KEY")]
    key: String,
    /// Take it from your own copy, and connect to nothing
    #[arg(long)]
    local: bool,
    /// Print it on a terminal too
    #[arg(long)]
    reveal: bool,
}

pub(super) fn get(args: &GetArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let found = match args.local {
        true => get::get_local(&bench, &args.key)?,
        false => block_on(get::get(&bench, &args.key))??,
    };
    let fields = json!({ "key": args.key, "keyVersion": found.key_version });
    if !args.reveal && std::io::stdout().is_terminal() {
        let line = format!("you can read `{}`; `--reveal` shows it", args.key);
        return Ok(Answer::new(vec![line]).with(&fields));
    }
    let value = found.value.expose();
    Ok(Answer::new(vec![value.to_owned()]).with(&fields).with(&json!({ "value": value })).revealing())
}
