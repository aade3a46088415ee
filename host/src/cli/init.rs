//! `noorm init`.

use clap::Args;
use noorm_ops::init;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {}

/// Makes a project of the working directory.
pub(crate) fn run(_: &InitArgs, context: &Context) -> Result<Answer, Failure> {
    let done = init::init(&context.home.working_dir, &context.home, &noorm_ops::clock::now(&context.home)?)?;
    let mut lines = Vec::new();
    if done.created.is_empty() {
        lines.push(format!("`{}` is a project already", done.root.display()));
    } else {
        lines.push(format!("made a project in `{}`:", done.root.display()));
        lines.extend(done.created.iter().map(|path| format!("  {path}")));
    }
    if let Some(key) = &done.identity {
        lines.push(format!("made your identity in `~/.noorm`; its public key is {key}"));
    }
    Ok(Answer::new(lines).with(&done))
}
