//! What the command line says about the config in place of what is stored: the first of the layers.

use clap::{Args, Subcommand};
use noorm_core::config::fields::{Field, Values};

/// A command that works on a config, and its overrides.
#[derive(Debug, Args)]
pub(crate) struct OnConfig<T: Subcommand> {
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(subcommand)]
    pub(crate) command: T,
}

/// Values for fields of the config, for one command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Instead of what the config says")]
pub(crate) struct Overrides {
    /// Name of the database
    #[arg(long, global = true)]
    database: Option<String>,
    /// Database file, relative to the project
    #[arg(long, global = true, value_name = "FILE")]
    filename: Option<String>,
    /// Host name or address of the server, or the folder of its socket
    #[arg(long, global = true)]
    host: Option<String>,
    /// Port of the server
    #[arg(long, global = true, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Who logs in
    #[arg(long, global = true)]
    user: Option<String>,
    /// Folder of the schema
    #[arg(long, global = true, value_name = "FOLDER")]
    schema_path: Option<String>,
    /// Folder of the changesets
    #[arg(long, global = true, value_name = "FOLDER")]
    changeset_path: Option<String>,
}

impl Overrides {
    /// Returns them as a layer.
    pub(crate) fn values(&self) -> Values {
        let mut values = Values::default();
        values.say(Field::Port, self.port);
        for (field, value) in [
            (Field::Database, &self.database),
            (Field::Filename, &self.filename),
            (Field::Host, &self.host),
            (Field::User, &self.user),
            (Field::Schema, &self.schema_path),
            (Field::Changesets, &self.changeset_path),
        ] {
            values.say(field, value.as_deref());
        }
        values
    }
}
