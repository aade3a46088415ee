//! The rows of an operation, written in the transactions of its files.

use noorm_core::history::{FileStatus, SkipReason, Status};
use noorm_core::plugin::PluginRef;
use noorm_core::script_kind::ScriptKind;
use noorm_core::template::Input;
use serde::Serialize;

use super::{Executor, FileOutcome, RunError, Running, Step, StepAction};
use crate::session::Own;
use crate::tracker::{self, FileRow, NewExecution, OperationEnd, inputs_of_progress};

/// Which file, and whether the operation ends with it.
#[derive(Clone, Copy)]
pub(super) struct Records {
    pub(super) index: usize,
    pub(super) is_last: bool,
}

/// How a file ended.
#[derive(Clone, Copy)]
pub(super) struct Ended<'a> {
    pub(super) status: FileStatus,
    pub(super) error_message: &'a str,
    pub(super) duration_ms: i64,
    pub(super) done: u64,
    /// The statement, counted from 1, of which nobody knows whether it is done; 0 for none.
    pub(super) started: u64,
    pub(super) total: u64,
}

/// What a row's `inputs` holds, as JSON: what a file was made of, and which plugins took part.
#[derive(Serialize)]
struct Inputs<'a> {
    dialect: PluginRef,
    /// What a dialect that was composed is made of, the base first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    layers: Vec<PluginRef>,
    #[serde(skip_serializing_if = "<[Input]>::is_empty")]
    files: &'a [Input],
    /// Plugins that were given for this run alone, in the place of locked ones.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    with: &'a [String],
    /// The prints of its statements, where a later run may have to go on in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    statements: Option<String>,
}

/// What becomes of a file that does not run.
pub(super) fn outcome_of(step: &Step) -> FileOutcome {
    let (status, skip_reason) = match &step.action {
        StepAction::Manifest => (FileStatus::Success, None),
        StepAction::Skip(reason) => (FileStatus::Skipped, Some(*reason)),
        StepAction::Run { .. } => (FileStatus::Skipped, None),
    };
    FileOutcome { filepath: step.script.path.clone(), status, skip_reason, duration_ms: 0 }
}

impl Running<'_> {
    /// The id of the operation's row, which `ensure_started` has made.
    pub(super) fn started_id(&self) -> i64 {
        self.id.expect("ensure_started comes before every row")
    }
}

