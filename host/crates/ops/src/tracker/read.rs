//! Reads the history. Each function is one query.

use std::collections::HashMap;

use noorm_core::history::{ChangeType, Direction, Execution, FileStatus, LastRun, MadeBy, Operation, Origin, Status};

use super::rows::{Reader, query, read};
use crate::session::{Session, SessionError};

/// Returns each file's last run.
pub async fn last_runs(session: &mut Session) -> Result<HashMap<String, LastRun>, SessionError> {
    let found = query(session, "execution-latest", &[]).await?;
    read(session, "execution-latest", &found, |row| {
        let status = row.word("status", FileStatus::parse)?;
        let last = LastRun {
            checksum: row.text("checksum")?,
            status,
            statements_done: row.count("statements_done")?,
            statement_started: row.count("statement_started")?,
            prints: prints(&row.text("inputs")?),
        };
        Ok((row.text("filepath")?, last))
    })
    .map(|rows| rows.into_iter().collect())
}

/// What is recorded of the last run of a file.
#[derive(Debug, Clone)]
pub struct LatestFile {
    /// The file.
    pub filepath: String,
    /// Its checksum.
    pub checksum: String,
    /// How it ended.
    pub status: FileStatus,
    /// JSON: what it was made of.
    pub inputs: String,
}

/// Returns what each file's last run was made of.
pub async fn latest_files(session: &mut Session) -> Result<Vec<LatestFile>, SessionError> {
    let found = query(session, "execution-latest", &[]).await?;
    read(session, "execution-latest", &found, |row| {
        Ok(LatestFile {
            filepath: row.text("filepath")?,
            checksum: row.text("checksum")?,
            status: row.word("status", FileStatus::parse)?,
            inputs: row.text("inputs")?,
        })
    })
}

/// Returns the newest operation of each changeset.
pub async fn latest_changes(session: &mut Session) -> Result<Vec<Operation>, SessionError> {
    let found = query(session, "changeset-latest", &[]).await?;
    read(session, "changeset-latest", &found, operation)
}

/// Returns the newest operations of every kind, newest first.
pub async fn history(session: &mut Session, limit: u32) -> Result<Vec<Operation>, SessionError> {
    let found = query(session, "changeset-history", &[("limit", limit.into())]).await?;
    read(session, "changeset-history", &found, operation)
}

/// Returns the files of one operation, in order.
pub async fn executions_of(session: &mut Session, operation: i64) -> Result<Vec<Execution>, SessionError> {
    let found = query(session, "execution-of", &[("changeset_id", operation.into())]).await?;
    read(session, "execution-of", &found, execution)
}

/// Returns the prints of a file's statements; nothing where its row has none.
fn prints(inputs: &str) -> String {
    let inputs = serde_json::from_str::<serde_json::Value>(inputs).unwrap_or_default();
    inputs["statements"].as_str().unwrap_or_default().to_owned()
}

fn operation(row: &Reader<'_>) -> Result<Operation, String> {
    let made_by = MadeBy::parse(&row.text("cli_version")?);
    Ok(Operation {
        id: row.integer("id")?,
        name: row.text("name")?,
        change_type: row.word("change_type", ChangeType::parse)?,
        direction: row.word("direction", Direction::parse)?,
        checksum: row.text("checksum")?,
        executed_at: row.text("executed_at")?,
        executed_by: row.text("executed_by")?,
        config_name: row.text("config_name")?,
        cli_version: made_by.cli_version,
        with: made_by.with,
        status: row.word("status", Status::parse)?,
        error_message: row.text("error_message")?,
        duration_ms: row.integer("duration_ms")?,
        origin: row.word("origin", Origin::parse)?,
    })
}

fn execution(row: &Reader<'_>) -> Result<Execution, String> {
    Ok(Execution {
        id: row.integer("id")?,
        filepath: row.text("filepath")?,
        file_type: row.text("file_type")?,
        checksum: row.text("checksum")?,
        status: row.word("status", FileStatus::parse)?,
        error_message: row.text("error_message")?,
        skip_reason: row.text("skip_reason")?,
        duration_ms: row.integer("duration_ms")?,
        statements_done: row.count("statements_done")?,
        statement_started: row.count("statement_started")?,
        statements_total: row.count("statements_total")?,
        prints: prints(&row.text("inputs")?),
        inputs: row.text("inputs")?,
    })
}
