//! `identity import`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::clock;
use noorm_ops::identity::{self, Imported, Occupied};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `identity import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// What `noorm identity export` printed for a colleague; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "private_key")]
    file: Option<PathBuf>,
    /// Take your own private key from this backup instead; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    private_key: Option<PathBuf>,
    /// Add the private key to your former ones, which only open
    #[arg(long, requires = "private_key")]
    former: bool,
    /// Take it although the identity has another key so far; your own key so far becomes a former one
    #[arg(long, conflicts_with = "former")]
    replace: bool,
}

/// Adds a colleague's identity, or takes a private key from a backup.
pub(super) fn import(args: &ImportArgs, context: &Context) -> Result<Answer, Failure> {
    let now = clock::now(&context.home)?;
    if let Some(file) = &args.private_key {
        let occupied = match (args.former, args.replace) {
            (true, _) => Occupied::Former,
            (false, true) => Occupied::Replace,
            (false, false) => Occupied::Refuse,
        };
        let (done, key) = identity::import_private(&context.home, file, occupied, &now)?;
        let line = match done {
            Imported::Current => format!("your private key is the one of the public key {key}"),
            Imported::Former => format!("the private key of {key} is one of your former keys"),
            Imported::Known => format!("your private key is the one of {key} already"),
        };
        return Ok(Answer::new(vec![line]).with(&json!({ "imported": done, "publicKey": key })));
    }
    let Some(file) = &args.file else {
        return Err(Failure::wrong_usage("no-file", "no file is named"));
    };
    let project = context.project()?;
    let found = identity::read_public(file, &context.home)?;
    identity::import(&project, &context.home, &found, args.replace, &now)?;
    let line = format!(
        "this project knows {} <{}> on {}, with the key {}",
        found.name, found.email, found.machine, found.public_key
    );
    Ok(Answer::new(vec![line]).with(&json!({ "identity": found })))
}
