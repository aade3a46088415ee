//! `noorm config export`.

use std::path::PathBuf;

use clap::Args;
use noorm_core::event::Event;
use noorm_ops::clock;
use noorm_ops::config::{self, ExportRequest, Exported, SecretChoice};
use noorm_ops::trust::{Acquaintance, KeyBook};

use crate::cli::Context;
use crate::cli::consent::consent;
use crate::cli::identity::trust::{people_table, warn_of_unknown_team_keys};
use crate::output::{Answer, progress};
use crate::report::Failure;

/// Arguments of `config export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The config, if it is not the active one
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Who can open it: an email address, a name, an identity hash, a public key, or a file with one; once for each
    #[arg(long, value_name = "WHO", required = true)]
    to: Vec<String>,
    /// Write it into this file instead of `NAME.noorm.enc`
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
    /// Send all secrets of the config along
    #[arg(long, conflicts_with = "secrets")]
    with_secrets: bool,
    /// Send these secrets of the config along
    #[arg(long, value_name = "KEY", num_args = 1.., value_delimiter = ',')]
    secrets: Vec<String>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// Seals a config to its recipients.
pub(super) fn export(args: &ExportArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let book = KeyBook::open(&project, &context.home)?;
    warn_of_unknown_team_keys(&book, context);
    let recipients = recipients(&args.to, &book, context)?;
    let untrusted: Vec<Acquaintance> =
        recipients.iter().filter(|person| !person.standing.is_trusted()).cloned().collect();
    let question = "nobody has said whose keys these are; seal the config to them, and trust them from now on?";
    let accept = untrusted.is_empty() || consent(context, &untrusted, question)?;
    let request = ExportRequest {
        name: args.name.as_deref().or(context.config.as_deref()),
        recipients: &recipients,
        accept,
        secrets: match (args.with_secrets, args.secrets.as_slice()) {
            (true, _) => SecretChoice::All,
            (false, []) => SecretChoice::None,
            (false, keys) => SecretChoice::Named(keys.to_vec()),
        },
        output: args.output.clone(),
        force: args.force,
        now: &clock::now(&context.home)?,
    };
    let exported = config::export(&project, &context.home, request)?;
    Ok(Answer::new(lines(&exported)).with(&exported))
}

/// Returns everybody who is meant, each key once.
fn recipients(names: &[String], book: &KeyBook, context: &Context) -> Result<Vec<Acquaintance>, Failure> {
    let mut recipients: Vec<Acquaintance> = Vec::new();
    for name in names {
        let found = book.find_person(name, &context.home)?;
        for other in &found.left_out {
            let text = format!(
                "`{}` has another key, \"{}\", which is not trusted: it cannot open the file",
                other.email, other.fingerprint
            );
            progress(context.json)(Event::Warning(text));
        }
        for person in found.people {
            if recipients.iter().all(|other| other.public_key != person.public_key) {
                recipients.push(person);
            }
        }
    }
    Ok(recipients)
}

fn lines(exported: &Exported) -> Vec<String> {
    let file = exported.file.display();
    let mut lines = vec![format!("sealed the config `{}` into `{file}`, for", exported.name)];
    lines.extend(people_table(&exported.recipients).into_iter().map(|line| format!("  {line}")));
    lines.push("user and password are not in it".to_owned());
    if !exported.secrets.is_empty() {
        lines.push(format!("secrets in it: {}", exported.secrets.join(", ")));
    }
    if !exported.left_out.is_empty() {
        lines.push(format!("secrets that are not in it: {}", exported.left_out.join(", ")));
    }
    lines
}
