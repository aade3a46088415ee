//! The log of the project, where its settings ask for one: what commands did, one JSON object a line.
//!
//! It is a front end like text and JSON, and hears what they hear, without the secrets. It is the process's, as standard
//! error is. A log that cannot be written is warned of once; no command fails over it.

mod entry;
mod file;

use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use noorm_core::config::Config;
use noorm_core::event::Event;
use noorm_core::settings::{LogLevel, Logging};
use noorm_ops::clock;
use noorm_ops::home::Home;
use noorm_ops::plugin::Message;
use noorm_ops::project::Project;
use serde_json::{Map, Value, json};

use self::entry::Entry;
use self::file::LogFile;
use super::{redact, redact_json, tame};
use crate::report::Failure;

static LOG: OnceLock<Log> = OnceLock::new();

/// The log of this process.
struct Log {
    /// Tells the lines of one process from those of others: process ids are used again, and the same in many containers.
    run: String,
    level: LogLevel,
    begun: Instant,
    home: Home,
    /// None once it could not be written.
    file: Mutex<Option<LogFile>>,
}

/// Begins the log of a command, where the project that it is about has one. Settings that cannot be read have none: the
/// command says what is wrong with them.
pub(crate) fn begin(home: &Home, words: &Words) {
    let Ok(Some(project)) = Project::find_optional(&home.working_dir) else { return };
    if !project.settings.logging.writes() {
        return;
    }
    let log = LOG.get_or_init(|| Log::new(&project.root, &project.settings.logging, home));
    log.write(entry::begun(words));
}

/// Notes which config a command works with.
pub(crate) fn uses(config: &Config) {
    write(|| entry::uses(config));
}

/// Notes what happened in a run.
pub(super) fn heard(event: &Event) {
    write(|| entry::heard(event));
}

/// Notes what no command fails over.
pub(crate) fn notes(text: String) {
    write(|| entry::heard(&Event::Warning(text)));
}

/// Notes what a plugin said.
pub(crate) fn said(message: &Message) {
    write(|| entry::said_by_plugin(message));
}

/// Notes how a command ended. What it says of a failure has no secrets any more.
pub(super) fn end(failure: Option<&Failure>, exit_code: u8) {
    if let Some(log) = LOG.get() {
        log.write(entry::ended(failure, exit_code, log.begun.elapsed()));
    }
}

fn write(entry: impl FnOnce() -> Entry) {
    if let Some(log) = LOG.get() {
        log.write(entry());
    }
}

/// The words of a command line that are noorm's own: no value is among them. What of it is secret is not known yet when it is
/// noted, as the state has not been opened.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Words {
    /// `run build`.
    pub(crate) command: String,
    /// `--force`.
    pub(crate) options: Vec<String>,
}

impl Log {
    fn new(root: &Path, logging: &Logging, home: &Home) -> Self {
        Self {
            run: format!("{:016x}", RandomState::new().hash_one(std::process::id())),
            level: logging.level,
            begun: Instant::now(),
            home: home.clone(),
            file: Mutex::new(Some(LogFile::new(root, logging))),
        }
    }

    fn write(&self, entry: Entry) {
        if entry.level > self.level {
            return;
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = file.as_ref() else { return };
        let written = self.line(entry).and_then(|line| open.append(line.as_bytes()));
        if let Err(error) = written {
            // Whoever has no standard error has no one to tell.
            let text = redact(&format!("cannot write the log `{}`: {error}", open.shown()));
            let _ = writeln!(std::io::stderr().lock(), "warning: {}", tame(&text));
            *file = None;
        }
    }

    /// Returns the line of an entry. Its fields are the only thing in it that others had a say in.
    fn line(&self, entry: Entry) -> std::io::Result<String> {
        let mut fields = Value::Object(entry.fields);
        redact_json(&mut fields);
        let mut line = Map::new();
        line.insert("time".to_owned(), clock::now(&self.home).map_err(std::io::Error::other)?.into());
        line.insert("level".to_owned(), entry.level.as_str().into());
        line.insert("run".to_owned(), json!(self.run));
        line.insert("event".to_owned(), entry.event.into());
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        Ok(format!("{}\n", Value::Object(line)))
    }
}
