//! What a loader says of a wrong file points into that file, and offset, line and column agree.

use noorm_core::diagnostic::{Diagnostic, Span};
use noorm_plugin_host::Trial;

use super::{Subject, no_sample};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::mutate::mutate;
use crate::report::Fault;
use crate::shrink::shrink;

/// Files that are tried until enough were refused.
const TRIES_MAX: u32 = 1500;
const REFUSED_ENOUGH: u32 = 300;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "what is said of a wrong file points into it, and its offset, line and column agree";
    let seed = bench.order.seed;
    bench.check("places", law, |cases| places(subject, cases, seed));
}

fn places(subject: &Subject<'_>, cases: &mut Cases, seed: u64) -> Verdict {
    let samples: Vec<&[u8]> = subject.samples.iter().map(|sample| sample.content.as_slice()).collect();
    if samples.is_empty() {
        return Ok(Pass::Skipped(no_sample(subject)));
    }
    let (mut chance, mut refused, mut with_place) = (Chance::new(seed), 0, 0);
    for _ in 0..TRIES_MAX {
        if refused == REFUSED_ENOUGH || cases.is_late() {
            break;
        }
        let content = mutate(&mut chance, &samples);
        let trial = subject.load(&subject.path(), &content, &[]);
        if trial.said.is_empty() {
            continue;
        }
        cases.next();
        refused += 1;
        with_place += u32::from(trial.said.iter().any(|one| one.span.is_some()));
        if wrong(subject, &content, &trial).is_some() {
            let is_wrong = |content: &[u8]| wrong(subject, content, &subject.load(&subject.path(), content, &[]));
            let smallest = shrink(content, |content| is_wrong(content).is_some());
            return Err(Fault::new(is_wrong(&smallest).unwrap_or_default()).with(smallest));
        }
    }
    match (refused, with_place) {
        (0, _) => Ok(Pass::Skipped("the loader refused none of the files that were tried".to_owned())),
        (_, 0) => Ok(Pass::Noted("no refusal says where: a user of it has to search".to_owned())),
        _ => Ok(Pass::Noted(format!("{with_place} of {refused} refusals say where"))),
    }
}

/// Says what is wrong with the places of a refusal.
fn wrong(subject: &Subject<'_>, content: &[u8], trial: &Trial) -> Option<String> {
    trial.said.iter().find_map(|one| {
        let span = one.span.as_ref()?;
        // A linked loader may speak of another file, whose text is not at hand.
        if trial.read.contains(&span.input) {
            return None;
        }
        wrong_span(&subject.path(), content, span).map(|what| format!("{}: {what}", said(one)))
    })
}

fn said(one: &Diagnostic) -> String {
    format!("`{}` ({})", one.code, one.message)
}

fn wrong_span(path: &str, content: &[u8], span: &Span) -> Option<String> {
    if span.input != path {
        return Some(format!("it is said of `{}`, the file is `{path}`", span.input));
    }
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    if start > end || end > content.len() {
        return Some(format!("bytes {start} to {end} of a file of {} bytes", content.len()));
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
