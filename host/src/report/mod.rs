//! How a failure looks: whose fault it is, what happened, why, and what to do next.
//!
//! Every error of the crates below is folded into a [`Failure`] here; nothing is decided on the way.

mod fold;
mod fold_author;
mod fold_plugin;
mod fold_run;
mod fold_secret;
mod fold_settings;
mod fold_sharing;
mod fold_split;
mod fold_vault;

pub(crate) use fold_run::stopped;
pub(crate) use fold_settings::{finding, wrong_settings};

use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::output::{redact, redact_json, tame};

/// Whose fault a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Blame {
    /// What the user wrote or asked for.
    User,
    /// A plugin.
    Plugin,
    /// noorm itself, or the machine it runs on.
    Host,
}

/// Exit codes: the contract with scripts.
pub(crate) mod exit {
    /// Failed, and nothing was applied.
    pub(crate) const FAILED: u8 = 1;
    /// Wrong use of the command line.
    pub(crate) const USAGE: u8 = 2;
    /// Stopped half-way: something was applied.
    pub(crate) const HALFWAY: u8 = 3;
    /// Somebody else holds the lock.
    pub(crate) const LOCKED: u8 = 4;
    /// A protected config, and nobody said yes.
    pub(crate) const CONFIRMATION: u8 = 5;
    /// A plugin's fault.
    pub(crate) const PLUGIN: u8 = 6;
    /// No connection.
    pub(crate) const CONNECTION: u8 = 7;
    /// Ended by a signal, whose number is added.
    pub(crate) const SIGNAL: u8 = 128;
}

/// A command that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Stable word in kebab-case.
    pub(crate) code: &'static str,
    /// Exit code.
    pub(crate) exit_code: u8,
    /// Whose fault it is.
    pub(crate) blame: Blame,
    /// What happened.
    pub(crate) message: String,
    /// Why, outermost first.
    pub(crate) causes: Vec<String>,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// Where, with the source's lines.
    pub(crate) excerpt: Option<String>,
    /// File and place, for JSON.
    pub(crate) place: Option<Place>,
    /// The statement that failed.
    pub(crate) statement: Option<String>,
    /// The database's own code.
    pub(crate) server_code: Option<String>,
    /// What the command has to say all the same, for people.
    pub(crate) lines: Vec<String>,
    /// What was done before it failed, for JSON.
    pub(crate) fields: Map<String, Value>,
    /// The JSON object is open: a list printed its first field.
    pub(crate) continues: bool,
}

/// A place in a file; line and column are counted from 1.
#[derive(Debug)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: String,
    /// Line.
    pub(crate) line: Option<u32>,
    /// Column.
    pub(crate) column: Option<u32>,
}

impl Failure {
    fn new(blame: Blame, exit_code: u8, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            exit_code,
            blame,
            message: message.into(),
            causes: Vec::new(),
            hint: None,
            excerpt: None,
            place: None,
            statement: None,
            server_code: None,
            lines: Vec::new(),
            fields: Map::new(),
            continues: false,
        }
    }

    /// A fault of noorm or its machine.
    pub(crate) fn host(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Blame::Host, exit::FAILED, code, message)
    }

    /// Something the user can mend.
    pub(crate) fn user(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Blame::User, exit::FAILED, code, message)
    }

    /// Something on the command line that is wrong.
    pub(crate) fn wrong_usage(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Blame::User, exit::USAGE, code, message)
    }

    /// A protected config, and nobody said yes.
    pub(crate) fn confirmation(message: impl Into<String>) -> Self {
        Self::new(Blame::User, exit::CONFIRMATION, "confirmation-required", message)
    }

    /// A protected config, and nothing that anybody says allows it.
    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self::new(Blame::User, exit::CONFIRMATION, "protected", message)
    }

    /// Gives it another word.
    pub(crate) fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// What clap refused.
    pub(crate) fn usage(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let mut failure = Self::wrong_usage("usage", message);
        failure.hint = lines.find_map(|line| line.strip_prefix("tip: ")).map(str::to_owned);
        failure
    }

    /// Adds an error and what caused it.
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        self.causes.push(error.to_string());
        self.and_causes_of(error)
    }

    /// Adds what caused an error that the message already tells.
    pub(crate) fn and_causes_of(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = error.source();
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        // An error that only passes another one on has its message.
        self.causes.dedup();
        self.causes.retain(|cause| *cause != self.message);
        self
    }

    /// Takes secrets out of everything that is shown of it. Its code and whose fault it is are words of the program.
    pub(crate) fn redacted(mut self) -> Self {
        let texts = self.causes.iter_mut().chain(&mut self.lines).chain([&mut self.message]);
        let optional = [&mut self.hint, &mut self.excerpt, &mut self.statement, &mut self.server_code];
        let texts = texts.chain(optional.into_iter().flatten());
        texts.chain(self.place.as_mut().map(|place| &mut place.file)).for_each(|text| *text = redact(text));
        let mut fields = Value::Object(std::mem::take(&mut self.fields));
        redact_json(&mut fields);
        if let Value::Object(fields) = fields {
            self.fields = fields;
        }
        self
    }

    /// Says what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what the command has to say all the same: it goes to standard output, before the failure.
    pub(crate) fn after(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }

    /// Says whether the JSON object is open.
    pub(crate) fn continues(mut self, is_open: bool) -> Self {
        self.continues = is_open;
        self
    }

    /// Adds what was done before it failed.
    pub(crate) fn with(mut self, fields: &impl Serialize) -> Self {
        if let Ok(Value::Object(fields)) = serde_json::to_value(fields) {
            self.fields.extend(fields);
        }
        self
    }

    /// Returns the `error` of the JSON object.
    pub(crate) fn to_json(&self) -> Value {
        let place = self.place.as_ref();
        json!({
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "blame": self.blame,
            "file": place.map(|place| &place.file),
            "line": place.and_then(|place| place.line),
            "column": place.and_then(|place| place.column),
            "statement": self.statement,
            "serverCode": self.server_code,
            "cause": self.causes.first(),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", tame(&self.message))?;
        for cause in &self.causes {
            writeln!(f, "caused by: {}", tame(cause))?;
        }
        if let Some(excerpt) = &self.excerpt {
            writeln!(f, "\n{excerpt}")?;
        }
        if let Some(hint) = &self.hint {
            writeln!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
