//! Bindings that wit-bindgen makes of `wit/`. Nothing here is written by hand but the calls, and what is beside them.

/// The world `noorm:dialect/dialect`.
pub mod dialect {
    #![allow(unsafe_code, missing_docs, unreachable_pub, rust_2018_idioms, clippy::all)]
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/dialect"],
        world: "noorm:dialect/dialect",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_dialect",
        default_bindings_module: "noorm_guest::dialect",
    });
    crate::internal::internal!();
}

/// The world `noorm:loader/document-loader`.
pub mod document {
    #![allow(unsafe_code, missing_docs, unreachable_pub, rust_2018_idioms, clippy::all)]
    wit_bindgen::generate!({
        path: ["../../wit/types", "../../wit/host", "../../wit/loader"],
        world: "noorm:loader/document-loader",
        generate_all,
        pub_export_macro: true,
        export_macro_name: "__export_document",
        default_bindings_module: "noorm_guest::document",
    });
}

/// The world `noorm:loader/linked-loader`: a document loader that reads other files of the project.
pub use noorm_guest_linked as linked;
/// The world `noorm:loader/linked-row-loader`: a row loader that reads other files of the project.
pub use noorm_guest_linked_rows as linked_rows;
/// The world `noorm:loader/row-loader`.
pub use noorm_guest_rows as rows;
