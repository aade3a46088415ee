//! Data files in TOML 1.0.
//!
//! Dates and times are texts in the form that RFC 3339 gives them.

mod describe;
pub mod load;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
