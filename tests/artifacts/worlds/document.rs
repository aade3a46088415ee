//! The world of a hostile document loader, without the SDK: a hostile guest says what no SDK lets it say.
//!
//! Included by the guests with `#[path]`; each uses a part of it.

#![allow(dead_code, unused_imports, missing_docs, unreachable_pub, clippy::all)]

wit_bindgen::generate!({
    path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
    world: "noorm:loader/document-loader",
    generate_all,
});

pub use exports::noorm::loader::describe::{Descriptor, Guest as Describe};
pub use exports::noorm::loader::document::{Guest as Document, Request};
pub use noorm::host::log;
pub use noorm::types::report::Failure;

/// Describes a guest that reads files with the extension of its own name.
pub fn descriptor(word: &str) -> Descriptor {
    Descriptor {
        name: format!("loader-{word}"),
        version: "0.1.0".to_owned(),
        summary: "a hostile guest".to_owned(),
        extensions: vec![word.to_owned()],
        media_types: Vec::new(),
        options_schema: "{}".to_owned(),
        attrs: Vec::new(),
    }
}

/// Makes a guest of a function from request to answer.
macro_rules! document_loader {
    ($word:literal, $load:path) => {
        struct Plugin;
        impl world::Describe for Plugin {
            fn describe() -> world::Descriptor {
                world::descriptor($word)
            }
        }
        impl world::Document for Plugin {
            fn load(request: world::Request) -> Result<Vec<u8>, world::Failure> {
                $load(request)
            }
        }
        world::export!(Plugin with_types_in world);
    };
}
pub(crate) use document_loader;
