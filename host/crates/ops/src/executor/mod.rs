//! Runs an operation: its files in order, each with the row that records it.
//!
//! What to run is decided by whoever makes the [`Operation`]. Here it is run, recorded and, when something fails, told.
//! The caller holds the lock.

pub(crate) mod batch;
mod error;
mod inside;
mod outside;
mod record;
pub(crate) mod tries;

use std::time::Instant;

use noorm_core::checksum::Checksum;
use noorm_core::event::{Event, Listener};
use noorm_core::history::{ChangeType, Direction, FileStatus, SkipReason, Status};
use noorm_core::path::ProjectPath;
use noorm_core::plan::progress::Progress;
use noorm_core::redact::Redactor;
use serde::Serialize;

pub use error::{RunError, StatementError};

use crate::cancel::Cancel;
use crate::lock::LockGuard;
use crate::script::{Script, Scripts};
use crate::session::Session;
use crate::tracker::{FileRow, NewOperation};
use batch::{Batch, Mode};
use record::Records;

/// What will happen to one file of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepAction {
    /// It runs.
    Run {
        /// What an earlier run has done of it for good: it goes on behind that.
        earlier: Option<Progress>,
    },
    /// It is left out.
    Skip(SkipReason),
    /// It is a manifest: recorded, and its files are steps of their own.
    Manifest,
}

/// One file of an operation.
#[derive(Debug, Clone)]
pub struct Step {
    /// The file.
    pub script: Script,
    /// What happens to it.
    pub action: StepAction,
}

/// Files that run one after the other and are recorded together.
#[derive(Debug, Clone)]
pub struct Operation {
    /// How it is recorded.
    pub row: NewOperation,
    /// SHA-256 over its files.
    pub checksum: Checksum,
    /// What earlier attempts did. It is written down again before anything runs: whatever happens then, the next attempt
    /// finds it.
    pub(crate) carried: Vec<FileRow>,
    /// Its files, in order.
    pub steps: Vec<Step>,
}

impl Operation {
    fn is_revert(&self) -> bool {
        self.row.change_type == ChangeType::Changeset && self.row.direction == Direction::Revert
    }

    fn is_carried(&self, step: &Step) -> bool {
        self.carried.iter().any(|row| row.filepath == step.script.path.as_str())
    }

    fn last_run(&self) -> Option<usize> {
        self.steps.iter().rposition(|step| matches!(step.action, StepAction::Run { .. }))
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileOutcome {
    /// The file.
    pub filepath: ProjectPath,
    /// How it ended.
    pub status: FileStatus,
    /// Why it was left out.
    pub skip_reason: Option<SkipReason>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
}

/// What became of an operation.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Its files, as far as they were decided about.
    pub files: Vec<FileOutcome>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Why it stopped.
    pub failure: Option<RunError>,
    /// Whether any of its statements are in the database for good.
    pub has_applied: bool,
}

/// Runs operations on one session, under one lock.
pub struct Executor<'a> {
    pub(crate) session: &'a mut Session,
    pub(crate) guard: &'a LockGuard,
    pub(crate) scripts: &'a Scripts,
    pub(crate) redactor: &'a Redactor,
    pub(crate) cancel: &'a Cancel,
    pub(crate) listener: Listener<'a>,
}

/// An operation on its way.
struct Running<'a> {
    operation: &'a Operation,
    started: Instant,
    /// Its row, once there is one.
    id: Option<i64>,
    /// Steps whose rows are not written yet.
    waiting: Vec<usize>,
    files: Vec<FileOutcome>,
    has_applied: bool,
}

impl Running<'_> {
    fn duration_ms(&self) -> i64 {
        milliseconds(self.started)
    }
}

