//! Decides how a changeset goes on after an attempt that did not finish.
//!
//! Files that an earlier attempt ran are not run again. A file that ran and was edited afterwards stops the
//! changeset: running it twice or leaving the edit out would both be a guess.

use std::collections::BTreeMap;

use super::progress::Progress;
use crate::history::{Execution, FileStatus, LastRun, SkipReason};

/// What will happen to one file of a changeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStep {
    /// It runs.
    Run {
        /// How far an earlier attempt came, if that stopped in the middle of the file.
        progress: Option<Progress>,
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
    last: LastRun,
    finished: bool,
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
            let last = LastRun {
                checksum: row.checksum.clone(),
                status: row.status,
                statements_done: row.statements_done,
                statement_started: row.statement_started,
                prints: row.prints.clone(),
            };
            files.insert(row.filepath.clone(), Seen { last, finished });
        }
        Self { files }
    }

    /// Decides about one file.
    pub fn step(&self, filepath: &str, checksum: &str) -> FileStep {
        match self.files.get(filepath) {
            None => FileStep::Run { progress: None },
            Some(seen) if !seen.finished => FileStep::Run { progress: seen.last.progress() },
            Some(seen) if seen.last.checksum == checksum => FileStep::Skip(SkipReason::AlreadyRun),
            Some(_) => FileStep::EditedAfterRun,
        }
    }

    /// Returns the first file that stopped in the middle.
    pub fn halfway(&self) -> Option<&str> {
        let stopped = self.files.iter().find(|(_, seen)| !seen.finished && seen.last.progress().is_some());
        stopped.map(|(filepath, _)| filepath.as_str())
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
            prints: String::new(),
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
        let progress = Progress { checksum: "aa".to_owned(), done: 1, started: 0, prints: String::new() };
        for checksum in ["aa", "bb"] {
            assert_eq!(attempt.step("2.sql", checksum), FileStep::Run { progress: Some(progress.clone()) });
        }
        assert_eq!(attempt.step("3.sql", "aa"), FileStep::Run { progress: None });
        assert_eq!(attempt.step("4.sql", "aa"), FileStep::Run { progress: None });
        assert_eq!(attempt.halfway(), Some("2.sql"));
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
