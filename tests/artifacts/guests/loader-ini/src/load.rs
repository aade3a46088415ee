//! Reads one document: a map of sections, each a map of texts. Keys before the first section stand beside the sections.

use std::collections::BTreeMap;

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::position;
use noorm_guest::problem::Problem;

use crate::Plugin;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match read(&request.content) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

type Section = BTreeMap<String, Value>;

/// Reads a file's bytes.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?;
    let mut root = Section::new();
    let mut open: Option<(String, Section)> = None;
    let mut offset = text.skipped;
    for line in text.text.split_inclusive('\n') {
        let at = offset + line.len() - line.trim_start().len();
        offset += line.len();
        let place = |problem: Problem| problem.at_offset(bytes, at);
        match parse(line.trim()).map_err(place)? {
            Line::Blank => {}
            Line::Section(name) => {
                close(&mut root, open.take());
                if root.contains_key(name) {
                    return Err(place(twice("section", name)));
                }
                open = Some((name.to_owned(), Section::new()));
            }
            Line::Entry(key, value) => {
                let section = open.as_mut().map_or(&mut root, |(_, section)| section);
                if section.insert(key.to_owned(), Value::Text(value.to_owned())).is_some() {
                    return Err(place(twice("key", key)));
                }
            }
        }
    }
    close(&mut root, open);
    Ok(map(root))
}

enum Line<'a> {
    Blank,
    Section(&'a str),
    Entry(&'a str, &'a str),
}

fn parse(line: &str) -> Result<Line<'_>, Problem> {
    if line.is_empty() || line.starts_with([';', '#']) {
        return Ok(Line::Blank);
    }
    if let Some(rest) = line.strip_prefix('[') {
        return match rest.strip_suffix(']').map(str::trim) {
            Some(name) if !name.is_empty() => Ok(Line::Section(name)),
            _ => Err(Problem::new("section", "this is not the name of a section").help("write `[name]`")),
        };
    }
    match line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
        Some((key, value)) if !key.is_empty() => Ok(Line::Entry(key, value)),
        _ => Err(Problem::new("entry", "this line has no key and value").help("write `key = value`")),
    }
}

fn close(root: &mut Section, section: Option<(String, Section)>) {
    if let Some((name, entries)) = section {
        root.insert(name, map(entries));
    }
}

fn map(section: Section) -> Value {
    Value::Map(section.into_iter().collect())
}

fn twice(what: &str, name: &str) -> Problem {
    Problem::new("duplicate", format!("the {what} `{name}` stands twice")).help("rename one of them")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    fn fails(source: &[u8], code: &str, place: (u32, u32)) {
        let problem = read(source).expect_err("a wrong file");
        assert_eq!((problem.code, problem.at.map(|at| (at.line, at.column))), (code, Some(place)), "{problem:?}");
    }

    #[test]
    fn sections_hold_texts() {
        let source = "\u{feff}top = 007\r\n; a comment\r\n[shop]\r\nurl=a=b\r\nempty =\r\n\r\n[ zoë ]\r\n# another\r\n";
        let shop = map(&[("empty", text("")), ("url", text("a=b"))]);
        let expected = map(&[("shop", shop), ("top", text("007")), ("zoë", map(&[]))]);
        assert_eq!(read(source.as_bytes()), Ok(expected));
        assert_eq!(read(b""), Ok(map(&[])));
    }

    #[test]
    fn errors_have_a_place() {
        fails(b"a = 1\n  b\n", "entry", (2, 3));
        fails(b"= 1\n", "entry", (1, 1));
        fails(b"\n[open\n", "section", (2, 1));
        fails(b"[]\n", "section", (1, 1));
        fails(b"[a]\nx = 1\nx = 2\n", "duplicate", (3, 1));
        fails(b"[a]\n[b]\n[a]\n", "duplicate", (3, 1));
        fails(b"a = 1\n[a]\n", "duplicate", (2, 1));
        fails(b"a = \xff\n", "invalid-utf8", (1, 5));
    }
}
