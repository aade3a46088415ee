//! The world of a hostile row loader, without the SDK: a hostile guest says what no SDK lets it say.
//!
//! Included by the guests with `#[path]`; each uses a part of it.

#![allow(dead_code, unused_imports, missing_docs, unreachable_pub, clippy::all)]

wit_bindgen::generate!({
    path: ["../../../../wit/types", "../../../../wit/host", "../../../../wit/loader"],
    world: "noorm:loader/row-loader",
    generate_all,
});

pub use exports::noorm::loader::describe::{Descriptor, Guest as Describe};
pub use exports::noorm::loader::rows::{Batch, Guest as Rows, GuestReader, Opening, Reader};
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

/// Makes a guest of a type that has `new`, `push`, `columns` and `next`.
macro_rules! row_loader {
    ($word:literal, $reader:ty) => {
        struct Plugin;
        impl world::Describe for Plugin {
            fn describe() -> world::Descriptor {
                world::descriptor($word)
            }
        }
        impl world::Rows for Plugin {
            type Reader = $reader;
        }
        impl world::GuestReader for $reader {
            fn open(_: world::Opening) -> Result<world::Reader, world::Failure> {
                Ok(world::Reader::new(<$reader>::new()))
            }
            fn push(&self, chunk: Vec<u8>) -> Result<(), world::Failure> {
                self.take(&chunk);
                Ok(())
            }
            fn finish(&self) -> Result<(), world::Failure> {
                Ok(())
            }
            fn columns(&self) -> Option<Vec<String>> {
                self.names()
            }
            fn next(&self) -> Result<Option<world::Batch>, world::Failure> {
                Ok(self.batch())
            }
        }
        world::export!(Plugin with_types_in world);
    };
}
pub(crate) use row_loader;
