//! noorm's own tables: reading the history, and the statements that write it.
//!
//! What to write and when is the executor's to decide; every text comes from the dialect plugin.

mod installed;

mod adopt;
mod file_row;
mod install;
mod probe;
mod upgrade;

mod identities;
mod read;
pub(crate) mod rows;

use noorm_core::history::{ChangeType, Direction, FileStatus, MadeBy, Origin, SkipReason, Status};
use noorm_core::value::Scalar;
use noorm_plugin_host::Dialect;

pub use installed::{Elsewhere, Installed, installed, open};
pub use probe::{Lack, Probe};
pub use read::{LatestFile, executions_of, history, last_runs, latest_changes, latest_files};

pub(crate) use file_row::{FileRow, inputs_of_progress};
pub(crate) use identities::{identities, upsert_identity};
pub(crate) use install::prepare;
pub(crate) use probe::probe;
pub(crate) use upgrade::upgrade;

use crate::session::{Own, Session, SessionError};

/// The version that is written into the tables.
pub const CLI_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The schema version that reading the history needs. Whoever writes takes the tables to the newest one first.
pub const SCHEMA_VERSION: u32 = 3;

/// The first schema version with the lock of today.
const LOCKABLE: u32 = 2;

/// Widest text in `executed_by`, `config_name` and the like, in characters.
const TEXT_CHARACTERS_MAX: usize = 255;

/// A row of `__noorm_changeset__` as it starts.
#[derive(Debug, Clone)]
pub struct NewOperation {
    /// Changeset name, or `build:<instant>` or `run:<instant>`.
    pub name: String,
    /// What kind of operation it is.
    pub change_type: ChangeType,
    /// Which way it goes.
    pub direction: Direction,
    /// Who runs it.
    pub executed_by: String,
    /// Under which config.
    pub config_name: String,
    /// By what it comes about.
    pub origin: Origin,
    /// Plugins that were given for it alone.
    pub with: Vec<String>,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy)]
pub struct OperationEnd<'a> {
    /// How.
    pub status: Status,
    /// SHA-256 over its files.
    pub checksum: &'a str,
    /// Why it failed, or nothing.
    pub error_message: &'a str,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
}

/// A row of `__noorm_executions__`.
#[derive(Debug, Clone, Copy)]
pub struct NewExecution<'a> {
    /// The file.
    pub filepath: &'a str,
    /// `sql` or `txt`.
    pub file_type: &'a str,
    /// Its checksum.
    pub checksum: &'a str,
    /// How it ended, or `pending`.
    pub status: FileStatus,
    /// Why it failed, or nothing.
    pub error_message: &'a str,
    /// Why it was left out.
    pub skip_reason: Option<SkipReason>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Statements that are done for good.
    pub statements_done: u64,
    /// The statement, counted from 1, that was sent and not noted as done; 0 for none.
    pub statement_started: u64,
    /// Statements that it has.
    pub statements_total: u64,
    /// JSON of its inputs.
    pub inputs: &'a str,
}

/// Starts an operation and returns its id.
pub(crate) async fn start(session: &mut Session, operation: &NewOperation) -> Result<i64, SessionError> {
    let made_by = MadeBy { cli_version: CLI_VERSION.to_owned(), with: operation.with.clone() };
    let values = [
        ("name", Scalar::from(operation.name.as_str())),
        ("change_type", operation.change_type.as_str().into()),
        ("direction", operation.direction.as_str().into()),
        ("checksum", "".into()),
        ("executed_by", cut(&operation.executed_by).into()),
        ("config_name", cut(&operation.config_name).into()),
        ("cli_version", made_by.to_string().into()),
        ("status", Status::Pending.as_str().into()),
        ("origin", operation.origin.as_str().into()),
    ];
    insert(session, "changeset-insert", &values).await
}

/// The statement that ends an operation.
pub(crate) fn finish(dialect: &Dialect, id: i64, end: OperationEnd<'_>) -> Result<Own, SessionError> {
    let values = [
        ("status", Scalar::from(end.status.as_str())),
        ("checksum", end.checksum.into()),
        ("error_message", end.error_message.into()),
        ("duration_ms", end.duration_ms.into()),
        ("id", id.into()),
    ];
    own(dialect, "changeset-finish", &values)
}

/// The statement that marks the last run of a changeset as reverted.
pub(crate) fn mark_reverted(dialect: &Dialect, name: &str) -> Result<Own, SessionError> {
    own(dialect, "changeset-mark-reverted", &[("name", name.into())])
}

/// The statement that marks what a killed run left behind as failed.
pub(crate) fn interrupt(dialect: &Dialect, error_message: &str) -> Result<Own, SessionError> {
    own(dialect, "changeset-interrupt", &[("error_message", error_message.into())])
}

/// The statement that records a file.
pub(crate) fn record(dialect: &Dialect, operation: i64, file: NewExecution<'_>) -> Result<Own, SessionError> {
    own(dialect, "execution-insert", &execution_values(operation, file))
}

/// Records a file that has only started, and returns the row's id.
pub(crate) async fn record_started(
    session: &mut Session,
    operation: i64,
    file: NewExecution<'_>,
) -> Result<i64, SessionError> {
    insert(session, "execution-insert", &execution_values(operation, file)).await
}

/// The statement that notes how far a file has come.
pub(crate) fn progress(dialect: &Dialect, execution: i64, done: u64, started: u64) -> Result<Own, SessionError> {
    let values = [("statements_done", count(done)), ("statement_started", count(started)), ("id", execution.into())];
    own(dialect, "execution-progress", &values)
}

/// The statement that ends the row of a file that had started.
pub(crate) fn finish_execution(dialect: &Dialect, execution: i64, file: NewExecution<'_>) -> Result<Own, SessionError> {
    let values = [
        ("status", Scalar::from(file.status.as_str())),
        ("error_message", file.error_message.into()),
        ("duration_ms", file.duration_ms.into()),
        ("statements_done", count(file.statements_done)),
        ("statement_started", count(file.statement_started)),
        ("id", execution.into()),
    ];
    own(dialect, "execution-finish", &values)
}

fn execution_values(operation: i64, file: NewExecution<'_>) -> [(&'static str, Scalar); 13] {
    [
        ("changeset_id", operation.into()),
        ("filepath", file.filepath.into()),
        ("file_type", file.file_type.into()),
        ("checksum", file.checksum.into()),
        ("cli_version", CLI_VERSION.into()),
        ("status", file.status.as_str().into()),
        ("error_message", file.error_message.into()),
        ("skip_reason", file.skip_reason.map_or("", SkipReason::as_str).into()),
        ("duration_ms", file.duration_ms.into()),
        ("statements_done", count(file.statements_done)),
        ("statement_started", count(file.statement_started)),
        ("statements_total", count(file.statements_total)),
        ("inputs", file.inputs.into()),
    ]
}

fn count(number: u64) -> Scalar {
    Scalar::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn own(dialect: &Dialect, action: &str, values: &[(&str, Scalar)]) -> Result<Own, SessionError> {
    Own::bound(dialect, action, dialect.tracking(action)?, values)
}

async fn insert(session: &mut Session, action: &str, values: &[(&str, Scalar)]) -> Result<i64, SessionError> {
    let query = session.dialect.tracking(action)?;
    let rows = session.query(action, &query, values).await?;
    rows::only_integer(&rows, "id").ok_or_else(|| session.wrong(action, "no `id` came back"))
}

/// Cuts a text to its column.
pub(crate) fn cut(text: &str) -> &str {
    match text.char_indices().nth(TEXT_CHARACTERS_MAX) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
