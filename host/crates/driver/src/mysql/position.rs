//! Where in a statement a syntax error is. The server only quotes the text that it could not go on with, cut after some
//! eighty characters, and counts lines.

const BEFORE_FRAGMENT: &str = "near '";
const AFTER_FRAGMENT: &str = "' at line ";

/// What MariaDB puts where it cuts.
const ELLIPSIS: &str = "...";

/// Returns the place that the message of a syntax error means, in bytes from the start of the statement.
pub(super) fn syntax_error_position(sql: &str, message: &str) -> Option<usize> {
    let start = message.find(BEFORE_FRAGMENT)? + BEFORE_FRAGMENT.len();
    // The fragment may hold the same words.
    let end = message.rfind(AFTER_FRAGMENT)?;
    let fragment = message.get(start..end)?;
    let number: usize = message[end + AFTER_FRAGMENT.len()..].trim().parse().ok()?;
    let line = line_start(sql, number)?;
    if fragment.is_empty() {
        return Some(sql.trim_end().len());
    }
    // The rest of the statement, unless it was cut: nothing else is that certain.
    if let Some(before) = sql.strip_suffix(fragment) {
        return Some(before.len());
    }
    let fragment = fragment.strip_suffix(ELLIPSIS).unwrap_or(fragment);
    let on_or_after = sql[line..].find(fragment).map(|offset| line + offset);
    // The server counts the lines that it has read, which may be more than lie before the fragment.
    on_or_after.or_else(|| sql.rfind(fragment)).or(Some(line))
}

/// Returns where a line starts, counted from 1; the end if there are fewer.
fn line_start(sql: &str, number: usize) -> Option<usize> {
    let lines_before = number.checked_sub(1)?;
    let mut ends = sql.match_indices('\n').map(|(offset, _)| offset + 1);
    match lines_before {
        0 => Some(0),
        _ => Some(ends.nth(lines_before - 1).unwrap_or(sql.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, near: &str, line: &str, expected: Option<usize>) {
        let message = format!("You have an error in your SQL syntax; use near '{near}' at line {line}");
        assert_eq!(syntax_error_position(sql, &message), expected, "{sql:?} {near:?} {line:?}");
    }

    #[test]
    fn the_fragment_is_found() {
        check("SELECT 1 FRM t", "FRM t", "1", Some(9));
        check("SELECT 1,\n  FRM t", "FRM t", "2", Some(12));
        check("SELECT 'ä' 'it''s' at line", "' at line", "1", Some(18));
        // It is cut, and stands earlier too.
        check("x y z\nx y z and more", "x y", "2", Some(6));
        check("x y z\nx y z and more", "x y z an...", "2", Some(6));
        check("x y z\nx y z and more", "...", "2", Some(6));
        // The last one is meant: it is all that is left.
        check("SELECT , ,", ",", "1", Some(9));
        // The server had read on.
        check("SELECT x y z\n\n,,", "y z", "3", Some(9));
    }

    #[test]
    fn the_end_and_the_line_are_the_next_best() {
        check("SELECT (1\n", "", "2", Some(9));
        check("SELECT 1\n+ + FROM", "not there", "2", Some(9));
        check("SELECT 1", "not there", "7", Some(8));
    }

    #[test]
    fn other_messages_have_no_position() {
        check("SELECT", "SELECT", "0", None);
        check("SELECT", "SELECT", "x", None);
        check("", "", "99999999999999999999999", None);
        assert_eq!(syntax_error_position("SELECT", "' at line 1 near '"), None);
        assert_eq!(syntax_error_position("SELECT", "something else"), None);
    }
}
