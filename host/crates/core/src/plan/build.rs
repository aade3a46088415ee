//! Decides which files of a build or an ad-hoc run execute, by their checksums and last runs.

use super::progress::Progress;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It runs.
    Run {
        /// Why.
        reason: RunReason,
        /// How far its last run came, if that stopped in the middle.
        progress: Option<Progress>,
    },
    /// It is left out.
    Skip(SkipReason),
}

/// Decides about one file.
pub fn decide(checksum: &str, last: Option<&LastRun>, force: bool) -> Decision {
    let fresh = |reason| Decision::Run { reason, progress: None };
    let Some(last) = last else {
        return fresh(if force { RunReason::Forced } else { RunReason::New });
    };
    if force {
        return fresh(RunReason::Forced);
    }
    let is_same = last.checksum == checksum;
    match last.status {
        FileStatus::Success | FileStatus::Skipped if is_same => Decision::Skip(SkipReason::Unchanged),
        FileStatus::Success | FileStatus::Skipped => fresh(RunReason::Changed),
        // An edit is most often the cure of what failed.
        _ if !is_same => Decision::Run { reason: RunReason::Changed, progress: last.progress() },
        FileStatus::Failed => Decision::Run { reason: RunReason::Failed, progress: last.progress() },
        FileStatus::Pending => Decision::Run { reason: RunReason::Interrupted, progress: last.progress() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(checksum: &str, status: FileStatus, statements_done: u64) -> LastRun {
        LastRun {
            checksum: checksum.to_owned(),
            status,
            statements_done,
            statement_started: 0,
            prints: "01234567".to_owned(),
        }
    }

    fn check(last: Option<LastRun>, force: bool, expected: Decision) {
        assert_eq!(decide("aa", last.as_ref(), force), expected);
    }

    fn run(reason: RunReason, progress: Option<(&str, u64)>) -> Decision {
        let progress = progress.map(|(checksum, done)| Progress {
            checksum: checksum.to_owned(),
            done,
            started: 0,
            prints: "01234567".to_owned(),
        });
        Decision::Run { reason, progress }
    }

    #[test]
    fn a_file_runs_when_it_is_new_changed_or_failed() {
        use FileStatus::{Failed, Pending, Success};
        check(None, false, run(RunReason::New, None));
        check(Some(last("bb", Success, 3)), false, run(RunReason::Changed, None));
        check(Some(last("aa", Failed, 0)), false, run(RunReason::Failed, None));
        check(Some(last("aa", Failed, 2)), false, run(RunReason::Failed, Some(("aa", 2))));
        check(Some(last("aa", Pending, 1)), false, run(RunReason::Interrupted, Some(("aa", 1))));
    }

    #[test]
    fn an_unchanged_file_runs_only_by_force() {
        use FileStatus::Success;
        check(Some(last("aa", Success, 3)), false, Decision::Skip(SkipReason::Unchanged));
        check(Some(last("aa", Success, 3)), true, run(RunReason::Forced, None));
    }

    #[test]
    fn an_edited_file_keeps_what_is_known_of_its_progress() {
        check(Some(last("bb", FileStatus::Failed, 2)), false, run(RunReason::Changed, Some(("bb", 2))));
    }
}
