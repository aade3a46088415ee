//! `change resolve`: somebody says what the state of a changeset is, where noorm cannot know or is wrong. It runs nothing.

use noorm_core::event::Listener;
use noorm_core::history::{Direction, FileStatus, Origin, Status};
use noorm_core::path::ProjectPath;
use noorm_core::plan::changes::Change;
use noorm_core::plan::resume::Attempt;
use serde::Serialize;

use super::entry::{self, Entry};
use super::walk::Known;
use crate::cancel::Cancel;
use crate::resume;
use crate::script::Script;
use crate::session::Session;
use crate::start::StartError;
use crate::tracker::{self, FileRow, inputs_of_progress};
use crate::turn::Turn;
use crate::workbench::Workbench;

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// So many statements are done of the file that stopped in the middle: it goes on after them.
    After(u64),
    /// This statement of it, counted from 1, is not done: it goes on with it.
    At(u64),
    /// All of it is in the database.
    Applied,
    /// Nothing of it is in the database.
    Pending,
}

/// What is said of which changeset.
#[derive(Debug, Clone)]
pub struct ResolveRequest {
    /// The changeset.
    pub name: String,
    /// What is said.
    pub verdict: Verdict,
    /// The file that a number of statements is about, if it is not the one that stopped in the middle.
    pub file: Option<ProjectPath>,
}

/// What was written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resolved {
    /// The changeset, or the file.
    pub name: String,
    /// Its status now.
    pub status: Status,
    /// The file that goes on in the middle.
    pub file: Option<String>,
    /// How many of its statements are done.
    pub statements_done: Option<u64>,
    /// How many it has.
    pub statements_total: Option<u64>,
}

/// Writes what is said.
pub async fn resolve(
    bench: &Workbench,
    request: &ResolveRequest,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Resolved, StartError> {
    let mut session = Session::open(bench).await?;
    let reason = format!("change resolve {}", request.name);
    let mut turn = Turn::take(bench, &mut session, &reason, cancel, listener).await?;
    let result = in_turn(bench, request, &mut turn).await;
    turn.end().await;
    result
}

async fn in_turn(bench: &Workbench, request: &ResolveRequest, turn: &mut Turn<'_>) -> Result<Resolved, StartError> {
    let known = Known::read(bench, Some(turn.session)).await?;
    let change = known.find(&request.name)?;
    let (entry, resolved) = match request.verdict {
        Verdict::Applied => {
            let files = known.folder(change)?.files(bench, Direction::Change)?;
            let mut entry = Entry::of_change(bench, turn, &change.name, Direction::Change, Origin::Resolve);
            entry.message = "said by hand: it is applied".to_owned();
            (entry.with_files(&files), resolved(&change.name, Status::Success))
        }
        Verdict::Pending => {
            let mut entry = Entry::of_change(bench, turn, &change.name, Direction::Revert, Origin::Resolve);
            entry.message = "said by hand: it is not applied".to_owned();
            entry.takes_back = true;
            (entry, resolved(&change.name, Status::Reverted))
        }
        Verdict::After(_) | Verdict::At(_) => halfway(bench, request, &known, change, turn).await?,
    };
    entry::write(turn, &[entry]).await?;
    Ok(resolved)
}

/// The attempt that stopped, with another number of statements done.
async fn halfway(
    bench: &Workbench,
    request: &ResolveRequest,
    known: &Known,
    change: &Change,
    turn: &mut Turn<'_>,
) -> Result<(Entry, Resolved), StartError> {
    let direction = if change.revert_failed { Direction::Revert } else { Direction::Change };
    let stopped = change.operation_id.filter(|_| change.is_unfinished(direction));
    let Some(operation) = stopped else {
        return Err(StartError::NothingHalfway { name: change.name.clone(), status: change.status });
    };
    let earlier = Attempt::from_rows(tracker::executions_of(turn.session, operation).await?);
    let path = match &request.file {
        Some(path) => path.to_string(),
        None => the_one(change, &earlier)?,
    };
    let files = known.folder(change)?.files(bench, direction)?;
    let Some(file) = files.files.iter().find(|file| file.script.path.as_str() == path && !file.is_manifest) else {
        return Err(StartError::Unknown { what: "SQL file of the changeset", name: path, similar: None });
    };
    let row = said(bench, turn.session, &file.script, request.verdict)?;
    let mut entry = Entry::of_change(bench, turn, &change.name, direction, Origin::Resolve);
    entry.status = Status::Failed;
    entry.message = said_of(&row);
    entry.checksum = files.checksum.to_string();
    entry.files = earlier.carried().filter(|row| row.filepath != path).map(FileRow::carried).collect();
    let resolved = resolved_file(&change.name, Status::Failed, &row);
    entry.files.push(row);
    Ok((entry, resolved))
}

/// The file that stopped in the middle, if it needs no name.
fn the_one(change: &Change, earlier: &Attempt) -> Result<String, StartError> {
    match earlier.halfway().as_slice() {
        [] => Err(StartError::NothingHalfway { name: change.name.clone(), status: change.status }),
        [path] => Ok((*path).to_owned()),
        several => {
            let files = several.iter().map(|path| (*path).to_owned()).collect();
            Err(StartError::WhichFile { name: change.name.clone(), files })
        }
    }
}

/// The row of a file of which it was said how many statements are done.
pub(crate) fn said(
    bench: &Workbench,
    session: &Session,
    script: &Script,
    verdict: Verdict,
) -> Result<FileRow, StartError> {
    let batch = resume::split(bench, session, script)?;
    let total = batch.total();
    let (said, done) = match verdict {
        Verdict::After(done) => (done, done),
        Verdict::At(statement) => (statement, statement.saturating_sub(1)),
        Verdict::Applied => (total, total),
        Verdict::Pending => (0, 0),
    };
    if said > total {
        return Err(StartError::TooManyStatements { path: script.path.clone(), said, total });
    }
    let mut row = FileRow::applied(script, false);
    row.inputs = inputs_of_progress(&session.dialect, &batch.prints());
    (row.done, row.total) = (done, total);
    if done < total {
        row.status = FileStatus::Failed;
    }
    Ok(row)
}

/// What the history tells of it.
pub(crate) fn said_of(row: &FileRow) -> String {
    format!("said by hand: {} of {} statements of {} are done", row.done, row.total, row.filepath)
}

/// What is answered of a file.
pub(crate) fn resolved_file(name: &str, status: Status, row: &FileRow) -> Resolved {
    Resolved {
        name: name.to_owned(),
        status,
        file: Some(row.filepath.clone()),
        statements_done: Some(row.done),
        statements_total: Some(row.total),
    }
}

pub(crate) fn resolved(name: &str, status: Status) -> Resolved {
    Resolved { name: name.to_owned(), status, file: None, statements_done: None, statements_total: None }
}
