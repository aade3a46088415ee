//! Who this loader is and what it reads.

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "the text of an SQL file, as it stands".to_owned(),
            extensions: vec!["sql".to_owned()],
            media_types: vec!["application/sql".to_owned()],
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}
