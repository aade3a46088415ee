//! Which of the words of a command line are noorm's own: what may be noted of it before anybody knows what in it is secret.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::output::log::Words;

/// Returns the commands and the names of the options, without a value.
pub(super) fn of(command: &Command, matches: &ArgMatches) -> Words {
    let mut words = Words::default();
    let (mut command, mut matches) = (command, matches);
    loop {
        for argument in command.get_arguments() {
            let name = argument.get_long().map(|long| format!("--{long}"));
            let id = argument.get_id().as_str();
            let is_there =
                matches.try_contains_id(id).is_ok() && matches.value_source(id) == Some(ValueSource::CommandLine);
            // One of every command is an argument of each on the way.
            words.options.extend(name.filter(|name| is_there && !words.options.contains(name)));
        }
        let Some((name, inner)) = matches.subcommand() else { return words };
        let Some(inner_command) = command.find_subcommand(name) else { return words };
        (command, matches) = (inner_command, inner);
        words.command += if words.command.is_empty() { "" } else { " " };
        words.command += name;
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn values_are_not_among_them() {
        let check = |line: &str, expected: &str, options: &[&str]| {
            let mut command = super::super::Cli::command();
            let matches = command.try_get_matches_from_mut(line.split(' ')).expect("a good command line");
            let options = options.iter().map(|option| (*option).to_owned()).collect();
            assert_eq!(of(&command, &matches), Words { command: expected.to_owned(), options }, "{line}");
        };
        check("noorm identity", "identity", &[]);
        check("noorm run file schema/x.sql", "run file", &[]);
        check("noorm -c dev change ff --dry-run --json", "change ff", &["--config", "--json", "--dry-run"]);
        check("noorm config add x --url postgres://a:secret@b/c", "config add", &["--url"]);
        check("noorm config add x --url=sqlite:a.db -y", "config add", &["--yes", "--url"]);
    }
}
