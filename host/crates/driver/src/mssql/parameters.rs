//! Absent values of our own statements: they are written into the text as `NULL`.
//!
//! This protocol has no untyped NULL, and no type that fits every place: an absent `nvarchar` is refused by a `varbinary`
//! column, an absent `int` by a date. The word fits wherever a value does. No other value is ever written into a text.

use std::borrow::Cow;

use noorm_core::value::Scalar;

/// Returns the statement with the word in the place of each absent value. The other placeholders keep their numbers.
pub(super) fn with_nulls<'a>(sql: &'a str, params: &[Scalar]) -> Cow<'a, str> {
    if !params.iter().any(Scalar::is_null) {
        return Cow::Borrowed(sql);
    }
    let mut written = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '[', '-', '/', '@']) {
        written.push_str(&rest[..at]);
        rest = &rest[at..];
        let (piece, after) = rest.split_at(piece(rest));
        let is_name = written.ends_with(|c: char| c.is_alphanumeric() || "_@#$".contains(c));
        match number(piece).filter(|_| !is_name).and_then(|number| params.get(number - 1)) {
            Some(Scalar::Null) => written.push_str("NULL"),
            _ => written.push_str(piece),
        }
        rest = after;
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// Returns the number of a placeholder.
fn number(piece: &str) -> Option<usize> {
    piece.strip_prefix("@P").and_then(|digits| digits.parse().ok()).filter(|number| *number > 0)
}

/// Returns the length of the literal, the quoted name, the comment or the variable that a text starts with.
fn piece(text: &str) -> usize {
    let quoted = |quote: char| text[1..].find(quote).map_or(text.len(), |end| end + 2);
    match text.as_bytes() {
        // A doubled quote ends one piece and starts the next.
        [b'\'', ..] => quoted('\''),
        [b'"', ..] => quoted('"'),
        [b'[', ..] => quoted(']'),
        [b'-', b'-', ..] => text.find('\n').unwrap_or(text.len()),
        [b'/', b'*', ..] => block_comment(text),
        [b'@', ..] => {
            let name = |c: char| c.is_alphanumeric() || "_@#$".contains(c);
            text[1..].find(|c| !name(c)).map_or(text.len(), |end| end + 1)
        }
        _ => 1,
    }
}

/// Returns the length of a comment that may hold others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(found) = text[at..].find(['/', '*']) {
        at += found;
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &str) {
        // The second and the eleventh are absent.
        let mut params = vec![Scalar::from(1); 11];
        (params[1], params[10]) = (Scalar::Null, Scalar::Null);
        assert_eq!(with_nulls(sql, &params), expected);
    }

    #[test]
    fn absent_values_are_written_out() {
        check("VALUES (@P1, @P2, @P3)", "VALUES (@P1, NULL, @P3)");
        check("@P11,@P1,@P2", "NULL,@P1,NULL");
        check("@P2", "NULL");
        check("SET @x=@P2;", "SET @x=NULL;");
    }

    #[test]
    fn literals_names_and_comments_stay() {
        check("'@P2' '''@P2' \"@P2\" [@P2] @P2", "'@P2' '''@P2' \"@P2\" [@P2] NULL");
        check("-- @P2\n@P2", "-- @P2\nNULL");
        check("/* @P2 /* @P2 */ @P2 */ @P2", "/* @P2 /* @P2 */ @P2 */ NULL");
        check("a - @P2 / @P2", "a - NULL / NULL");
        check("@P22 @P2x @@P2 x@P2 @p2 @P @P0", "@P22 @P2x @@P2 x@P2 @p2 @P @P0");
        check("N'ä' + @P2", "N'ä' + NULL");
    }

    #[test]
    fn what_does_not_end_is_left_alone() {
        for sql in ["'@P2", "[@P2", "/* @P2", "/* @P2 *", "-- @P2", "@"] {
            check(sql, sql);
        }
    }

    #[test]
    fn without_absent_values_nothing_is_copied() {
        assert!(matches!(with_nulls("@P1", &[Scalar::from(1)]), Cow::Borrowed(_)));
    }
}
