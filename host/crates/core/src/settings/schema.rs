//! The JSON Schema of the settings, which gives editors completion. It is written by hand and compared with what is read.

/// JSON Schema, draft 2020-12.
pub const SCHEMA: &str = include_str!("../../../../schema/settings.schema.json");
