//! `change resolve`: somebody says what the state of a changeset is, where noorm cannot know or is wrong. It runs nothing.

use noorm_core::event::Listener;
use noorm_core::history::{Direction, FileStatus, Origin, Status};
use noorm_core::path::ProjectPath;
use noorm_core::plan::changes::Change;
use noorm_core::plan::resume::Attempt;
use serde::Serialize;

use super::entry::{self, Entry, EntryFile};
use super::walk::Known;
use crate::cancel::Cancel;
use crate::resume;
use crate::script::Script;
use crate::session::Session;
use crate::start::StartError;
use crate::tracker;
use crate::turn::Turn;
use crate::workbench::Workbench;

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The file that stopped in the middle goes on after so many statements.
    After(u64),
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
            entry.message = "said to be applied".to_owned();
            (entry.with_files(&files), resolved(&change.name, Status::Success))
        }
        Verdict::Pending => {
            let mut entry = Entry::of_change(bench, turn, &change.name, Direction::Revert, Origin::Resolve);
            entry.message = "said not to be applied".to_owned();
            entry.takes_back = true;
            (entry, resolved(&change.name, Status::Reverted))
        }
        Verdict::After(done) => after(bench, request, &known, change, turn, done).await?,
    };
    entry::write(turn, &[entry]).await?;
    Ok(resolved)
}

/// The attempt that stopped, with another number of statements done.
async fn after(
    bench: &Workbench,
    request: &ResolveRequest,
    known: &Known,
    change: &Change,
    turn: &mut Turn<'_>,
    done: u64,
) -> Result<(Entry, Resolved), StartError> {
    let direction = if change.revert_failed { Direction::Revert } else { Direction::Change };
    let stopped = change.operation_id.filter(|_| change.is_unfinished(direction));
    let Some(operation) = stopped else {
        return Err(StartError::NothingHalfway { name: change.name.clone(), status: change.status });
    };
    let earlier = tracker::executions_of(turn.session, operation).await?;
    let path = match &request.file {
        Some(path) => path.to_string(),
        None => match Attempt::from_rows(&earlier).halfway() {
            Some(path) => path.to_owned(),
            None => return Err(StartError::NothingHalfway { name: change.name.clone(), status: change.status }),
        },
    };
    let files = known.folder(change)?.files(bench, direction)?;
    let Some(file) = files.files.iter().find(|file| file.script.path.as_str() == path) else {
        return Err(StartError::Unknown { what: "file of the changeset", name: path, similar: None });
    };
    let (row, total) = halfway(bench, turn.session, &file.script, done)?;
    let mut entry = Entry::of_change(bench, turn, &change.name, direction, Origin::Resolve);
    entry.status = Status::Failed;
    entry.message = format!("said to be done up to statement {done} of {path}");
    entry.checksum = files.checksum.to_string();
    entry.files = earlier.iter().filter(|row| row.filepath != path).map(EntryFile::of_earlier).collect();
    entry.files.push(row);
    let resolved = Resolved {
        name: change.name.clone(),
        status: Status::Failed,
        file: Some(path),
        statements_done: Some(done),
        statements_total: Some(total),
    };
    Ok((entry, resolved))
}

/// The row of a file of which so many statements are done, and how many it has.
pub(crate) fn halfway(
    bench: &Workbench,
    session: &Session,
    script: &Script,
    done: u64,
) -> Result<(EntryFile, u64), StartError> {
    let batch = resume::split(bench, session, script)?;
    let total = batch.total();
    if done > total {
        return Err(StartError::TooManyStatements { path: script.path.clone(), said: done, total });
    }
    let inputs = serde_json::json!({ "dialect": session.dialect.plugin_ref(), "statements": batch.prints() });
    let mut row = EntryFile::applied(script, false);
    row.inputs = inputs.to_string();
    row.total = total;
    row.done = done;
    if done < total {
        row.status = FileStatus::Failed;
    }
    Ok((row, total))
}

pub(crate) fn resolved(name: &str, status: Status) -> Resolved {
    Resolved { name: name.to_owned(), status, file: None, statements_done: None, statements_total: None }
}
