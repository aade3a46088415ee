//! `change list`: every changeset that is on disk or in the history, with its status.

use noorm_core::history::Status;
use noorm_core::order::{OrderWarning, natural_conflict};
use noorm_core::plan::changes::{self, Change};

use super::folder;
use crate::start::StartError;
use crate::tracker;
use crate::workbench::Workbench;

/// The changesets of a project.
#[derive(Debug)]
pub struct ChangeList {
    /// By name.
    pub changes: Vec<Change>,
    /// Names whose byte order is not the one a person would read into them.
    pub warning: Option<OrderWarning>,
}

/// Lists changesets, and changes nothing.
pub async fn list(bench: &Workbench) -> Result<ChangeList, StartError> {
    let disk = folder::list(bench)?;
    let latest = match tracker::open(bench).await? {
        Some(mut session) => tracker::latest_changes(&mut session).await?,
        None => Vec::new(),
    };
    let is_applied = |name: &str| latest.iter().any(|row| row.name == name && row.status == Status::Success);
    let is_there = |name: &str| disk.iter().any(|changeset| changeset.name.as_str() == name);
    let is_new = |name: &str| !latest.iter().any(|row| row.name == name);
    // One that is gone may be here under another name.
    let any_gone = latest.iter().any(|row| row.status == Status::Success && !is_there(&row.name));
    let now = |changeset: &folder::Changeset| {
        let name = changeset.name.to_string();
        // Files of what is not applied may change freely; only the others are looked at.
        let counts = is_applied(&name) || (any_gone && is_new(&name));
        let checksum = counts.then(|| changeset.checksum(bench)).flatten();
        (name, checksum.map(|checksum| checksum.to_string()))
    };
    let names: Vec<_> = disk.iter().map(now).collect();
    let warning = natural_conflict(names.iter().map(|(name, _)| name.as_str()));
    Ok(ChangeList { changes: changes::list(&names, &latest), warning })
}
