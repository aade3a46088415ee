//! `noorm config rm`.

use noorm_core::policy::Action;
use noorm_ops::config;
use serde_json::json;

use super::NameArgs;
use crate::cli::{Context, confirm};
use crate::output::Answer;
use crate::report::Failure;

/// Removes a config and its secrets.
pub(super) fn remove(args: &NameArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let found = config::stage::with_defaults(&project, config::find_any(&project, &context.home, &args.name)?);
    confirm::confirm(context, Action::ConfigRemove, &found)?;
    let was_active = config::remove(&project, &context.home, &args.name)?;
    let mut lines = vec![format!("removed the config `{}`", args.name)];
    if was_active {
        lines.push("no config is active now; `noorm config use NAME` chooses one".to_owned());
    }
    Ok(Answer::new(lines).with(&json!({ "name": args.name, "wasActive": was_active })))
}
