//! Bindings that wit-bindgen makes of the world `noorm:dialect/dialect-quirk`; use them as `noorm_guest::quirk`.
//!
//! A crate of its own because two worlds that share an interface cannot export their macros from one crate. What a quirk
//! imports and what it exports have the same types: an answer of the base is passed on as it is.

#![allow(unsafe_code, missing_docs, unreachable_pub, rust_2018_idioms, clippy::all)]

wit_bindgen::generate!({
    path: ["../../../wit/types", "../../../wit/host", "../../../wit/dialect"],
    world: "noorm:dialect/dialect-quirk",
    generate_all,
    merge_structurally_equal_types: true,
    pub_export_macro: true,
    export_macro_name: "__export_quirk",
    default_bindings_module: "noorm_guest::quirk::bindings",
});
