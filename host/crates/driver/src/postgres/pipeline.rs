//! Which commands may be sent without waiting for the answers in between.
//!
//! The rule: nothing after a command that fails may take effect. Inside a transaction the server sees to that, since it
//! refuses everything once a statement has failed, except the few statements that end the failed state.

use crate::Command;

/// Answers are kept until their turn comes, so what is under way at a time is bounded.
const COMMANDS_MAX: usize = 256;
const BYTES_MAX: usize = 1 << 20;

/// Returns how many commands from the start of `batch` may be sent together, at least one. `in_transaction`: a healthy
/// transaction is open. `is_prepared`: sending this text needs no answer from the server first.
pub(super) fn stretch(batch: &[Command<'_>], in_transaction: bool, is_prepared: impl Fn(&str) -> bool) -> usize {
    let mut bytes = 0;
    for (index, command) in batch.iter().enumerate() {
        let first = index == 0;
        bytes += command.sql().len();
        let waits = match command {
            Command::CopyIn { .. } => true,
            Command::Bound { sql, .. } => !is_prepared(sql),
            Command::Text(_) => false,
        };
        let word = first_word(command.sql());
        // `ROLLBACK TO` heals a failed transaction: nothing may be under way when it is sent.
        if !first && (waits || is(word, &["ROLLBACK"]) || index == COMMANDS_MAX || bytes > BYTES_MAX) {
            return index;
        }
        // After a failure these end the transaction by rolling it back, and what follows would be outside.
        if !in_transaction || waits || is(word, &["ROLLBACK", "COMMIT", "END", "ABORT", "PREPARE"]) {
            return index + 1;
        }
    }
    batch.len().max(1)
}

/// Whether a statement makes the server forget prepared statements.
pub(super) fn forgets_prepared(sql: &str) -> bool {
    is(first_word(sql), &["DISCARD", "DEALLOCATE"])
}

fn is(word: &str, words: &[&str]) -> bool {
    words.iter().any(|candidate| word.eq_ignore_ascii_case(candidate))
}

/// Returns the first word of a statement, after blank space, comments and empty statements.
fn first_word(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b' || c == ';');
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.find(['\n', '\r']).map_or("", |end| &comment[end..])
        } else if rest.starts_with("/*") {
            after_block_comment(rest)
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            return &rest[..end];
        };
    }
}

/// Skips one block comment; they nest.
fn after_block_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(at) = rest.find(['/', '*']) {
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("/*") {
            depth += 1;
            rest = after;
        } else if let Some(after) = rest.strip_prefix("*/") {
            depth -= 1;
            rest = after;
            if depth == 0 {
                return rest;
            }
        } else {
            rest = &rest[1..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], in_transaction: bool, expected: usize) {
        let batch: Vec<_> = texts.iter().map(|sql| Command::Text(sql)).collect();
        assert_eq!(stretch(&batch, in_transaction, |_| true), expected, "{texts:?}");
    }

    #[test]
    fn outside_a_transaction_each_answer_is_awaited() {
        check(&["a", "b"], false, 1);
        check(&["BEGIN", "b"], false, 1);
    }

    #[test]
    fn inside_a_transaction_commands_go_together() {
        check(&["a", "b", "c"], true, 3);
        check(&["a", "SAVEPOINT s", "c"], true, 3);
        check(&["a"; 300], true, COMMANDS_MAX);
        check(&["a", &"b".repeat(BYTES_MAX)], true, 1);
        check(&[&"b".repeat(BYTES_MAX * 2), "a"], true, 1);
    }

    #[test]
    fn an_end_of_the_transaction_is_awaited() {
        check(&["a", "commit", "c"], true, 2);
        check(&["a", "/* x /* y */ */ -- z\n ;Commit", "c"], true, 2);
        check(&["a", "END;", "c"], true, 2);
        check(&["a", "PREPARE TRANSACTION 'x'", "c"], true, 2);
    }

    #[test]
    fn a_rollback_waits_for_what_is_before_it() {
        check(&["a", "ROLLBACK TO s", "c"], true, 1);
        check(&["ROLLBACK TO s", "c"], true, 1);
    }

    #[test]
    fn what_needs_an_answer_first_goes_alone() {
        let copy = Command::CopyIn { sql: "COPY", data: b"" };
        let bound = Command::Bound { sql: "new", params: &[] };
        let known = Command::Bound { sql: "known", params: &[] };
        let prepared = |sql: &str| sql == "known";
        let text = Command::Text("a");
        assert_eq!(stretch(&[text, known, copy, text], true, prepared), 2);
        assert_eq!(stretch(&[copy, text], true, prepared), 1);
        assert_eq!(stretch(&[text, bound], true, prepared), 1);
    }

    #[test]
    fn an_unfinished_comment_has_no_word() {
        assert_eq!(first_word("/* a /* b */ COMMIT"), "");
        assert_eq!(first_word("-- COMMIT"), "");
        assert_eq!(first_word("ä"), "");
    }
}
