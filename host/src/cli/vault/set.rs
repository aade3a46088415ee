//! `noorm vault set`.

use clap::Args;
use noorm_core::event::Event;
use noorm_core::policy::Action;
use noorm_ops::vault::Who;
use noorm_ops::vault::set::{self, NewValue, Readers, SetReport};

use super::super::secret::{Source, refused_argument};
use super::super::wait::Wait;
use super::super::{Context, block_on, confirm, signals::Signals};
use crate::output::{Answer, progress};
use crate::report::Failure;

/// Arguments of `vault set`.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name: letters, digits and `_`
    #[arg(value_name = "KEY")]
    key: String,
    /// Refused: other users of the machine can read arguments; one without quotes is several
    #[arg(hide = true, num_args = 0..)]
    value: Vec<String>,
    #[command(flatten)]
    source: Source,
    /// Who is to read it, and nobody else: email addresses, names or identity hashes; `me` is you
    #[arg(long, value_name = "WHO,…", value_delimiter = ',', conflicts_with = "all")]
    recipients: Vec<String>,
    /// You and everybody whose key you trust are to read it
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    wait: Wait,
}

pub(super) fn set(args: &SetArgs, context: &Context) -> Result<Answer, Failure> {
    if !args.value.is_empty() {
        return Err(refused_argument(&args.value, context));
    }
    set::check_key(&args.key)?;
    let bench = context.workbench_with(&args.wait)?;
    confirm::confirm(context, Action::VaultChange, &bench.active.config)?;
    let value = args.source.value(&args.key, context)?;
    let readers = match args.recipients.as_slice() {
        [] if args.all => Readers::Everybody,
        [] => Readers::AsBefore,
        named => Readers::Named(named),
    };
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let new = NewValue { key: &args.key, value: &value, readers };
    let report = signals.end(block_on(set::set(&bench, &new, &signals.cancel, &listener))?)?;
    if !report.can_read {
        listener(Event::Warning(format!("you cannot read `{}` yourself", report.key)));
    }
    Ok(answer(&report))
}

fn answer(report: &SetReport) -> Answer {
    let mut lines = vec![format!("set `{}`, for {}", report.key, labels(&report.recipients))];
    if !report.no_longer.is_empty() {
        let who = labels(&report.no_longer);
        lines.push(format!("not for {who} any more, who may still know the value before"));
    }
    Answer::new(lines).with(report)
}

/// Returns the names of people in one line.
pub(super) fn labels(people: &[Who]) -> String {
    people.iter().map(Who::label).collect::<Vec<_>>().join(", ")
}
