//! Scripts of chance for the splitters of all dialects, files of chance for the parsers of what may come from elsewhere
//! (state, keys, identities, shared configs, settings) and for what is decoded of plugins, and the laws that every one of them has to keep. The splitters run
//! natively, with checks for overflow; that the components do the same is a test of this crate.
//!
//! It is not guided by coverage: that needs a nightly compiler. What it knows instead is what scripts are made of.
#![allow(clippy::unwrap_used)] // A fuzzer reports what is wrong by panicking.

pub mod campaign;

pub mod dialect;
pub mod laws;
pub mod script;

pub mod boundary;
pub mod file;
pub mod parser;

mod accident;
mod words;

pub use dialect::{DIALECTS, Dialect};
pub use words::COMMON;
