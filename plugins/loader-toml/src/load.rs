//! Reads one document.

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;

use crate::Plugin;

/// Deepest nesting that is read: the host reads no deeper. The parser bounds each header, key and array, and not all of
/// them together.
const DEPTH_MAX: usize = 120;

impl Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match Options::none(&request.options).and_then(|()| read(&request.content)) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}

/// Reads a file's bytes.
pub fn read(bytes: &[u8]) -> Result<Value, Problem> {
    let text = position::text(bytes).map_err(Problem::not_utf8)?;
    let table: toml::Table = text.text.parse().map_err(|error: toml::de::Error| {
        let problem = Problem::new("syntax", error.message().to_owned());
        match error.span() {
            Some(span) => problem.at_offset(bytes, text.skipped + span.start),
            None => problem,
        }
    })?;
    let too_deep = || Problem::new("too-deep", format!("nested deeper than {DEPTH_MAX}"));
    value(toml::Value::Table(table), 0).ok_or_else(too_deep)
}

/// Returns `None` for what is nested too deep.
fn value(found: toml::Value, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    let inner = |item| value(item, depth + 1);
    Some(match found {
        toml::Value::String(text) => Value::Text(text),
        toml::Value::Integer(number) => Value::Integer(i128::from(number)),
        toml::Value::Float(number) => Value::Real(number),
        toml::Value::Boolean(flag) => Value::Boolean(flag),
        toml::Value::Datetime(instant) => Value::Text(instant.to_string()),
        toml::Value::Array(items) => Value::List(items.into_iter().map(inner).collect::<Option<_>>()?),
        toml::Value::Table(table) => {
            Value::Map(table.into_iter().map(|(key, item)| Some((key, inner(item)?))).collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_dates_are_read() {
        let expected = Value::Map(vec![
            ("day".to_owned(), Value::Text("2026-01-31".to_owned())),
            ("list".to_owned(), Value::List(vec![Value::Integer(1)])),
            ("t".to_owned(), Value::Map(vec![("x".to_owned(), Value::Real(1.5))])),
        ]);
        assert_eq!(read(b"\xef\xbb\xbfday = 2026-01-31\r\nlist = [1]\n[t]\nx = 1.5\n"), Ok(expected));
        assert_eq!(read(b""), Ok(Value::Map(Vec::new())));
    }

    #[test]
    fn a_file_cannot_nest_deeper_than_the_host_reads() {
        let (header, key) = (["a"; 75].join("."), ["b"; 75].join("."));
        let problem = read(format!("[{header}]\n{key} = 1\n").as_bytes()).expect_err("150 levels");
        assert_eq!(problem.code, "too-deep");
    }

    #[test]
    fn errors_have_a_place() {
        let problem = read(b"a = 1\na = 2\n").expect_err("a key stands twice");
        assert_eq!(problem.at.map(|at| (at.line, at.column)), Some((2, 1)), "{problem:?}");
        assert_eq!(read(b"a = \xff").expect_err("not UTF-8").code, "invalid-utf8");
    }
}
