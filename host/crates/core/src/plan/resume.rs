//! Decides how a changeset goes on after an attempt that did not finish.
//!
//! Files that an earlier attempt ran are not run again. A file that ran and was edited or renamed afterwards stops the
//! changeset: running it twice or leaving it out would both be a guess.

use std::collections::BTreeMap;

use super::progress::Progress;
use crate::history::{Execution, SkipReason};

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
    /// An earlier attempt ran this content as another file.
    RenamedAfterRun {
        /// What it was called.
        former: String,
    },
}

/// The earlier attempts at a changeset, by file.
#[derive(Debug, Clone, Default)]
pub struct Attempt {
    files: BTreeMap<String, Execution>,
}

impl Attempt {
    /// Reads the rows of the last attempt, which has those of the attempts before it. A file's last row counts.
    pub fn from_rows(rows: Vec<Execution>) -> Self {
        Self { files: rows.into_iter().map(|row| (row.filepath.clone(), row)).collect() }
    }

    /// Decides about one file. `checksums` are those that its content may stand under in the history; `is_there` says
    /// whether the changeset has a file.
    pub fn step(&self, filepath: &str, checksums: &[&str], is_there: impl Fn(&str) -> bool) -> FileStep {
        let is_same = |row: &Execution| checksums.contains(&row.checksum.as_str());
        match self.files.get(filepath) {
            Some(row) if !row.has_run() => FileStep::Run { progress: row.progress() },
            Some(row) if is_same(row) => FileStep::Skip(SkipReason::AlreadyRun),
            Some(_) => FileStep::EditedAfterRun,
            None => match self.carried().find(|row| is_same(row) && !is_there(&row.filepath)) {
                Some(former) => FileStep::RenamedAfterRun { former: former.filepath.clone() },
                None => FileStep::Run { progress: None },
            },
        }
    }

    /// Returns the rows without which a later attempt would run something twice: of files that ran, or that stopped in the
    /// middle. A manifest does nothing of its own.
    pub fn carried(&self) -> impl Iterator<Item = &Execution> {
        let is_carried = |row: &&Execution| row.has_run() || row.progress().is_some();
        self.files.values().filter(|row| row.file_type != MANIFEST).filter(is_carried)
    }

    /// Returns the files that stopped in the middle; only the one of which nobody knows how far it came, if there is one.
    pub fn halfway(&self) -> Vec<&str> {
        let stopped = || self.carried().filter(|row| !row.has_run());
        let unknown = |row: &&Execution| row.statement_started > row.statements_done;
        match stopped().find(unknown) {
            Some(row) => vec![&row.filepath],
            None => stopped().map(|row| row.filepath.as_str()).collect(),
        }
    }
}

/// What a manifest's row has as its type.
const MANIFEST: &str = "txt";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::FileStatus;

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

    fn check(rows: &[Execution], filepath: &str, checksums: &[&str], expected: FileStep) {
        let is_there = |path: &str| path != "gone.sql";
        assert_eq!(Attempt::from_rows(rows.to_vec()).step(filepath, checksums, is_there), expected, "{filepath}");
    }

    fn progress(done: u64) -> Option<Progress> {
        Some(Progress { checksum: "aa".to_owned(), done, started: 0, prints: String::new() })
    }

    #[test]
    fn a_second_attempt_continues_after_the_files_that_ran() {
        let rows = [
            row("1.sql", FileStatus::Success, "", 3),
            row("2.sql", FileStatus::Failed, "", 1),
            row("3.sql", FileStatus::Skipped, "changeset failed", 0),
        ];
        check(&rows, "1.sql", &["aa"], FileStep::Skip(SkipReason::AlreadyRun));
        for checksum in ["aa", "bb"] {
            check(&rows, "2.sql", &[checksum], FileStep::Run { progress: progress(1) });
        }
        check(&rows, "3.sql", &["aa"], FileStep::Run { progress: None });
        check(&rows, "4.sql", &["bb"], FileStep::Run { progress: None });
    }

    #[test]
    fn a_third_attempt_still_knows_what_the_first_one_ran() {
        let rows = [
            row("1.sql", FileStatus::Skipped, "already-run", 0),
            row("2.sql", FileStatus::Skipped, "already-begun", 2),
        ];
        check(&rows, "1.sql", &["aa"], FileStep::Skip(SkipReason::AlreadyRun));
        check(&rows, "2.sql", &["aa"], FileStep::Run { progress: progress(2) });
    }

    #[test]
    fn what_the_original_ran_is_not_run_again() {
        check(
            &[row("1.sql", FileStatus::Success, "", 0)],
            "1.sql",
            &["bb", "aa"],
            FileStep::Skip(SkipReason::AlreadyRun),
        );
    }

    #[test]
    fn a_file_edited_after_it_ran_is_told_apart() {
        check(&[row("1.sql", FileStatus::Success, "", 3)], "1.sql", &["bb"], FileStep::EditedAfterRun);
    }

    #[test]
    fn a_file_renamed_after_it_ran_is_told_apart_from_a_copy() {
        let renamed = FileStep::RenamedAfterRun { former: "gone.sql".to_owned() };
        check(&[row("gone.sql", FileStatus::Success, "", 3)], "1.sql", &["aa"], renamed.clone());
        check(&[row("gone.sql", FileStatus::Failed, "", 1)], "1.sql", &["aa"], renamed);
        check(&[row("gone.sql", FileStatus::Failed, "", 0)], "1.sql", &["aa"], FileStep::Run { progress: None });
        check(&[row("2.sql", FileStatus::Success, "", 3)], "1.sql", &["aa"], FileStep::Run { progress: None });
    }

    #[test]
    fn what_would_run_twice_is_carried_from_attempt_to_attempt() {
        let mut manifest = row("0.txt", FileStatus::Success, "", 0);
        manifest.file_type = MANIFEST.to_owned();
        let attempt = Attempt::from_rows(vec![
            manifest,
            row("1.sql", FileStatus::Success, "", 3),
            row("2.sql", FileStatus::Failed, "", 1),
            row("3.sql", FileStatus::Failed, "", 0),
            row("gone.sql", FileStatus::Skipped, "already-run", 0),
        ]);
        let carried: Vec<&str> = attempt.carried().map(|row| row.filepath.as_str()).collect();
        assert_eq!(carried, ["1.sql", "2.sql", "gone.sql"]);
    }

    #[test]
    fn the_file_of_which_nobody_knows_is_the_one_that_stopped() {
        let mut unknown = row("3.sql", FileStatus::Pending, "", 1);
        unknown.statement_started = 2;
        let rows = vec![row("1.sql", FileStatus::Failed, "", 1), row("2.sql", FileStatus::Failed, "", 2), unknown];
        assert_eq!(Attempt::from_rows(rows[..2].to_vec()).halfway(), ["1.sql", "2.sql"]);
        assert_eq!(Attempt::from_rows(rows).halfway(), ["3.sql"]);
    }
}
