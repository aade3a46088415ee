//! Why a run stops, with everything that finds the place.

use std::ops::Range;
use std::sync::Arc;

use noorm_core::excerpt;
use noorm_core::path::ProjectPath;
use noorm_driver::ServerError;
use noorm_plugin_host::{ErrorClass, PieceTransaction, PluginError};

use super::Executor;
use super::batch::Batch;
use crate::lock::LockError;
use crate::script::ScriptError;
use crate::session::SessionError;

/// The longest statement that an error quotes, in bytes.
const STATEMENT_BYTES_MAX: usize = 4096;

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The database refused a statement of a file.
    #[error(transparent)]
    Statement(Box<StatementError>),
    /// A file has no script to run.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A script cannot be split into statements.
    #[error("`{path}` cannot be split into statements")]
    Split {
        /// The file.
        path: ProjectPath,
        /// Its text, rendered if it is a template.
        text: Arc<str>,
        /// What the dialect plugin says.
        #[source]
        source: Box<PluginError>,
    },
    /// A statement ended noorm's transaction, and the dialect plugin had not said that it would.
    #[error("a statement of `{path}` ended the transaction that noorm had started")]
    EndsTransaction {
        /// The file.
        path: ProjectPath,
        /// Statements that are done for good, where that is known.
        done: u64,
        /// Statements that it has.
        total: u64,
    },
    /// What a script left behind breaks a rule that was off while it ran.
    #[error("`{path}` leaves rows that break a rule of the database; it was rolled back")]
    Check {
        /// The file.
        path: ProjectPath,
        /// The first rows that break it, as the database tells them.
        rows: Vec<String>,
    },
    /// A script starts a transaction and does not end it.
    #[error("`{path}` starts a transaction and does not end it; it was rolled back")]
    LeavesTransaction {
        /// The file.
        path: ProjectPath,
    },
    /// A file that runs without a transaction stopped after some of its statements.
    #[error("{error}")]
    Halfway {
        /// The file's row.
        execution: i64,
        /// Statements that are done for good.
        done: u64,
        /// The statement, counted from 1, of which nobody knows whether it is done; 0 for none.
        started: u64,
        /// Statements that it has.
        total: u64,
        /// Why it stopped.
        error: Box<RunError>,
    },
    /// Somebody asked the run to stop.
    #[error("interrupted{}", .path.as_ref().map(|path| format!(" while `{path}` ran")).unwrap_or_default())]
    Cancelled {
        /// The file that ran.
        path: Option<ProjectPath>,
        /// The query that shows what its statement makes as finished, where that is not rolled back.
        leavings: Option<String>,
    },
    /// The lock is gone.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A statement of noorm's own failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The run stopped, and that could not be recorded either.
    #[error("{error}; that could not be recorded: {cause}")]
    NotRecorded {
        /// Why it stopped.
        #[source]
        error: Box<RunError>,
        /// Why it is not recorded.
        cause: String,
    },
}

impl RunError {
    /// The lock is gone.
    pub(super) fn lost() -> Self {
        Self::Lock(LockError::Lost)
    }

    /// Whether it is that the lock is gone.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.inner(), Self::Lock(LockError::Lost))
    }

    /// Whether a file's own text is to blame.
    pub(super) fn is_fault_of_file(&self) -> bool {
        match self {
            Self::Halfway { error, .. } => error.is_fault_of_file(),
            Self::Statement(error) => !error.server.interrupted,
            _ => matches!(
                self,
                Self::Script(_) | Self::Split { .. } | Self::LeavesTransaction { .. } | Self::Check { .. }
            ),
        }
    }

    /// Tells an interrupted statement as what it is.
    pub(super) fn into_cancelled(self) -> Self {
        match self {
            Self::Statement(error) if error.server.interrupted => {
                Self::Cancelled { path: Some(error.path), leavings: error.leavings }
            }
            Self::Halfway { execution, done, started, total, error } => {
                Self::Halfway { execution, done, started, total, error: Box::new(error.into_cancelled()) }
            }
            other => other,
        }
    }

    /// Whether it is sure that the statement that was under way had no effect: the database said so, or it was not sent.
    pub(super) fn tells_the_end(&self) -> bool {
        match self {
            Self::Statement(error) => !error.server.closed,
            _ => matches!(self, Self::Cancelled { .. } | Self::LeavesTransaction { .. }),
        }
    }

    /// Adds that the failure could not be recorded.
    pub(super) fn not_recorded(self, cause: &Self) -> Self {
        Self::NotRecorded { error: Box::new(self), cause: cause.to_string() }
    }

    /// The error behind the ones that only add something.
    pub fn inner(&self) -> &Self {
        match self {
            Self::Halfway { error, .. } | Self::NotRecorded { error, .. } => error.inner(),
            other => other,
        }
    }

    /// What goes into the history.
    pub(super) fn record(&self) -> String {
        match self.inner() {
            Self::Statement(error) => format!("{}:{}: {}", error.path, error.line, error.server.message),
            Self::Split { path, source, .. } => format!("{path}: {source}"),
            other => other.to_string(),
        }
    }

    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Statement(error) => return error.hint(),
            Self::Script(error) => return error.hint(),
            Self::Split { source, .. } => return source.hint(),
            Self::EndsTransaction { .. } => "write `-- noorm: no-transaction` on the file's first line",
            Self::LeavesTransaction { .. } => "end it with a commit",
            Self::Halfway { started, total, .. } if *started > 0 => {
                return Some(format!(
                    "nobody knows whether statement {started} of its {total} was carried out; the next run asks"
                ));
            }
            Self::Check { .. } => "correct the script, so that the rows fit when it ends",
            // Nothing is done that the next run would have to know of.
            Self::Halfway { done: 0, error, .. } => return error.hint(),
            Self::Halfway { done, total, error, .. } => {
                let rest = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
                return Some(format!(
                    "{done} of its {total} statements are done for good; the next run goes on after them, unless the \
                     file is edited{rest}"
                ));
            }
            Self::Cancelled { leavings: Some(leavings), .. } => return Some(may_be_left(leavings)),
            Self::Cancelled { .. } => "what was open was rolled back; run the command again to go on",
            Self::Lock(error) => return error.hint(),
            Self::Session(error) => return error.hint(),
            Self::NotRecorded { error, .. } => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

