//! Bindings that wit-bindgen makes of the world `noorm:loader/linked-row-loader`; use them as `noorm_guest::linked_rows`.
//!
//! A crate of its own because two worlds that share an interface cannot export their macros from one crate.

#![allow(unsafe_code, missing_docs, unreachable_pub, rust_2018_idioms, clippy::all)]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/host", "../../../wit/loader"],
    world: "noorm:loader/linked-row-loader",
    generate_all,
    pub_export_macro: true,
    export_macro_name: "__export_linked_rows",
    default_bindings_module: "noorm_guest::linked_rows",
});
