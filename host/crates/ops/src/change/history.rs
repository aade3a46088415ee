//! `change history`: every operation on a database, builds and runs included.

use noorm_core::history::Operation;

use crate::start::StartError;
use crate::tracker;
use crate::workbench::Workbench;

/// Returns the newest operations, newest first, and changes nothing.
pub async fn history(bench: &Workbench, limit: u32) -> Result<Vec<Operation>, StartError> {
    match tracker::open(bench).await? {
        Some(mut session) => Ok(tracker::history(&mut session, limit).await?),
        None => Ok(Vec::new()),
    }
}
