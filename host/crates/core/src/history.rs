//! What the tracking tables say, as types: operations, the files they ran, and their states.
//!
//! The words are those of the data model ("Status Enums"). Reading and writing the tables is not done here.

mod made_by;

use serde::Serialize;

pub use made_by::MadeBy;

use crate::plan::progress::Progress;

/// A word in a tracking table that this version of noorm does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{found}` in the tracking tables")]
pub struct UnknownWord {
    /// Which column the word was in.
    pub what: &'static str,
    /// The word.
    pub found: String,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal, { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Returns the word that stands in the tracking tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the word of a tracking table.
            pub fn parse(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { what: $what, found: word.to_owned() }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What kind of operation a row of `__noorm_changeset__` describes.
    ChangeType, "change_type", {
        /// `run build`.
        Build = "build",
        /// `run file` or `run dir`.
        Run = "run",
        /// A changeset, applied or reverted.
        Changeset = "changeset",
    }
}

words! {
    /// Which way an operation went.
    Direction, "direction", {
        /// Forwards: the files of `change/`, or a build.
        Change = "change",
        /// Backwards: the files of `revert/`.
        Revert = "revert",
    }
}

words! {
    /// The state of an operation, and of a changeset.
    Status, "status", {
        /// Not yet finished, or never started.
        Pending = "pending",
        /// Finished.
        Success = "success",
        /// A file failed, or the process ended in the middle.
        Failed = "failed",
        /// Was applied, then rolled back.
        Reverted = "reverted",
    }
}

words! {
    /// The state of one file of an operation.
    FileStatus, "file status", {
        /// Started; its statements run outside a transaction and are not all done.
        Pending = "pending",
        /// Ran to its end.
        Success = "success",
        /// A statement failed.
        Failed = "failed",
        /// Did not run; see the reason.
        Skipped = "skipped",
    }
}

words! {
    /// By what an operation came about.
    Origin, "origin", {
        /// Its files were run.
        Run = "run",
        /// Somebody said by hand what the state is.
        Resolve = "resolve",
        /// The database had everything already when noorm came.
        Baseline = "baseline",
        /// Another tool's history.
        Import = "import",
    }
}

words! {
    /// Why a file did not run.
    SkipReason, "skip reason", {
        /// Its checksum is that of its last run.
        Unchanged = "unchanged",
        /// An earlier attempt at the same changeset ran it.
        AlreadyRun = "already-run",
        /// An earlier attempt at the same changeset ran some of its statements.
        AlreadyBegun = "already-begun",
        /// A file before it failed.
        ChangesetFailed = "changeset failed",
    }
}

/// One row of `__noorm_changeset__`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Primary key: later operations have larger ones.
    pub id: i64,
    /// Changeset name, or `build:<instant>` or `run:<instant>`.
    pub name: String,
    /// What kind of operation it was.
    pub change_type: ChangeType,
    /// Which way it went.
    pub direction: Direction,
    /// SHA-256 over the sorted checksums of its files, 64 hexadecimal digits.
    pub checksum: String,
    /// When it started, UTC, by the database's clock.
    pub executed_at: String,
    /// Who ran it.
    pub executed_by: String,
    /// Under which config.
    pub config_name: String,
    /// By which version of noorm.
    pub cli_version: String,
    /// Plugins that were given for it alone (see [`MadeBy`]).
    pub with: Vec<String>,
    /// How it ended.
    pub status: Status,
    /// Why it failed; empty when it did not.
    pub error_message: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// By what it came about.
    pub origin: Origin,
}

/// One row of `__noorm_executions__`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Execution {
    /// Primary key.
    pub id: i64,
    /// The file, relative to the project root, with `/`.
    pub filepath: String,
    /// `sql` or `txt`.
    pub file_type: String,
    /// The file's checksum, which for a template covers its inputs.
    pub checksum: String,
    /// How it ended.
    pub status: FileStatus,
    /// Why it failed; empty when it did not.
    pub error_message: String,
    /// Why it was skipped; empty when it was not.
    pub skip_reason: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// How many of its statements are done for good.
    pub statements_done: u64,
    /// The statement, counted from 1, that was sent and not noted as done; 0 for none.
    pub statement_started: u64,
    /// How many statements it had.
    pub statements_total: u64,
    /// JSON: the data files and includes it read, and the plugins that took part.
    pub inputs: String,
    /// The prints of its statements, if it ran without a transaction (see [`crate::plan::progress`]).
    #[serde(skip)]
    pub prints: String,
}

impl Execution {
    /// Whether the file ran to its end, in this operation or in an earlier attempt at the same changeset.
    pub fn has_run(&self) -> bool {
        match self.status {
            FileStatus::Success => true,
            FileStatus::Skipped => self.skip_reason == SkipReason::AlreadyRun.as_str(),
            FileStatus::Failed | FileStatus::Pending => false,
        }
    }

    /// Returns how far it came, if it stopped in the middle.
    pub fn progress(&self) -> Option<Progress> {
        let last = LastRun {
            checksum: self.checksum.clone(),
            status: self.status,
            statements_done: self.statements_done,
            statement_started: self.statement_started,
            prints: self.prints.clone(),
        };
        last.progress().filter(|_| !self.has_run())
    }
}

/// The last run of one file, whatever operation it was part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// The file's checksum at that time.
    pub checksum: String,
    /// How it ended; never `skipped`.
    pub status: FileStatus,
    /// How many of its statements are done for good.
    pub statements_done: u64,
    /// The statement, counted from 1, that was sent and not noted as done; 0 for none.
    pub statement_started: u64,
    /// The prints of its statements (see [`crate::plan::progress`]).
    pub prints: String,
}

impl LastRun {
    /// Returns how far it came, if it stopped in the middle.
    pub fn progress(&self) -> Option<Progress> {
        let progress = Progress {
            checksum: self.checksum.clone(),
            done: self.statements_done,
            started: self.statement_started,
            prints: self.prints.clone(),
        };
        (progress.done > 0 || progress.started > 0).then_some(progress)
    }
}
