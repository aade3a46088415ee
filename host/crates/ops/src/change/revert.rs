//! `change revert` and `change rewind`: takes changesets back, the one applied last first.

use noorm_core::event::Listener;
use noorm_core::history::Direction;
use noorm_core::plan::changes::{Change, applied_newest_first};

use super::walk::{self, Known};
use super::{ChangeReport, PlannedChange};
use crate::cancel::Cancel;
use crate::session::Session;
use crate::start::StartError;
use crate::turn::Turn;
use crate::vault::stale;
use crate::workbench::Workbench;

/// Which changesets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// One, by its name.
    Named(String),
    /// So many, the one applied last first.
    Last(usize),
}

/// What to revert.
#[derive(Debug, Clone)]
pub struct RevertRequest {
    /// Which changesets.
    pub pick: Pick,
    /// All files of one whose revert stopped half-way.
    pub force: bool,
}

impl RevertRequest {
    fn reason(&self) -> String {
        match &self.pick {
            Pick::Named(name) => format!("change revert {name}"),
            Pick::Last(count) => format!("change rewind {count}"),
        }
    }
}

/// Decides what would be reverted, and changes nothing. What would stop the run stops this too.
pub async fn plan(bench: &Workbench, request: &RevertRequest) -> Result<Vec<PlannedChange>, StartError> {
    bench.require()?;
    let mut session = Session::open_existing(bench).await?;
    let known = Known::read(bench, session.as_mut()).await?;
    let ready = walk::prepare(bench, &known, &pick(&known, request)?, Direction::Revert)?;
    let planned = walk::planned(&ready, Direction::Revert);
    if let Some(session) = &mut session {
        walk::rehearse(bench, session, ready, Direction::Revert, request.force).await?;
    }
    Ok(planned)
}

/// Returns the SQL of what would be reverted.
pub async fn preview(bench: &Workbench, request: &RevertRequest) -> Result<String, StartError> {
    let mut session = Session::open_existing(bench).await?;
    let known = Known::read(bench, session.as_mut()).await?;
    let ready = walk::prepare(bench, &known, &pick(&known, request)?, Direction::Revert)?;
    walk::preview(bench, &ready)
}

/// Reverts changesets, and stops at the first that fails.
pub async fn revert(
    bench: &Workbench,
    request: &RevertRequest,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<ChangeReport, StartError> {
    bench.require()?;
    let nothing = || ChangeReport { changes: Vec::new(), failure: None, has_applied: false };
    let Some(mut session) = Session::open_existing(bench).await? else {
        pick(&Known::read(bench, None).await?, request)?;
        return Ok(nothing());
    };
    // What there is in other tables is known once they are upgraded or taken over, in the turn.
    let known = Known::read_if_current(bench, &mut session).await?;
    stale::warn(bench, &mut session, listener).await;
    if let Some(known) = known
        && pick(&known, request)?.is_empty()
    {
        return Ok(nothing());
    }
    let mut turn = Turn::take(bench, &mut session, &request.reason(), cancel, listener).await?;
    let result = in_turn(bench, request, &mut turn, listener).await;
    turn.end().await;
    result
}

async fn in_turn(
    bench: &Workbench,
    request: &RevertRequest,
    turn: &mut Turn<'_>,
    listener: Listener<'_>,
) -> Result<ChangeReport, StartError> {
    let known = Known::read(bench, Some(turn.session)).await?;
    let ready = walk::prepare(bench, &known, &pick(&known, request)?, Direction::Revert)?;
    walk::run(bench, turn, ready, Direction::Revert, request.force, listener).await
}

/// Chooses changesets, in the order in which they are reverted.
fn pick(known: &Known, request: &RevertRequest) -> Result<Vec<Change>, StartError> {
    match &request.pick {
        Pick::Last(count) => Ok(applied_newest_first(&known.changes).into_iter().take(*count).cloned().collect()),
        Pick::Named(name) => {
            let change = known.find(name)?;
            if !change.is_revertible() {
                return Err(StartError::NotApplied { name: name.clone(), status: change.status });
            }
            Ok(vec![change.clone()])
        }
    }
}
