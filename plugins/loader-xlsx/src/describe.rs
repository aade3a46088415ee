//! Who this loader is and what it reads.

use noorm_guest::document::exports::noorm::loader::describe::{Descriptor, Guest};

use crate::Plugin;
use crate::choice::SCHEMA;

impl Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Excel workbooks: sheets as rows, dates as text".to_owned(),
            extensions: vec!["xlsx".to_owned(), "xlsm".to_owned()],
            media_types: vec!["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned()],
            options_schema: SCHEMA.to_owned(),
            attrs: Vec::new(),
        }
    }
}
