//! Reads one document.

use std::collections::{HashMap, HashSet};

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use crate::Plugin;
use crate::scalar;

/// Deepest nesting that is read: the host reads no deeper.
const DEPTH_MAX: usize = 120;

/// Most bytes that aliases may repeat: a few lines of aliases of aliases would otherwise fill the memory.
const REPEATED_BYTES_MAX: usize = 8 << 20;

/// What a value weighs beside its text, as a share of those bytes.
const VALUE_BYTES: usize = 16;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match Options::none(&request.options).and_then(|()| read(&request.content)) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

/// Reads a file's bytes. An empty file is null.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?.text;
    let reader = Reader { bytes, events: Parser::new_from_str(text), anchors: HashMap::new(), repeated: 0 };
    reader.document()
}

struct Reader<'a, I> {
    bytes: &'a [u8],
    events: I,
    anchors: HashMap<usize, Value>,
    repeated: usize,
}

impl<'a, I: Iterator<Item = Result<(Event<'a>, Span), ScanError>>> Reader<'a, I> {
    fn document(mut self) -> Result<Value, Problem> {
        let mut found = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(found.unwrap_or(Value::Null)),
                Event::DocumentStart(_) if found.is_some() => {
                    let problem = Problem::new("several-documents", "a second document begins here");
                    return Err(self.place(problem, span.start).help("keep one document in a file"));
                }
                Event::DocumentStart(_) => {
                    let (event, span) = self.next()?;
                    found = Some(self.node(event, span, 0)?);
                }
                _ => return Err(self.place(Problem::new("syntax", "a value outside a document"), span.start)),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let marker = *error.marker();
                Err(self.place(Problem::new("syntax", error.info().to_owned()), marker))
            }
            None => Err(Problem::new("syntax", "the file ends in the middle of a value")),
        }
    }

    fn place(&self, problem: Problem, marker: Marker) -> Problem {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        problem.at_line(self.bytes, number(marker.line()), number(marker.col() + 1))
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Value, Problem> {
        if depth > DEPTH_MAX {
            return Err(self.too_deep(span));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                let core =
                    tag.as_ref().filter(|tag| tag.handle.contains("yaml.org,2002")).map(|tag| tag.suffix.as_str());
                let is_plain = style == ScalarStyle::Plain;
                (scalar::value(&text, is_plain, core), anchor)
            }
            Event::SequenceStart(anchor, _) => (self.sequence(depth)?, anchor),
            Event::MappingStart(anchor, _) => (self.mapping(depth)?, anchor),
            _ => return Err(self.place(Problem::new("syntax", "a value is missing"), span.start)),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn too_deep(&self, span: Span) -> Problem {
        self.place(Problem::new("too-deep", format!("nested deeper than {DEPTH_MAX}")), span.start)
    }

    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Result<Value, Problem> {
        let Some(value) = self.anchors.get(&anchor) else {
            let problem = Problem::new("alias", "this alias names a value that contains it");
            return Err(self.place(problem, span.start));
        };
        // The value was read at a depth of its own and now stands at another.
        if depth + levels(value) > DEPTH_MAX {
            return Err(self.too_deep(span));
        }
        self.repeated += weight(value);
        if self.repeated > REPEATED_BYTES_MAX {
            let message = format!("aliases repeat more than {} MiB of values", REPEATED_BYTES_MAX >> 20);
            return Err(self.place(Problem::new("too-many-aliases", message), span.start));
        }
        Ok(value.clone())
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, Problem> {
        let mut seen = HashSet::new();
        let mut entries: Vec<(String, Value)> = Vec::new();
        let mut merged: Vec<(String, Value)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<");
            let key = self.key(event, span, depth)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            if is_merge {
                merged.extend(self.merge(value, at)?);
            } else if seen.insert(key.clone()) {
                entries.push((key, value));
            } else {
                let problem = Problem::new("duplicate-key", format!("the key `{key}` stands twice"));
                return Err(self.place(problem, span.start));
            }
        }
        // What the mapping says itself wins; of several merged mappings the first one does.
        for (key, value) in merged {
            if seen.insert(key.clone()) {
                entries.push((key, value));
            }
        }
        Ok(Value::Map(entries))
    }

    fn key(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<String, Problem> {
        if let Event::Scalar(text, ..) = &event {
            let text = text.to_string();
            // A key can be an anchor too.
            self.node(event, span, depth + 1)?;
            return Ok(text);
        }
        match self.node(event, span, depth + 1)? {
            Value::Text(text) => Ok(text),
            _ => Err(self.place(Problem::new("key", "a key must be text, a number or a boolean"), span.start)),
        }
    }

    fn merge(&self, value: Value, span: Span) -> Result<Vec<(String, Value)>, Problem> {
        let wrong = || self.place(Problem::new("merge", "`<<` merges mappings and nothing else"), span.start);
        match value {
            Value::Map(entries) => Ok(entries),
            Value::List(items) => {
                let mut all = Vec::new();
                for item in items {
                    match item {
                        Value::Map(entries) => all.extend(entries),
                        _ => return Err(wrong()),
                    }
                }
                Ok(all)
            }
            _ => Err(wrong()),
        }
    }
}

/// How many bytes a value takes, about.
fn weight(value: &Value) -> usize {
    VALUE_BYTES
        + match value {
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(weight).sum(),
            Value::Map(entries) => entries.iter().map(|(key, value)| key.len() + weight(value)).sum(),
            _ => 0,
        }
}

/// How many levels of values are inside a value.
fn levels(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().map(|item| 1 + levels(item)).max().unwrap_or(0),
        Value::Map(entries) => entries.iter().map(|(_, value)| 1 + levels(value)).max().unwrap_or(0),
        _ => 0,
    }
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

    fn check(source: &str, expected: Value) {
        assert_eq!(read(source.as_bytes()), Ok(expected), "{source}");
    }

    fn fails(source: &str, code: &str, line: u32) {
        let problem = read(source.as_bytes()).expect_err("a wrong file");
        assert_eq!((problem.code, problem.at.map(|at| at.line)), (code, Some(line)), "{problem:?}");
    }

    #[test]
    fn scalars_are_those_of_the_core_schema() {
        check(
            "yes: yes\noct: 0o17\noct1: 017\nday: 2024-01-15\nnull1: ~\nnull2:\nfloat: 1e3\nhex: 0x1F\nq: '12'\nt: true\n",
            map(&[
                ("yes", text("yes")),
                ("oct", Value::Integer(15)),
                ("oct1", Value::Integer(17)),
                ("day", text("2024-01-15")),
                ("null1", Value::Null),
                ("null2", Value::Null),
                ("float", Value::Real(1000.0)),
                ("hex", Value::Integer(31)),
                ("q", text("12")),
                ("t", Value::Boolean(true)),
            ]),
        );
        check("!!str 12", text("12"));
        check("", Value::Null);
        check("\u{feff}- 1\r\n- zoë\r\n", Value::List(vec![Value::Integer(1), text("zoë")]));
        check("|\n  a\n  b\n", text("a\nb\n"));
    }

    #[test]
    fn anchors_and_merges_are_resolved() {
        check(
            "base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  x: 3\n",
            map(&[
                ("base", map(&[("x", Value::Integer(1)), ("y", Value::Integer(2))])),
                ("other", map(&[("x", Value::Integer(3)), ("y", Value::Integer(2))])),
            ]),
        );
    }

    #[test]
    fn errors_have_a_place() {
        fails("a: 1\na: 2\n", "duplicate-key", 2);
        fails("a: 1\n---\nb: 2\n", "several-documents", 2);
        fails("a: [1,\n", "syntax", 2);
        fails("a: 1\nb: {<<: 3}\n", "merge", 2);
        fails("? [a]\n: 1\n", "key", 1);
        fails(&"[".repeat(200), "too-deep", 1);
    }

    #[test]
    fn aliases_cannot_nest_deeper_than_the_host_reads() {
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        fails(&format!("a: &a {open}x{close}\nb: &b {open}*a{close}\nc: [*b]\n"), "too-deep", 2);
        let half = "[".repeat(50);
        let text = format!("a: &a {half}x{}\nb: {half}*a{}\n", "]".repeat(50), "]".repeat(50));
        assert!(read(text.as_bytes()).is_ok());
    }

    #[test]
    fn long_texts_cannot_be_repeated_without_end() {
        let text = format!("a: &a {}\nb:\n{}", "x".repeat(50_000), "- *a\n".repeat(2_000));
        assert_eq!(read(text.as_bytes()).expect_err("100 MB").code, "too-many-aliases");
    }

    #[test]
    fn a_billion_laughs_are_refused() {
        let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..9 {
            let alias = format!("*a{}", level - 1);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 10].join(",")));
        }
        assert_eq!(read(bomb.as_bytes()).expect_err("a bomb").code, "too-many-aliases");
    }
}
