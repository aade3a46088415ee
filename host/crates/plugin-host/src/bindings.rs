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

/// Loaders that read other files of the project. What they export is that of the other loaders.
pub(crate) mod linked {
    wasmtime::component::bindgen!({
        path: ["../../../wit/types", "../../../wit/host", "../../../wit/loader"],
        inline: "
            package noorm:host-bindings;
            world linked { import noorm:host/files@1.0.0; }
        ",
        with: { "noorm:types": super::dialect::noorm::types },
    });
}

/// Who a quirk is; what it exports besides is that of a dialect.
pub(crate) mod quirk {
    wasmtime::component::bindgen!({
        path: ["../../../wit/types", "../../../wit/host", "../../../wit/dialect"],
        inline: "
            package noorm:host-bindings;
            world quirk { export noorm:dialect/quirk@1.0.0; }
        ",
    });
}

pub(crate) use dialect::noorm::host::log;
pub(crate) use dialect::noorm::types::{data, report};
pub(crate) use linked::noorm::host::files;
