//! Folds what stops a run, or keeps it from beginning, into failures.

use noorm_core::diagnostic::{Diagnostic, Severity};
use noorm_core::excerpt;
use noorm_core::manifest::ManifestError;
use noorm_core::template::TemplateError;
use noorm_ops::executor::{RunError, StatementError};
use noorm_ops::lock::LockError;
use noorm_ops::plugin::PluginError;
use noorm_ops::resume::ResumeError;
use noorm_ops::script::ScriptError;
use noorm_ops::session::SessionError;
use noorm_ops::start::StartError;
use noorm_ops::workbench::WorkbenchError;

use super::{Blame, Failure, Place, exit};

impl From<WorkbenchError> for Failure {
    fn from(error: WorkbenchError) -> Self {
        let hint = error.hint();
        let mut failure = match error {
            WorkbenchError::Config(error) => return error.into(),
            WorkbenchError::Plugin(error @ PluginError::UnknownDialect { .. }) => {
                Self::wrong_usage("unknown-dialect", error.to_string())
            }
            WorkbenchError::Plugin(error) => return error.into(),
            WorkbenchError::Clock(error) => return error.into(),
            WorkbenchError::File(error) => Self::user("unreadable", error.to_string()).and_causes_of(&error),
            error @ WorkbenchError::Unlocked { .. } => Self::denied(error.to_string()).coded("unlocked-plugin"),
            error @ WorkbenchError::Folder { .. } => {
                Self::user("wrong-folder", error.to_string()).and_causes_of(&error)
            }
        };
        failure.hint = hint;
        failure
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        let hint = error.hint();
        let mut failure = match error {
            SessionError::Plugin(error) => return error.into(),
            SessionError::Connect(error) => {
                let mut failure = Self::user("no-connection", error.to_string()).and_causes_of(&error);
                failure.exit_code = exit::CONNECTION;
                failure
            }
            SessionError::Server { ref source, .. } | SessionError::Tables { ref source, .. } if source.closed => {
                let mut failure = Self::user("connection-lost", "the connection to the database was lost");
                failure.exit_code = exit::CONNECTION;
                failure.because(&error)
            }
            SessionError::Server { ref source, .. }
            | SessionError::Tables { ref source, .. }
            | SessionError::Database { ref source, .. } => {
                let mut failure = Self::user("database", error.to_string()).and_causes_of(&error);
                failure.server_code = (!source.code.is_empty()).then(|| source.code.clone());
                failure
            }
            SessionError::Dialect { .. } => Self::new(Blame::Plugin, exit::PLUGIN, "plugin-fault", error.to_string()),
            SessionError::Cancelled => Self::user("interrupted", error.to_string()),
            SessionError::Pooler => Self::user("pooler", error.to_string()),
            SessionError::Newer { .. } | SessionError::Older { .. } => {
                Self::user("tracking-version", error.to_string())
            }
            SessionError::Elsewhere { .. } | SessionError::NotAdoptable { .. } => {
                Self::user("tracking-elsewhere", error.to_string())
            }
        };
        failure.hint = hint;
        failure
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        let hint = error.hint();
        let mut failure = match error {
            LockError::Session(error) => return error.into(),
            LockError::Held { ref held } => {
                let mut failure = Self::user("locked", error.to_string()).with(&serde_json::json!({ "lock": held }));
                failure.exit_code = exit::LOCKED;
                failure
            }
            LockError::HeldBySession => {
                let mut failure = Self::user("locked", error.to_string());
                failure.exit_code = exit::LOCKED;
                failure
            }
            LockError::Lost => Self::user("lock-lost", error.to_string()),
        };
        failure.hint = hint;
        failure
    }
}

