//! Who this loader is and what it reads.

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "NDJSON: one JSON value a line".to_owned(),
            extensions: vec!["ndjson".to_owned(), "jsonl".to_owned()],
            media_types: vec!["application/x-ndjson".to_owned(), "application/jsonl".to_owned()],
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}
