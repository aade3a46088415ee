//! Decides how a changeset goes on after an attempt that did not finish.
//!
//! Files that an earlier attempt ran are not run again. A file that ran and was edited afterwards stops the
//! changeset: running it twice or leaving the edit out would both be a guess.

use std::collections::BTreeMap;

use crate::history::{Execution, FileStatus, SkipReason};

/// What will happen to one file of a changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStep {
    /// It runs, from the statement after `done` finished ones.
    Run {
        /// Statements of the same content that an earlier attempt has finished for good.
        done: u64,
    },
    /// An earlier attempt ran it.
    Skip(SkipReason),
    /// An earlier attempt ran it with another content.
    EditedAfterRun,
}

/// The earlier attempts at a changeset, by file.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    files: BTreeMap<String, Seen>,
}

#[derive(Debug, Clone)]
struct Seen {
    checksum: String,
    finished: bool,
    statements_done: u64,
}

impl Attempt {
    /// Reads the rows of the last attempt. A row that was skipped because a still earlier attempt had run the file
    /// counts as run.
    pub fn from_rows(rows: &[Execution]) -> Self {
        let mut files = BTreeMap::new();
        for row in rows {
            let finished = match row.status {
                FileStatus::Success => true,
                FileStatus::Skipped => row.skip_reason == SkipReason::AlreadyRun.as_str(),
                FileStatus::Failed | FileStatus::Pending => false,
            };
            let seen = Seen { checksum: row.checksum.clone(), finished, statements_done: row.statements_done };
            files.insert(row.filepath.clone(), seen);
        }
        Self { files }
    }

    /// Decides about one file.
    pub fn step(&self, filepath: &str, checksum: &str) -> FileStep {
        match self.files.get(filepath) {
            None => FileStep::Run { done: 0 },
            Some(seen) if !seen.finished && seen.checksum == checksum => FileStep::Run { done: seen.statements_done },
            Some(seen) if !seen.finished => FileStep::Run { done: 0 },
            Some(seen) if seen.checksum == checksum => FileStep::Skip(SkipReason::AlreadyRun),
            Some(_) => FileStep::EditedAfterRun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(filepath: &str, status: FileStatus, skip_reason: &str, done: u64) -> Execution {
        Execution {
            id: 1,
            filepath: filepath.to_owned(),
            file_type: "sql".to_owned(),
            checksum: "aa".to_owned(),
            status,
            error_message: String::new(),
            skip_reason: skip_reason.to_owned(),
            duration_ms: 0,
            statements_done: done,
            statement_started: 0,
            statements_total: 3,
            inputs: String::new(),
        }
    }

    #[test]
    fn a_second_attempt_continues_after_the_files_that_ran() {
        let attempt = Attempt::from_rows(&[
            row("1.sql", FileStatus::Success, "", 3),
            row("2.sql", FileStatus::Failed, "", 1),
            row("3.sql", FileStatus::Skipped, "changeset failed", 0),
        ]);
        assert_eq!(attempt.step("1.sql", "aa"), FileStep::Skip(SkipReason::AlreadyRun));
        assert_eq!(attempt.step("2.sql", "aa"), FileStep::Run { done: 1 });
        assert_eq!(attempt.step("2.sql", "bb"), FileStep::Run { done: 0 });
        assert_eq!(attempt.step("3.sql", "aa"), FileStep::Run { done: 0 });
        assert_eq!(attempt.step("4.sql", "aa"), FileStep::Run { done: 0 });
    }

    #[test]
    fn a_third_attempt_still_knows_what_the_first_one_ran() {
        let attempt = Attempt::from_rows(&[row("1.sql", FileStatus::Skipped, "already-run", 0)]);
        assert_eq!(attempt.step("1.sql", "aa"), FileStep::Skip(SkipReason::AlreadyRun));
    }

    #[test]
    fn a_file_edited_after_it_ran_is_told_apart() {
        let attempt = Attempt::from_rows(&[row("1.sql", FileStatus::Success, "", 3)]);
        assert_eq!(attempt.step("1.sql", "bb"), FileStep::EditedAfterRun);
    }
}
