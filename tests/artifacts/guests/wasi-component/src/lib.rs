//! A guest that asks for the environment's variables through a component's imports.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod world {
    wit_bindgen::generate!({
        path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
        inline: r#"
            package test:curious;

            package wasi:cli@0.2.6 {
                interface environment {
                    get-environment: func() -> list<tuple<string, string>>;
                }
            }

            world curious {
                import wasi:cli/environment@0.2.6;
                include noorm:loader/document-loader@1.0.0;
            }
        "#,
        world: "test:curious/curious",
        generate_all,
    });
}

use world::exports::noorm::loader::{describe, document};
use world::noorm::types::report::Failure;
use world::wasi::cli::environment::get_environment;

struct Plugin;

impl describe::Guest for Plugin {
    fn describe() -> describe::Descriptor {
        describe::Descriptor {
            name: "loader-curious".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "a hostile guest".to_owned(),
            extensions: vec!["curious".to_owned()],
            media_types: Vec::new(),
            options_schema: "{}".to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(_: document::Request) -> Result<Vec<u8>, Failure> {
        Ok(vec![if get_environment().is_empty() { 0xf4 } else { 0xf5 }])
    }
}

world::export!(Plugin with_types_in world);
