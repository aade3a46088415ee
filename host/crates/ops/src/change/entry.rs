//! Writes operations into the history that ran nothing: somebody said what the state is.

use noorm_core::history::{ChangeType, Direction, Origin, Status};

use super::folder::ChangeFiles;
use crate::executor::RunError;
use crate::session::{Own, Session};
use crate::tracker::{self, FileRow, NewOperation, OperationEnd};
use crate::turn::Turn;
use crate::workbench::Workbench;

/// An operation, and its files.
pub(crate) struct Entry {
    pub(crate) row: NewOperation,
    pub(crate) checksum: String,
    pub(crate) status: Status,
    /// What was said, for people.
    pub(crate) message: String,
    pub(crate) files: Vec<FileRow>,
    /// The last run of the changeset does not count any more.
    pub(crate) takes_back: bool,
}

impl Entry {
    /// An operation on a changeset.
    pub(crate) fn of_change(
        bench: &Workbench,
        turn: &Turn<'_>,
        name: &str,
        direction: Direction,
        origin: Origin,
    ) -> Self {
        let row = NewOperation {
            name: name.to_owned(),
            change_type: ChangeType::Changeset,
            direction,
            executed_by: turn.executed_by.clone(),
            config_name: bench.active.config.name.clone(),
            origin,
            with: bench.project.given(),
        };
        Self {
            row,
            checksum: String::new(),
            status: Status::Success,
            message: String::new(),
            files: Vec::new(),
            takes_back: false,
        }
    }

    /// Adds files as if they had run.
    pub(super) fn with_files(mut self, files: &ChangeFiles) -> Self {
        self.checksum = files.checksum.to_string();
        self.files = files.files.iter().map(|file| FileRow::applied(&file.script, file.is_manifest)).collect();
        self
    }
}

/// Writes entries in one transaction, if the lock is still held.
pub(crate) async fn write(turn: &mut Turn<'_>, entries: &[Entry]) -> Result<(), RunError> {
    turn.session.begin().await?;
    let written = rows(turn.session, entries).await;
    match written {
        Ok(rows) => turn.executor().commit_fenced(rows).await,
        Err(error) => {
            // The first error is the one to tell; what a failed rollback leaves, the closing session rolls back.
            let _ = turn.session.rollback().await;
            Err(error)
        }
    }
}

async fn rows(session: &mut Session, entries: &[Entry]) -> Result<Vec<Own>, RunError> {
    let mut rows = Vec::new();
    for entry in entries {
        let dialect = session.dialect.clone();
        if entry.takes_back {
            rows.push(tracker::mark_reverted(&dialect, &entry.row.name)?);
        }
        let id = tracker::start(session, &entry.row).await?;
        for file in &entry.files {
            rows.push(tracker::record(&dialect, id, file.values())?);
        }
        let end = OperationEnd {
            status: entry.status,
            checksum: &entry.checksum,
            error_message: &entry.message,
            duration_ms: 0,
        };
        rows.push(tracker::finish(&dialect, id, end)?);
    }
    Ok(rows)
}
