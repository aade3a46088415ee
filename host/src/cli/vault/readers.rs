//! `noorm vault grant`, `revoke`, `rotate` and `rm`: who can read what there is.

use clap::Args;
use noorm_core::policy::Action;
use noorm_ops::vault::grant::{self, Granted};
use noorm_ops::vault::revoke::{self, Revoked};
use noorm_ops::vault::{remove, rotate};
use noorm_ops::workbench::Workbench;

use super::super::run::counted;
use super::super::wait::Wait;
use super::super::{Context, block_on, confirm, signals::Signals};
use super::set::labels;
use crate::output::{Answer, progress};
use crate::report::Failure;

/// Arguments of `vault rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Its key
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    wait: Wait,
}

/// Arguments of `vault grant`.
#[derive(Debug, Args)]
pub(crate) struct GrantArgs {
    /// An email address, a name or an identity hash
    #[arg(value_name = "WHO")]
    who: String,
    /// The keys
    #[arg(value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    keys: Vec<String>,
    /// All that you can read
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    wait: Wait,
}

/// Arguments of `vault revoke`.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// An email address, a name or an identity hash
    #[arg(value_name = "WHO")]
    who: String,
    #[command(flatten)]
    wait: Wait,
}

/// Arguments of `vault rotate`.
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    wait: Wait,
}

/// Opens what a change works with, and asks where the config is protected.
fn bench(wait: &Wait, context: &Context) -> Result<Workbench, Failure> {
    let bench = context.workbench_with(wait)?;
    confirm::confirm(context, Action::VaultChange, &bench.active.config)?;
    Ok(bench)
}

pub(super) fn remove(args: &RmArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = bench(&args.wait, context)?;
    let (signals, listener) = (Signals::listen()?, progress(context.json));
    let removed = signals.end(block_on(remove::remove(&bench, &args.key, &signals.cancel, &listener))?)?;
    let line = format!("removed `{}`, which {} could read", removed.key, labels(&removed.recipients));
    Ok(Answer::new(vec![line]).with(&removed))
}

pub(super) fn grant(args: &GrantArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = bench(&args.wait, context)?;
    let (signals, listener) = (Signals::listen()?, progress(context.json));
    let granted = grant::grant(&bench, &args.who, &args.keys, &signals.cancel, &listener);
    let granted = signals.end(block_on(granted)?)?;
    Ok(Answer::new(grant_lines(&granted)).with(&granted))
}

fn grant_lines(granted: &Granted) -> Vec<String> {
    let who = labels(&granted.recipients);
    let mut lines: Vec<String> = granted.granted.iter().map(|key| format!("  {key}")).collect();
    lines.push(match granted.granted.len() {
        0 => format!("nothing to do: {who} can read {} already", counted(granted.unchanged.len(), "value")),
        count => format!("{who} can read {}", counted(count, "more value")),
    });
    if !granted.left_out.is_empty() {
        lines.push(format!("left out, for you cannot read it yourself: {}", granted.left_out.join(", ")));
    }
    lines
}

pub(super) fn revoke(args: &RevokeArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = bench(&args.wait, context)?;
    let (signals, listener) = (Signals::listen()?, progress(context.json));
    let revoked = signals.end(block_on(revoke::revoke(&bench, &args.who, &signals.cancel, &listener))?)?;
    Ok(Answer::new(revoke_lines(&revoked)).with(&revoked))
}

fn revoke_lines(revoked: &Revoked) -> Vec<String> {
    let who = labels(&revoked.who);
    let count = counted(revoked.rotate_at_source.len(), "value");
    let mut lines = vec![
        format!("removed what was sealed to {who} so far"),
        format!("rotate at its source what {who} may have kept, then `noorm vault set` it: {count}"),
    ];
    lines.extend(revoked.rotate_at_source.iter().map(|key| format!("  {key}")));
    lines.extend(revoked.still_trusted.iter().map(|email| {
        format!(
            "`{email}` is still trusted: `noorm identity unpin {email}`, and take them out of `.noorm/team.yml`, or the next \
             new value may be for them too"
        )
    }));
    lines
}

pub(super) fn rotate(args: &RotateArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = bench(&args.wait, context)?;
    let (signals, listener) = (Signals::listen()?, progress(context.json));
    let rotated = signals.end(block_on(rotate::rotate(&bench, &signals.cancel, &listener))?)?;
    let mut lines = vec![match rotated.rotated.len() {
        0 => "nothing to do: there is nothing that you can read".to_owned(),
        count => format!("sealed {} anew", counted(count, "value")),
    }];
    if !rotated.left_out.is_empty() {
        lines.push(format!("left out, for you cannot read it yourself: {}", rotated.left_out.join(", ")));
    }
    if !rotated.unknown.is_empty() {
        lines.push(format!("left as it was for {}, of whom nothing is known here", labels(&rotated.unknown)));
    }
    Ok(Answer::new(lines).with(&rotated))
}
