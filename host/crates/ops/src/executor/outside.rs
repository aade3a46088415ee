//! A file without a transaction: statement by statement, with a note after each of how far it has come.
//!
//! Between a statement's effect and its note there is a moment in which a killed process leaves the statement done and
//! not noted. Nothing can close that gap from here; the next run starts with that statement.

use std::time::Instant;

use noorm_core::history::FileStatus;

use super::batch::Batch;
use super::record::{Ended, Records};
use super::{Executor, RunError, Running, milliseconds};
use crate::session::Own;
use crate::tracker;

impl Executor<'_> {
    /// Runs the statements after the first `done`.
    pub(super) async fn run_outside(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
        done: u64,
    ) -> Result<(), RunError> {
        let started = Instant::now();
        let execution = self.start_file(running, batch, file, done).await?;
        let mut noted = done;
        let result = self.run_statements(running, batch, execution, &mut noted).await;
        if let Err(error) = result {
            return Err(RunError::Halfway { execution, done: noted, total: batch.total(), error: Box::new(error) });
        }
        let ended = Ended {
            status: FileStatus::Success,
            error_message: "",
            duration_ms: milliseconds(started),
            done: batch.total(),
            started: 0,
            total: batch.total(),
        };
        self.session.begin().await?;
        let mut rows = vec![self.finish_row(running, file.index, execution, ended)?];
        if file.is_last {
            self.push_end(running, file.index, &mut rows)?;
        }
        self.commit_fenced(rows).await
    }

    /// Records that the file has started.
    async fn start_file(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
        done: u64,
    ) -> Result<i64, RunError> {
        let reset: Vec<Own> = self.session.control.reset.iter().map(|sql| Own::text(sql)).collect();
        if !reset.is_empty() {
            self.session.run_own("reset", &reset).await?;
        }
        let ended = Ended {
            status: FileStatus::Pending,
            error_message: "",
            duration_ms: 0,
            done,
            started: 0,
            total: batch.total(),
        };
        let before = running.id;
        self.session.begin().await?;
        let result = self.start_rows(running, file, ended).await;
        match result {
            Ok(_) => running.waiting.clear(),
            Err(_) => running.id = before,
        }
        result
    }

    async fn start_rows(
        &mut self,
        running: &mut Running<'_>,
        file: Records,
        ended: Ended<'_>,
    ) -> Result<i64, RunError> {
        self.ensure_started(running).await?;
        let waiting = self.waiting_rows(running)?;
        self.session.run_own("execution-insert", &waiting).await?;
        let inputs = self.inputs(running, file.index);
        let row = self.execution(running, file.index, ended, &inputs);
        let execution = tracker::record_started(self.session, running.started_id(), row).await?;
        self.commit_fenced(Vec::new()).await?;
        Ok(execution)
    }

    async fn run_statements(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        execution: i64,
        noted: &mut u64,
    ) -> Result<(), RunError> {
        let first = usize::try_from(*noted).unwrap_or(usize::MAX).min(batch.statements.len());
        for index in first..batch.statements.len() {
            self.check_cancelled()?;
            let ran = self.session.connection.run(&[batch.command(index)]).await;
            ran.map_err(|failed| self.statement_error(batch, index, failed.error))?;
            // Inside a transaction of the script's own nothing is done for good, and a note would not be either.
            if self.session.connection.in_transaction() {
                continue;
            }
            running.has_applied = true;
            *noted = index as u64 + 1;
            if *noted < batch.total() {
                self.session.begin().await?;
                let note = tracker::progress(&self.session.dialect, execution, *noted, 0)?;
                self.commit_fenced(vec![note]).await?;
            }
        }
        if self.session.connection.in_transaction() {
            return Err(RunError::LeavesTransaction { path: batch.script.path.clone() });
        }
        Ok(())
    }
}
