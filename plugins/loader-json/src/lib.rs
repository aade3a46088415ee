//! Data files in JSON and JSON5: comments, trailing commas, single quotes, unquoted keys.
//!
//! Integers beyond 64 bits become floating-point numbers; write them as text to keep every digit.

mod describe;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
