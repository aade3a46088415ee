//! `change run`, `change next` and `change ff`: applies changesets that are not applied.

use noorm_core::event::{Event, Listener};
use noorm_core::history::Direction;
use noorm_core::plan::changes::{self, Change};

use super::walk::{self, Known, Ready};
use super::{ChangeReport, PlannedChange};
use crate::cancel::Cancel;
use crate::session::Session;
use crate::start::{StartError, listed};
use crate::turn::Turn;
use crate::vault::stale;
use crate::workbench::Workbench;

/// Which changesets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// One, by its name.
    Named(String),
    /// The next so many, in the order of their names.
    Next(usize),
    /// All.
    All,
}

/// What to apply.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// Which changesets.
    pub pick: Pick,
    /// Also one that is applied, and all files of one that is half applied.
    pub force: bool,
    /// Also one that comes late, where the order is linear.
    pub allow_older: bool,
}

impl ApplyRequest {
    fn reason(&self) -> String {
        match &self.pick {
            Pick::Named(name) => format!("change run {name}"),
            Pick::Next(count) => format!("change next {count}"),
            Pick::All => "change ff".to_owned(),
        }
    }
}

/// Decides what would be applied, and changes nothing. What would stop the run stops this too.
pub async fn plan(
    bench: &Workbench,
    request: &ApplyRequest,
    listener: Listener<'_>,
) -> Result<Vec<PlannedChange>, StartError> {
    bench.require()?;
    let mut session = Session::open_existing(bench).await?;
    let known = Known::read(bench, session.as_mut()).await?;
    let ready = ready(bench, request, &known, listener)?;
    let planned = walk::planned(&ready, Direction::Change);
    if let Some(session) = &mut session {
        walk::rehearse(bench, session, ready, Direction::Change, request.force).await?;
    }
    Ok(planned)
}

/// Returns the SQL of what would be applied.
pub async fn preview(bench: &Workbench, request: &ApplyRequest) -> Result<String, StartError> {
    let mut session = Session::open_existing(bench).await?;
    let known = Known::read(bench, session.as_mut()).await?;
    let ready = walk::prepare(bench, &known, &pick(&known, request)?, Direction::Change)?;
    walk::preview(bench, &ready)
}

/// Applies changesets, and stops at the first that fails.
pub async fn apply(
    bench: &Workbench,
    request: &ApplyRequest,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<ChangeReport, StartError> {
    bench.require()?;
    let mut session = Session::open(bench).await?;
    // What there is in other tables is known once they are upgraded or taken over, in the turn.
    let known = Known::read_if_current(bench, &mut session).await?;
    stale::warn(bench, &mut session, listener).await;
    if let Some(known) = known
        && pick(&known, request)?.is_empty()
    {
        warn_of_edits(bench, request, &known, listener);
        return Ok(ChangeReport { changes: Vec::new(), failure: None, has_applied: false });
    }
    let mut turn = Turn::take(bench, &mut session, &request.reason(), cancel, listener).await?;
    let result = in_turn(bench, request, &mut turn, listener).await;
    turn.end().await;
    result
}

async fn in_turn(
    bench: &Workbench,
    request: &ApplyRequest,
    turn: &mut Turn<'_>,
    listener: Listener<'_>,
) -> Result<ChangeReport, StartError> {
    let known = Known::read(bench, Some(turn.session)).await?;
    let ready = ready(bench, request, &known, listener)?;
    walk::run(bench, turn, ready, Direction::Change, request.force, listener).await
}

/// Prepares what is chosen; an error where one of them must not run.
fn ready(
    bench: &Workbench,
    request: &ApplyRequest,
    known: &Known,
    listener: Listener<'_>,
) -> Result<Vec<Ready>, StartError> {
    let chosen = pick(known, request)?;
    warn_of_edits(bench, request, known, listener);
    let ready = walk::prepare(bench, known, &chosen, Direction::Change)?;
    if !request.force {
        walk::refuse_renamed(bench, known, &ready)?;
    }
    check_order(bench, request, known, &chosen, listener)?;
    Ok(ready)
}

/// An edit of what is applied has no effect: whoever made it may think that it has.
fn warn_of_edits(bench: &Workbench, request: &ApplyRequest, known: &Known, listener: Listener<'_>) {
    let is_asked = |change: &&Change| match &request.pick {
        Pick::Named(name) => change.name == *name && !request.force,
        Pick::All | Pick::Next(_) => true,
    };
    let edited = known.changes.iter().filter(is_asked).filter(|change| known.is_edited(bench, change));
    let names: Vec<String> = edited.map(|change| change.name.clone()).collect();
    if !names.is_empty() {
        let text = format!("edited after being applied, and not run again: {}", listed(&names));
        listener(Event::Warning(text));
    }
}

/// Chooses changesets, in the order of their names.
fn pick(known: &Known, request: &ApplyRequest) -> Result<Vec<Change>, StartError> {
    let applicable = || known.changes.iter().filter(|change| change.is_applicable());
    let chosen: Vec<Change> = match &request.pick {
        Pick::All => applicable().cloned().collect(),
        Pick::Next(count) => applicable().take(*count).cloned().collect(),
        Pick::Named(name) => {
            let change = known.find(name)?;
            known.folder(change)?;
            if change.is_applicable() || request.force { vec![change.clone()] } else { Vec::new() }
        }
    };
    match known.changes.iter().find(|change| change.revert_failed) {
        Some(stuck) if !chosen.is_empty() && !request.force => {
            Err(StartError::RevertFailed { name: stuck.name.clone() })
        }
        _ => Ok(chosen),
    }
}

/// A changeset that came late, such as with a merge, runs after ones with later names: that is told, or refused.
fn check_order(
    bench: &Workbench,
    request: &ApplyRequest,
    known: &Known,
    chosen: &[Change],
    listener: Listener<'_>,
) -> Result<(), StartError> {
    let late: Vec<&Change> = chosen.iter().filter(|change| change.late).collect();
    let Some(newest) = changes::newest_applied(&known.changes) else { return Ok(()) };
    let linear = bench.linear();
    if let Some(linear) = linear
        && !request.allow_older
        && !late.is_empty()
    {
        let names = late.iter().map(|change| change.name.clone()).collect();
        return Err(StartError::Late { names, newest: newest.to_owned(), linear });
    }
    for change in late {
        let text = format!("`{}` is applied after `{newest}`, which comes later by name", change.name);
        listener(Event::Warning(text));
    }
    Ok(())
}
