//! The options that every command has, and the surroundings it runs in.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use noorm_core::config::environment::{Environment, parse_flag};
use noorm_core::config::fields::Values;
use noorm_core::event::Event;
use noorm_core::settings::Settings;
use noorm_ops::config::{Choice, ConfigError};
use noorm_ops::home::Home;
use noorm_ops::plugin::reach::Reach;
use noorm_ops::plugin::tools::Tools;
use noorm_ops::plugin::{Here, Ledger};
use noorm_ops::project::{Project, ProjectError};
use noorm_ops::workbench::Workbench;

use super::wait::Wait;
use crate::output::{log, progress, redact_with};
use crate::report::Failure;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Work on the project in this folder instead of the working directory
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,
    /// Use this config instead of the active one (also NOORM_CONFIG)
    #[arg(short = 'c', long, global = true, value_name = "NAME")]
    pub(crate) config: Option<String>,
    /// Print one JSON object instead of text (also NOORM_JSON=1)
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Answer yes where a protected config asks (also NOORM_YES=1), and where a key that nobody vouched for is to be used
    #[arg(short = 'y', long, global = true)]
    pub(crate) yes: bool,
    /// Never ask on the terminal
    #[arg(short = 'H', long, global = true)]
    pub(crate) headless: bool,
    /// Show on standard error what each plugin used: calls, times, memory, bytes
    #[arg(long, global = true)]
    pub(crate) timings: bool,
    /// Store calls that fail by a plugin's fault in this folder, for its author; they hold your data
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) record: Option<PathBuf>,
    /// Fetch no plugin (also NOORM_OFFLINE=1)
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// Leave the lock file of plugins as it is, and fail where it would change (also NOORM_LOCKED=1)
    #[arg(long, global = true)]
    pub(crate) locked: bool,
    /// Use a component in the place of the plugin of this name, for this command: it is not locked, the history says so,
    /// and a protected config refuses it
    #[arg(long = "with", global = true, value_name = "NAME=FILE", value_parser = given)]
    pub(crate) given: Vec<(String, PathBuf)>,
}

/// Reads `NAME=FILE`.
fn given(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err("a plugin's name and a file, such as `loader-x=target/loader-x.wasm`".to_owned()),
    }
}

impl Global {
    /// Returns a hint whose commands are for the project and the config that this one was for.
    pub(crate) fn said_again(&self, hint: &str) -> String {
        let mut command = "`noorm ".to_owned();
        if let Some(folder) = &self.project {
            command += &format!("-C {} ", word(&folder.display().to_string()));
        }
        if let Some(name) = &self.config {
            command += &format!("-c {} ", word(name));
        }
        hint.replace("`noorm ", &command)
    }
}

