//! Makes the operation of one changeset: which of its files run, given what earlier attempts did.

use std::collections::BTreeSet;

use noorm_core::history::{ChangeType, Direction, Origin};
use noorm_core::plan::changes::Change;
use noorm_core::plan::resume::{Attempt, FileStep};

use super::folder::{ChangeFiles, Changeset};
use crate::executor::{Operation, Step, StepAction};
use crate::resume::{self, Owner};
use crate::session::Session;
use crate::start::StartError;
use crate::tracker::{self, FileRow, NewOperation};
use crate::workbench::Workbench;

/// Reads what the last attempt did, if it went the same way and did not finish.
pub(super) async fn earlier(
    session: &mut Session,
    change: &Change,
    direction: Direction,
    force: bool,
) -> Result<Attempt, StartError> {
    let id = change.operation_id.filter(|_| !force && change.is_unfinished(direction));
    match id {
        Some(id) => Ok(Attempt::from_rows(tracker::executions_of(session, id).await?)),
        None => Ok(Attempt::default()),
    }
}

/// Makes the operation.
pub(super) fn operation(
    bench: &Workbench,
    session: &Session,
    changeset: &Changeset,
    direction: Direction,
    files: ChangeFiles,
    attempt: &Attempt,
    executed_by: &str,
) -> Result<Operation, StartError> {
    let mut steps = Vec::with_capacity(files.files.len());
    let there: BTreeSet<String> = files.files.iter().map(|file| file.script.path.to_string()).collect();
    for file in files.files {
        let script = file.script;
        let action = match attempt.step(script.path.as_str(), &script.checksums(), |path| there.contains(path)) {
            // A manifest has no effect of its own: another one names other files, which are looked at one by one.
            _ if file.is_manifest => StepAction::Manifest,
            FileStep::Run { progress } => {
                let owner = Owner::Change(changeset.name.to_string());
                StepAction::Run { earlier: resume::earlier(bench, session, &script, progress, owner)? }
            }
            FileStep::Skip(reason) => StepAction::Skip(reason),
            FileStep::EditedAfterRun => {
                return Err(StartError::EditedAfterRun { name: changeset.name.to_string(), path: script.path });
            }
            FileStep::RenamedAfterRun { former } => {
                let name = changeset.name.to_string();
                return Err(StartError::RenamedAfterRun { name, path: script.path, former });
            }
        };
        steps.push(Step { script, action });
    }
    let row = NewOperation {
        name: changeset.name.to_string(),
        change_type: ChangeType::Changeset,
        direction,
        executed_by: executed_by.to_owned(),
        config_name: bench.active.config.name.clone(),
        origin: Origin::Run,
        with: bench.project.given(),
    };
    let carried = attempt.carried().map(FileRow::carried).collect();
    Ok(Operation { row, checksum: files.checksum, carried, steps })
}
