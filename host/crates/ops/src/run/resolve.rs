//! `run resolve`: somebody says how far a file came that stopped in the middle of a build or a run. It runs nothing.

use noorm_core::checksum::Checksum;
use noorm_core::event::Listener;
use noorm_core::history::{ChangeType, Direction, Origin, Status};
use noorm_core::path::ProjectPath;

use crate::cancel::Cancel;
use crate::change::entry::{self, Entry};
use crate::change::resolve::{Resolved, Verdict, resolved, resolved_file, said, said_of};
use crate::session::Session;
use crate::start::StartError;
use crate::tracker::{FileRow, NewOperation};
use crate::turn::Turn;
use crate::workbench::Workbench;

/// Writes what is said of a file.
pub async fn resolve(
    bench: &Workbench,
    path: &ProjectPath,
    verdict: Verdict,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Resolved, StartError> {
    let mut session = Session::open(bench).await?;
    let mut turn = Turn::take(bench, &mut session, &format!("run resolve {path}"), cancel, listener).await?;
    let result = in_turn(bench, path, verdict, &mut turn).await;
    turn.end().await;
    result
}

async fn in_turn(
    bench: &Workbench,
    path: &ProjectPath,
    verdict: Verdict,
    turn: &mut Turn<'_>,
) -> Result<Resolved, StartError> {
    let script = bench.scripts.prepare(path)?;
    let (file, status, answer) = match verdict {
        Verdict::Applied => {
            (FileRow::applied(&script, false), Status::Success, resolved(path.as_str(), Status::Success))
        }
        Verdict::After(_) | Verdict::At(_) => {
            let file = said(bench, turn.session, &script, verdict)?;
            let status = if file.done < file.total { Status::Failed } else { Status::Success };
            let answer = resolved_file(path.as_str(), status, &file);
            (file, status, answer)
        }
        // It runs from its beginning, as if it had never run.
        Verdict::Pending => {
            let file = said(bench, turn.session, &script, verdict)?;
            (file, Status::Failed, resolved(path.as_str(), Status::Pending))
        }
    };
    let message = match verdict {
        Verdict::Applied => format!("said by hand: {path} is in the database"),
        _ => said_of(&file),
    };
    let row = NewOperation {
        name: format!("run:{}", bench.now),
        change_type: ChangeType::Run,
        direction: Direction::Change,
        executed_by: turn.executed_by.clone(),
        config_name: bench.active.config.name.clone(),
        origin: Origin::Resolve,
        with: bench.project.given(),
    };
    let checksum = Checksum::combined([&script.checksum]).to_string();
    entry::write(turn, &[Entry { row, checksum, status, message, files: vec![file], takes_back: false }]).await?;
    Ok(answer)
}