impl Executor<'_> {
    /// Runs an operation up to its end or to the first file that fails.
    pub async fn run(&mut self, operation: &Operation) -> Outcome {
        let mut running = Running {
            operation,
            started: Instant::now(),
            id: None,
            waiting: Vec::new(),
            files: Vec::new(),
            has_applied: false,
        };
        self.cancel.watch(Some(self.session.connection.interrupter()));
        let result = self.run_steps(&mut running).await;
        self.cancel.watch(None);
        let duration_ms = running.duration_ms();
        let status = if result.is_ok() { Status::Success } else { Status::Failed };
        let Running { files, has_applied, .. } = running;
        Outcome { status, files, duration_ms, failure: result.err(), has_applied }
    }

    async fn run_steps(&mut self, running: &mut Running<'_>) -> Result<(), RunError> {
        let last = running.operation.last_run();
        for (index, step) in running.operation.steps.iter().enumerate() {
            let outcome = match &step.action {
                StepAction::Run { earlier } => {
                    let started = Instant::now();
                    let done = earlier.as_ref().map_or(0, |earlier| earlier.done);
                    if let Err(error) = self.run_file(running, index, done, last == Some(index)).await {
                        return Err(self.fail(running, index, started, error).await);
                    }
                    FileOutcome {
                        filepath: step.script.path.clone(),
                        status: FileStatus::Success,
                        skip_reason: None,
                        duration_ms: milliseconds(started),
                    }
                }
                // Recorded with what was carried.
                StepAction::Skip(_) => record::outcome_of(step),
                // Those behind the last file that runs were recorded with it.
                StepAction::Manifest => {
                    if last.is_none_or(|last| index < last) {
                        running.waiting.push(index);
                    }
                    record::outcome_of(step)
                }
            };
            self.tell(running, outcome);
        }
        if last.is_none() { self.record_all(running).await } else { Ok(()) }
    }

    /// Runs one file; if it is the last one, what records the operation's end commits with it.
    async fn run_file(
        &mut self,
        running: &mut Running<'_>,
        index: usize,
        done: u64,
        is_last: bool,
    ) -> Result<(), RunError> {
        self.check_cancelled()?;
        let script = &running.operation.steps[index].script;
        let text = self.scripts.text(script)?;
        let batch = Batch::split(&self.session.dialect, self.scripts, script, text)?;
        let file = Records { index, is_last };
        match batch.mode {
            // What an earlier run has done of it, when it still ran without a transaction, is not run again.
            Mode::Inside if done == 0 => self.run_inside(running, &batch, file).await?,
            Mode::Inside | Mode::Outside { .. } => self.run_outside(running, &batch, file, done).await?,
        }
        running.has_applied |= !batch.statements.is_empty();
        Ok(())
    }

    /// Cleans up after a file that failed and writes down what happened. Returns the error to tell.
    async fn fail(&mut self, running: &mut Running<'_>, index: usize, started: Instant, error: RunError) -> RunError {
        self.cancel.watch(None);
        let error = if self.cancel.is_cancelled() { error.into_cancelled() } else { error };
        let error = if self.guard.is_lost() && !error.is_fault_of_file() { RunError::lost() } else { error };
        let script = &running.operation.steps[index].script;
        let (duration_ms, filepath) = (milliseconds(started), script.path.clone());
        self.tell(running, FileOutcome { filepath, status: FileStatus::Failed, skip_reason: None, duration_ms });
        for step in &running.operation.steps[index + 1..] {
            let mut outcome = record::outcome_of(step);
            if matches!(step.action, StepAction::Run { .. }) {
                outcome.skip_reason = Some(SkipReason::ChangesetFailed);
            }
            running.files.push(outcome);
        }
        let recorded = self.record_failure(running, index, duration_ms, &error).await;
        match recorded {
            Ok(()) => error,
            // The row stays `pending`; the next run under the lock marks it as failed.
            Err(cause) => error.not_recorded(&cause),
        }
    }

    fn check_cancelled(&self) -> Result<(), RunError> {
        if self.cancel.is_cancelled() {
            return Err(RunError::Cancelled { path: None, leavings: None });
        }
        if self.guard.is_lost() { Err(RunError::lost()) } else { Ok(()) }
    }

    fn tell(&mut self, running: &mut Running<'_>, outcome: FileOutcome) {
        for notice in self.session.connection.take_notices() {
            (self.listener)(Event::Notice(self.redactor.redact(&notice).into_owned()));
        }
        (self.listener)(Event::FileFinished {
            path: outcome.filepath.clone(),
            status: outcome.status,
            skip_reason: outcome.skip_reason,
            duration_ms: outcome.duration_ms,
        });
        running.files.push(outcome);
    }
}

pub(crate) fn milliseconds(since: Instant) -> i64 {
    i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX)
}
