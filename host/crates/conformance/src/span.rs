//! Whether a place that a plugin names is one in its input: inside of it, and its offset, line and column agree.

use noorm_core::diagnostic::{Diagnostic, Span};

/// Says what is wrong with the place of what is said of an input, where it has one.
pub(crate) fn wrong_place(path: &str, content: &[u8], said: &Diagnostic) -> Option<String> {
    let what = wrong_span(path, content, said.span.as_ref()?)?;
    Some(format!("`{}` ({}): {what}", said.code, said.message))
}

fn wrong_span(path: &str, content: &[u8], span: &Span) -> Option<String> {
    if span.input != path {
        return Some(format!("it is said of `{}`, the input is `{path}`", span.input));
    }
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    if start > end || end > content.len() {
        return Some(format!("bytes {start} to {end} of an input of {} bytes", content.len()));
    }
    let (line, column) = place(content, start);
    let expected = format!("byte {start} is line {line}, column {column}");
    if u64::from(span.line) != line {
        return Some(format!("line {} is said, and {expected}", span.line));
    }
    // How many characters there are in bytes that are none is for nobody to say.
    let line_start = content[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let is_text = str::from_utf8(&content[line_start..start]).is_ok();
    (is_text && u64::from(span.column) != column).then(|| format!("column {} is said, and {expected}", span.column))
}

/// Returns the line and column of an offset, both counted from 1; nobody sees a byte-order mark.
fn place(content: &[u8], offset: usize) -> (u64, u64) {
    let before = &content[..offset];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(&before[line_start..]);
    let text = if line_start == 0 { text.strip_prefix('\u{feff}').unwrap_or(&text) } else { &text };
    (line as u64, text.chars().count() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_that_lies_is_found() {
        let check = |start, end, line, column| {
            let span = Span { input: "a.x".to_owned(), start, end, line, column };
            wrong_span("a.x", "\u{feff}é\nzoë!".as_bytes(), &span).is_some()
        };
        assert!(!check(3, 5, 1, 1));
        assert!(!check(5, 5, 1, 2));
        assert!(!check(6, 7, 2, 1));
        assert!(!check(10, 11, 2, 4));
        assert!(!check(11, 11, 2, 5));
        for (start, end, line, column) in
            [(3, 12, 1, 1), (5, 4, 1, 2), (6, 7, 1, 1), (6, 7, 2, 0), (10, 11, 2, 5), (0, 0, 0, 1)]
        {
            assert!(check(start, end, line, column), "{start} {end} {line} {column}");
        }
        let span = Span { input: "b.x".to_owned(), start: 0, end: 0, line: 1, column: 1 };
        assert!(wrong_span("a.x", b"", &span).is_some());
    }
}
