//! Shows a run while it goes on: one line for each thing that ended.
//!
//! The log hears it too. With `--json` nothing of it is shown but warnings, notices and waits, on standard error; the one object comes at the end.

use std::io::Write;

use noorm_core::event::Event;
use noorm_core::history::{Direction, FileStatus, SkipReason, Status};

use super::{log, redact, tame};

/// Returns a listener. A reader that has gone away must not stop a run half-way, so that lines which cannot be written
/// are lost.
pub(crate) fn progress(json: bool) -> impl Fn(Event) + Sync {
    move |event| {
        log::heard(&event);
        show(event, json);
    }
}

fn show(event: Event, json: bool) {
    match event {
        Event::Warning(text) => {
            let _ = writeln!(std::io::stderr().lock(), "warning: {}", shown(&text));
        }
        Event::Waiting(text) => {
            let _ = writeln!(std::io::stderr().lock(), "waiting: {}", shown(&text));
        }
        Event::Notice(text) => {
            let _ = writeln!(std::io::stderr().lock(), "notice: {}", shown(&text));
        }
        event if !json => {
            if let Some(line) = line(&event) {
                let _ = writeln!(std::io::stdout().lock(), "{}", shown(&line));
            }
        }
        _ => {}
    }
}

/// Returns a text without secrets, and without what moves the cursor: paths and plugins' words are in it.
fn shown(text: &str) -> String {
    tame(&redact(text))
}

fn line(event: &Event) -> Option<String> {
    match event {
        Event::ChangeStarted { name, direction: Direction::Change } => Some(format!("applying {name}")),
        Event::ChangeStarted { name, direction: Direction::Revert } => Some(format!("reverting {name}")),
        Event::ChangeFinished { name, status: Status::Failed, .. } => Some(format!("stopped at {name}")),
        Event::FileFinished { path, status, skip_reason, duration_ms } => {
            let word = match status {
                FileStatus::Success => "ran",
                FileStatus::Failed => "failed",
                FileStatus::Skipped | FileStatus::Pending => "skipped",
            };
            let reason = skip_reason.map(|reason| format!(" ({})", SkipReason::as_str(reason))).unwrap_or_default();
            // Times that nobody would wait for are noise.
            let time = if *duration_ms >= 1000 { format!(" in {:.1} s", seconds(*duration_ms)) } else { String::new() };
            Some(format!("  {word:7} {path}{reason}{time}"))
        }
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss)] // durations of years would lose milliseconds
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}
