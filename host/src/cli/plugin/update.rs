//! `noorm plugin update`.

use clap::Args;
use noorm_ops::plugin::update::{self, Changed, Found, Replay, ReplayedDialect, Today, Update, Wanted};
use noorm_ops::plugin::{PluginInfo, PluginKind, SourceError};
use noorm_ops::project::Project;
use serde_json::{Value, json};

use crate::cli::dialect::diff;
use crate::cli::run::counted;
use crate::cli::{Context, ask, block_on};
use crate::output::Answer;
use crate::report::{Failure, exit};

/// Differences of one file, or of one dialect, that are shown.
const SHOWN_MAX: usize = 10;

/// Arguments of `plugin update`.
#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    /// Only this plugin
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Take this as what is there today: a file, `https://HOST/FILE.wasm` or `oci://REGISTRY/NAME:TAG`
    #[arg(long, value_name = "SOURCE", requires = "name")]
    from: Option<String>,
    /// Change nothing: show what differs in the data of the project's own files, or in what its dialects say
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &UpdateArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let wanted = Wanted { name: args.name.as_deref(), from: args.from.as_deref(), folder: &context.home.working_dir };
    let found = block_on(update::find(&project, &wanted))??;
    let (mut lines, mut plugins, mut failed) = (Vec::new(), Vec::new(), None);
    if found.is_empty() {
        lines.push("the project has no plugins of its own".to_owned());
    }
    for Found { former, today } in found {
        let moved = today.map_err(Failure::from).and_then(|today| one(args, context, &project, &former, today));
        // What goes wrong with one keeps no other from its update.
        let (line, json) = moved.unwrap_or_else(|failure| {
            let line = vec![format!("{}: {}", former.name, failure.message)];
            let json = json!({ "name": former.name, "state": "failed", "message": failure.message });
            failed.get_or_insert(failure);
            (line, json)
        });
        lines.extend(line);
        plugins.push(json);
    }
    let plugins_updated = plugins.iter().any(|one| one["state"] == "updated");
    let fields = json!({ "plugins": plugins });
    match failed {
        // Others were taken.
        Some(failure) if plugins_updated => {
            Err(Failure { exit_code: exit::HALFWAY, ..failure }.after(lines).with(&fields))
        }
        Some(failure) => Err(failure.after(lines).with(&fields)),
        None => Ok(Answer::new(lines).with(&fields)),
    }
}

/// What is said of one plugin: its lines, and its part of the result.
type Said = (Vec<String>, Value);

fn one(
    args: &UpdateArgs,
    context: &Context,
    project: &Project,
    former: &PluginInfo,
    today: Today,
) -> Result<Said, Failure> {
    let update = match today {
        Today::Same => {
            let line = format!("{} {} is up to date", former.name, former.version);
            return Ok((vec![line], json!({ "name": former.name, "state": "same" })));
        }
        Today::Unknown if args.name.is_some() => return Err(SourceError::of_file(former).into()),
        Today::Unknown => {
            let line = SourceError::of_file(former).to_string();
            return Ok((vec![line], json!({ "name": former.name, "state": "unknown" })));
        }
        Today::Other(update) => update,
    };
    if args.check {
        return Ok(check(&update::replay(project, &update)?, &update));
    }
    agree(context, &update)?;
    let (line, json) = (format!("updated {}", moved(&update)), json(&update, "updated"));
    update::take(project, *update)?;
    Ok((vec![line], json))
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

fn json(update: &Update, state: &str) -> Value {
    let (former, new) = (&update.former, &update.new);
    let version = |info: &PluginInfo| json!({ "version": info.version, "digest": info.digest });
    json!({
        "name": former.name, "state": state, "former": version(former), "new": version(new), "wants": update.wants,
    })
}

/// Says what an update would change.
fn check(replay: &Replay, update: &Update) -> Said {
    let mut lines = vec![format!("{}: {}", moved(update), summary(replay, update))];
    if !update.wants.is_empty() {
        lines.push(format!("  it imports besides: {}", update.wants.join(", ")));
    }
    lines.extend(replay.changed.iter().flat_map(changed));
    if replay.unread > 0 {
        let unread = replay.unread;
        lines.push(format!(
            "  not looked at: {unread} of the project's files, which no plugin is given or noorm cannot read"
        ));
    }
    if replay.is_cut {
        lines.push("  the project has more files than were looked at; those deepest in it were left out".to_owned());
    }
    lines.extend(replay.dialects.iter().flat_map(dialect));
    let mut value = json(update, "other");
    value["replay"] = json!(replay);
    (lines, value)
}

fn summary(replay: &Replay, update: &Update) -> String {
    match (update.former.kind, replay.dialects.as_slice()) {
        (PluginKind::Loader, _) => match (counted(replay.files, "data file"), replay.changed.len()) {
            (files, 0) => format!("the same data in {files}"),
            (files, count) => format!("other data in {count} of {files}"),
        },
        (_, []) => "no dialect of the settings has it; `noorm dialect diff BASE FILE` shows what it changes".to_owned(),
        (_, dialects) => {
            let asked = dialects.iter().map(|one| one.comparison.asked).sum::<usize>();
            match dialects.iter().map(|one| one.comparison.differences.len()).sum::<usize>() {
                0 => format!("the same in {}", counted(asked, "answer")),
                count => format!("{count} of {} differ", counted(asked, "answer")),
            }
        }
    }
}

fn changed(changed: &Changed) -> Vec<String> {
    let what = match (&changed.former_error, &changed.new_error) {
        (None, None) => counted(changed.count, "difference"),
        (None, Some(error)) => format!("not read any more: {error}"),
        (Some(error), None) => format!("read now; before: {error}"),
        (Some(before), Some(now)) => format!("not read, as before: {now}; before: {before}"),
    };
    let mut lines = vec![format!("  {}: {what}", changed.path)];
    lines.extend(changed.differences.iter().take(SHOWN_MAX).map(|place| {
        let at = if place.place.is_empty() { "all of it" } else { &place.place };
        let side = |side: &Option<String>| cut(side.clone().unwrap_or_else(|| "nothing".to_owned()));
        format!("    {at}: {} → {}", side(&place.former), side(&place.new))
    }));
    lines.extend(more(changed.count));
    lines
}

fn dialect(replayed: &ReplayedDialect) -> Vec<String> {
    let differences = &replayed.comparison.differences;
    let mut lines = vec![format!("  dialect {}: {}", replayed.dialect, counted(differences.len(), "difference"))];
    let shown = differences.iter().take(SHOWN_MAX).flat_map(diff::shown);
    lines.extend(shown.map(|line| format!("    {line}")));
    lines.extend(more(differences.len()));
    lines
}

/// Says that there are more than are shown.
fn more(count: usize) -> Option<String> {
    let more = count.checked_sub(SHOWN_MAX).filter(|more| *more > 0)?;
    Some(format!("    and {more} more, which --json has"))
}

/// A line of a list is for the eye; all of it is in the JSON.
fn cut(text: String) -> String {
    const LETTERS_MAX: usize = 60;
    match text.char_indices().nth(LETTERS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
