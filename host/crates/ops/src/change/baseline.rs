//! `change baseline`: a database that already has everything up to a changeset is adopted. It runs nothing.

use noorm_core::event::Listener;
use noorm_core::history::{Direction, Origin, Status};
use noorm_core::plan::changes::Change;

use super::entry::{self, Entry};
use super::walk::Known;
use crate::cancel::Cancel;
use crate::session::Session;
use crate::start::StartError;
use crate::turn::Turn;
use crate::workbench::Workbench;

/// Writes every changeset up to and with `name` into the history that is not there as applied. Returns their names.
pub async fn baseline(
    bench: &Workbench,
    name: &str,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Vec<String>, StartError> {
    let mut session = Session::open(bench).await?;
    let mut turn = Turn::take(bench, &mut session, &format!("change baseline {name}"), cancel, listener).await?;
    let result = in_turn(bench, name, &mut turn).await;
    turn.end().await;
    result
}

/// Returns what would be written, and changes nothing.
pub async fn plan(bench: &Workbench, name: &str) -> Result<Vec<String>, StartError> {
    let mut session = Session::open_existing(bench).await?;
    let known = Known::read(bench, session.as_mut()).await?;
    Ok(pick(&known, name)?.into_iter().map(|change| change.name.clone()).collect())
}

async fn in_turn(bench: &Workbench, name: &str, turn: &mut Turn<'_>) -> Result<Vec<String>, StartError> {
    let known = Known::read(bench, Some(turn.session)).await?;
    let chosen = pick(&known, name)?;
    let mut entries = Vec::with_capacity(chosen.len());
    for change in &chosen {
        let files = known.folder(change)?.files(bench, Direction::Change)?;
        let mut entry = Entry::of_change(bench, turn, &change.name, Direction::Change, Origin::Baseline);
        entry.message = format!("said to be in the database already, up to {name}");
        entries.push(entry.with_files(&files));
    }
    if !entries.is_empty() {
        entry::write(turn, &entries).await?;
    }
    Ok(chosen.iter().map(|change| change.name.clone()).collect())
}

/// A changeset that stopped in the middle is not one that the database has.
fn pick<'a>(known: &'a Known, name: &str) -> Result<Vec<&'a Change>, StartError> {
    known.folder(known.find(name)?)?;
    let up_to = known.changes.iter().filter(|change| change.name.as_str() <= name && change.is_applicable());
    let chosen: Vec<&Change> = up_to.collect();
    match chosen.iter().find(|change| change.status == Status::Failed || change.is_interrupted()) {
        Some(stuck) => Err(StartError::Halfway { name: stuck.name.clone() }),
        None => Ok(chosen),
    }
}
