//! What the command line says about the config in place of what is stored: the first of the layers.

use clap::{Args, Subcommand};
use noorm_core::config::fields::{Field, Values};

use super::global::word;

/// The flags, the field that each is about, and whether it is about files.
const FLAGS: [(&str, Field, bool); 7] = [
    ("--database", Field::Database, false),
    ("--filename", Field::Filename, false),
    ("--host", Field::Host, false),
    ("--port", Field::Port, false),
    ("--user", Field::User, false),
    ("--schema-path", Field::Schema, true),
    ("--changeset-path", Field::Changesets, true),
];

/// Returns a hint whose commands are for the same database and files as this one.
pub(super) fn said_again(values: &Values, hint: &str) -> String {
    let mut hint = hint.to_owned();
    for (noun, has_files) in [("run", true), ("change", true), ("db", false), ("lock", false), ("vault", false)] {
        let mut command = format!("`noorm {noun} ");
        let start = command.clone();
        for (flag, field, of_files) in FLAGS {
            if let Some(value) = values.get(field).filter(|_| has_files || !of_files) {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                command += &format!("{flag} {} ", word(&value));
            }
        }
        hint = hint.replace(&start, &command);
    }
    hint
}

/// A command that works on a config's database and with its files.
#[derive(Debug, Args)]
pub(crate) struct OnProject<T: Subcommand> {
    #[command(flatten)]
    server: OtherServer,
    #[command(flatten)]
    folders: OtherFolders,
    #[command(subcommand)]
    pub(crate) command: T,
}

impl<T: Subcommand> OnProject<T> {
    /// Returns the values that are said for the config.
    pub(crate) fn values(&self) -> Values {
        let mut values = Values::default();
        self.server.say(&mut values);
        self.folders.say(&mut values);
        values
    }
}

/// A command that works on a config's database alone.
#[derive(Debug, Args)]
pub(crate) struct OnDatabase<T: Subcommand> {
    #[command(flatten)]
    server: OtherServer,
    #[command(subcommand)]
    pub(crate) command: T,
}

impl<T: Subcommand> OnDatabase<T> {
    /// Returns the values that are said for the config.
    pub(crate) fn values(&self) -> Values {
        let mut values = Values::default();
        self.server.say(&mut values);
        values
    }
}

/// Where the database is, for one command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Instead of what the config says")]
pub(crate) struct OtherServer {
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
    /// User to log in as
    #[arg(long, global = true)]
    user: Option<String>,
}

impl OtherServer {
    pub(crate) fn say(&self, values: &mut Values) {
        values.say(Field::Database, self.database.as_deref());
        values.say(Field::Filename, self.filename.as_deref());
        values.say(Field::Host, self.host.as_deref());
        values.say(Field::Port, self.port);
        values.say(Field::User, self.user.as_deref());
    }
}

/// Where the files are, for one command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Instead of what the config says")]
pub(crate) struct OtherFolders {
    /// Folder of the schema
    #[arg(long, global = true, value_name = "FOLDER")]
    schema_path: Option<String>,
    /// Folder of the changesets
    #[arg(long, global = true, value_name = "FOLDER")]
    changeset_path: Option<String>,
}

impl OtherFolders {
    pub(crate) fn say(&self, values: &mut Values) {
        values.say(Field::Schema, self.schema_path.as_deref());
        values.say(Field::Changesets, self.changeset_path.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_of_a_hint_are_for_the_same_database() {
        let mut values = Values::default();
        let hint = "`noorm change ff` or `noorm lock status`, not `noorm config list`";
        assert_eq!(said_again(&values, hint), hint);
        values.say(Field::Database, Some("my shop"));
        values.say(Field::Port, Some(5));
        values.say(Field::Schema, Some("sql"));
        assert_eq!(
            said_again(&values, hint),
            "`noorm change --database 'my shop' --port 5 --schema-path sql ff` or `noorm lock --database 'my shop' --port 5 \
             status`, not `noorm config list`"
        );
    }
}
