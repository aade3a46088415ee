//! What the guest `linked` was before it read files: it answers with the lines of its data file, needs no grant, says what is
//! going to change, and has an option and an extension that the later one dropped. Tests update it to `linked`, which wants more.

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::describe::{self, Descriptor};
use noorm_guest::document::exports::noorm::loader::document::{self, Request};
use noorm_guest::document::noorm::host::log::{self, Level};
use noorm_guest::document::noorm::types::report::Failure;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);

impl describe::Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: "loader-linked".to_owned(),
            version: "0.0.9".to_owned(),
            summary: "the lines of a file".to_owned(),
            extensions: vec!["linked".to_owned(), "links".to_owned()],
            media_types: Vec::new(),
            options_schema:
                r#"{"type":"object","additionalProperties":false,"properties":{"upper":{"type":"boolean"}}}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        let text = String::from_utf8_lossy(&request.content).into_owned();
        log::emit(Level::Warn, "lines are going to be paths", &[("file".to_owned(), request.path)]);
        log::emit(Level::Debug, &text, &[]);
        // The only option there is, and a boolean: true is the byte 0xF5 (RFC 8949, appendix B).
        let text = if request.options.contains(&0xF5) { text.to_uppercase() } else { text };
        Ok(Value::List(text.lines().map(|line| Value::Text(line.to_owned())).collect()).encode())
    }
}