/// A word as a shell reads it.
pub(super) fn word(text: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_./".contains(character);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Whether the answer is to be JSON, known before the arguments are parsed: usage errors are JSON too.
pub(crate) fn wants_json(arguments: impl IntoIterator<Item = OsString>, variable: Option<OsString>) -> bool {
    // What is neither yes nor no cannot be refused this early; whoever wrote it meant something.
    let said = |value: &str| parse_flag("NOORM_JSON", value).unwrap_or(true);
    let is_set = variable.is_some_and(|value| value.to_str().is_none_or(said));
    is_set || arguments.into_iter().take_while(|argument| argument != "--").any(|argument| argument == "--json")
}

/// Where a command runs.
#[derive(Debug)]
pub(crate) struct Context {
    /// The surroundings, with `--project` as the working directory.
    pub(crate) home: Home,
    /// The config that the command line names.
    pub(crate) config: Option<String>,
    /// What the command line says of its fields.
    flags: Values,
    /// The answer is JSON.
    pub(crate) json: bool,
    /// The answer is yes where a protected config asks.
    pub(crate) yes: bool,
    /// The answer is yes where a key that nobody vouched for is to be used.
    pub(crate) agrees: bool,
    /// Nothing is asked.
    pub(crate) headless: bool,
    /// What plugins get.
    pub(crate) tools: Tools,
    /// How far noorm goes for plugins.
    pub(crate) reach: Reach,
    /// Components in the place of plugins, by their names.
    given: BTreeMap<String, PathBuf>,
}

impl Context {
    /// Reads the surroundings.
    pub(crate) fn new(global: &Global, json: bool, ledger: &Ledger) -> Result<Self, Failure> {
        let mut home = Home::of_process().map_err(|error| {
            Failure::host("no-working-directory", "cannot tell the working directory").because(&error)
        })?;
        redact_with(&home.seen);
        if let Some(folder) = &global.project {
            home.working_dir = home.working_dir.join(folder);
            if !home.working_dir.is_dir() {
                let message = format!("`{}` is not a directory", folder.display());
                return Err(Failure::wrong_usage("no-such-folder", message));
            }
        }
        let said = home.variables.get("NOORM_YES");
        let said = said.map(|value| parse_flag("NOORM_YES", value)).transpose().map_err(ConfigError::Field)?;
        let yes = global.yes || said.unwrap_or(false);
        let flags = Values::default();
        let mut tools = Tools { ledger: ledger.clone(), ..Tools::of(&home) };
        if let Some(folder) = &global.record {
            tools = tools.recording(home.working_dir.join(folder), &home);
        }
        let mut reach = Reach::of(&home).map_err(ConfigError::Field)?;
        reach.is_offline |= global.offline;
        reach.is_locked |= global.locked;
        let place = |(name, file): &(String, PathBuf)| (name.clone(), home.working_dir.join(file));
        let given: BTreeMap<_, _> = global.given.iter().map(place).collect();
        for (name, file) in &given {
            let text = format!("`{name}` is `{}` for this command, whatever is locked", file.display());
            progress(json)(Event::Warning(text));
        }
        Ok(Self {
            given,
            home,
            config: global.config.clone(),
            flags,
            json,
            yes,
            agrees: global.yes,
            headless: global.headless,
            tools,
            reach,
        })
    }

    /// Returns it with what the command line says of the config's fields.
    pub(crate) fn with(mut self, flags: Values) -> Self {
        self.flags = flags;
        self
    }

    /// Returns where plugins are asked.
    pub(crate) fn here<'a>(&'a self, project: Option<&'a Project>) -> Here<'a> {
        Here { project, tools: project.map_or(&self.tools, |project| &project.tools) }
    }

    /// Returns a project as the command line wants its plugins.
    fn as_wanted(&self, project: Project) -> Project {
        Project { with: self.given.clone(), ..project.reaching(self.reach.clone()).equipped(&self.tools) }
    }

    /// Finds the project; an error when there is none. Where the environment describes the database, a folder without
    /// settings is a project too.
    pub(crate) fn project(&self) -> Result<Project, Failure> {
        match Project::find(&self.home.working_dir) {
            Err(ProjectError::NotFound { .. }) if self.environment_has_dialect()? => {
                let project = Project::new(self.home.working_dir.clone(), Settings::default());
                Ok(self.as_wanted(project))
            }
            found => Ok(self.as_wanted(found?)),
        }
    }

    fn environment_has_dialect(&self) -> Result<bool, Failure> {
        let environment = Environment::read(&self.home.variables).map_err(ConfigError::Field)?;
        Ok(environment.dialect().is_some())
    }

    /// Opens what a run works with.
    pub(crate) fn workbench(&self) -> Result<Workbench, Failure> {
        let project = self.project()?;
        self.warn_of_settings(&project);
        let bench = Workbench::open_with(project, self.home.clone(), &self.choice())?;
        log::uses(&bench.active.config);
        Ok(bench)
    }

    /// What the command line says about the config.
    pub(crate) fn choice(&self) -> Choice {
        Choice { name: self.config.clone(), flags: self.flags.clone() }
    }

    /// Opens what a run works with that waits for the lock as it is told.
    pub(crate) fn workbench_with(&self, wait: &Wait) -> Result<Workbench, Failure> {
        let mut bench = self.workbench()?;
        bench.patience = wait.patience();
        Ok(bench)
    }

    /// A key that means nothing is more often a slip than a wish.
    pub(crate) fn warn_of_settings(&self, project: &Project) {
        for warning in &project.settings.warnings {
            let line = warning.line.map(|line| format!(":{line}")).unwrap_or_default();
            let help = warning.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            progress(self.json)(Event::Warning(format!(".noorm/settings.yml{line}: {}{help}", warning.message)));
        }
    }

    /// Finds the project, where there is one or the environment describes a database.
    pub(crate) fn project_of_surroundings(&self) -> Result<Option<Project>, Failure> {
        if self.environment_has_dialect()? { self.project().map(Some) } else { self.project_optional() }
    }

    /// Finds the project, where there is one.
    pub(crate) fn project_optional(&self) -> Result<Option<Project>, Failure> {
        let found = Project::find_optional(&self.home.working_dir)?;
        Ok(found.map(|project| self.as_wanted(project)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_of_a_hint_are_for_the_same_project_and_config() {
        let check = |project: Option<&str>, config: Option<&str>, expected: &str| {
            let (project, config) = (project.map(PathBuf::from), config.map(str::to_owned));
            let (json, yes, headless, timings, offline, locked) = (false, false, false, false, false, false);
            let global = Global {
                project,
                config,
                json,
                yes,
                headless,
                timings,
                record: None,
                offline,
                locked,
                given: Vec::new(),
            };
            assert_eq!(global.said_again("`noorm lock status` shows it, `x` not"), expected);
        };
        check(None, None, "`noorm lock status` shows it, `x` not");
        check(None, Some("live"), "`noorm -c live lock status` shows it, `x` not");
        check(Some("my shop"), Some("live"), "`noorm -C 'my shop' -c live lock status` shows it, `x` not");
    }

    #[test]
    fn json_is_wanted_by_flag_or_variable() {
        let check = |arguments: &[&str], variable: Option<&str>| {
            wants_json(arguments.iter().map(OsString::from), variable.map(OsString::from))
        };
        assert!(check(&["noorm", "plugin", "list", "--json"], None));
        assert!(check(&["noorm"], Some("1")));
        assert!(check(&["noorm"], Some("yes")));
        assert!(check(&["noorm"], Some("jsno")));
        for no in ["", "0", "false", "no", "off", "OFF"] {
            assert!(!check(&["noorm"], Some(no)), "{no}");
        }
        assert!(!check(&["noorm", "--", "--json"], None));
    }
}