impl From<ScriptError> for Failure {
    fn from(error: ScriptError) -> Self {
        let hint = error.hint();
        let (code, place) = match &error {
            ScriptError::Template(error) => return of_template(error),
            ScriptError::File(_) => ("unreadable", None),
            ScriptError::Encoding { path, line, .. } | ScriptError::Nul { path, line } => {
                ("not-text", Some((path, Some(*line))))
            }
            ScriptError::Foreign { path } => ("foreign-template", Some((path, None))),
            ScriptError::Directive { path, .. } => ("unknown-directive", Some((path, Some(1)))),
            ScriptError::LongPath { path } => ("long-path", Some((path, None))),
            ScriptError::Changed { path } => ("file-changed", Some((path, None))),
        };
        let mut failure = Self::user(code, error.to_string()).and_causes_of(&error);
        failure.place = place.map(|(path, line)| Place { file: path.to_string(), line, column: None });
        failure.hint = hint;
        failure
    }
}

fn of_template(error: &TemplateError) -> Failure {
    let mut failure = if error.is_plugin_fault {
        Failure::new(Blame::Plugin, exit::PLUGIN, "plugin-fault", error.to_string())
    } else {
        Failure::user("template", error.to_string())
    };
    failure.causes.clone_from(&error.causes);
    failure.hint.clone_from(&error.hint);
    // Where the mistake is: in the data file, if the template only asked for it.
    failure.place = Some(match &error.data {
        Some(data) => Place { file: data.path.to_string(), line: Some(data.line), column: Some(data.column) },
        None => Place { file: error.path.to_string(), line: error.line, column: None },
    });
    let data = error.data.as_ref().map(|data| data.excerpt.clone());
    let excerpts: Vec<String> = error.excerpt().into_iter().chain(data).collect();
    failure.excerpt = (!excerpts.is_empty()).then(|| excerpts.join("\n"));
    failure
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let mut failure = match error {
            StartError::Script(error) => return error.into(),
            StartError::Requirement(error) => return error.into(),
            StartError::Session(error) => return error.into(),
            StartError::Lock(error) => return error.into(),
            StartError::Resume(error) => return error.into(),
            StartError::Unknown { .. } => Self::wrong_usage("unknown-target", message),
            StartError::Path { .. } | StartError::NoScript { .. } => {
                Self::wrong_usage("wrong-target", message).and_causes_of(&error)
            }
            StartError::Name(_) => Self::wrong_usage("wrong-name", message),
            StartError::Manifest(ManifestError { ref manifest, line, .. })
            | StartError::ManifestFile { ref manifest, line, .. }
            | StartError::ManifestDuplicate { ref manifest, line, .. } => {
                let mut failure = Self::user("manifest", message);
                failure.place = Some(Place { file: manifest.to_string(), line: Some(line), column: None });
                failure
            }
            StartError::File(_) => Self::user("unreadable", message).and_causes_of(&error),
            StartError::NoFiles { .. } => Self::user("no-files", message),
            StartError::NotApplied { .. } => Self::user("not-applied", message),
            StartError::Orphaned { .. } => Self::user("orphaned", message),
            StartError::RevertFailed { .. } => Self::user("revert-failed", message),
            StartError::EditedAfterRun { .. } => Self::user("edited-after-run", message),
            StartError::RenamedAfterRun { .. } => Self::user("renamed-after-run", message),
            StartError::Late { .. } => Self::user("late", message),
            StartError::Renamed { .. } => Self::user("renamed", message),
            StartError::NothingHalfway { .. } => Self::user("nothing-halfway", message),
            StartError::WhichFile { .. } => Self::wrong_usage("which-file", message),
            StartError::TooManyStatements { .. } => Self::wrong_usage("too-many-statements", message),
            StartError::Halfway { .. } => Self::user("halfway", message),
            StartError::Exists { .. } => Self::user("exists", message),
            StartError::Write { .. } => Self::user("unwritable", message).and_causes_of(&error),
        };
        failure.hint = hint;
        failure
    }
}

