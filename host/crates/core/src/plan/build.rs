//! Decides which files of a build or an ad-hoc run execute, by their checksums and last runs.

use crate::history::{FileStatus, LastRun, SkipReason};

/// Why a file will run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunReason {
    /// No run of it is known.
    New,
    /// Its checksum differs from that of its last run.
    Changed,
    /// Its last run failed.
    Failed,
    /// Its last run ended in the middle.
    Interrupted,
    /// The user said `--force`.
    Forced,
}

impl RunReason {
    /// Returns the word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Failed => "failed last time",
            Self::Interrupted => "interrupted last time",
            Self::Forced => "forced",
        }
    }
}

/// What will happen to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It runs, from the statement after `done` finished ones.
    Run {
        /// Why.
        reason: RunReason,
        /// Statements of the same content that an earlier run has finished for good.
        done: u64,
    },
    /// It is left out.
    Skip(SkipReason),
}

/// Decides about one file.
pub fn decide(checksum: &str, last: Option<&LastRun>, force: bool) -> Decision {
    let Some(last) = last else {
        return Decision::Run { reason: if force { RunReason::Forced } else { RunReason::New }, done: 0 };
    };
    if force {
        return Decision::Run { reason: RunReason::Forced, done: 0 };
    }
    if last.checksum != checksum {
        return Decision::Run { reason: RunReason::Changed, done: 0 };
    }
    match last.status {
        FileStatus::Success | FileStatus::Skipped => Decision::Skip(SkipReason::Unchanged),
        FileStatus::Failed => Decision::Run { reason: RunReason::Failed, done: last.statements_done },
        FileStatus::Pending => Decision::Run { reason: RunReason::Interrupted, done: last.statements_done },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(checksum: &str, status: FileStatus, statements_done: u64) -> LastRun {
        LastRun { checksum: checksum.to_owned(), status, statements_done, statement_started: 0, inputs: String::new() }
    }

    fn check(last: Option<LastRun>, force: bool, expected: Decision) {
        assert_eq!(decide("aa", last.as_ref(), force), expected);
    }

    #[test]
    fn a_file_runs_when_it_is_new_changed_or_failed() {
        use FileStatus::{Failed, Pending, Success};
        check(None, false, Decision::Run { reason: RunReason::New, done: 0 });
        check(Some(last("bb", Success, 3)), false, Decision::Run { reason: RunReason::Changed, done: 0 });
        check(Some(last("aa", Failed, 2)), false, Decision::Run { reason: RunReason::Failed, done: 2 });
        check(Some(last("aa", Pending, 1)), false, Decision::Run { reason: RunReason::Interrupted, done: 1 });
    }

    #[test]
    fn an_unchanged_file_runs_only_by_force() {
        use FileStatus::Success;
        check(Some(last("aa", Success, 3)), false, Decision::Skip(SkipReason::Unchanged));
        check(Some(last("aa", Success, 3)), true, Decision::Run { reason: RunReason::Forced, done: 0 });
    }

    #[test]
    fn an_edited_file_starts_from_its_first_statement() {
        check(Some(last("bb", FileStatus::Failed, 2)), false, Decision::Run { reason: RunReason::Changed, done: 0 });
    }
}
