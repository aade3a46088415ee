//! Goes through changesets in order, in one turn, and stops at the first that fails.

use noorm_core::event::{Event, Listener};
use noorm_core::history::{self, Direction, Status};
use noorm_core::plan::changes::{self, Change};
use noorm_core::similar::closest;

use super::folder::{self, ChangeFiles, Changeset};
use super::{ChangeOutcome, ChangeReport, PlannedChange, attempt};
use crate::executor::Operation;
use crate::lock;
use crate::run;
use crate::session::Session;
use crate::start::StartError;
use crate::tracker::{self, Installed};
use crate::turn::Turn;
use crate::workbench::Workbench;

/// The changesets, on disk and in the history.
pub(super) struct Known {
    pub(super) disk: Vec<Changeset>,
    pub(super) changes: Vec<Change>,
}

impl Known {
    /// Reads both. Without a session there is no history. Whether files changed since is not looked at.
    pub(super) async fn read(bench: &Workbench, session: Option<&mut Session>) -> Result<Self, StartError> {
        let latest = match session {
            Some(session) => match tracker::installed(session).await?.is_readable()? {
                true => tracker::latest_changes(session).await?,
                false => Vec::new(),
            },
            None => Vec::new(),
        };
        Self::of(bench, &latest)
    }

    /// Reads both, unless the history is in tables that only a turn makes readable.
    pub(super) async fn read_if_current(bench: &Workbench, session: &mut Session) -> Result<Option<Self>, StartError> {
        let latest = match tracker::installed(session).await? {
            Installed::Older(_) | Installed::Elsewhere(_) => return Ok(None),
            Installed::Missing => Vec::new(),
            Installed::Current => tracker::latest_changes(session).await?,
        };
        Self::of(bench, &latest).map(Some)
    }

    fn of(bench: &Workbench, latest: &[history::Operation]) -> Result<Self, StartError> {
        let disk = folder::list(bench)?;
        let names: Vec<_> = disk.iter().map(|changeset| (changeset.name.to_string(), Vec::new())).collect();
        let changes = changes::list(&names, latest);
        Ok(Self { disk, changes })
    }

    /// Returns a changeset by its name; the error has the most similar one.
    pub(super) fn find(&self, name: &str) -> Result<&Change, StartError> {
        self.changes.iter().find(|change| change.name == name).ok_or_else(|| {
            let similar = closest(name, self.changes.iter().map(|change| change.name.as_str()));
            StartError::Unknown { what: "changeset", name: name.to_owned(), similar: similar.map(str::to_owned) }
        })
    }

    /// Returns the folder of a changeset.
    pub(super) fn folder(&self, change: &Change) -> Result<&Changeset, StartError> {
        let found = self.disk.iter().find(|changeset| changeset.name.as_str() == change.name);
        found.ok_or_else(|| StartError::Orphaned { name: change.name.clone() })
    }
}

impl Known {
    /// Whether the files of an applied changeset are not what was applied.
    pub(super) fn is_edited(&self, bench: &Workbench, change: &Change) -> bool {
        let is_applied = change.status == Status::Success && !change.orphaned;
        let Some(changeset) = self.folder(change).ok().filter(|_| is_applied) else { return false };
        changes::differs(&changeset.checksums(bench, Some(&change.checksum)), &change.checksum)
    }
}

/// A changeset with its files, ready to go.
pub(super) struct Ready {
    change: Change,
    changeset: Changeset,
    files: ChangeFiles,
}

/// Prepares the files of all chosen changesets, so that a broken one is found before the first runs.
pub(super) fn prepare(
    bench: &Workbench,
    known: &Known,
    chosen: &[Change],
    direction: Direction,
) -> Result<Vec<Ready>, StartError> {
    let ready = |change: &Change| {
        let changeset = known.folder(change)?.clone();
        let files = changeset.files(bench, direction)?;
        Ok(Ready { change: change.clone(), changeset, files })
    };
    chosen.iter().map(ready).collect()
}

