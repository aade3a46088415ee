//! `noorm identity verify|pin|unpin|pins`: whose keys are trusted.

use clap::{Args, Subcommand};
use noorm_core::event::Event;
use noorm_ops::clock;
use noorm_ops::trust::{self, Acquaintance, KeyBook, PinRequest, Standing};
use serde_json::json;

use crate::cli::consent::show_words;
use crate::cli::{Context, ask};
use crate::output::{Answer, progress, table};
use crate::report::Failure;

/// What can be done about others' keys.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Compare the words of somebody's key with its owner, and pin it
    Verify(WhoArgs),
    /// Trust somebody's key
    Pin(PinArgs),
    /// Trust somebody's key no longer
    Unpin(WhoArgs),
    /// List the keys that are trusted: the pinned ones and the team's
    Pins,
}

/// Arguments of `identity verify` and `identity unpin`.
#[derive(Debug, Args)]
pub(crate) struct WhoArgs {
    /// An email address, a name, an identity hash, a public key, or a file with one
    #[arg(value_name = "WHO")]
    who: String,
}

/// Arguments of `identity pin`.
#[derive(Debug, Args)]
pub(crate) struct PinArgs {
    /// An email address, a name, an identity hash, a public key, or a file with one
    #[arg(value_name = "WHO")]
    who: String,
    /// The words that the key's owner gave you; a key with other words is refused
    #[arg(long, value_name = "WORDS")]
    fingerprint: Option<String>,
}

/// Runs one of the commands.
pub(super) fn run(command: &TrustCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        TrustCommand::Verify(args) => verify(args, context),
        TrustCommand::Pin(args) => pin(args, context),
        TrustCommand::Unpin(args) => unpin(args, context),
        TrustCommand::Pins => pins(context),
    }
}

fn verify(args: &WhoArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let book = KeyBook::open(&project, &context.home)?;
    let now = clock::now(&context.home)?;
    let request = PinRequest { query: &args.who, words: None, verified: true, now: &now };
    let person = trust::candidate(&book, &context.home, &request)?;
    if person.standing == Standing::Verified {
        let line = format!("the key of `{}` is verified already; its words are", person.email);
        return Ok(answer(vec![line, String::new(), format!("    {}", person.fingerprint)], &person));
    }
    // `--yes` cannot say it: nobody would have compared anything.
    if !ask::can_ask(context) {
        let message =
            format!("the words of the key of `{}` are to be compared: \"{}\"", person.email, person.fingerprint);
        let hint = format!(
            "there is nobody to ask; `noorm identity pin {} --fingerprint \"WORDS\"` takes the words that its owner gave",
            args.who
        );
        return Err(Failure::confirmation(message).hint(hint));
    }
    if person.standing == Standing::Changed {
        let text = book.changed(&person).to_string();
        progress(context.json)(Event::Warning(text));
    }
    show_words(&person)?;
    let question = "ask its owner, by a call or face to face, to read theirs (`noorm identity show`); are they the same? type yes to pin the key";
    if ask::line(question, Some("no"))? != "yes" {
        return Err(Failure::confirmation("the words are not the same: nothing is pinned")
            .hint("do not seal anything to this key, and tell its owner"));
    }
    // What is pinned is what was compared, whatever changed while the question waited.
    let compared = PinRequest { words: Some(&person.fingerprint), ..request };
    let person = trust::pin(&project, &context.home, &compared)?;
    pinned(&project, &person, context)
}

fn pin(args: &PinArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let request = PinRequest {
        query: &args.who,
        words: args.fingerprint.as_deref(),
        verified: false,
        now: &clock::now(&context.home)?,
    };
    let person = trust::pin(&project, &context.home, &request)?;
    pinned(&project, &person, context)
}

/// Says what was pinned, and what else is trusted for the same person.
fn pinned(project: &noorm_ops::project::Project, person: &Acquaintance, context: &Context) -> Result<Answer, Failure> {
    let how = if person.standing == Standing::Verified { "verified" } else { "not verified yet" };
    let line = format!("pinned the key of `{}` ({how}); its words are", person.email);
    let mut lines = vec![line, String::new(), format!("    {}", person.fingerprint)];
    let book = KeyBook::open(project, &context.home)?;
    let is_other = |other: &&Acquaintance| other.email == person.email && other.public_key != person.public_key;
    for other in book.trusted().filter(is_other) {
        lines.push(String::new());
        lines.push(format!(
            "`{}` has another trusted key, \"{}\"; if it is an old one:",
            other.email, other.fingerprint
        ));
        lines.push(format!("noorm identity unpin {}", other.public_key));
    }
    Ok(answer(lines, person))
}

fn unpin(args: &WhoArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let gone = trust::unpin(&project, &context.home, &args.who)?;
    let line = |person: &Acquaintance| format!("unpinned the key of `{}`, \"{}\"", person.email, person.fingerprint);
    Ok(Answer::new(gone.iter().map(line).collect()).with(&json!({ "unpinned": gone })))
}

fn pins(context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let book = KeyBook::open(&project, &context.home)?;
    warn_of_unknown_team_keys(&book, context);
    let people: Vec<Acquaintance> = book.trusted().cloned().collect();
    let lines = match people.is_empty() {
        true => vec!["no key is trusted; `noorm identity verify WHO` pins one".to_owned()],
        false => people_table(&people),
    };
    Ok(Answer::new(lines).with(&json!({ "pins": people })))
}

fn answer(lines: Vec<String>, person: &Acquaintance) -> Answer {
    Answer::new(lines).with(&json!({ "person": person }))
}

/// Sets people in columns.
pub(crate) fn people_table(people: &[Acquaintance]) -> Vec<String> {
    let mut rows = vec![["EMAIL", "NAME", "KEY", "FINGERPRINT"].map(str::to_owned)];
    rows.extend(people.iter().map(|person| {
        let name = person.name.clone().unwrap_or_default();
        [person.email.clone(), name, person.standing.as_str().to_owned(), person.fingerprint.clone()]
    }));
    table(&rows)
}

/// A key that means nothing is more often a slip than a wish.
pub(crate) fn warn_of_unknown_team_keys(book: &KeyBook, context: &Context) {
    for key in &book.unknown_team_keys {
        let text = format!("`.noorm/team.yml` has an unknown key `{key}`, which is left alone");
        progress(context.json)(Event::Warning(text));
    }
}
