//! Data files in CSV (RFC 4180): rows of text under the names of the first line.
//!
//! It does not guess types: `007` stays `007` and an empty cell is an empty text, not null. Options say how the file is
//! written: `delimiter` (`,`), `quote` (`"`, empty for none), `header` (true; otherwise the columns are `c1`, `c2` …), `null`
//! (a cell of exactly this text without quotes is null, so that with an empty one `""` is still a text), `trim` (blanks around
//! cells without quotes), `comment` (lines that begin with it are skipped).

mod cursor;
mod describe;
pub mod load;
pub mod style;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_row_loader!(Plugin);
