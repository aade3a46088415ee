//! The state as a whole: taking over the one that the TypeScript original kept.

mod import;

pub use import::{MergeRequest, Merged, import};
