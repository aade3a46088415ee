//! `change history`: every operation on a database, builds and runs included.

use noorm_core::history::Operation;

use crate::session::Session;
use crate::start::StartError;
use crate::tracker;
use crate::workbench::Workbench;

/// Returns the newest operations, newest first, and changes nothing.
pub async fn history(bench: &Workbench, limit: u32) -> Result<Vec<Operation>, StartError> {
    match Session::open_existing(bench).await? {
        Some(mut session) if tracker::installed(&mut session).await?.is_readable()? => {
            Ok(tracker::history(&mut session, limit).await?)
        }
        _ => Ok(Vec::new()),
    }
}
