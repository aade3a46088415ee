//! Who this loader is and what it reads.

use noorm_guest::linked::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "JavaScript modules: the default export, without clock or randomness".to_owned(),
            extensions: vec!["js".to_owned(), "mjs".to_owned()],
            media_types: vec!["text/javascript".to_owned()],
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}