impl Executor<'_> {
    /// Makes the operation's row with its first file, and those that are carried.
    pub(super) async fn ensure_started(&mut self, running: &mut Running<'_>) -> Result<(), RunError> {
        if running.id.is_some() {
            return Ok(());
        }
        let id = tracker::start(self.session, &running.operation.row).await?;
        let record = |file: &FileRow| tracker::record(&self.session.dialect, id, file.values());
        let rows: Vec<Own> = running.operation.carried.iter().map(record).collect::<Result<_, _>>()?;
        self.session.run_own("execution-insert", &rows).await?;
        running.id = Some(id);
        Ok(())
    }

    /// The JSON of a file's inputs.
    pub(super) fn inputs(&self, running: &Running<'_>, index: usize, statements: Option<String>) -> String {
        let files = &running.operation.steps[index].script.inputs;
        let dialect = &self.session.dialect;
        let (layers, with) = (dialect.layers(), &running.operation.row.with);
        let inputs = Inputs { dialect: dialect.plugin_ref(), layers, files, with, statements };
        serde_json::to_string(&inputs).expect("texts and numbers are JSON")
    }

    /// The row of a file.
    pub(super) fn execution<'b>(
        &self,
        running: &'b Running<'_>,
        index: usize,
        ended: Ended<'b>,
        inputs: &'b str,
    ) -> NewExecution<'b> {
        let script = &running.operation.steps[index].script;
        let is_manifest = ScriptKind::of(script.path.file_name()) == ScriptKind::Manifest;
        NewExecution {
            filepath: script.path.as_str(),
            file_type: if is_manifest { "txt" } else { "sql" },
            checksum: script.checksum.as_str(),
            status: ended.status,
            error_message: ended.error_message,
            skip_reason: None,
            duration_ms: ended.duration_ms,
            statements_done: ended.done,
            statement_started: ended.started,
            statements_total: ended.total,
            inputs,
        }
    }

    /// The statement that writes the row of a file that ran.
    pub(super) fn file_row(&self, running: &Running<'_>, index: usize, ended: Ended<'_>) -> Result<Own, RunError> {
        let inputs = self.inputs(running, index, None);
        let row = self.execution(running, index, ended, &inputs);
        Ok(tracker::record(&self.session.dialect, running.started_id(), row)?)
    }

    /// The statement that ends the row of a file that had started.
    pub(super) fn finish_row(
        &self,
        running: &Running<'_>,
        index: usize,
        execution: i64,
        ended: Ended<'_>,
    ) -> Result<Own, RunError> {
        let row = self.execution(running, index, ended, "");
        Ok(tracker::finish_execution(&self.session.dialect, execution, row)?)
    }

    /// The statement that writes the row of a file that stopped before any of its statements was sent: what an earlier run
    /// has done of it stays known.
    fn unsent_row(&self, running: &Running<'_>, index: usize, ended: Ended<'_>) -> Result<Own, RunError> {
        let StepAction::Run { earlier: Some(earlier) } = &running.operation.steps[index].action else {
            return self.file_row(running, index, ended);
        };
        let inputs = inputs_of_progress(&self.session.dialect, &earlier.prints);
        let ended = Ended { done: earlier.done, total: earlier.total(), ..ended };
        let mut row = self.execution(running, index, ended, &inputs);
        row.checksum = &earlier.checksum;
        Ok(tracker::record(&self.session.dialect, running.started_id(), row)?)
    }

    /// The statements that write the rows of files that do not run, unless they are carried.
    fn quiet_rows(&self, running: &Running<'_>, steps: &[usize]) -> Result<Vec<Own>, RunError> {
        let steps = steps.iter().map(|index| (*index, &running.operation.steps[*index]));
        let row = |(index, step): (usize, &Step)| {
            let outcome = outcome_of(step);
            let ended =
                Ended { status: outcome.status, error_message: "", duration_ms: 0, done: 0, started: 0, total: 0 };
            let mut row = self.execution(running, index, ended, "");
            row.skip_reason = (row.status == FileStatus::Skipped).then_some(SkipReason::ChangesetFailed);
            Ok(tracker::record(&self.session.dialect, running.started_id(), row)?)
        };
        steps.filter(|(_, step)| !running.operation.is_carried(step)).map(row).collect()
    }

    /// The rows that wait for the next transaction.
    pub(super) fn waiting_rows(&self, running: &Running<'_>) -> Result<Vec<Own>, RunError> {
        self.quiet_rows(running, &running.waiting)
    }

    /// Adds what ends an operation whose last running file is `index`.
    pub(super) fn push_end(&self, running: &Running<'_>, index: usize, rows: &mut Vec<Own>) -> Result<(), RunError> {
        let rest: Vec<usize> = (index + 1..running.operation.steps.len()).collect();
        rows.extend(self.quiet_rows(running, &rest)?);
        rows.extend(self.end_rows(running)?);
        Ok(())
    }

    fn end_rows(&self, running: &Running<'_>) -> Result<Vec<Own>, RunError> {
        let end = OperationEnd {
            status: Status::Success,
            checksum: running.operation.checksum.as_str(),
            error_message: "",
            duration_ms: running.duration_ms(),
        };
        let dialect = &self.session.dialect;
        let mut rows = vec![tracker::finish(dialect, running.started_id(), end)?];
        if running.operation.is_revert() {
            rows.push(tracker::mark_reverted(dialect, &running.operation.row.name)?);
        }
        Ok(rows)
    }

    /// Writes rows and commits, if the lock is still held; if it is not, everything is rolled back.
    pub(crate) async fn commit_fenced(&mut self, mut rows: Vec<Own>) -> Result<(), RunError> {
        rows.push(self.guard.fence(&self.session.dialect)?);
        let affected = self.session.run_own("record", &rows).await?;
        if affected.last() != Some(&1) {
            self.session.rollback().await?;
            return Err(RunError::lost());
        }
        Ok(self.session.commit().await?)
    }

    /// Records an operation in which nothing is left to run.
    pub(super) async fn record_all(&mut self, running: &mut Running<'_>) -> Result<(), RunError> {
        self.session.begin().await?;
        self.ensure_started(running).await?;
        let mut rows = self.waiting_rows(running)?;
        rows.extend(self.end_rows(running)?);
        self.commit_fenced(rows).await
    }

    /// Rolls back what is open and records the failure, the file's and the operation's.
    pub(super) async fn record_failure(
        &mut self,
        running: &mut Running<'_>,
        index: usize,
        duration_ms: i64,
        error: &RunError,
    ) -> Result<(), RunError> {
        self.session.rollback().await?;
        if self.guard.is_lost() || error.is_lost() {
            // Whoever has the lock now has marked this run's row already.
            return Ok(());
        }
        let message = self.redactor.redact(&error.record()).into_owned();
        self.session.begin().await?;
        self.ensure_started(running).await?;
        let mut rows = self.waiting_rows(running)?;
        let ended = |done, total| Ended {
            status: FileStatus::Failed,
            error_message: &message,
            duration_ms,
            done,
            started: 0,
            total,
        };
        rows.push(match error {
            RunError::Halfway { execution, done, started, total, .. } => {
                let ended = Ended { started: *started, ..ended(*done, *total) };
                self.finish_row(running, index, *execution, ended)?
            }
            RunError::EndsTransaction { done, total, .. } => self.file_row(running, index, ended(*done, *total))?,
            _ => self.unsent_row(running, index, ended(0, 0))?,
        });
        let rest: Vec<usize> = (index + 1..running.operation.steps.len()).collect();
        rows.extend(self.quiet_rows(running, &rest)?);
        let end = OperationEnd {
            status: Status::Failed,
            checksum: running.operation.checksum.as_str(),
            error_message: &message,
            duration_ms: running.duration_ms(),
        };
        rows.push(tracker::finish(&self.session.dialect, running.started_id(), end)?);
        self.commit_fenced(rows).await
    }
}
