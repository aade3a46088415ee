//! `noorm config use`.

use noorm_ops::config;
use serde_json::json;

use super::NameArgs;
use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Makes a config the active one.
pub(super) fn select(args: &NameArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    config::select(&project, &context.home, &args.name)?;
    let line = format!("`{}` is the active config", args.name);
    Ok(Answer::new(vec![line]).with(&json!({ "active": args.name })))
}
