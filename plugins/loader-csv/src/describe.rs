//! Who this loader is and what it reads.

use noorm_guest::rows::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;
use crate::style::SCHEMA;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "rows of text under the names of the first line".to_owned(),
            extensions: vec!["csv".to_owned()],
            media_types: vec!["text/csv".to_owned()],
            options_schema: SCHEMA.to_owned(),
            attrs: Vec::new(),
        }
    }
}
