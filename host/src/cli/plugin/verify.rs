//! `noorm plugin verify`.

use clap::Args;
use noorm_ops::plugin::verify::{self, Verified};
use serde_json::json;

use crate::cli::Context;
use crate::cli::run::counted;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Only this plugin
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(args: &VerifyArgs, context: &Context) -> Result<Answer, Failure> {
    let verified = verify::verify(&context.project()?, args.name.as_deref())?;
    let mut lines: Vec<String> = verified.iter().flat_map(line).collect();
    if verified.is_empty() {
        lines.push("the project has no plugins of its own".to_owned());
    }
    let wrong = verified.iter().filter(|one| !one.findings.is_empty()).count();
    let fields = json!({ "plugins": verified });
    if wrong == 0 {
        return Ok(Answer::new(lines).with(&fields));
    }
    let message = format!("{} of {} is not as it is locked", wrong, counted(verified.len(), "plugin"));
    let hint = "restore `.noorm/plugins` and `.noorm/plugins.lock` from version control, or add the plugin again";
    Err(Failure::user("plugin-verify", message).after(lines).with(&fields).hint(hint))
}

fn line(one: &Verified) -> Vec<String> {
    let name = format!("{} {}", one.name, one.version);
    if one.findings.is_empty() {
        let signed = one.signed_by.as_ref().map(|key| format!(", and signed by `{key}`")).unwrap_or_default();
        return vec![format!("{name} is as it is locked{signed}")];
    }
    one.findings.iter().map(|finding| format!("{name}: {finding}")).collect()
}
