//! `noorm plugin update`.

use clap::Args;
use noorm_ops::plugin::SourceError;
use noorm_ops::plugin::update::{self, Found, Replay, Today, Update};
use serde_json::{Value, json};

use crate::cli::run::counted;
use crate::cli::{Context, ask, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Differences of one file that are shown.
const SHOWN_MAX: usize = 10;

/// Arguments of `plugin update`.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// Only this plugin
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Change nothing: show what differs in the data of the project's own files
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &UpdateArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let found = block_on(update::find(&project, args.name.as_deref()))??;
    let (mut lines, mut plugins, mut failed) = (Vec::new(), Vec::new(), None);
    for Found { former, today } in found {
        let (line, json) = match today {
            Ok(Today::Same) => {
                (vec![format!("{} {} is what is there today", former.name, former.version)], same(&former.name))
            }
            Ok(Today::Unknown) => {
                let error = SourceError::of_file(&former);
                if args.name.is_some() {
                    return Err(error.into());
                }
                (vec![error.to_string()], json!({ "name": former.name, "state": "unknown" }))
            }
            Ok(Today::Other(update)) if args.check => check(&update::replay(&project, &update)?, &update),
            Ok(Today::Other(update)) => {
                let json = json(&update, "updated");
                let line = moved(&update);
                agree(context, &update)?;
                update::take(&project, *update)?;
                (vec![format!("updated {line}")], json)
            }
            Err(error) => {
                let line = vec![format!("{}: {error}", former.name)];
                let json = json!({ "name": former.name, "state": "failed", "message": error.to_string() });
                failed.get_or_insert(error);
                (line, json)
            }
        };
        lines.extend(line);
        plugins.push(json);
    }
    if plugins.is_empty() {
        lines.push("the project has no plugins of its own".to_owned());
    }
    let fields = json!({ "plugins": plugins });
    match failed {
        Some(error) => Err(Failure::from(error).after(lines).with(&fields)),
        None => Ok(Answer::new(lines).with(&fields)),
    }
}

/// Asks, if the new version wants more than the former one was granted.
fn agree(context: &Context, update: &Update) -> Result<(), Failure> {
    if update.wants.is_empty() || context.agrees {
        return Ok(());
    }
    let wants = update.wants.iter().map(|import| format!("`{import}`")).collect::<Vec<_>>().join(", ");
    let name = &update.former.name;
    let question = format!("{} imports {wants} besides; type yes to grant that", moved(update));
    if ask::can_ask(context) && ask::line(&question, Some("no"))? == "yes" {
        return Ok(());
    }
    let message = format!("`{name}` {} imports {wants}, which was not granted", update.new.version);
    let hint = format!(
        "`noorm plugin update {name} --yes` grants it; of files it may read none before `noorm plugin grant {name} files --path GLOB`"
    );
    Err(Failure::confirmation(message).hint(hint))
}

fn moved(update: &Update) -> String {
    let (former, new) = (&update.former, &update.new);
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    format!(
        "{} {} ({}) to {} ({})",
        former.name,
        former.version,
        short(&former.digest),
        new.version,
        short(&new.digest)
    )
}

fn same(name: &str) -> Value {
    json!({ "name": name, "state": "same" })
}

fn json(update: &Update, state: &str) -> Value {
    let (former, new) = (&update.former, &update.new);
    let version = |info: &noorm_ops::plugin::PluginInfo| json!({ "version": info.version, "digest": info.digest });
    json!({
        "name": former.name, "state": state, "former": version(former), "new": version(new), "wants": update.wants,
    })
}

/// Says what an update would change in the data.
fn check(replay: &Replay, update: &Update) -> (Vec<String>, Value) {
    let files = counted(replay.files, "data file");
    let mut lines = vec![match replay.changed.len() {
        0 => format!("{}: the same data in {files}", moved(update)),
        count => format!("{}: other data in {count} of {files}", moved(update)),
    }];
    if !update.wants.is_empty() {
        lines.push(format!("  it imports besides: {}", update.wants.join(", ")));
    }
    for changed in &replay.changed {
        lines.push(format!(
            "  {}: {}",
            changed.path,
            match (&changed.former_error, &changed.new_error) {
                (None, None) => counted(changed.count, "difference"),
                (None, Some(error)) => format!("not read any more: {error}"),
                (Some(error), None) => format!("read now; before: {error}"),
                (Some(before), Some(now)) => format!("not read, as before: {now}; before: {before}"),
            }
        ));
        let shown = changed.differences.iter().take(SHOWN_MAX);
        lines.extend(shown.map(|place| {
            let at = if place.place.is_empty() { "all of it" } else { &place.place };
            let nothing = || "nothing".to_owned();
            let (former, new) =
                (place.former.clone().unwrap_or_else(nothing), place.new.clone().unwrap_or_else(nothing));
            format!("    {at}: {} → {}", cut(former), cut(new))
        }));
        if changed.count > SHOWN_MAX {
            lines.push(format!("    and {} more", changed.count - SHOWN_MAX));
        }
    }
    let mut value = json(update, "other");
    value["replay"] = json!(replay);
    (lines, value)
}

/// A line of a list is for the eye; all of it is in the JSON.
fn cut(text: String) -> String {
    const LETTERS_MAX: usize = 60;
    match text.char_indices().nth(LETTERS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
