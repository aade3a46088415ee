//! Data files in CSV (RFC 4180): rows of text under the names of the first line.
//!
//! It does not guess types: `007` stays `007` and an empty cell is an empty text, not null.

mod cursor;
mod describe;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_row_loader!(Plugin);
