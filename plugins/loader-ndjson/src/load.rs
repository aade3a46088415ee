//! Reads one document.

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;

use crate::{Plugin, json};

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
    let mut values = Vec::new();
    let mut start = text.skipped;
    for line in text.text.split('\n') {
        let content = line.strip_suffix('\r').unwrap_or(line);
        if !content.trim_matches([' ', '\t']).is_empty() {
            let value = json::read(content).map_err(|wrong| {
                let problem = Problem::new(wrong.code, wrong.message).at_offset(bytes, start + wrong.offset);
                if wrong.is_at_end { problem.help("a value stands on one line") } else { problem }
            });
            values.push(value?);
        }
        start += line.len() + 1;
    }
    Ok(Value::List(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(numbers: &[i128]) -> Value {
        Value::List(numbers.iter().map(|number| Value::Integer(*number)).collect())
    }

    fn fails(text: &[u8], code: &str, place: (u32, u32)) -> Problem {
        let problem = read(text).expect_err("a wrong file");
        assert_eq!((problem.code, problem.at.map(|at| (at.line, at.column))), (code, Some(place)), "{problem:?}");
        problem
    }

    #[test]
    fn each_line_is_a_value() {
        let map = |name: &str| Value::Map(vec![("name".to_owned(), Value::Text(name.to_owned()))]);
        let expected = Value::List(vec![map("a"), map("zoë\n")]);
        assert_eq!(read("{\"name\": \"a\"}\n{\"name\":\"zoë\\n\"}\n".as_bytes()), Ok(expected.clone()));
        assert_eq!(read("\u{feff}\r\n {\"name\":\"a\"} \r\n\t\n{\"name\":\"zoë\\n\"}".as_bytes()), Ok(expected));
        assert_eq!(read(b""), Ok(Value::List(Vec::new())));
        assert_eq!(read(b"1\n\n2\n3"), Ok(integers(&[1, 2, 3])));
    }

    #[test]
    fn errors_have_a_place() {
        fails(b"{\"a\": 1}\n\n{\"a\": 1, \"a\": 2}\n", "duplicate-key", (3, 10));
        fails("\u{feff}1\r\n[\"zo\u{eb}\", ]\r\n".as_bytes(), "syntax", (2, 9));
        fails(b"1 2\n", "syntax", (1, 3));
        fails(b"1\n\xff\n", "invalid-utf8", (2, 1));
        let problem = fails(b"{\"a\":\n1}\n", "syntax", (1, 6));
        assert_eq!(problem.help.as_deref(), Some("a value stands on one line"));
    }
}
