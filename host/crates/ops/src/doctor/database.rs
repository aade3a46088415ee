//! The database of the config: whether it is reached, and what state noorm's tables and its lock are in.

use super::{Area, Findings};
use crate::config::ConfigError;
use crate::home::Home;
use crate::lock::by_hand;
use crate::project::Project;
use crate::session::{Session, SessionError};
use crate::tracker::{self, Installed};
use crate::workbench::{Workbench, WorkbenchError};

pub(super) async fn examine(project: &Project, home: &Home, config: Option<&str>, findings: &mut Findings) {
    let bench = match Workbench::open(project.clone(), home.clone(), config) {
        Ok(bench) => bench,
        Err(WorkbenchError::Config(error @ ConfigError::NoneActive { .. })) => {
            let hint = error.hint().unwrap_or_default();
            return findings.warning(Area::Database, "no config is active: no database was looked at", hint);
        }
        Err(error) => return findings.failed(Area::Database, &error, error.hint()),
    };
    let before = findings.findings.len();
    match look(&bench, findings).await {
        Ok(seen) => findings.ok_since(before, Area::Database, seen),
        Err(error) => findings.failed(Area::Database, &error, error.hint()),
    }
}

/// Returns what to say where all is well.
async fn look(bench: &Workbench, findings: &mut Findings) -> Result<String, SessionError> {
    let name = &bench.active.config.name;
    let Some(mut session) = Session::open_existing(bench).await? else {
        return Ok(format!("the database of `{name}` does not exist yet; the first run makes it"));
    };
    let seen = tracker::installed(&mut session).await?;
    let upgrade = "`noorm run build` or `noorm change ff` does that, with everything that is in them";
    match &seen {
        Installed::Missing | Installed::Current => {}
        Installed::Older(_) => {
            findings.warning(Area::Database, "noorm's tables are of an older version, and will be upgraded", upgrade);
        }
        Installed::Elsewhere(_) => {
            findings.warning(Area::Database, "noorm's tables stand elsewhere, and will be taken over", upgrade);
        }
    }
    lock(bench, findings).await?;
    if seen == Installed::Current {
        unfinished(&mut session, findings).await?;
    }
    Ok(match seen {
        Installed::Missing => format!("the database of `{name}` is reached; noorm has no tables in it yet"),
        _ => format!("the database of `{name}` is reached, and noorm's tables are as they should be"),
    })
}

async fn lock(bench: &Workbench, findings: &mut Findings) -> Result<(), SessionError> {
    let Some(held) = by_hand::status(bench).await? else { return Ok(()) };
    if held.expired || held.gone {
        let message = format!("a lock of {} since {} is left over", held.locked_by, held.locked_at);
        findings.warning(Area::Database, message, "nothing needs to be done: the next run takes it over");
    } else {
        let message = format!("{} holds the lock since {}", held.locked_by, held.locked_at);
        findings.warning(Area::Database, message, "wait for its end; `noorm lock status` tells more");
    }
    Ok(())
}

/// Runs whose process was killed, and changesets that failed.
async fn unfinished(session: &mut Session, findings: &mut Findings) -> Result<(), SessionError> {
    for latest in tracker::latest_changes(session).await? {
        use noorm_core::history::Status;
        if matches!(latest.status, Status::Failed | Status::Pending) {
            let hint = format!("`noorm change run {}` goes on with it, once its cause is mended", latest.name);
            findings.warning(Area::Database, format!("the changeset `{}` is {}", latest.name, latest.status), hint);
        }
    }
    Ok(())
}
