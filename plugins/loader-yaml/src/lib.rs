//! Data files in YAML 1.2, core schema.
//!
//! It does not know the words of YAML 1.1: `yes` and `off` are texts. Dates are texts.

mod describe;
pub mod load;
pub mod scalar;

/// The plugin.
#[derive(Debug)]
pub struct Plugin;

noorm_guest::export_document_loader!(Plugin);
