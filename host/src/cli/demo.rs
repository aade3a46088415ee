//! `noorm demo`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::change::apply::{self, ApplyRequest};
use noorm_ops::change::list;
use noorm_ops::demo;
use noorm_ops::run::{self, RunRequest, Target};
use serde_json::json;

use super::{Context, block_on, signals::Signals};
use crate::output::{Answer, progress, table};
use crate::report::{Failure, stopped};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = "noorm-demo")]
    folder: PathBuf,
}

/// Writes the demo, builds it, applies its changesets and shows what came of it.
pub(crate) fn run(args: &DemoArgs, context: &Context) -> Result<Answer, Failure> {
    let folder = context.home.working_dir.join(&args.folder);
    let bench = demo::make(&folder, &context.home)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let request = RunRequest { target: Target::Build, force: false };
    let mut built = block_on(run::run(&bench, &request, &signals.cancel, &listener))??;
    if let Some(error) = built.failure.take() {
        return Err(stopped(error, built.has_applied, signals.received()).with(&built));
    }
    let request = ApplyRequest { pick: apply::Pick::All, force: false, allow_older: false };
    let mut applied = block_on(apply::apply(&bench, &request, &signals.cancel, &listener))??;
    if let Some(error) = applied.failure.take() {
        return Err(stopped(error, true, signals.received()).with(&applied));
    }
    let listed = block_on(list::list(&bench))??;
    let shown = args.folder.display();
    let mut lines = vec![String::new(), format!("a shop in {shown}, its database in {shown}/{}", demo::DATABASE)];
    let mut rows = vec![["STATUS", "CHANGESET", "WHEN"].map(str::to_owned)];
    rows.extend(
        listed.changes.iter().map(|change| {
            [change.status.to_string(), change.name.clone(), change.applied_at.clone().unwrap_or_default()]
        }),
    );
    lines.extend(table(&rows));
    lines.extend([
        String::new(),
        "next steps:".to_owned(),
        format!("  cd {shown}"),
        "  noorm run build          # nothing to do: every file is unchanged".to_owned(),
        "  noorm change rewind      # takes the last changeset back".to_owned(),
        "  noorm change ff          # and applies it again".to_owned(),
        "  cat README.md            # more to try".to_owned(),
    ]);
    Ok(Answer::new(lines).with(&json!({
        "folder": args.folder,
        "files": built.files,
        "changes": listed.changes,
    })))
}
