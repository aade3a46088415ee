//! What `change resolve` and `run resolve` share: how somebody says what the state is.

use clap::Args;
use noorm_core::history::Status;
use noorm_ops::change::resolve::{Resolved, Verdict};

use crate::output::Answer;

/// Exactly one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Say {
    /// The first N statements of the file are done; it goes on after them
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    /// Statement N of the file is not done; it goes on with it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    at: Option<u64>,
    /// All of it is in the database; it does not run
    #[arg(long)]
    applied: bool,
    /// Nothing of it is in the database; it runs from its beginning
    #[arg(long)]
    pending: bool,
}

impl Say {
    /// Returns what is said.
    pub(crate) fn verdict(&self) -> Verdict {
        match (self.after, self.at) {
            (Some(done), _) => Verdict::After(done),
            (None, Some(next)) => Verdict::At(next),
            (None, None) if self.applied => Verdict::Applied,
            (None, None) => Verdict::Pending,
        }
    }
}

/// Tells what was written.
pub(crate) fn answer(resolved: &Resolved) -> Answer {
    let name = &resolved.name;
    let line = match (&resolved.file, resolved.statements_done, resolved.statements_total) {
        (Some(file), Some(done), Some(total)) if done < total => {
            format!("the next run goes on with statement {} of {total} of `{file}`", done + 1)
        }
        (Some(file), _, _) => format!("all statements of `{file}` count as done"),
        _ if resolved.status == Status::Success => format!("`{name}` counts as applied"),
        _ => format!("`{name}` counts as not applied"),
    };
    Answer::new(vec![format!("{line}; the history says that it was said by hand")]).with(resolved)
}
