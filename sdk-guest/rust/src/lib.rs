//! What the author of a noorm plugin uses: bindings of the worlds, and the pieces that every plugin needs.
//!
//! A loader or a dialect implements the `Guest` traits of one world's module ([`document`], [`rows`], [`linked`],
//! [`linked_rows`] or [`dialect`]), a quirk the trait of [`quirk`]; then it says `export_…!(Type)`. It runs in a sandbox
//! without clock, network or randomness, and without files but those that a linked loader was granted; this crate offers none
//! either.

pub mod batch;
pub mod cbor;
pub mod decimal;
mod internal;
pub mod lines;
pub mod options;
#[cfg(feature = "log")]
#[doc(hidden)]
pub mod panic;
pub mod position;
pub mod problem;
pub mod quirk;
pub mod split;
pub mod sql;
pub mod subject;
mod worlds;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use worlds::{dialect, document, linked, linked_rows, rows};

/// Makes a dialect component of a type. Does nothing on other targets, where a plugin is a library for its tests.
#[macro_export]
macro_rules! export_dialect {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            $crate::dialect::__export_dialect! { $type with_types_in $crate::dialect }
            $crate::__tell_host_of_panics!(dialect);
        };
    };
}

/// Makes a document loader component of a type. Does nothing on other targets.
#[macro_export]
macro_rules! export_document_loader {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            $crate::document::__export_document! { $type with_types_in $crate::document }
            $crate::__tell_host_of_panics!(document);
        };
    };
}

/// Makes a component of a type that is a document loader and reads other files of the project. Does nothing on other
/// targets.
#[macro_export]
macro_rules! export_linked_loader {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            $crate::linked::__export_linked! { $type with_types_in $crate::linked }
            $crate::__tell_host_of_panics!(linked);
        };
    };
}

/// Makes a row loader component of a type. Does nothing on other targets.
#[macro_export]
macro_rules! export_row_loader {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            $crate::rows::__export_rows! { $type with_types_in $crate::rows }
            $crate::__tell_host_of_panics!(rows);
        };
    };
}

/// Makes a component of a type that is a row loader and reads other files of the project. Does nothing on other targets.
#[macro_export]
macro_rules! export_linked_row_loader {
    ($type:ident) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            $crate::linked_rows::__export_linked_rows! { $type with_types_in $crate::linked_rows }
            $crate::__tell_host_of_panics!(linked_rows);
        };
    };
}

/// Without the feature `log` a panic traps and says nothing.
#[cfg(not(feature = "log"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __tell_host_of_panics {
    ($world:ident) => {};
}
