//! `noorm plugin replay`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::repro;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `plugin replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The folder that `--record` made
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The component to ask, in place of the one with the same digest that is here
    #[arg(long, value_name = "FILE.wasm")]
    plugin: Option<PathBuf>,
}

pub(super) fn run(args: &ReplayArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let at = |path: &PathBuf| context.home.working_dir.join(path);
    let plugin = args.plugin.as_ref().map(at);
    let replayed = repro::replay(project.as_ref(), &at(&args.folder), plugin.as_deref())?;
    let mut lines = vec![
        format!("asked {} {} for `{}`", replayed.asked.name, replayed.asked.version, replayed.function),
        format!("then: {}", replayed.then),
        format!("now:  {}", replayed.now.as_deref().unwrap_or("it does not fail")),
    ];
    lines.extend(replayed.backtrace.iter().map(|frame| format!("  in `{frame}`")));
    lines.push(match replayed.is_same {
        true => "the same failure".to_owned(),
        false => "not the same failure".to_owned(),
    });
    if replayed.redacted && !replayed.is_same {
        lines.push("secrets were taken out of what was stored, so that it may not fail as it did".to_owned());
    }
    Ok(Answer::new(lines).with(&json!({ "replay": replayed })))
}
