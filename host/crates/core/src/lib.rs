//! The pure parts of noorm: types, checksums, plans, templates. Values in, values out.
//!
//! No file, clock, socket, process or random number is touched here; whoever needs one hands in what it found.

pub mod value;

pub mod cbor;
pub mod changeset;
pub mod checksum;
pub mod config;
pub mod data_diff;
pub mod diagnostic;
pub mod directive;
pub mod event;
pub mod excerpt;
pub mod former_path;
pub mod glob;
pub mod history;
pub mod manifest;
pub mod order;
pub mod path;
pub mod plan;
pub mod plugin;
pub mod policy;
pub mod redact;
pub mod script_kind;
pub mod secret;
pub mod secret_kind;
pub mod settings;
pub mod similar;
pub mod team;
pub mod template;
pub mod text;
