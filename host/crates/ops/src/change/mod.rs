//! Changesets: folders of files that evolve a database that exists, and their way back.

pub mod add;
pub mod apply;
pub mod baseline;
pub mod history;
pub mod list;
pub mod resolve;
pub mod revert;

mod attempt;
pub(crate) mod entry;
mod folder;
mod walk;

use noorm_core::history::{Direction, Status};
use serde::Serialize;

pub use folder::Changeset;

use crate::executor::{FileOutcome, RunError};

/// What came of changesets.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeReport {
    /// The changesets that were begun, in order.
    pub changes: Vec<ChangeOutcome>,
    /// Why it stopped.
    #[serde(skip)]
    pub failure: Option<RunError>,
    /// Whether anything is in the database for good.
    #[serde(skip)]
    pub has_applied: bool,
}

/// What became of one changeset.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeOutcome {
    /// The changeset.
    pub name: String,
    /// Which way it went.
    pub direction: Direction,
    /// Its status now.
    pub status: Status,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// Its files.
    pub files: Vec<FileOutcome>,
}

/// A changeset that a command would apply or revert.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedChange {
    /// The changeset.
    pub name: String,
    /// Which way it would go.
    pub direction: Direction,
    /// Its status now.
    pub status: Status,
    /// Its files, in the order in which they would run.
    pub files: Vec<String>,
}
