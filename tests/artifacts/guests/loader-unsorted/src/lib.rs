//! A loader whose document has its keys in an order of its own: `{"b": 1, "a": 2}`.

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest as Describe};
use noorm_guest::document::exports::noorm::loader::document::{Guest, Request};
use noorm_guest::document::noorm::types::report::Failure;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);

impl Describe for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: "loader-unsorted".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "always the same, in the wrong order".to_owned(),
            extensions: vec!["unsorted".to_owned()],
            media_types: Vec::new(),
            options_schema: "{}".to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl Guest for Plugin {
    fn load(_: Request) -> Result<Vec<u8>, Failure> {
        Ok(vec![0xa2, 0x61, b'b', 0x01, 0x61, b'a', 0x02])
    }
}
