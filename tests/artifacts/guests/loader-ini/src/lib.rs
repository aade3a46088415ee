//! Data files in INI: sections of `key = value` lines, as a plugin of its author's own that nobody bundled.
//!
//! Every value is text, kept without the blanks around it. There are no quotes, no escapes and no values of several lines.

mod describe;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
