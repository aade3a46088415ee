//! What happens in a run, as it happens: one closed enum that every front end reads.
//!
//! Events are for people who watch. Results are returned, not reported here, so that a front end that ignores events
//! loses nothing.

use crate::history::{Direction, FileStatus, SkipReason, Status};
use crate::path::ProjectPath;

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A run has decided what it will do.
    Planned {
        /// How many files or changesets will run.
        total: usize,
        /// How many files are left out because nothing in them changed.
        unchanged: usize,
    },
    /// A changeset starts.
    ChangeStarted {
        /// The changeset's name.
        name: String,
        /// Which way it goes.
        direction: Direction,
    },
    /// A changeset ended.
    ChangeFinished {
        /// The changeset's name.
        name: String,
        /// Which way it went.
        direction: Direction,
        /// How it ended.
        status: Status,
        /// How long it took, in milliseconds.
        duration_ms: i64,
    },
    /// A file ended, or was left out.
    FileFinished {
        /// The file.
        path: ProjectPath,
        /// How it ended.
        status: FileStatus,
        /// Why it was left out.
        skip_reason: Option<SkipReason>,
        /// How long it took, in milliseconds.
        duration_ms: i64,
    },
    /// The run waits for somebody else to release the lock.
    Waiting(String),
    /// The server said something while a file ran.
    Notice(String),
    /// Something that the user should look at, although the run goes on.
    Warning(String),
}

/// Takes events. Cheap to share, called from the thread that does the work.
pub type Listener<'a> = &'a (dyn Fn(Event) + Sync);
