//! A guest whose schema of options is none.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod world {
    wit_bindgen::generate!({
        path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
        world: "noorm:loader/document-loader",
        generate_all,
    });
}

use world::exports::noorm::loader::{describe, document};
use world::noorm::types::report::Failure;

struct Plugin;

impl describe::Guest for Plugin {
    fn describe() -> describe::Descriptor {
        describe::Descriptor {
            name: "loader-unschemed".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "a hostile guest".to_owned(),
            extensions: vec!["unschemed".to_owned()],
            media_types: Vec::new(),
            options_schema: r#"{"type":"objekt"}"#.to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(_: document::Request) -> Result<Vec<u8>, Failure> {
        Ok(vec![0xf6])
    }
}

world::export!(Plugin with_types_in world);
