//! Data files in NDJSON (JSON Lines): one JSON value a line, which together are a list.
//!
//! A line is strict JSON (RFC 8259): no comments, no trailing commas. Blank lines are skipped, a byte-order mark is left out,
//! and a line may end in CRLF. Integers are exact up to 128 bits, and refused beyond; other numbers are floating-point ones,
//! so decimals that must keep every digit are written as text.

mod describe;
mod json;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
