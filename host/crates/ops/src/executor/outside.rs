//! A file without a transaction: statement by statement, with a note before and after each of how far it has come.
//!
//! A statement that can share a transaction with its note does. Of one that cannot, the note before it says that it was
//! sent: if no note says that it is done, nobody knows, and the next run asks instead of guessing.

use std::time::Instant;

use noorm_core::history::FileStatus;
use noorm_driver::Command;
use noorm_plugin_host::PieceTransaction;

use super::batch::Batch;
use super::record::{Ended, Records};
use super::tries::Tries;
use super::{Executor, RunError, Running, milliseconds};
use crate::session::Own;
use crate::tracker;

/// A file on its way.
struct Walk<'a> {
    batch: &'a Batch<'a>,
    /// The file's row.
    execution: i64,
    /// Statements that are done for good and noted.
    done: u64,
    /// The statement, counted from 1, of which the row says that it was sent; 0 for none.
    started: u64,
}

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
        let mut walk = Walk { batch, execution, done, started: 0 };
        let ended = match self.walk(running, &mut walk).await {
            Ok(()) => self.finish_file(running, &walk, file, started).await,
            Err(error) => Err(error),
        };
        ended.map_err(|error| RunError::Halfway {
            execution,
            done: walk.done,
            // An answer of the database's says that the statement had no effect, if it is one; silence says nothing.
            started: if error.tells_the_end() && !batch.is_of_several(walk.started) { 0 } else { walk.started },
            total: batch.total(),
            error: Box::new(error),
        })
    }

    /// Records that the file has come to its end, and tries that again where somebody else was in the way.
    async fn finish_file(
        &mut self,
        running: &Running<'_>,
        walk: &Walk<'_>,
        file: Records,
        started: Instant,
    ) -> Result<(), RunError> {
        let mut tries = Tries::new();
        loop {
            match self.finish_file_once(running, walk, file, started).await {
                Err(error) if self.is_worth_another_try(&error) => {
                    self.session.rollback().await?;
                    self.wait_for_another_try(&mut tries, &walk.batch.script.path, error).await?;
                }
                other => return other,
            }
        }
    }

    async fn finish_file_once(
        &mut self,
        running: &Running<'_>,
        walk: &Walk<'_>,
        file: Records,
        started: Instant,
    ) -> Result<(), RunError> {
        let total = walk.batch.total();
        let (status, duration_ms) = (FileStatus::Success, milliseconds(started));
        let ended = Ended { status, error_message: "", duration_ms, done: total, started: 0, total };
        self.session.begin().await?;
        let mut rows = vec![self.finish_row(running, file.index, walk.execution, ended)?];
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
        let result = self.start_rows(running, batch, file, ended).await;
        match result {
            Ok(_) => running.waiting.clear(),
            Err(_) => running.id = before,
        }
        result
    }

    async fn start_rows(
        &mut self,
        running: &mut Running<'_>,
        batch: &Batch<'_>,
        file: Records,
        ended: Ended<'_>,
    ) -> Result<i64, RunError> {
        self.ensure_started(running).await?;
        let waiting = self.waiting_rows(running)?;
        self.session.run_own("execution-insert", &waiting).await?;
        let inputs = self.inputs(running, file.index, Some(batch.prints()));
        let row = self.execution(running, file.index, ended, &inputs);
        let execution = tracker::record_started(self.session, running.started_id(), row).await?;
        self.commit_fenced(Vec::new()).await?;
        Ok(execution)
    }

    async fn walk(&mut self, running: &mut Running<'_>, walk: &mut Walk<'_>) -> Result<(), RunError> {
        let statements = walk.batch.statements.len();
        let first = usize::try_from(walk.done).unwrap_or(usize::MAX).min(statements);
        self.set_up_again(walk.batch, first).await?;
        for index in first..statements {
            self.check_cancelled()?;
            self.step(walk, index).await?;
            running.has_applied |= walk.done > 0;
        }
        if self.session.connection.in_transaction() {
            return Err(RunError::LeavesTransaction { path: walk.batch.script.path.clone() });
        }
        Ok(())
    }

    /// What earlier statements set for their session is gone with it.
    async fn set_up_again(&mut self, batch: &Batch<'_>, first: usize) -> Result<(), RunError> {
        for index in (0..first).filter(|index| batch.is_of_session(*index)) {
            self.send(batch, index).await?;
        }
        Ok(())
    }

    /// Runs one statement in the way that loses the least.
    async fn step(&mut self, walk: &mut Walk<'_>, index: usize) -> Result<(), RunError> {
        let batch = walk.batch;
        let transaction = batch.statements[index].transaction;
        if self.session.connection.in_transaction() {
            return self.step_in_script_transaction(walk, index).await;
        }
        match transaction {
            // It has no effect of its own; what it opens is noted with its end.
            PieceTransaction::Begin => self.send(batch, index).await,
            PieceTransaction::Inside if batch.notes_inside() => self.step_with_note(walk, index).await,
            _ => self.step_between_notes(walk, index).await,
        }
    }

    /// A transaction of the script's own is open: the note commits with it.
    async fn step_in_script_transaction(&mut self, walk: &mut Walk<'_>, index: usize) -> Result<(), RunError> {
        let batch = walk.batch;
        let done = index as u64 + 1;
        let is_end = batch.statements[index].transaction == PieceTransaction::Commit;
        let commits_first = batch.statements[index].transaction == PieceTransaction::Outside;
        if is_end {
            self.note_in_transaction(walk, done, 0).await?;
        } else if commits_first {
            // A server that lets such a statement stand here commits what is open before it runs it.
            self.note_in_transaction(walk, index as u64, done).await?;
        }
        let sent = self.send(batch, index).await;
        if self.session.connection.in_transaction() {
            return sent;
        }
        if commits_first && sent.is_err() {
            (walk.done, walk.started) = (index as u64, done);
        }
        sent?;
        if !is_end {
            // It was rolled back, or ended by a statement that nobody expected to end it.
            self.write_note(walk, done, 0).await?;
        }
        (walk.done, walk.started) = (done, 0);
        Ok(())
    }

    async fn note_in_transaction(&mut self, walk: &Walk<'_>, done: u64, started: u64) -> Result<(), RunError> {
        let rows = [self.note(walk, done, started)?, self.guard.fence(&self.session.dialect)?];
        let affected = self.session.run_own("execution-progress", &rows).await?;
        if affected.last() == Some(&1) {
            return Ok(());
        }
        self.session.rollback().await?;
        Err(RunError::lost())
    }

    /// The statement and its note are one transaction, which is tried again where somebody else was in its way.
    async fn step_with_note(&mut self, walk: &mut Walk<'_>, index: usize) -> Result<(), RunError> {
        let mut tries = Tries::new();
        loop {
            match self.step_with_note_once(walk, index).await {
                // One that ended the transaction is done, whatever became of its note.
                Err(error) if walk.done <= index as u64 && self.is_worth_another_try(&error) => {
                    self.session.rollback().await?;
                    self.wait_for_another_try(&mut tries, &walk.batch.script.path, error).await?;
                }
                other => return other,
            }
        }
    }

    async fn step_with_note_once(&mut self, walk: &mut Walk<'_>, index: usize) -> Result<(), RunError> {
        let done = index as u64 + 1;
        self.session.begin().await?;
        self.send(walk.batch, index).await?;
        if !self.session.connection.in_transaction() {
            // It ended the transaction after all, and is done.
            (walk.done, walk.started) = (done, 0);
            return self.write_note(walk, done, 0).await;
        }
        let note = self.note(walk, done, 0)?;
        self.commit_fenced(vec![note]).await?;
        (walk.done, walk.started) = (done, 0);
        Ok(())
    }

    /// One note says that the statement is sent, another that it is done.
    async fn step_between_notes(&mut self, walk: &mut Walk<'_>, index: usize) -> Result<(), RunError> {
        let done = index as u64 + 1;
        if walk.started != done {
            self.write_note(walk, walk.done, done).await?;
            walk.started = done;
        }
        self.send(walk.batch, index).await?;
        if self.session.connection.in_transaction() {
            // It opened one, and is noted with its end.
            return Ok(());
        }
        let next = Self::is_between_notes(walk.batch, index + 1);
        let started = if next { done + 1 } else { 0 };
        self.write_note(walk, done, started).await?;
        (walk.done, walk.started) = (done, started);
        Ok(())
    }

    /// Whether a statement will run between two notes, so that the note after the one before it can be the first.
    fn is_between_notes(batch: &Batch<'_>, index: usize) -> bool {
        batch.statements.get(index).is_some_and(|piece| match piece.transaction {
            PieceTransaction::Begin => false,
            PieceTransaction::Inside => !batch.notes_inside(),
            _ => true,
        })
    }

    async fn send(&mut self, batch: &Batch<'_>, index: usize) -> Result<(), RunError> {
        let mut tries = Tries::new();
        loop {
            let command: [Command<'_>; 1] = [batch.command(index)];
            let was_open = self.session.connection.in_transaction();
            let Err(failed) = self.session.connection.run(&command).await else { return Ok(()) };
            let error = self.statement_error(batch, index, failed.error);
            // In a transaction what came before it may be gone too.
            if was_open || !self.is_worth_another_try(&error) {
                return Err(error);
            }
            self.wait_for_another_try(&mut tries, &batch.script.path, error).await?;
        }
    }

    fn note(&self, walk: &Walk<'_>, done: u64, started: u64) -> Result<Own, RunError> {
        Ok(tracker::progress(&self.session.dialect, walk.execution, done, started)?)
    }

    async fn write_note(&mut self, walk: &Walk<'_>, done: u64, started: u64) -> Result<(), RunError> {
        let mut tries = Tries::new();
        loop {
            match self.write_note_once(walk, done, started).await {
                Err(error) if self.is_worth_another_try(&error) => {
                    self.session.rollback().await?;
                    self.wait_for_another_try(&mut tries, &walk.batch.script.path, error).await?;
                }
                other => return other,
            }
        }
    }

    async fn write_note_once(&mut self, walk: &Walk<'_>, done: u64, started: u64) -> Result<(), RunError> {
        self.session.begin().await?;
        let note = self.note(walk, done, started)?;
        self.commit_fenced(vec![note]).await
    }
}
