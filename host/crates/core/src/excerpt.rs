//! Shows the place in a source that an error is about: line numbers and a caret.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

/// Lines longer than this are cut around the place, in bytes.
const LINE_BYTES_MAX: usize = 160;

/// A label longer than this says again what the message says, and is left out, in bytes.
const LABEL_BYTES_MAX: usize = 100;

/// Errors in one text that are shown with their places.
const EXCERPTS_MAX: usize = 5;

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

/// Renders the places of the errors that are in the same input as the first one is, so that whoever mends a file mends it at
/// once: a few of them, and how many more there are. `None` where the first error has no place.
pub fn render_errors(path: &str, source: &str, diagnostics: &[Diagnostic]) -> Option<String> {
    let errors = || diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let input = &errors().next()?.span.as_ref()?.input;
    let places =
        errors().filter_map(|one| Some((one.span.as_ref().filter(|span| span.input == *input)?, &one.message)));
    let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(source.len());
    let shown = places.take(EXCERPTS_MAX).enumerate().map(|(number, (span, message))| {
        // The first one is what the caller says; of the others there is nothing but the label.
        let label = if number == 0 { message.clone() } else { cut(message) };
        render(path, source, at(span.start), at(span.end), &label)
    });
    let mut shown: Vec<String> = shown.collect();
    let more = errors().count() - shown.len();
    if more > 0 {
        shown.push(format!("… and {more} more"));
    }
    Some(shown.join("\n\n"))
}

/// Returns as much of a message as a label may have.
fn cut(message: &str) -> String {
    const MORE: &str = "…";
    if message.len() <= LABEL_BYTES_MAX {
        return message.to_owned();
    }
    format!("{}{MORE}", &message[..floor(message, LABEL_BYTES_MAX - MORE.len())])
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
    fn all_errors_of_a_text_are_shown_up_to_a_few() {
        let source = "abc\n".repeat(9);
        let error = |input: &str, line: u32| {
            let start = u64::from(line - 1) * 4;
            let span = crate::diagnostic::Span { input: input.to_owned(), start, end: start + 3, line, column: 1 };
            let (code, message) = ("wrong".to_owned(), format!("wrong {line}"));
            Diagnostic { severity: Severity::Error, code, message, span: Some(span), help: None }
        };
        let warning = Diagnostic { severity: Severity::Warning, ..error("a", 1) };
        let two = [warning, error("a", 2), error("a", 4)];
        let shown = render_errors("a", &source, &two).expect("places");
        assert_eq!(shown, " --> a:2:1\n  |\n2 | abc\n  | ^^^ wrong 2\n\n --> a:4:1\n  |\n4 | abc\n  | ^^^ wrong 4");
        let many: Vec<_> = (1..=8).map(|line| error("a", line)).collect();
        let shown = render_errors("a", &source, &many).expect("places");
        assert!(
            shown.contains("wrong 5") && !shown.contains("wrong 6") && shown.ends_with("\n\n… and 3 more"),
            "{shown}"
        );
        let long = Diagnostic { message: "é".repeat(100), ..error("a", 2) };
        let elsewhere = [error("a", 1), error("b", 1), long, Diagnostic { span: None, ..error("a", 1) }];
        let shown = render_errors("a", &source, &elsewhere).expect("places");
        assert!(shown.contains(" éé") && shown.contains("é…\n\n… and 2 more"), "{shown}");
        assert_eq!(render_errors("a", &source, &[Diagnostic { span: None, ..error("a", 1) }, error("a", 2)]), None);
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
