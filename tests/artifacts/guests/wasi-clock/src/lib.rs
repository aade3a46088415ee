//! A guest that asks for a seed, and for the time when its file is not empty.

// The bindings export C functions, which Rust counts as unsafe.
#![allow(unsafe_code)]

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod world {
    wit_bindgen::generate!({
        path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
        inline: r#"
            package test:timely;

            package wasi:clocks@0.2.6 {
                interface monotonic-clock {
                    now: func() -> u64;
                }
            }

            package wasi:random@0.2.6 {
                interface insecure-seed {
                    insecure-seed: func() -> tuple<u64, u64>;
                }
            }

            world timely {
                import wasi:clocks/monotonic-clock@0.2.6;
                import wasi:random/insecure-seed@0.2.6;
                include noorm:loader/document-loader@1.0.0;
            }
        "#,
        world: "test:timely/timely",
        generate_all,
    });
}

use world::exports::noorm::loader::{describe, document};
use world::noorm::types::report::Failure;
use world::wasi::clocks::monotonic_clock::now;
use world::wasi::random::insecure_seed::insecure_seed;

struct Plugin;

impl describe::Guest for Plugin {
    fn describe() -> describe::Descriptor {
        describe::Descriptor {
            name: "loader-timely".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "a hostile guest".to_owned(),
            extensions: vec!["timely".to_owned()],
            media_types: Vec::new(),
            options_schema: "{}".to_owned(),
            attrs: Vec::new(),
        }
    }
}

impl document::Guest for Plugin {
    fn load(request: document::Request) -> Result<Vec<u8>, Failure> {
        if !request.content.is_empty() && now() > 0 {
            return Ok(vec![0xf6]);
        }
        Ok(vec![if insecure_seed() == (0, 0) { 0xf4 } else { 0xf5 }])
    }
}

world::export!(Plugin with_types_in world);
