//! What the loader `loader-ini` might become: its second version reads whole numbers, and nothing before the first section.
//! Tests update the first one to it, and look at what differs in the data.

use std::collections::BTreeMap;

use noorm_guest::cbor::Value;
use noorm_guest::document::exports::noorm::loader::describe::{self, Descriptor};
use noorm_guest::document::exports::noorm::loader::document::{self, Request};
use noorm_guest::document::noorm::types::report::Failure;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);

impl describe::Guest for Plugin {
    fn describe() -> Descriptor {
        Descriptor {
            name: "loader-ini".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "sections of keys, texts and numbers".to_owned(),
            extensions: vec!["ini".to_owned()],
            media_types: Vec::new(),
            options_schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(request: Request) -> Result<Vec<u8>, Failure> {
        Ok(read(&String::from_utf8_lossy(&request.content)).encode())
    }
}

fn read(text: &str) -> Value {
    let mut sections: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut open = None;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.entry(name.to_owned()).or_default();
            open = Some(name.to_owned());
        } else if let (Some(section), Some((key, value))) = (&open, line.split_once('=')) {
            let value = value.trim();
            let value = value.parse().map_or_else(|_| Value::Text(value.to_owned()), Value::Integer);
            sections.entry(section.clone()).or_default().insert(key.trim().to_owned(), value);
        }
    }
    let map = |section: BTreeMap<String, Value>| Value::Map(section.into_iter().collect());
    Value::Map(sections.into_iter().map(|(name, section)| (name, map(section))).collect())
}
