//! `noorm vault set`.

use std::path::PathBuf;

use clap::Args;
use noorm_core::event::Event;
use noorm_core::policy::Action;
use noorm_core::secret::Secret;
use noorm_ops::vault::Who;
use noorm_ops::vault::set::{self, NewValue, Readers, SetReport};

use super::super::wait::Wait;
use super::super::{Context, block_on, confirm, secret_input, signals::Signals};
use crate::output::{Answer, progress};
use crate::report::Failure;

/// Arguments of `vault set`.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name: letters, digits and `_`
    #[arg(value_name = "KEY")]
    key: String,
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

/// Where the value comes from; without one of these it is asked for.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Source {
    /// Take the value from standard input, which has one line
    #[arg(long)]
    stdin: bool,
    /// Take the value from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    from_env: Option<String>,
    /// Take the value from this file, without its last line end; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

impl Source {
    fn value(&self, key: &str, context: &Context) -> Result<Secret, Failure> {
        match self {
            Self { stdin: true, .. } => secret_input::only_line(),
            Self { from_env: Some(name), .. } => secret_input::from_variable(name, context),
            Self { from_file: Some(file), .. } => secret_input::from_file(file, context),
            _ if context.can_ask() => {
                let given = rpassword::prompt_password(format!("value of {key}: "));
                given.map(Secret::new).map_err(|error| Failure::host("no-terminal", "cannot ask").because(&error))
            }
            _ => {
                let message = format!("there is no value for `{key}`, and no terminal to ask on");
                let hint = "`--stdin`, `--from-env VARIABLE` or `--from-file FILE` says where it is";
                Err(Failure::wrong_usage("no-value", message).hint(hint))
            }
        }
    }
}

pub(super) fn set(args: &SetArgs, context: &Context) -> Result<Answer, Failure> {
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
