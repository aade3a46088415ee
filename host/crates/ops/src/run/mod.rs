//! `run build`, `run file` and `run dir`: runs files that are new or changed since their last run.
//!
//! What to run is decided with one query and without the lock; only if something is to run is the lock taken, and then
//! it is decided again.

mod preview;
pub mod resolve;
mod select;

use std::collections::HashMap;

use noorm_core::checksum::Checksum;
use noorm_core::event::{Event, Listener};
use noorm_core::history::{ChangeType, Direction, FileStatus, LastRun, Origin, Status};
use noorm_core::plan::build::{Decision, RunReason, decide};
use serde::Serialize;

pub use preview::preview;
pub(crate) use preview::sql_of;
pub use select::Target;

use crate::cancel::Cancel;
use crate::executor::{FileOutcome, Operation, Outcome, RunError, Step, StepAction};
use crate::lock;
use crate::resume::{self, Owner};
use crate::script::Script;
use crate::session::{Session, SessionError};
use crate::start::StartError;
use crate::tracker::{self, Installed, NewOperation};
use crate::turn::Turn;
use crate::vault::stale;
use crate::workbench::Workbench;

/// What to run.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// Which files.
    pub target: Target,
    /// Also those that are unchanged.
    pub force: bool,
}

/// A file, and what is decided about it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The file.
    pub script: Script,
    /// What will happen to it.
    pub decision: Decision,
}

/// What came of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunReport {
    /// Every file that was looked at, in order.
    pub files: Vec<FileOutcome>,
    /// How it ended.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Why it stopped.
    #[serde(skip)]
    pub failure: Option<RunError>,
    /// Whether anything is in the database for good.
    #[serde(skip)]
    pub has_applied: bool,
}

/// Decides what a run would do, and changes nothing. What would stop the run stops this too.
pub async fn plan(bench: &Workbench, request: &RunRequest, listener: Listener<'_>) -> Result<Vec<Planned>, StartError> {
    bench.require()?;
    let scripts = select::scripts(bench, &request.target, listener)?;
    let Some(mut session) = Session::open_existing(bench).await? else {
        return Ok(decided(scripts, &HashMap::new(), request.force));
    };
    let last = match tracker::installed(&mut session).await?.is_readable()? {
        true => tracker::last_runs(&mut session).await?,
        false => HashMap::new(),
    };
    let planned = decided(scripts, &last, request.force);
    if planned.iter().any(is_interrupted) {
        // What looks like the leavings of a killed process may be the work of one that is at it.
        lock::refuse_held(&mut session, &Installed::Current).await?;
    }
    operation(bench, &session, request, &planned, "")?;
    Ok(planned)
}

