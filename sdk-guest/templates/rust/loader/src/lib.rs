//! Data files of lines `name = value`, as a document.

pub mod read;

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest as Describe};
use noorm_guest::document::exports::noorm::loader::document::{Guest as Document, Request};
use noorm_guest::document::noorm::types::report::Failure;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);

impl Describe for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
            extensions: vec!["{{word}}".to_owned()],
            media_types: Vec::new(),
            // JSON Schema: the host checks a user's options against it. This loader has none.
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl Document for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        match read::read(&request.content) {
            Ok(value) => Ok(value.encode()),
            Err(problem) => Err(problem.into_document_failure(&request.path)),
        }
    }
}