/// A changeset that was applied under another name would be applied twice.
pub(super) fn refuse_renamed(bench: &Workbench, known: &Known, ready: &[Ready]) -> Result<(), StartError> {
    let is_gone = |change: &&Change| change.orphaned && change.status == Status::Success;
    let gone: Vec<&Change> = known.changes.iter().filter(is_gone).collect();
    if gone.is_empty() {
        return Ok(());
    }
    for Ready { change, changeset, .. } in ready.iter().filter(|ready| ready.change.operation_id.is_none()) {
        let checksums = changeset.checksums(bench, None);
        if let Some(former) = gone.iter().find(|former| checksums.contains(&former.checksum)) {
            return Err(StartError::Renamed { name: change.name.clone(), former: former.name.clone() });
        }
    }
    Ok(())
}

/// Decides what a run would decide, and changes nothing. What looks like the leavings of a killed process may be the work
/// of one that is at it.
pub(super) async fn rehearse(
    bench: &Workbench,
    session: &mut Session,
    ready: Vec<Ready>,
    direction: Direction,
    force: bool,
) -> Result<(), StartError> {
    if ready.iter().any(|ready| ready.change.is_interrupted()) {
        lock::refuse_held(session, &Installed::Current).await?;
    }
    decide(bench, session, ready, direction, force, "").await.map(drop)
}

/// Decides which files of changesets run, from where.
async fn decide(
    bench: &Workbench,
    session: &mut Session,
    ready: Vec<Ready>,
    direction: Direction,
    force: bool,
    executed_by: &str,
) -> Result<Vec<Operation>, StartError> {
    let mut operations = Vec::with_capacity(ready.len());
    for Ready { change, changeset, files } in ready {
        let earlier = attempt::earlier(session, &change, direction, force).await?;
        operations.push(attempt::operation(bench, session, &changeset, direction, files, &earlier, executed_by)?);
    }
    Ok(operations)
}

/// Runs changesets.
pub(super) async fn run(
    bench: &Workbench,
    turn: &mut Turn<'_>,
    ready: Vec<Ready>,
    direction: Direction,
    force: bool,
    listener: Listener<'_>,
) -> Result<ChangeReport, StartError> {
    let mut report = ChangeReport { changes: Vec::new(), failure: None, has_applied: false };
    listener(Event::Planned { total: ready.len(), unchanged: 0 });
    // Decided about before the first runs: what stops one of them stops all.
    let operations = decide(bench, turn.session, ready, direction, force, &turn.executed_by).await?;
    for operation in &operations {
        let name = operation.row.name.clone();
        listener(Event::ChangeStarted { name: name.clone(), direction });
        let outcome = turn.executor().run(operation).await;
        report.has_applied |= outcome.has_applied;
        let status = match (outcome.status, direction) {
            (Status::Success, Direction::Revert) => Status::Reverted,
            (status, _) => status,
        };
        let duration_ms = outcome.duration_ms;
        listener(Event::ChangeFinished { name: name.clone(), direction, status, duration_ms });
        report.changes.push(ChangeOutcome { name, direction, status, duration_ms, files: outcome.files });
        if outcome.failure.is_some() {
            report.failure = outcome.failure;
            break;
        }
        report.has_applied = true;
    }
    Ok(report)
}

/// What a dry run shows.
pub(super) fn planned(ready: &[Ready], direction: Direction) -> Vec<PlannedChange> {
    let planned = |ready: &Ready| PlannedChange {
        name: ready.change.name.clone(),
        direction,
        status: ready.change.status,
        files: ready.files.files.iter().map(|file| file.script.path.to_string()).collect(),
    };
    ready.iter().map(planned).collect()
}

/// The SQL of changesets.
pub(super) fn preview(bench: &Workbench, ready: &[Ready]) -> Result<String, StartError> {
    let files = ready.iter().flat_map(|ready| &ready.files.files).filter(|file| !file.is_manifest);
    let scripts: Vec<_> = files.map(|file| file.script.clone()).collect();
    Ok(run::sql_of(bench, &scripts)?)
}