impl From<ResumeError> for Failure {
    fn from(error: ResumeError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let mut failure = match error {
            ResumeError::Uncertain(it) => {
                let file = it.path.to_string();
                let mut failure = Self::user("uncertain-statement", message);
                let label = "done or not done?";
                failure.excerpt = Some(excerpt::render(&file, &it.text, it.range.start, it.range.end, label));
                failure.statement = it.text.get(it.range.clone()).map(str::to_owned);
                failure.place = Some(Place { file, line: Some(it.line), column: None });
                failure
            }
            ResumeError::Edited { path, .. } => {
                let mut failure = Self::user("edited-halfway", message);
                failure.place = Some(Place { file: path.to_string(), line: None, column: None });
                failure
            }
            ResumeError::Run(error) => return stopped(error, false, None),
        };
        failure.hint = hint;
        failure
    }
}

/// Makes a failure of what stopped a run. `signal` is the number of the signal that ended it.
pub(crate) fn stopped(error: RunError, has_applied: bool, signal: Option<u8>) -> Failure {
    let hint = error.hint();
    let mut failure = of_run(error);
    failure.hint = hint.or(failure.hint);
    if let Some(signal) = signal {
        failure.exit_code = exit::SIGNAL + signal;
    } else if has_applied && failure.exit_code == exit::FAILED {
        failure.exit_code = exit::HALFWAY;
    }
    failure
}

fn of_run(error: RunError) -> Failure {
    let message = error.to_string();
    match error {
        RunError::Statement(error) => of_statement(&error),
        RunError::Script(error) => error.into(),
        RunError::Split { path, text, source } => of_split(path.as_str(), &text, *source),
        RunError::EndsTransaction { path, .. } | RunError::LeavesTransaction { path } => {
            let mut failure = Failure::user("transaction", message);
            failure.place = Some(Place { file: path.to_string(), line: None, column: None });
            failure
        }
        RunError::Check { path, rows } => {
            let mut failure = Failure::user("check-failed", message);
            failure.place = Some(Place { file: path.to_string(), line: None, column: None });
            failure.causes = rows;
            failure
        }
        RunError::Halfway { error, .. } => of_run(*error),
        RunError::Cancelled { .. } => Failure::user("interrupted", message),
        RunError::Lock(error) => error.into(),
        RunError::Session(error) => error.into(),
        RunError::NotRecorded { error, cause } => {
            let mut failure = of_run(*error);
            failure.causes.push(format!("that could not be recorded: {cause}"));
            failure
        }
    }
}

fn of_statement(error: &StatementError) -> Failure {
    let file = error.path.to_string();
    let server = &error.server;
    let code = if server.code.is_empty() { String::new() } else { format!(" ({})", server.code) };
    let mut failure = Failure::user("statement-failed", format!("{error}{code}"));
    if server.closed {
        failure.exit_code = exit::CONNECTION;
    }
    failure.causes.extend(server.detail.clone());
    let shown = if error.is_rendered { format!("{file} (rendered)") } else { file.clone() };
    let label = server.message.lines().next().unwrap_or_default();
    failure.excerpt = Some(excerpt::render(&shown, &error.text, error.range.start, error.range.end, label));
    failure.place = Some(Place { file, line: Some(error.line), column: Some(error.column) });
    failure.statement = Some(error.statement.clone());
    failure.server_code = (!server.code.is_empty()).then(|| server.code.clone());
    failure
}

/// A dialect plugin that refuses a script says where.
fn of_split(path: &str, text: &str, error: PluginError) -> Failure {
    let PluginError::Input { diagnostics, .. } = &error else { return error.into() };
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let Some(first) = diagnostics.iter().find(is_error) else { return error.into() };
    let mut failure = Failure::user("script", format!("{path}: {}", first.message));
    failure.hint.clone_from(&first.help);
    let mut place = Place { file: path.to_owned(), line: None, column: None };
    if let Some(span) = &first.span {
        failure.message = format!("{path}:{}: {}", span.line, first.message);
        failure.excerpt = excerpt::render_errors(path, text, diagnostics);
        place.line = Some(span.line);
        place.column = Some(span.column);
    }
    failure.place = Some(place);
    failure
}
