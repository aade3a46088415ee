//! How far a file had come that ran without a transaction, and where it goes on.
//!
//! Nothing is guessed: a statement that was sent and not noted as done is told, and so is an edit of statements that are
//! done already.

use crate::checksum::Checksum;

/// Statements of which prints are kept; a longer script goes on only as it was.
const PRINTS_MAX: usize = 2000;
/// Hexadecimal digits of each print.
const PRINT_DIGITS: usize = 8;

/// What is known of an attempt that did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The file's checksum at that time.
    pub checksum: String,
    /// Statements that are done for good.
    pub done: u64,
    /// The statement, counted from 1, that was sent and not noted as done; 0 for none.
    pub started: u64,
    /// The prints of its statements at that time; empty if they were too many.
    pub prints: String,
}

impl Progress {
    /// Returns how many statements the file had; 0 where that is not known.
    pub fn total(&self) -> u64 {
        (self.prints.len() / PRINT_DIGITS) as u64
    }
}

/// Where a file goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// After so many statements.
    After(u64),
    /// Nowhere, before somebody says whether this statement, counted from 1, is done.
    Uncertain(u64),
    /// Nowhere: among the statements that are done, so many, at least one is not what it was.
    Edited(u64),
}

/// Decides where a file goes on. `statements` are the texts of the statements that it has now.
pub fn resume(progress: &Progress, checksum: &str, statements: &[&str]) -> Resume {
    let is_same = progress.checksum == checksum || starts_alike(progress, statements);
    match is_same {
        false if progress.done > 0 => Resume::Edited(progress.done),
        _ if progress.started > progress.done => Resume::Uncertain(progress.started),
        _ => Resume::After(progress.done),
    }
}

fn starts_alike(progress: &Progress, statements: &[&str]) -> bool {
    let Some(done) = usize::try_from(progress.done).ok().filter(|done| *done <= statements.len()) else { return false };
    let digits = done * PRINT_DIGITS;
    progress.prints.len() >= digits && progress.prints[..digits] == prints(&statements[..done])
}

/// Returns the prints of statements, one after the other; nothing if there are too many.
pub fn prints(statements: &[&str]) -> String {
    if statements.len() > PRINTS_MAX {
        return String::new();
    }
    statements.iter().map(|text| Checksum::of_text(text).as_str()[..PRINT_DIGITS].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENTS: [&str; 3] = ["a", "b", "c"];

    fn check(done: u64, started: u64, now: &[&str], expected: Resume) {
        let progress = Progress { checksum: "aa".to_owned(), done, started, prints: prints(&STATEMENTS) };
        assert_eq!(resume(&progress, if now == STATEMENTS { "aa" } else { "bb" }, now), expected, "{now:?}");
    }

    #[test]
    fn an_unchanged_file_goes_on_after_what_is_done() {
        check(0, 0, &STATEMENTS, Resume::After(0));
        check(2, 0, &STATEMENTS, Resume::After(2));
        check(2, 2, &STATEMENTS, Resume::After(2));
    }

    #[test]
    fn a_statement_that_was_sent_and_not_noted_is_uncertain() {
        check(2, 3, &STATEMENTS, Resume::Uncertain(3));
        check(0, 1, &STATEMENTS, Resume::Uncertain(1));
        check(0, 1, &["x"], Resume::Uncertain(1));
    }

    #[test]
    fn an_edit_counts_where_it_touches_what_is_done() {
        check(2, 0, &["a", "b", "x", "y"], Resume::After(2));
        check(2, 0, &["a", "b"], Resume::After(2));
        check(2, 0, &["a", "x", "c"], Resume::Edited(2));
        check(2, 0, &["a"], Resume::Edited(2));
        check(2, 3, &["x", "b", "c"], Resume::Edited(2));
        check(0, 0, &["x"], Resume::After(0));
    }

    #[test]
    fn a_script_without_prints_goes_on_only_as_it_was() {
        let many = vec!["a"; PRINTS_MAX + 1];
        assert_eq!(prints(&many), "");
        let progress = Progress { checksum: "aa".to_owned(), done: 5, started: 0, prints: String::new() };
        assert_eq!(resume(&progress, "aa", &many), Resume::After(5));
        assert_eq!(resume(&progress, "bb", &many), Resume::Edited(5));
    }
}
