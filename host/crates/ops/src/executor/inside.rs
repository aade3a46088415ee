//! A file in one transaction: its statements, its row, and the check that the lock is still held commit together.

use std::time::Instant;

use noorm_core::history::FileStatus;
use noorm_driver::Command;

use super::batch::Batch;
use super::record::{Ended, Records};
use super::{Executor, RunError, Running, milliseconds};
use crate::session::Own;

/// Statements that go to the driver at once. Between two such groups a request to stop is looked for.
const STATEMENTS_AT_ONCE: usize = 256;

impl Executor<'_> {
    pub(super) async fn run_inside(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
    ) -> Result<(), RunError> {
        let started = Instant::now();
        self.begin_file().await?;
        // The row's id is forgotten if the transaction is.
        let before = running.id;
        let result = self.run_in_transaction(running, batch, file, started).await;
        if result.is_err() {
            running.id = before;
        } else {
            running.waiting.clear();
        }
        result
    }

    async fn run_in_transaction(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
        started: Instant,
    ) -> Result<(), RunError> {
        self.ensure_started(running).await?;
        let indexes: Vec<usize> = (0..batch.statements.len()).collect();
        for group in indexes.chunks(STATEMENTS_AT_ONCE) {
            self.check_cancelled()?;
            let commands: Vec<Command<'_>> = group.iter().map(|index| batch.command(*index)).collect();
            let ran = self.session.connection.run(&commands).await;
            ran.map_err(|failed| self.statement_error(batch, group[failed.index], failed.error))?;
            if !self.session.connection.in_transaction() {
                return Err(RunError::EndsTransaction { path: batch.script.path.clone() });
            }
        }
        let ended = Ended {
            status: FileStatus::Success,
            error_message: "",
            duration_ms: milliseconds(started),
            done: batch.total(),
            started: 0,
            total: batch.total(),
        };
        let mut rows = self.waiting_rows(running)?;
        rows.push(self.file_row(running, file.index, ended)?);
        if file.is_last {
            self.push_end(running, file.index, &mut rows)?;
        }
        self.commit_fenced(rows).await
    }

    /// Puts the session's settings back and starts a transaction.
    async fn begin_file(&mut self) -> Result<(), RunError> {
        let control = &self.session.control;
        let mut own: Vec<Own> = control.reset.iter().map(|sql| Own::text(sql)).collect();
        own.push(Own::text(&control.begin));
        self.session.run_own("begin", &own).await?;
        Ok(())
    }
}
