//! Decides what a run will do: values in, values out. No clock, no file, no database.

pub mod build;
pub mod changes;
pub mod progress;
pub mod resume;
