//! `noorm db`.

use clap::Subcommand;
use noorm_core::policy::Action;
use noorm_ops::db;
use serde_json::json;

use super::{Context, block_on, confirm, signals::Signals};
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with a database as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Make the config's database, if it is not there
    Create,
    /// Remove the config's database with everything in it; never a protected one
    #[command(visible_alias = "drop")]
    Destroy,
}

/// Runs one of the commands.
pub(crate) fn run(command: &DbCommand, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let config = &bench.active.config;
    let name = config.connection.filename.as_ref().unwrap_or(&config.connection.database);
    match command {
        DbCommand::Create => {
            confirm::confirm(context, Action::DbCreate, config)?;
            let signals = Signals::listen()?;
            let created = signals.end(block_on(db::create(&bench, &signals.cancel))?)?;
            let line = match created {
                true => format!("made the database `{name}`"),
                false => format!("nothing to do: the database `{name}` is there"),
            };
            Ok(Answer::new(vec![line]).with(&json!({ "database": name, "created": created })))
        }
        DbCommand::Destroy => {
            confirm::confirm(context, Action::DbDestroy, config)?;
            let signals = Signals::listen()?;
            let destroyed = signals.end(block_on(db::destroy(&bench, &signals.cancel))?)?;
            let line = match destroyed {
                true => format!("removed the database `{name}`"),
                false => format!("nothing to do: there is no database `{name}`"),
            };
            Ok(Answer::new(vec![line]).with(&json!({ "database": name, "destroyed": destroyed })))
        }
    }
}
