//! Who this loader is and what it reads.

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;
use crate::load::SCHEMA;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "XML: elements by name, attributes under `@name`".to_owned(),
            extensions: vec!["xml".to_owned()],
            media_types: vec!["application/xml".to_owned(), "text/xml".to_owned()],
            options_schema: SCHEMA.to_owned(),
            attrs: Vec::new(),
        }
    }
}
