//! A file in one transaction: its statements, its row, and the check that the lock is still held commit together.
//!
//! Where somebody else was in the way the whole file is tried again: nothing of it is left.

use std::time::Instant;

use noorm_core::history::FileStatus;
use noorm_core::value::Scalar;
use noorm_driver::Command;
use noorm_plugin_host::Around;

use super::batch::Batch;
use super::record::{Ended, Records};
use super::tries::Tries;
use super::{Executor, RunError, Running, milliseconds};
use crate::session::{Own, SessionError};

/// How many of the rows that break a rule an error shows.
const ROWS_SHOWN: usize = 10;

/// Statements that go to the driver at once. Between two such groups a request to stop is looked for.
const STATEMENTS_AT_ONCE: usize = 256;

impl Executor<'_> {
    pub(super) async fn run_inside(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
    ) -> Result<(), RunError> {
        let mut tries = Tries::new();
        loop {
            let result = self.run_around(running, batch, file).await;
            match result {
                Err(error) if self.is_worth_another_try(&error) => {
                    self.session.rollback().await?;
                    self.wait_for_another_try(&mut tries, &batch.script.path, error).await?;
                }
                other => return other,
            }
        }
    }

    /// Runs the file with what has to stand around its transaction.
    async fn run_around(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
    ) -> Result<(), RunError> {
        if batch.around == Around::default() {
            return self.run_once(running, batch, file).await;
        }
        let own = |texts: &[String]| texts.iter().map(|sql| Own::text(sql)).collect::<Vec<_>>();
        self.session.run_own("before", &own(&batch.around.before)).await?;
        let result = self.run_once(running, batch, file).await;
        self.session.rollback().await?;
        self.session.run_own("after", &own(&batch.around.after)).await?;
        result
    }

    async fn run_once(&mut self, running: &mut Running<'_>, batch: &Batch<'_>, file: Records) -> Result<(), RunError> {
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
        let broken = self.broken_rows(batch).await?;
        let indexes: Vec<usize> = (0..batch.statements.len()).collect();
        // Where DDL commits, it has to be known which statement did.
        let at_once = if self.session.control.ddl { STATEMENTS_AT_ONCE } else { 1 };
        for group in indexes.chunks(at_once) {
            self.check_cancelled()?;
            let commands: Vec<Command<'_>> = group.iter().map(|index| batch.command(*index)).collect();
            let ran = self.session.connection.run(&commands).await;
            ran.map_err(|failed| self.statement_error(batch, group[failed.index], failed.error))?;
            if !self.session.connection.in_transaction() {
                self.session.check_alive().await?;
                let done = if self.session.control.ddl { 0 } else { group[0] as u64 + 1 };
                return Err(RunError::EndsTransaction { path: batch.script.path.clone(), done, total: batch.total() });
            }
        }
        self.check_rows(batch, &broken).await?;
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

    /// Refuses rows that break a rule that is off while the script runs, and that did not break it before.
    async fn check_rows(&mut self, batch: &Batch<'_>, before: &[String]) -> Result<(), RunError> {
        let mut rows = self.broken_rows(batch).await?;
        rows.retain(|row| !before.contains(row));
        if rows.is_empty() {
            return Ok(());
        }
        rows.truncate(ROWS_SHOWN);
        let rows = rows.iter().map(|row| self.redactor.redact(row).into_owned()).collect();
        Err(RunError::Check { path: batch.script.path.clone(), rows })
    }

    /// Returns the rows that break it now.
    async fn broken_rows(&mut self, batch: &Batch<'_>) -> Result<Vec<String>, RunError> {
        if batch.around.check.is_empty() {
            return Ok(Vec::new());
        }
        let asked = self.session.connection.ask(&batch.around.check).await;
        let rows = asked.map_err(|source| SessionError::Server { action: "check".to_owned(), source })?;
        let cell = |(name, value): (&String, &Scalar)| format!("{name} {}", value.as_str().unwrap_or("NULL"));
        Ok(rows.rows.iter().map(|row| rows.columns.iter().zip(row).map(cell).collect::<Vec<_>>().join(", ")).collect())
    }
}
