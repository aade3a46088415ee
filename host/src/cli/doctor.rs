//! `noorm doctor`.

use clap::Args;
use noorm_ops::doctor::{self, Finding, Findings, Severity};
use noorm_ops::project::find_root;
use serde_json::json;

use super::run::counted;
use super::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Fail on warnings too, not only on errors
    #[arg(long)]
    strict: bool,
}

/// Looks, and fails where something is wrong.
pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Result<Answer, Failure> {
    let root = find_root(&context.home.working_dir)?;
    let found = block_on(doctor::examine(root, &context.home, context.config.as_deref()))?;
    let (errors, warnings) = (found.count(Severity::Error), found.count(Severity::Warning));
    let lines = lines(&found);
    let counts = json!({ "errors": errors, "warnings": warnings });
    if errors == 0 && (warnings == 0 || !args.strict) {
        return Ok(Answer::new(lines).with(&found).with(&counts));
    }
    let message = format!("doctor found {} and {}", counted(errors, "error"), counted(warnings, "warning"));
    let hint = "each finding says what to do about it";
    Err(Failure::user("doctor", message).after(lines).with(&found).with(&counts).hint(hint))
}

fn lines(found: &Findings) -> Vec<String> {
    found.findings.iter().flat_map(line).collect()
}

fn line(finding: &Finding) -> Vec<String> {
    let word = match finding.severity {
        Severity::Ok => "ok",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut lines = vec![format!("{word:8} {:9} {}", finding.area.as_str(), finding.message)];
    lines.extend(finding.hint.as_ref().map(|hint| format!("{:18} {hint}", "")));
    lines
}