/// A statement that the database refused.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}: {}", .server.message)]
pub struct StatementError {
    /// The file.
    pub path: ProjectPath,
    /// Its text, rendered if it is a template.
    pub text: Arc<str>,
    /// Whether it is, so that lines are those of the rendered text.
    pub is_rendered: bool,
    /// Where in the text, in bytes: from the place the database names, or the statement's start, to the statement's
    /// end.
    pub range: Range<usize>,
    /// Line of that place, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// The statement, without its terminator, cut if it is long; without secrets.
    pub statement: String,
    /// What the database answered; without secrets.
    pub server: ServerError,
    /// What that means.
    pub class: ErrorClass,
    /// The query that shows what it makes as finished, where the server does not roll back what it left behind.
    pub leavings: Option<String>,
}

impl StatementError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        if let Some(leavings) = &self.leavings {
            return Some(may_be_left(leavings));
        }
        let hint = match self.class {
            ErrorClass::Transaction => "write `-- noorm: no-transaction` on the file's first line",
            ErrorClass::ExistingObject => {
                "something has that name already; if it was made by hand, remove it or write `IF NOT EXISTS`"
            }
            ErrorClass::Permission => "grant the config's user what the statement needs",
            ErrorClass::Lock | ErrorClass::Transient => "somebody else was in the way; run the command again",
            ErrorClass::Connection => "check the server, then run the command again",
            ErrorClass::Resource => "make room where the database is, then run the command again",
            _ => return self.server.hint.clone(),
        };
        Some(self.server.hint.clone().unwrap_or_else(|| hint.to_owned()))
    }
}

fn may_be_left(leavings: &str) -> String {
    format!(
        "it may have left something behind that is not finished, which `IF NOT EXISTS` takes for finished: drop that, unless \
         `{leavings}` returns a row"
    )
}

impl Executor<'_> {
    /// Tells where a statement failed and what that means.
    pub(super) fn statement_error(&self, batch: &Batch<'_>, index: usize, mut server: ServerError) -> RunError {
        let piece = &batch.statements[index];
        let body = &batch.text[piece.body.clone()];
        let class = self.session.dialect.classify(&server.code, &server.message);
        let offset = server.position.filter(|at| body.is_char_boundary(*at)).unwrap_or(0);
        let start = piece.body.start + offset;
        let (line, column) = place(&batch.text, piece.body.start, piece.line, start);
        let redact = |text: &str| self.redactor.redact(text).into_owned();
        server.message = redact(&server.message);
        server.detail = server.detail.as_deref().map(redact);
        server.hint = server.hint.as_deref().map(redact);
        let text = redact(&batch.text);
        // A redacted text has other offsets; lines stay.
        let is_same = text.len() == batch.text.len();
        let range = if is_same { start..piece.body.end } else { excerpt::offset(&text, line, 1)..text.len() };
        RunError::Statement(Box::new(StatementError {
            path: batch.script.path.clone(),
            text: text.into(),
            is_rendered: batch.script.is_rendered(),
            range,
            line,
            column,
            statement: redact(first(body)),
            server,
            // A plugin that fails here must not hide the database's answer.
            class: class.unwrap_or(ErrorClass::Other),
            leavings: self.leavings(batch, index),
        }))
    }

    /// Where DDL takes part in transactions, a statement that cannot makes its object in several steps. What is told of it
    /// must not hide the database's answer where the plugin fails.
    fn leavings(&self, batch: &Batch<'_>, index: usize) -> Option<String> {
        let is_alone = batch.statements[index].transaction == PieceTransaction::Outside && self.session.control.ddl;
        let evidence = is_alone.then(|| self.session.dialect.look(batch.sql(index)).unwrap_or_default()).flatten();
        let query = evidence.filter(|evidence| evidence.present).map(|evidence| evidence.query);
        query.map(|query| self.redactor.redact(&query).into_owned())
    }
}

/// Returns line and column of `at`, from a place before it whose line is known.
fn place(text: &str, known: usize, line: u32, at: usize) -> (u32, u32) {
    let breaks = text[known..at].bytes().filter(|byte| *byte == b'\n').count();
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let column = text[start..at].chars().count() + 1;
    (line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)), u32::try_from(column).unwrap_or(u32::MAX))
}

fn first(statement: &str) -> &str {
    let mut end = statement.len().min(STATEMENT_BYTES_MAX);
    while !statement.is_char_boundary(end) {
        end -= 1;
    }
    statement[..end].trim_end().trim_end_matches(';').trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_from_the_statement() {
        let text = "SELECT 1;\n\nSELECT é\n  FROM nowhere;\n";
        let body = text.find("SELECT é").expect("the second statement");
        let at = text.find("nowhere").expect("the table");
        assert_eq!(place(text, body, 3, at), (4, 8));
        assert_eq!(place(text, body, 3, body), (3, 1));
    }

    #[test]
    fn a_quoted_statement_has_no_terminator() {
        assert_eq!(first("SELECT 1 ;"), "SELECT 1");
        assert_eq!(first(&"é".repeat(4000)).len(), 4096);
    }
}
