//! SQL files as data: the text of the file, to be put into a template.
//!
//! The text is not looked at, not split and not changed; only a byte-order mark is left out. Beside a template an SQL file
//! has a name only where no other data file has it, as most SQL files are no data.

mod describe;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
