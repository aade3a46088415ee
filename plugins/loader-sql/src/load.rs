//! Reads one document.

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;
use noorm_guest::options::Options;
use noorm_guest::position;
use noorm_guest::problem::Problem;

use crate::Plugin;

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
    let text = position::text(bytes).map_err(Problem::not_utf8)?.text;
    Ok(Value::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_stays_as_it_is() {
        for text in ["", "SELECT 1;\r\n-- {{ x }}\n", "\n\n zoë \0"] {
            assert_eq!(read(text.as_bytes()), Ok(Value::Text(text.to_owned())));
        }
        assert_eq!(read("\u{feff}SELECT 1".as_bytes()), Ok(Value::Text("SELECT 1".to_owned())));
    }

    #[test]
    fn what_is_no_text_has_a_place() {
        let problem = read(b"SELECT 1;\n\xff").expect_err("not UTF-8");
        assert_eq!((problem.code, problem.at.map(|at| (at.line, at.column))), ("invalid-utf8", Some((2, 1))));
    }
}
