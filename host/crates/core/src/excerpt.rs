//! Shows the place in a source that an error is about: line numbers and a caret.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Lines longer than this are cut around the place, in bytes.
const LINE_BYTES_MAX: usize = 160;

/// A label longer than this says again what the message says, and is left out, in bytes.
const LABEL_BYTES_MAX: usize = 100;

/// Renders the line of `start..end` (bytes of `source`), as `path:line` and the line with a caret under it.
pub fn render(path: &str, source: &str, start: usize, end: usize, label: &str) -> String {
    render_part(path, source, 1, start, end, label)
}

/// Renders the same where `source` is the part of a text that begins on the line `first`.
pub fn render_part(path: &str, source: &str, first: usize, start: usize, end: usize, label: &str) -> String {
    let start = floor(source, start.min(source.len()));
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    let line = source[..line_start].matches('\n').count() + first;
    // One line is shown, cut around the place; the caret does not leave it.
    let from = floor(source, line_start.max(start.saturating_sub(LINE_BYTES_MAX / 2)));
    let to = floor(source, line_end.min(start + LINE_BYTES_MAX / 2));
    let text = source[from..to].trim_end_matches('\r');
    let at = (start - from).min(text.len());
    let until = floor(text, end.saturating_sub(from).clamp(at, text.len()));
    let label = Some(label).filter(|label| label.len() <= LABEL_BYTES_MAX);
    let annotation = AnnotationKind::Primary.span(at..until).label(label);
    let snippet = Snippet::source(text).line_start(line).path(path).annotation(annotation);
    let report = [Level::ERROR.primary_title("").element(snippet)];
    let rendered = Renderer::plain().render(&report);
    // The title line is the caller's to print.
    rendered.split_once('\n').map_or(String::new(), |(_, rest)| rest.to_owned())
}

/// Returns the byte offset of a line and column, both counted from 1; past the end it is the end of the line.
pub fn offset(source: &str, line: u32, column: u32) -> usize {
    let mut at = 0;
    for _ in 1..line {
        match source[at..].find('\n') {
            Some(end) => at += end + 1,
            None => return source.len(),
        }
    }
    let rest = &source[at..];
    let end = rest.find('\n').unwrap_or(rest.len());
    let columns = usize::try_from(column.saturating_sub(1)).unwrap_or(0);
    at + rest[..end].char_indices().nth(columns).map_or(end, |(byte, _)| byte)
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let shown = render("a.sql", "SELECT 1;\nSELEC 2;\n", 10, 15, "here");
        assert_eq!(shown, " --> a.sql:2:1\n  |\n2 | SELEC 2;\n  | ^^^^^ here");
    }

    #[test]
    fn a_part_of_a_text_has_its_own_first_line() {
        let shown = render_part("a.sql", "SELECT 1;\nSELEC 2;\n", 41, 10, 15, "here");
        assert!(shown.contains("a.sql:42:1\n") && shown.contains("42 | SELEC 2;"), "{shown}");
    }

    #[test]
    fn any_range_of_any_text_renders() {
        let texts = ["", "\n", "é\r\nzoë", &"x".repeat(5000), "a\u{feff}b"];
        for text in texts {
            for start in [0, 1, 2, 3, 4000, 9000] {
                for end in [0, 1, 5, 4500, 99999] {
                    render("p", text, start, end, "l");
                }
            }
        }
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        assert_eq!(offset("ab\nzoë x\n", 2, 5), 8);
        assert_eq!(offset("ab\nc", 9, 9), 4);
        assert_eq!(offset("ab\nc", 1, 9), 2);
    }
}
