//! What the lines of the log say: the kinds of entries, how important each is, and its fields.
//!
//! Names are those of the JSON answers.

use std::time::Duration;

use noorm_core::config::Config;
use noorm_core::event::Event;
use noorm_core::history::{FileStatus, Status};
use noorm_core::settings::LogLevel;
use noorm_ops::plugin::{Message, MessageLevel};
use serde_json::{Map, Value, json};

use super::Words;
use crate::report::Failure;

/// One line.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) level: LogLevel,
    /// What kind of thing it is, in kebab-case.
    pub(super) event: &'static str,
    pub(super) fields: Map<String, Value>,
}

impl Entry {
    fn new(level: LogLevel, event: &'static str, fields: Value) -> Self {
        Self { level, event, fields: said(fields) }
    }
}

/// Returns the fields that say something.
fn said(fields: Value) -> Map<String, Value> {
    match fields {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}

/// A command begins.
pub(super) fn begun(words: &Words) -> Entry {
    let fields = json!({
        "command": words.command,
        "options": words.options,
        "version": env!("CARGO_PKG_VERSION"),
    });
    Entry::new(LogLevel::Info, "command-started", fields)
}

/// A command ended.
pub(super) fn ended(failure: Option<&Failure>, exit_code: u8, duration: Duration) -> Entry {
    let level = if exit_code == 0 { LogLevel::Info } else { LogLevel::Error };
    let duration = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let error = failure.map(|failure| {
        let place = failure.place.as_ref();
        said(json!({
            "code": failure.code,
            "message": failure.message,
            "causes": failure.causes,
            "hint": failure.hint,
            "blame": failure.blame,
            "file": place.map(|place| &place.file),
            "line": place.and_then(|place| place.line),
            "column": place.and_then(|place| place.column),
            "serverCode": failure.server_code,
        }))
    });
    Entry::new(level, "command-ended", json!({ "exitCode": exit_code, "durationMs": duration, "error": error }))
}

/// A command works with a config.
pub(super) fn uses(config: &Config) -> Entry {
    let fields = json!({ "config": config.name, "dialect": config.connection.dialect, "protected": config.protected });
    Entry::new(LogLevel::Info, "config-used", fields)
}

/// Something happened in a run.
pub(super) fn heard(event: &Event) -> Entry {
    match event {
        Event::Planned { total, unchanged } => {
            Entry::new(LogLevel::Verbose, "planned", json!({ "total": total, "unchanged": unchanged }))
        }
        Event::ChangeStarted { name, direction } => {
            Entry::new(LogLevel::Info, "change-started", json!({ "name": name, "direction": direction }))
        }
        Event::ChangeFinished { name, direction, status, duration_ms } => {
            let level = if *status == Status::Failed { LogLevel::Error } else { LogLevel::Info };
            let fields = json!({ "name": name, "direction": direction, "status": status, "durationMs": duration_ms });
            Entry::new(level, "change-finished", fields)
        }
        Event::FileFinished { path, status, skip_reason, duration_ms } => {
            let level = match status {
                FileStatus::Failed => LogLevel::Error,
                FileStatus::Success => LogLevel::Info,
                FileStatus::Skipped | FileStatus::Pending => LogLevel::Verbose,
            };
            let fields =
                json!({ "filepath": path, "status": status, "skipReason": skip_reason, "durationMs": duration_ms });
            Entry::new(level, "file-finished", fields)
        }
        Event::Waiting(text) => Entry::new(LogLevel::Info, "waiting", json!({ "message": text })),
        Event::Notice(text) => Entry::new(LogLevel::Verbose, "notice", json!({ "message": text })),
        Event::Warning(text) => Entry::new(LogLevel::Warn, "warning", json!({ "message": text })),
    }
}

/// A plugin said something.
pub(super) fn said_by_plugin(message: &Message) -> Entry {
    let level = match message.level {
        MessageLevel::Error => LogLevel::Error,
        MessageLevel::Warn => LogLevel::Warn,
        MessageLevel::Info => LogLevel::Info,
        MessageLevel::Debug | MessageLevel::Trace => LogLevel::Verbose,
    };
    let Message { plugin, text, count, .. } = message;
    Entry::new(level, "plugin-message", json!({ "plugin": plugin, "message": text, "count": count }))
}

#[cfg(test)]
mod tests {
    use noorm_core::path::ProjectPath;

    use super::*;

    #[test]
    fn what_failed_is_more_important_than_what_ran_and_that_than_what_did_not() {
        let level = |status| {
            let path = ProjectPath::parse("a.sql").expect("a path");
            heard(&Event::FileFinished { path, status, skip_reason: None, duration_ms: 1 }).level
        };
        assert!(level(FileStatus::Failed) < level(FileStatus::Success));
        assert!(level(FileStatus::Success) < level(FileStatus::Skipped));
    }

    #[test]
    fn a_field_that_says_nothing_is_left_out() {
        let fields = ended(None, 0, Duration::from_millis(7)).fields;
        assert_eq!(Value::Object(fields), json!({ "exitCode": 0, "durationMs": 7 }));
    }

    #[test]
    fn a_failure_is_told_with_its_causes() {
        let mut failure = Failure::host("no-disk", "cannot write");
        failure.causes = vec!["no space".to_owned(), "really".to_owned()];
        let entry = ended(Some(&failure), 1, Duration::ZERO);
        assert_eq!((entry.level, &entry.fields["error"]["code"]), (LogLevel::Error, &json!("no-disk")));
        assert_eq!(entry.fields["error"]["causes"], json!(["no space", "really"]));
        assert_eq!(entry.fields["error"].get("file"), None);
    }
}
