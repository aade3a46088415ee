//! The host's side of `wit/`: one module per world, with the shared words and the log generated once.
//!
//! Generated code only. What the answers are worth is judged in `check`, `pieces` and `batch`.

#![allow(missing_docs, unreachable_pub)]

/// Everything that differs from one database to another.
pub(crate) mod dialect {
    wasmtime::component::bindgen!({
        path: ["../../../wit/types", "../../../wit/host", "../../../wit/dialect"],
        world: "noorm:dialect/dialect",
    });
}

/// Loaders that answer with one document.
pub(crate) mod document {
    wasmtime::component::bindgen!({
        path: ["../../../wit/types", "../../../wit/host", "../../../wit/loader"],
        world: "noorm:loader/document-loader",
        with: {
            "noorm:types": super::dialect::noorm::types,
            "noorm:host": super::dialect::noorm::host,
        },
    });
}

/// Loaders that answer with batches of rows.
pub(crate) mod rows {
    wasmtime::component::bindgen!({
        path: ["../../../wit/types", "../../../wit/host", "../../../wit/loader"],
        world: "noorm:loader/row-loader",
        with: {
            "noorm:types": super::dialect::noorm::types,
            "noorm:host": super::dialect::noorm::host,
        },
    });
}

pub(crate) use dialect::noorm::host::log;
pub(crate) use dialect::noorm::types::{data, report};
