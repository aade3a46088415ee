//! A row of a file that is written without running it: somebody said what it is, or an earlier attempt did it.

use noorm_core::history::{Execution, FileStatus, SkipReason};
use noorm_plugin_host::Dialect;

use super::NewExecution;
use crate::script::Script;

/// The row.
#[derive(Debug, Clone)]
pub(crate) struct FileRow {
    pub(crate) filepath: String,
    pub(crate) file_type: String,
    pub(crate) checksum: String,
    pub(crate) status: FileStatus,
    pub(crate) skip_reason: Option<SkipReason>,
    pub(crate) done: u64,
    /// The statement, counted from 1, of which nobody knows whether it is done; 0 for none.
    pub(crate) started: u64,
    pub(crate) total: u64,
    pub(crate) inputs: String,
}

impl FileRow {
    /// A file that counts as run.
    pub(crate) fn applied(script: &Script, is_manifest: bool) -> Self {
        Self {
            filepath: script.path.to_string(),
            file_type: if is_manifest { "txt" } else { "sql" }.to_owned(),
            checksum: script.checksum.to_string(),
            status: FileStatus::Success,
            skip_reason: None,
            done: 0,
            started: 0,
            total: 0,
            inputs: String::new(),
        }
    }

    /// A file as an earlier attempt left it, with everything that keeps a later one from running something twice.
    pub(crate) fn carried(row: &Execution) -> Self {
        let reason = if row.has_run() { SkipReason::AlreadyRun } else { SkipReason::AlreadyBegun };
        Self {
            filepath: row.filepath.clone(),
            file_type: row.file_type.clone(),
            checksum: row.checksum.clone(),
            status: FileStatus::Skipped,
            skip_reason: Some(reason),
            done: row.statements_done,
            started: row.statement_started,
            total: row.statements_total,
            inputs: row.inputs.clone(),
        }
    }

    /// The row's values.
    pub(crate) fn values(&self) -> NewExecution<'_> {
        NewExecution {
            filepath: &self.filepath,
            file_type: &self.file_type,
            checksum: &self.checksum,
            status: self.status,
            error_message: "",
            skip_reason: self.skip_reason,
            duration_ms: 0,
            statements_done: self.done,
            statement_started: self.started,
            statements_total: self.total,
            inputs: &self.inputs,
        }
    }
}

/// What a row's `inputs` holds of a file that stopped in the middle: who cut it into statements, and their prints.
pub(crate) fn inputs_of_progress(dialect: &Dialect, prints: &str) -> String {
    let mut inputs = serde_json::json!({ "dialect": dialect.plugin_ref(), "statements": prints });
    let layers = dialect.layers();
    if !layers.is_empty() {
        inputs["layers"] = serde_json::json!(layers);
    }
    inputs.to_string()
}