/// Runs what is to run.
pub async fn run(
    bench: &Workbench,
    request: &RunRequest,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<RunReport, StartError> {
    bench.require()?;
    let scripts = select::scripts(bench, &request.target, listener)?;
    let mut session = Session::open(bench).await?;
    let last = last_runs(&mut session).await?;
    stale::warn(bench, &mut session, listener).await;
    let mut planned = decided(scripts, &last, request.force);
    if !planned.iter().any(will_run) {
        return Ok(report(&planned, None));
    }
    let reason = request.target.reason();
    let mut turn = Turn::take(bench, &mut session, &reason, cancel, listener).await?;
    let result = run_in_turn(bench, request, &mut turn, &mut planned, listener).await;
    turn.end().await;
    Ok(report(&planned, result?))
}

async fn run_in_turn(
    bench: &Workbench,
    request: &RunRequest,
    turn: &mut Turn<'_>,
    planned: &mut [Planned],
    listener: Listener<'_>,
) -> Result<Option<Outcome>, StartError> {
    // Somebody else may have run the same files while this process waited for nothing but its turn.
    let last = tracker::last_runs(turn.session).await?;
    for file in planned.iter_mut() {
        file.decision = decision(&file.script, &last, request.force);
    }
    let total = planned.iter().filter(|file| will_run(file)).count();
    listener(Event::Planned { total, unchanged: planned.len() - total });
    if total == 0 {
        return Ok(None);
    }
    let operation = operation(bench, turn.session, request, planned, &turn.executed_by)?;
    Ok(Some(turn.executor().run(&operation).await))
}

/// What is known before the run has its turn.
async fn last_runs(session: &mut Session) -> Result<HashMap<String, LastRun>, SessionError> {
    match tracker::installed(session).await? {
        Installed::Current => tracker::last_runs(session).await,
        // Only once they are upgraded or taken over can something be told from them.
        Installed::Missing | Installed::Older(_) | Installed::Elsewhere(_) => Ok(HashMap::new()),
    }
}

fn decided(scripts: Vec<Script>, last: &HashMap<String, LastRun>, force: bool) -> Vec<Planned> {
    let plan = |script: Script| Planned { decision: decision(&script, last, force), script };
    scripts.into_iter().map(plan).collect()
}

fn decision(script: &Script, last: &HashMap<String, LastRun>, force: bool) -> Decision {
    decide(&script.checksums(), last.get(script.path.as_str()), force)
}

fn is_interrupted(file: &Planned) -> bool {
    matches!(file.decision, Decision::Run { reason: RunReason::Interrupted, .. })
}

fn will_run(file: &Planned) -> bool {
    matches!(file.decision, Decision::Run { .. })
}

/// Rows are written for what runs only.
fn operation(
    bench: &Workbench,
    session: &Session,
    request: &RunRequest,
    planned: &[Planned],
    executed_by: &str,
) -> Result<Operation, StartError> {
    let step = |file: &Planned| {
        let Decision::Run { progress, .. } = &file.decision else { return Ok(None) };
        let owner = Owner::File(file.script.path.clone());
        let earlier = resume::earlier(bench, session, &file.script, progress.clone(), owner)?;
        Ok(Some(Step { script: file.script.clone(), action: StepAction::Run { earlier } }))
    };
    let (change_type, word) = match request.target {
        Target::Build => (ChangeType::Build, "build"),
        Target::File(_) | Target::Dir(_) => (ChangeType::Run, "run"),
    };
    let row = NewOperation {
        name: format!("{word}:{}", bench.now),
        change_type,
        direction: Direction::Change,
        executed_by: executed_by.to_owned(),
        config_name: bench.active.config.name.clone(),
        origin: Origin::Run,
        with: bench.project.given(),
    };
    let steps = planned.iter().filter_map(|file| step(file).transpose()).collect::<Result<Vec<Step>, StartError>>()?;
    let checksum = Checksum::combined(steps.iter().map(|step| &step.script.checksum));
    Ok(Operation { row, checksum, carried: Vec::new(), steps })
}

/// Puts the files that ran among those that did not, in order.
fn report(planned: &[Planned], outcome: Option<Outcome>) -> RunReport {
    let mut report =
        RunReport { files: Vec::new(), status: Status::Success, duration_ms: 0, failure: None, has_applied: false };
    let mut ran = Vec::new();
    if let Some(outcome) = outcome {
        report.status = outcome.status;
        report.duration_ms = outcome.duration_ms;
        report.failure = outcome.failure;
        report.has_applied = outcome.has_applied;
        ran = outcome.files;
    }
    let mut ran = ran.into_iter();
    for file in planned {
        match file.decision {
            Decision::Skip(reason) => report.files.push(FileOutcome {
                filepath: file.script.path.clone(),
                status: FileStatus::Skipped,
                skip_reason: Some(reason),
                duration_ms: 0,
            }),
            Decision::Run { .. } => report.files.extend(ran.next()),
        }
    }
    report
}

/// One line of a dry run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedFile {
    /// The file.
    pub filepath: String,
    /// Whether it would run.
    pub would_run: bool,
    /// Why.
    pub reason: &'static str,
}

impl From<&Planned> for PlannedFile {
    fn from(file: &Planned) -> Self {
        let (would_run, reason) = match file.decision {
            Decision::Run { reason, .. } => (true, RunReason::as_str(reason)),
            Decision::Skip(reason) => (false, reason.as_str()),
        };
        Self { filepath: file.script.path.to_string(), would_run, reason }
    }
}
